from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.film import Film, read_film


def box(name: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">I4s", 8 + len(data), name) + data


def track(codec: bytes, width: int = 0, height: int = 0, *, turned: bool = False) -> bytes:
    one = 0x10000
    matrix = (
        (0, one, 0, 0x100000000 - one, 0, 0, 0, 0, 1 << 30)
        if turned
        else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    )
    head = box(
        b"tkhd",
        b"\0\0\0\3" + bytes(36),
        struct.pack(">9I", *matrix),
        struct.pack(">II", width << 16, height << 16),
    )
    described = box(b"stsd", b"\0\0\0\0\0\0\0\1", box(codec, bytes(78)))
    return box(b"trak", head, box(b"mdia", box(b"minf", box(b"stbl", described))))


def index(seconds: float = 42.5, *tracks: bytes, wide: bool = False) -> bytes:
    if wide:
        times = b"\1\0\0\0" + bytes(16) + struct.pack(">IQ", 600, int(seconds * 600)) + bytes(80)
    else:
        times = bytes(12) + struct.pack(">II", 600, int(seconds * 600)) + bytes(80)
    return box(b"moov", box(b"mvhd", times), *tracks)


HEAD = box(b"ftyp", b"isom\0\0\0\0isom")
DATA = box(b"mdat", bytes(100))
TRACKS = (track(b"avc1", 1920, 1080), track(b"mp4a"))


def film(data: bytes) -> Film:
    return read_film(lambda at, length: data[at : at + length], len(data))


@pytest.mark.parametrize("wide", [False, True])
def test_length_size_and_codecs_are_read(*, wide: bool) -> None:
    assert film(HEAD + index(42.5, *TRACKS, wide=wide) + DATA) == Film(
        index=True, early=True, whole=True, seconds=42.5, width=1920, height=1080,
        codecs=("avc1", "mp4a"),
    )  # fmt: skip


def test_an_index_at_the_end_is_told() -> None:
    found = film(HEAD + DATA + index(1, *TRACKS))
    assert (found.index, found.early, found.whole, found.seconds) == (True, False, True, 1.0)


def test_no_index_at_all() -> None:
    found = film(HEAD + DATA)
    assert (found.index, found.early, found.whole) == (False, False, True)


def test_a_film_that_is_cut_off() -> None:
    assert not film((HEAD + index(1, *TRACKS) + DATA)[:-1]).whole
    assert not film((HEAD + index(1, *TRACKS))[:-10]).whole


def test_a_film_that_was_turned_while_it_was_recorded() -> None:
    found = film(HEAD + index(1, track(b"hvc1", 1920, 1080, turned=True)) + DATA)
    assert (found.width, found.height) == (1080, 1920)


def test_large_boxes_and_the_last_box_without_a_length() -> None:
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 100) + bytes(100)
    assert film(HEAD + index(1) + large).whole
    assert film(HEAD + index(1) + struct.pack(">I4s", 0, b"mdat") + bytes(50)).whole


@pytest.mark.parametrize("seconds", [0, 0xFFFFFFFF / 600])
def test_an_unknown_length_is_none_and_not_nought(seconds: float) -> None:
    assert film(HEAD + index(seconds, *TRACKS) + DATA).seconds is None


@given(st.binary(max_size=400), st.integers(0, 500))
def test_any_bytes_are_read(noise: bytes, at: int) -> None:
    data = bytearray(HEAD + index(1, *TRACKS) + DATA)
    data[at : at + len(noise)] = noise
    film(bytes(data))
    film(noise)
