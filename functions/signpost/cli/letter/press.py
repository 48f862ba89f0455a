"""Sets a letter as PDF/A and PDF/UA with Typst, whose compiler and fonts are in its package.

The same letter gives the same bytes: fonts of the machine are not used, nothing is fetched, and
the document's date is the one it is given.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from signpost.cli.letter.vector import is_plain
from signpost.errors import SettingsError, StackError

if TYPE_CHECKING:
    import typst

SERIF, MONO = "Libertinus Serif", "DejaVu Sans Mono"
TEMPLATE = Path(__file__).with_name("letter.typ")
MAX_PIXELS = 100_000_000
_DAY_ZERO = date(1980, 1, 1)
_PICTURES = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
# A page for each letter: what has the same outline as a letter that no font has, is not there.
_PROBE = b"""#set page(width: 20pt, height: 20pt, margin: 0pt)
#for letter in json(bytes(sys.inputs.letters)) { page(text(font: sys.inputs.font, letter)) }"""
_PICTURE = b"""#set document(title: "A picture")
#set page(width: 9cm, height: 9cm)
#image("%s", width: 1cm, alt: "A picture")"""
_NO_LETTER = "\U0010ffff"
_OUTLINE = re.compile(rb'href="#(g[0-9A-F]+)"')
_NO_FONT = "could not be displayed"
_SHAPE = regex.compile(r"\X")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_USUAL = re.compile(
    r"[\u00a1-\u00ac\u00ae-\u017f\u0391-\u03a9\u03b1-\u03c9\u0410-\u044f–—‘’“”„…€→☐☑✓×]"
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_PART_OF_EMOJI = frozenset({"\u200d", "\ufe0e", "\ufe0f"})


class Press:
    """The typesetter.

    Args:
        fonts: a folder with fonts for scripts that the built-in ones lack.

    Raises:
        SettingsError: Typst is not installed.
    """

    def __init__(self, fonts: Path | None = None) -> None:
        try:
            import typst
        except ImportError as error:
            raise SettingsError(
                "typst is not installed; it sets the print.",
                'Install Signpost with it: pip install "signpost[cli,docs]".',
            ) from error
        self._typst = typst
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=True,
            font_paths=[str(fonts)] if fonts else [],
        )

    def print(
        self, letter: Mapping[str, Any], pictures: Mapping[str, bytes], day: date | None
    ) -> bytes:
        """The letter as PDF.

        Args:
            letter: what letter.typ draws.
            pictures: name → bytes.
            day: the document's date; None where none is known.

        Raises:
            StackError: Typst refused it.
        """
        moment = datetime.combine(day or _DAY_ZERO, time(), UTC)
        with tempfile.TemporaryDirectory(prefix="signpost-print-") as folder:
            for name, data in pictures.items():
                (Path(folder) / name).write_bytes(data)
            try:
                return self._set(folder, self._readable(letter, self._shapes(letter)), moment)
            except self._typst.TypstError as error:
                if _NO_FONT not in error.message:
                    raise _refused(error.message) from error
            # Scripts that mix in ways that only their neighbours show: letters by name, then.
            try:
                return self._set(folder, self._readable(letter, _unusual(letter)), moment)
            except self._typst.TypstError as error:
                raise _refused(error.message) from error

    def _set(self, folder: str, shown: Mapping[str, Any], moment: datetime) -> bytes:
        made = self._compiler(folder).compile(
            input=TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"letter": json.dumps(shown)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment,
        )
        if not isinstance(made, bytes):
            raise _refused("Typst gave no document")
        return made

    def drawable(self, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those of the pictures that are what their names say and that Typst can draw."""
        return {path: data for path, data in pictures.items() if self._draws(path, data)}

    def _draws(self, path: str, data: bytes) -> bool:
        if path.lower().endswith(".svg"):
            return is_plain(data) and self._takes(".svg", data)
        from PIL import Image

        try:
            with Image.open(BytesIO(data)) as picture:
                suffix = _PICTURES.get(picture.format or "")
                if picture.width * picture.height > MAX_PIXELS:
                    return False
                picture.load()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
        if suffix is None or suffix != Path(path).suffix.lower().replace(".jpeg", ".jpg"):
            return False
        return self._takes(suffix, data)

    def _takes(self, suffix: str, data: bytes) -> bool:
        """Whether Typst can put the picture on a page of such a document, its letters included."""
        with tempfile.TemporaryDirectory(prefix="signpost-print-") as folder:
            name = f"probe{suffix}"
            (Path(folder) / name).write_bytes(data)
            try:
                self._compiler(folder).compile(
                    input=_PICTURE % name.encode(), format="pdf", pdf_standards=["a-2a", "ua-1"]
                )
            except self._typst.TypstError:
                return False
        return True

    def _shapes(self, letter: Mapping[str, Any]) -> set[str]:
        """What no font has: letters, and letters with their accents."""
        shapes = {shape for shape in _shapes_in(letter) if not shape.isascii()}
        unseen = {shape for shape in shapes if any(map(_is_unseen, shape))}
        parts = {part for shape in shapes for part in shape if not part.isascii()}
        seen = {part for part in parts if not _is_unseen(part)}
        return unseen | self.missing((shapes | seen) - unseen) | (parts - seen)

    def _readable(self, letter: Mapping[str, Any], missing: set[str]) -> dict[str, Any]:
        """The letter, with names in place of what is missing."""

        def say(found: regex.Match[str]) -> str:
            shape = found[0]
            if shape not in missing and not missing.intersection(shape):
                return shape
            alone = len(shape) == 1
            return "".join(
                name_of(part)
                if alone or part in missing or unicodedata.category(part)[0] == "M"
                else part
                for part in shape
            )

        def told(value: Any) -> Any:
            if isinstance(value, str):
                plain = _CONTROL.sub(lambda found: name_of(found[0]), value)
                if plain.isascii():
                    return plain
                return _SHAPE.sub(say, unicodedata.normalize("NFC", plain))
            if isinstance(value, list):
                return [told(item) for item in value]
            if isinstance(value, dict):
                return {name: told(item) for name, item in value.items()}
            return value

        return {**told(letter), "lacks": bool(missing)}

    def missing(self, shapes: Iterable[str]) -> set[str]:
        """Those of the letters, alone or with accents, that no font has, of text or of code."""
        found: set[str] = set()
        asked = sorted(shapes)
        for font in (SERIF, MONO) if asked else ():
            made = self._compiler(".").compile(
                input=_PROBE,
                format="svg",
                sys_inputs={"letters": json.dumps([_NO_LETTER, *asked]), "font": font},
            )
            pages = made if isinstance(made, list) else []
            none = set(_OUTLINE.findall(pages[0]))
            found |= {
                shape
                for shape, page in zip(asked, pages[1:], strict=True)
                if none & set(_OUTLINE.findall(page))
            }
        return found

    def _compiler(self, root: str) -> typst.Compiler:
        return self._typst.Compiler(root=root, font_paths=self._fonts, ignore_system_fonts=True)


def name_of(letter: str) -> str:
    """What is printed for a letter that cannot be: its name in brackets."""
    if letter in _PART_OF_EMOJI:
        return ""
    name = unicodedata.name(letter, "").lower()
    return f"[{name}]" if name and not _is_unseen(letter) else f"[U+{ord(letter):04X}]"


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN


def _shapes_in(value: Any) -> set[str]:
    whole = unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False))
    return set(_SHAPE.findall(whole))


def _unusual(letter: Mapping[str, Any]) -> set[str]:
    """Every shape but single letters of Latin, Greek and Cyrillic, and the usual signs."""
    return {
        part
        for shape in _shapes_in(letter)
        for part in shape
        if not part.isascii() and (len(shape) > 1 or not _USUAL.fullmatch(part))
    }


def _refused(cause: str) -> StackError:
    return StackError(
        f"The print cannot be set: {cause[:300]}.",
        "Report it with the release; the release itself is not touched by it.",
    )
