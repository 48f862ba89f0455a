from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signpost.domain.media import sniff
from signpost.domain.picture.motion import moves
from signpost.domain.picture.walk import DamagedError, walk
from tests.pictures import FORMATS, PROFILE, SECRET, corners, opened, written

WITH_EXIF = sorted(set(FORMATS) - {"image/gif"})


@pytest.mark.parametrize("mime", WITH_EXIF)
def test_what_tells_of_camera_and_place_is_left_out_and_no_pixel_changes(mime: str) -> None:
    data = written(corners(40, 30), mime, place=True, profile=PROFILE)
    assert SECRET in data
    walked = walk(data, mime)
    assert "Exif" in walked.dropped
    assert SECRET not in walked.data
    after = opened(walked.data)
    assert not after.getexif()
    assert after.info["icc_profile"] == PROFILE
    assert after.tobytes() == opened(data).tobytes()
    assert walk(walked.data, mime).dropped == ()
    assert walk(walked.data, mime).data == walked.data


@pytest.mark.parametrize("mime", sorted(FORMATS))
def test_a_file_without_such_data_stays_as_it_is(mime: str) -> None:
    data = written(corners(40, 30, "P" if mime == "image/gif" else "RGB"), mime)
    walked = walk(data, mime)
    assert (walked.data, walked.dropped, walked.orientation) == (data, (), 1)
    assert not walked.animated


@pytest.mark.parametrize("mime", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_read(mime: str, orientation: int) -> None:
    data = written(corners(8, 6), mime, orientation=orientation, place=True)
    assert walk(data, mime).orientation == orientation


@pytest.mark.parametrize("mime", sorted(FORMATS))
@given(cut=st.floats(0.05, 0.98))
def test_a_file_that_is_cut_off_is_damaged(mime: str, cut: float) -> None:
    data = written(corners(64, 48, "P" if mime == "image/gif" else "RGB"), mime)
    with pytest.raises(DamagedError):
        walk(data[: int(len(data) * cut)], mime)


@pytest.mark.parametrize("mime", sorted(FORMATS))
@given(noise=st.binary(max_size=300))
def test_any_bytes_are_walked_or_damaged_and_nothing_else(mime: str, noise: bytes) -> None:
    head = written(corners(8, 6, "P" if mime == "image/gif" else "RGB"), mime)
    for data in (noise, head[:20] + noise, head[:60] + noise):
        try:
            walk(data, mime)
        except DamagedError:
            continue


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp"])
def test_what_lies_behind_the_picture_is_dropped(mime: str) -> None:
    data = written(corners(8, 6), mime)
    walked = walk(data + SECRET, mime)
    assert walked.data == data
    assert walked.dropped == ("trailing bytes",)


def test_text_and_unknown_chunks_of_a_png_are_dropped() -> None:
    data = written(corners(8, 6), "image/png")

    def chunk(name: bytes, inside: bytes) -> bytes:
        return (
            len(inside).to_bytes(4, "big")
            + name
            + inside
            + zlib.crc32(name + inside).to_bytes(4, "big")
        )

    end = data.index(b"IEND") - 4
    more = chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"prVt", SECRET)
    walked = walk(data[:end] + more + data[end:], "image/png")
    assert walked.data == data
    assert walked.dropped == ("text",)


def test_bytes_of_a_png_that_changed_on_the_way_are_noticed() -> None:
    data = bytearray(written(corners(64, 48), "image/png"))
    at = data.index(b"IDAT") + 8
    data[at] ^= 1
    with pytest.raises(DamagedError, match="not as they were written"):
        walk(bytes(data), "image/png")


def test_data_of_programs_in_a_jpeg_are_dropped_and_its_colours_stay() -> None:
    data = written(corners(40, 30, "CMYK"), "image/jpeg")
    iptc = b"\xff\xed" + (2 + 14 + len(SECRET)).to_bytes(2, "big") + b"Photoshop 3.0\0" + SECRET
    walked = walk(data[:2] + iptc + data[2:], "image/jpeg")
    assert walked.dropped == ("IPTC",)
    # The segment of Adobe says that the colours are stored upside down.
    assert opened(walked.data).tobytes() == opened(data).tobytes()


def _moving(mime: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (20, 20), (90 * n, 20, 40)) for n in range(frames)]
    out = BytesIO()
    pictures[0].save(
        out, FORMATS[mime], save_all=True, append_images=pictures[1:], duration=100, loop=0
    )
    return out.getvalue()


@pytest.mark.parametrize("mime", ["image/gif", "image/webp", "image/png"])
def test_a_picture_that_moves_is_known_and_stays_whole(mime: str) -> None:
    data = _moving(mime, 3)
    walked = walk(data, mime)
    assert walked.animated
    assert walked.data == data
    assert moves(data, mime)
    assert not moves(written(corners(8, 6, "P"), mime), mime)


def test_a_gif_says_that_it_moves_before_it_was_read_whole() -> None:
    data = _moving("image/gif", 3)
    assert moves(data[: len(data) // 2], "image/gif")


def test_the_comment_of_a_gif_is_dropped() -> None:
    data = _moving("image/gif", 2)
    walked = walk(data[:-1] + b"!\xfe" + bytes([len(SECRET)]) + SECRET + b"\0;", "image/gif")
    assert walked.data == data
    assert walked.dropped == ("comment",)


def test_the_size_is_read_from_what_is_left() -> None:
    data = written(corners(40, 30), "image/webp", place=True)
    seen = sniff(walk(data, "image/webp").data)
    assert (seen.mime, seen.width, seen.height) == ("image/webp", 40, 30)
