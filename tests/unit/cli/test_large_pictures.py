"""Pictures that `check` allows and Pillow would warn of: no message of a library reaches people."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from signpost.cli.previews.pictures import Pictures
from signpost.content.pictures import make
from signpost.domain.picture.recipe import Recipe
from signpost.previews.view import Medium


def large() -> bytes:
    """A PNG of 108 million pixels; some kilobytes, since they are all alike."""
    out = BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_is_too_large_for_the_page_is_left_out() -> None:
    data = large()
    medium = Medium(
        kind="image", path="a.png", size=10_000_000, mime="image/png", alt="A", focus=None,
        width=12_000, height=9_000, alt_max=1500, sha256="a" * 64,
    )  # fmt: skip
    assert Pictures(lambda _: data, 1).address(medium) == ""


def test_a_large_picture_is_made_smaller() -> None:
    made = make(large(), Recipe(("image/png",), 8_000_000, max_edge=100))
    assert (made.width, made.height) == (100, 75)
