from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signpost.domain.media import claimed_type, sniff


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (640, 3), (300, 4000)])
def test_size_and_type_agree_with_an_image_library(kind: str, size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    seen = sniff(buffer.getvalue())
    assert (seen.mime, seen.width, seen.height) == (f"image/{kind.lower()}", *size)


@pytest.mark.parametrize("lossless", [True, False])
def test_webp_with_alpha_has_an_extended_or_lossless_header(*, lossless: bool) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (37, 21), (1, 2, 3, 4)).save(buffer, "WEBP", lossless=lossless)
    seen = sniff(buffer.getvalue())
    assert (seen.mime, seen.width, seen.height) == ("image/webp", 37, 21)


def test_progressive_jpeg_with_metadata() -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "x" * 5000
    Image.new("RGB", (50, 60)).save(buffer, "JPEG", progressive=True, exif=exif)
    seen = sniff(buffer.getvalue())
    assert (seen.width, seen.height) == (50, 60)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "image/avif"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"OggS\0", "audio/ogg"),
        (b"fLaC\0", "audio/flac"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!-- a map --><svg>", "image/svg+xml"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"<p>no page, and no picture", ""),
        (b"%PDF-1.7", "application/pdf"),
        (b"%!PS-Adobe-3.0", "application/postscript"),
        (b"", ""),
    ],
)
def test_magic_bytes(head: bytes, mime: str) -> None:
    assert sniff(head).mime == mime


@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFFxxxxWEBPVP8 ", b""]),
    st.binary(max_size=200),
)
def test_any_bytes_give_an_answer(start: bytes, rest: bytes) -> None:
    seen = sniff(start + rest)
    assert (seen.width is None) == (seen.height is None)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.b/c", ""),
        ("x.svg", "image/svg+xml"),
        ("notes.txt", ""),
        ("a.webp", "image/webp"),
    ],
)
def test_claimed_type(name: str, mime: str) -> None:
    assert claimed_type(name) == mime
