"""Position data are found wherever a file keeps them, however it is cut into pieces."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signpost.domain.position import OVERLAP, PositionSearch, tiff_has_position


def exif(latitude: tuple[float, float, float] = (47.0, 25.0, 16.0)) -> bytes:
    """An Exif block with a latitude, from its byte order on."""
    made = Image.Exif()
    made[0x8825] = {1: "N", 2: latitude}
    return made.tobytes().removeprefix(b"Exif\0\0")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (4, 3)).save(buffer, "JPEG", exif=b"Exif\0\0" + exif())
    return buffer.getvalue()


def search(data: bytes, size: int, *, film: bool = False) -> PositionSearch:
    made = PositionSearch(film=film)
    for at in range(0, len(data), size):
        made.feed(data[at : at + size])
    return made


@pytest.mark.parametrize("size", [1, 7, OVERLAP, 10_000])
def test_a_block_is_found_in_pieces_of_any_size(size: int) -> None:
    data = b"\0" * 300 + jpeg()
    (at,) = search(data, size).blocks
    assert tiff_has_position(data[at:])


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_position_in_xmp_is_found_in_pieces(size: int) -> None:
    data = b"x" * 100 + b'<rdf:Description exif:GPSLatitude="47,25.27N"/>'
    assert search(data, size).found == "XMP"


def test_a_film_says_its_place_only_in_a_film() -> None:
    data = b"\0" * 20 + b"\xa9xyz+47.4+10.9/"
    assert search(data, 1000, film=True).found == "the head of the film"
    assert not search(data, 1000).found


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    ifd = struct.pack(f"{order}IHHHIII", 8, 1, 0x8825, 4, 1, 26, 0)
    gps = struct.pack(f"{order}HHHIII", 1, 2, 5, 3, 44, 0)
    fractions = struct.pack(f"{order}6I", 47, 1, 25, 1, 16, 1)
    assert tiff_has_position(mark + ifd + gps + fractions)
    assert not tiff_has_position(mark + ifd + gps + bytes(24))


def test_nothing_but_noughts_is_no_position() -> None:
    assert tiff_has_position(exif())
    assert not tiff_has_position(exif((0.0, 0.0, 0.0)))


@given(st.sampled_from([b"II*\0", b"MM\0*", b""]), st.binary(max_size=300))
def test_any_block_gives_an_answer(start: bytes, rest: bytes) -> None:
    assert tiff_has_position(start + rest) in {True, False}


@given(st.binary(max_size=400), st.integers(1, 50))
def test_pieces_do_not_change_the_answer(data: bytes, size: int) -> None:
    data = data + b"Exif\0\0II*\0" + data
    assert search(data, size).blocks == search(data, len(data)).blocks
