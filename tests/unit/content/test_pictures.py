from __future__ import annotations

import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from signpost.connectors.registry import Registry
from signpost.content import pictures
from signpost.content.pictures import PictureError, make
from signpost.domain.media import DECODED, sniff
from signpost.domain.picture.recipe import Change, Recipe, recipe_of
from signpost.domain.picture.walk import walk
from tests.pictures import FORMATS, PROFILE, SECRET, converted, corners, opened, written

ALL = tuple(sorted(DECODED))
WIDE = Recipe(ALL, 10_000_000)
MODES = {
    "image/jpeg": ("RGB", "L", "CMYK"),
    "image/png": ("RGB", "L", "P", "RGBA", "LA", "I;16", "1"),
    "image/webp": ("RGB", "RGBA"),
    "image/gif": ("P",),
}
KINDS = [(mime, mode) for mime, modes in MODES.items() for mode in modes]
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no format makes small."""
    return converted(Image.effect_noise((width, height), 90).convert("RGB"), mode)


def spots(data: bytes) -> list[tuple[int, ...]]:
    """The colours near the four corners, clockwise from the top left, rounded."""
    picture = opened(data).convert("RGB")
    x, y = picture.width // 5, picture.height // 5
    right, low = picture.width - 1 - x, picture.height - 1 - y
    found: list[tuple[int, ...]] = []
    for place in ((x, y), (right, y), (right, low), (x, low)):
        value = picture.getpixel(place)
        assert isinstance(value, tuple)
        near = min((RED, GREEN, BLUE, WHITE), key=lambda one: _distance(one, value))
        assert _distance(near, value) < 100
        found.append(near)
    return found


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


recipes = st.builds(
    Recipe,
    types=st.lists(
        st.sampled_from(["image/jpeg", "image/png", "image/webp"]), min_size=1, unique=True
    )
    .map(sorted)
    .map(tuple),
    max_bytes=st.integers(1_500, 60_000),
    max_pixels=st.none() | st.integers(400, 20_000),
    max_edge=st.none() | st.integers(20, 200),
    aspect=st.none() | st.sampled_from([(0.8, 1.91), (1.91, 1.91), (1.0, 1.0)]),
    focus=st.none() | st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)


@settings(max_examples=150)
@given(
    kind=st.sampled_from(KINDS),
    size=st.tuples(st.integers(1, 160), st.integers(1, 160)),
    orientation=st.integers(1, 8),
    recipe=recipes,
    busy=st.booleans(),
)
def test_a_derivative_is_within_every_limit_and_says_nothing_of_camera_and_place(
    kind: tuple[str, str],
    size: tuple[int, int],
    orientation: int,
    recipe: Recipe,
    busy: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    mime, mode = kind
    picture = noise(*size, mode) if busy else corners(*size, mode)
    data = written(picture, mime, orientation=orientation, place=True)
    made = make(data, recipe)
    seen = sniff(made.data)
    assert (seen.mime, seen.width, seen.height) == (made.mime, made.width, made.height)
    assert made.mime in recipe.types
    assert len(made.data) <= recipe.max_bytes
    assert recipe.scale(made.width, made.height) >= 1
    if recipe.aspect:  # to the pixel: scaling rounds each edge to a whole one
        narrowest, widest = recipe.aspect
        assert made.width <= made.height * widest + 1 + widest / 2
        assert made.height <= made.width / narrowest + 1 + 1 / narrowest / 2
    walked = walk(made.data, made.mime)  # our own reader, not the one that wrote it
    assert (walked.dropped, walked.orientation) == ((), 1)
    assert SECRET not in made.data
    assert not opened(made.data).getexif()
    assert make(data, recipe) == made
    if recipe.aspect is None:  # of few pixels no shape is exact
        assert make(made.data, recipe).data == made.data, "what was made needs nothing more"


@pytest.mark.parametrize(("mime", "mode"), KINDS)
def test_what_fits_and_says_nothing_is_used_byte_for_byte(mime: str, mode: str) -> None:
    data = written(corners(60, 40, mode), mime)
    made = make(data, WIDE)
    assert made.data is data or made.data == data
    assert made.changes == ()


@pytest.mark.parametrize(("mime", "mode"), [kind for kind in KINDS if kind[0] != "image/gif"])
def test_what_fits_is_cleaned_without_being_decoded(
    mime: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(corners(60, 40, mode), mime, place=True)
    before = opened(data).tobytes()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a decoder was asked")

    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", never)
        made = make(data, WIDE)
    assert made.changes == (Change.CLEANED,)
    assert opened(made.data).tobytes() == before


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp"])
def test_a_picture_is_turned_upright(mime: str, orientation: int) -> None:
    upright = corners(90, 60)
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = upright.transpose(back[orientation])
    made = make(written(lying, mime, orientation=orientation), WIDE)
    assert (made.width, made.height) == (90, 60)
    assert spots(made.data) == [RED, GREEN, BLUE, WHITE]
    assert Change.TURNED in made.changes


def test_a_picture_is_resized_only_as_far_as_it_has_to_be() -> None:
    made = make(written(corners(300, 200), "image/jpeg"), Recipe(ALL, 10**6, max_pixels=15_000))
    assert (made.width, made.height) == (150, 100)
    assert made.changes == (Change.RESIZED,)
    made = make(written(corners(300, 200), "image/png"), Recipe(ALL, 10**6, max_edge=90))
    assert (made.width, made.height, made.mime) == (90, 60, "image/png")


def test_quality_is_stepped_down_before_pixels_are() -> None:
    data = written(noise(200, 150), "image/jpeg", quality=97)
    made = make(data, Recipe(ALL, int(len(data) * 0.7)))
    assert (made.width, made.height) == (200, 150)
    assert Change.COMPRESSED in made.changes
    made = make(data, Recipe(ALL, int(len(data) * 0.1)))
    assert made.width < 200
    assert abs(made.width / made.height - 4 / 3) < 0.03


@pytest.mark.parametrize("focus", [(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.5, 0.0)])
def test_a_crop_keeps_the_focus(focus: tuple[float, float]) -> None:
    picture = Image.new("RGB", (400, 100), WHITE)
    at = round((focus[0] + 1) / 2 * 399)
    picture.paste(RED, (max(0, at - 10), 40, min(400, at + 11), 61))
    recipe = Recipe(ALL, 10**6, aspect=(0.8, 1.0), focus=focus)
    made = make(written(picture, "image/png"), recipe)
    assert (made.width, made.height) == (100, 100)
    assert made.changes == (Change.CROPPED,)
    assert made.focus is not None
    x = min(99, round((made.focus[0] + 1) / 2 * 99))
    assert opened(made.data).convert("RGB").getpixel((x, 50)) == RED


def test_a_focus_is_that_of_the_picture_as_it_is_seen() -> None:
    """Turned upright, red is on top; the focus there keeps red, wherever it was stored."""
    seen = Image.new("RGB", (100, 400), WHITE)
    seen.paste(RED, (0, 0, 100, 60))
    lying = seen.transpose(Image.Transpose.ROTATE_90)
    recipe = Recipe(ALL, 10**6, aspect=(1.0, 1.91), focus=(0.0, 1.0))
    made = make(written(lying, "image/png", orientation=6), recipe)
    assert (made.width, made.height) == (100, 100)
    assert opened(made.data).convert("RGB").getpixel((50, 5)) == RED


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp"])
def test_the_colour_profile_is_kept(mime: str) -> None:
    data = written(corners(300, 200), mime, profile=PROFILE)
    made = make(data, Recipe((mime,), 10**6, max_edge=100))
    assert opened(made.data).info["icc_profile"] == PROFILE


def test_a_profile_that_is_not_of_these_colours_is_dropped() -> None:
    data = written(corners(300, 200, "L"), "image/jpeg", profile=PROFILE)
    made = make(data, Recipe(ALL, 10**6, max_edge=100))
    assert "icc_profile" not in opened(made.data).info


@pytest.mark.parametrize("broken", [False, True])
def test_colours_of_print_become_colours_of_screens(*, broken: bool) -> None:
    data = written(
        corners(300, 200, "CMYK"), "image/jpeg", profile=b"no profile" * 20 if broken else None
    )
    made = make(data, Recipe(ALL, 10**6, max_edge=100))
    picture = opened(made.data)
    assert picture.mode == "RGB"
    assert "icc_profile" not in picture.info
    assert spots(made.data)[3] == WHITE


def test_transparency_is_kept_where_the_channel_takes_it_and_lies_on_white_where_not() -> None:
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    clear.paste((*RED, 255), (100, 50, 200, 150))
    data = written(clear, "image/png")
    kept = make(data, Recipe(("image/jpeg", "image/webp"), 10**6))
    assert kept.mime == "image/webp"
    assert opened(kept.data).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index] # of RGBA it is a tuple
    paper = make(data, Recipe(("image/jpeg",), 10**6))
    assert paper.changes == (Change.CONVERTED,)
    found = opened(paper.data).getpixel((5, 5))
    assert isinstance(found, tuple)
    assert min(found) > 250


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    grey = Image.linear_gradient("L")
    data = written(converted(grey.convert("RGB"), "I;16"), "image/png")
    made = make(data, Recipe(ALL, 10**6, max_edge=128))
    low, high = opened(made.data).convert("L").getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    assert low < 10
    assert high > 245


def test_a_still_gif_becomes_what_the_channel_takes() -> None:
    made = make(written(corners(60, 40, "P"), "image/gif"), Recipe(("image/png",), 10**6))
    assert (made.mime, made.changes) == ("image/png", (Change.CONVERTED,))
    assert spots(made.data) == [RED, GREEN, BLUE, WHITE]


def _moving(mime: str = "image/gif") -> bytes:
    frames = [corners(60, 40).rotate(90 * n) for n in range(3)]
    out = BytesIO()
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 80}
    frames[0].save(out, FORMATS[mime], **options)
    return out.getvalue()


@pytest.mark.parametrize("mime", ["image/gif", "image/webp"])
def test_what_moves_is_sent_whole_or_refused(mime: str) -> None:
    data = _moving(mime)
    assert make(data, WIDE).data == data
    for recipe, why in (
        (Recipe(ALL, 50), "bytes"),
        (Recipe(ALL, 10**6, max_edge=10), "pixels"),
        (Recipe(("image/jpeg",), 10**6), "not taken"),
    ):
        with pytest.raises(PictureError, match=f"it moves.*{why}"):
            make(data, recipe)


def test_a_progressive_jpeg_is_as_any_other() -> None:
    data = written(corners(300, 200), "image/jpeg", progressive=True, place=True)
    made = make(data, Recipe(ALL, 10**6, max_edge=100))
    assert spots(made.data) == [RED, GREEN, BLUE, WHITE]


def test_a_picture_that_claims_too_much_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def chunk(name: bytes, inside: bytes) -> bytes:
        check = zlib.crc32(name + inside).to_bytes(4, "big")
        return len(inside).to_bytes(4, "big") + name + inside + check

    side = (60_000).to_bytes(4, "big")
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", side + side + b"\x08\x02\0\0\0")
        + chunk(b"IDAT", zlib.compress(b"\0" * 900))
        + chunk(b"IEND", b"")
    )

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a decoder was asked")

    monkeypatch.setattr(Image, "open", never)
    with pytest.raises(PictureError, match="60,000 × 60,000 pixels"):
        make(data, Recipe(ALL, 10**6, max_edge=100))


def test_a_picture_whose_data_are_broken_is_refused() -> None:
    data = bytearray(written(noise(300, 200), "image/png"))
    at = data.index(b"IDAT")
    length = int.from_bytes(data[at - 4 : at], "big")
    data[at + 60 : at + 4 + length] = bytes(length - 56)
    data[at + 4 + length : at + 8 + length] = zlib.crc32(data[at : at + 4 + length]).to_bytes(
        4, "big"
    )
    with pytest.raises(PictureError, match="cannot be decoded"):
        make(bytes(data), Recipe(ALL, 10**6, max_edge=100))


@given(st.binary(max_size=400), st.sampled_from(KINDS), st.integers(0, 400))
def test_any_bytes_are_made_or_refused(noise: bytes, kind: tuple[str, str], at: int) -> None:
    mime, mode = kind
    data = bytearray(written(corners(60, 40, mode), mime))
    data[at : at + len(noise)] = noise
    with suppress(PictureError):
        made = make(bytes(data), Recipe(("image/jpeg",), 2_000, max_edge=30))
        assert max(made.width, made.height) <= 30


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        make(data, WIDE)


def test_only_four_decoders_are_asked() -> None:
    out = BytesIO()
    corners(60, 40).save(out, "TIFF")
    with pytest.raises(PictureError, match="no JPEG, PNG, WebP or GIF"):
        make(out.getvalue(), WIDE)
    assert set(pictures.FORMATS) == set(FORMATS.values())


def test_every_channel_has_a_recipe_that_something_fits() -> None:
    registry = Registry()
    data = written(corners(300, 200), "image/jpeg", place=True)
    for channel in registry.ids():
        spec = registry.spec(channel)
        limits = [*spec.media, *([spec.card_picture] if spec.card_picture else [])]
        for limit in limits:
            if limit.kind == "image":
                made = make(data, recipe_of(limit, (0.2, 0.1)))
                assert made.mime in limit.types
                assert len(made.data) <= limit.max_bytes
