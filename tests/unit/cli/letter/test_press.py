"""What the typesetter takes, and what it is not given."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from signpost.cli.letter import press as module
from signpost.cli.letter import tree
from signpost.cli.letter.press import Press
from signpost.errors import StackError

LETTER: dict[str, Any] = {
    "name": "Acme", "address": [], "color": "#1f4d3a", "language": "en", "title": "Title",
    "banner": "",
    "about": {"version": "1", "effective": "unknown", "review_by": "unknown", "previous": "none",
              "manifest": "missing", "root": "unknown", "root_version": None, "faults": []},
    "signatures": {"known": False, "signed": [], "uncounted": [], "missing": [], "needs": "",
                   "lacking": ""},
    "steps": [], "verify": [], "blocks": [], "listed": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def text_of(press: Press, words: str) -> str:
    blocks = [{"k": "para", "body": tree.text(words)}, tree.lines(words)]
    made = press.print({**LETTER, "blocks": blocks}, {}, None)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size).save(stream, kind)
    return stream.getvalue()


def test_it_knows_which_letters_no_font_has(press: Press) -> None:
    there = set("aé€Жλ→☐א")
    assert press.missing(there | {"😀", "中", "e\u0301"}) == {"😀", "中"}
    assert press.missing(()) == set()


def test_letters_without_a_font_are_named(press: Press) -> None:
    text = text_of(press, "a 😀 b 中 c \u202e d \x07 e\u0301 Straße")
    for word in (
        "[grinning face]",
        "[cjk unified ideograph-4e2d]",
        "[U+202E]",
        "[U+0007]",
        "Straße",
    ):
        assert text.count(word) >= 2
    assert "Words in brackets" in " ".join(text.split())
    assert "Words in brackets" not in " ".join(text_of(press, "plain").split())


@pytest.mark.parametrize(
    "words", ["]\u20e3 \u1dcc\u1dfd", "\u064c a\u0334\u0353", "ﬁ \u1100\u1161 ก็"]
)
def test_whatever_stands_together_can_be_printed(press: Press, words: str) -> None:
    assert "page 1 of" in text_of(press, f"before {words} after")


def test_an_unhappy_typesetter_is_an_error_with_its_cause(press: Press) -> None:
    node = {"k": "picture", "file": "gone.png", "alt": "a", "body": []}
    letter = {**LETTER, "blocks": [{"k": "para", "body": [node]}]}
    with pytest.raises(StackError, match="The print cannot be set"):
        press.print(letter, {}, None)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_that_can_be_drawn(press: Press, kind: str) -> None:
    name = f"a.{kind.lower()}"
    assert list(press.drawable({name: picture(kind)})) == [name]


def test_pictures_that_cannot(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not press.drawable({"a.png": picture()[:-30], "b.png": b"", "c.png": picture("JPEG"),
                               "d.svg": b"<svg/>"})  # fmt: skip
    monkeypatch.setattr(module, "MAX_PIXELS", 10)
    assert not press.drawable({"a.png": picture()})


def test_fonts_of_ones_own_are_taken(press: Press, tmp_path: Path) -> None:
    assert "[grinning face]" in text_of(Press(tmp_path), "😀")
