"""Whether a picture in SVG may be printed: shapes, words, and nothing from elsewhere.

Typst runs no script, opens no address and follows no path out of its folder. This asks for more:
what is not drawn must not be there either, so that the paper shows what the file holds, and no file
of a few lines may take hours to draw. It decides by the file alone, never by how long it takes: the
same release has to give the same print everywhere.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

MAX_BYTES = 1024 * 1024
MAX_DRAWN = 50_000
"""Elements that are drawn at most, each as often as it is."""
MAX_DEPTH = 64
_SVG = "{http://www.w3.org/2000/svg}"
# Left out on purpose: script, foreignObject, image, filter, animations, a.
_DRAWN = frozenset(
    {"circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "marker", "mask",
     "metadata", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "style",
     "svg", "symbol", "text", "title", "tspan", "use"}
)  # fmt: skip
_REFUSED = (b"<!ENTITY", b"<?xml-stylesheet", b"\0")
_STYLE = re.compile(r"@import|url\s*\(|marker", re.IGNORECASE)
_ADDRESS = re.compile(r"url\s*\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)


def is_plain(data: bytes) -> bool:
    """Whether the file is a picture in SVG of shapes and words, which refers to nothing outside it.

    Args:
        data: the file.
    """
    if len(data) > MAX_BYTES or any(word in data for word in _REFUSED):
        return False
    try:
        data.decode()
        top = ET.fromstring(data)  # noqa: S314 - without entities nothing can grow, see above
    except (ET.ParseError, ValueError):
        return False
    if top.tag != f"{_SVG}svg" or not _within(top):
        return False
    if not all(_is_harmless(element) for element in top.iter()):
        return False
    known = [item for item in top.iter() if item.get("id")]
    named = {item.get("id", ""): item for item in known}
    if len(named) < len(known):
        return False  # which of two is meant, readers decide differently
    try:
        return _Count(named).of(top) <= MAX_DRAWN
    except _EndlessError:
        return False


def _within(top: ET.Element) -> bool:
    """Whether elements lie within one another no deeper than anybody draws."""
    level = [top]
    for _depth in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return True
    return False


def _is_harmless(element: ET.Element) -> bool:
    tag = element.tag
    if tag.startswith(_SVG) and tag.removeprefix(_SVG) not in _DRAWN:
        return False
    if tag == f"{_SVG}style" and _STYLE.search("".join(element.itertext())):
        return False
    for name, value in element.attrib.items():
        if "marker-mid" in f"{name}{value}" or name == "marker" or "marker:" in value:
            return False  # drawn at each point of a line, of which there may be any number
        plain = name.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain == "href" and not value.startswith("#")):
            return False
        if any(not found.startswith("#") for found in _ADDRESS.findall(value)):
            return False
    return True


class _EndlessError(Exception):
    """It refers to itself, or is more than anybody draws."""


class _Count:
    """Counts elements, each as often as it is drawn.

    Args:
        named: id → element.
    """

    def __init__(self, named: dict[str, ET.Element]) -> None:
        self._named = named
        self._known: dict[str, int] = {}
        self._open: set[str] = set()

    def of(self, element: ET.Element) -> int:
        """How many are drawn for this one.

        Raises:
            _EndlessError: too many, or without end.
        """
        count = 1 + sum(self.of(child) for child in element)
        for name, value in element.attrib.items():
            if name.rpartition("}")[2].lower() == "href":
                count += self._of_name(value[1:])
        # What is within inherits markers and fills: each may be drawn with all of them.
        inside = count
        for value in element.attrib.values():
            count += sum(inside * self._of_name(found[1:]) for found in _ADDRESS.findall(value))
        if count > MAX_DRAWN:
            raise _EndlessError
        return count

    def _of_name(self, name: str) -> int:
        if name in self._open:
            raise _EndlessError
        if name not in self._named:
            return 0
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.of(self._named[name])
            self._open.discard(name)
        return self._known[name]
