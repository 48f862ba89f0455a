"""Pictures in SVG: which are printed, and which are named in their place."""

from __future__ import annotations

import pytest

from signpost.cli.letter.press import Press
from signpost.cli.letter.vector import MAX_BYTES, MAX_DRAWN, is_plain
from signpost.content.project import project_root

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="40" height="40">'
)
LEVELS = "".join(
    f'<g id="a{level}">' + f'<use xlink:href="#a{level - 1}"/>' * 10 + "</g>"
    for level in range(1, 9)
)
PLAIN = {
    "shapes": '<g fill="none"><path d="M0 0L9 9"/><circle r="3"/></g>',
    "words": "<title>Way</title><text y='9'>Push <tspan>it</tspan></text>",
    "styles": "<style>.a{fill:#123}</style><rect class='a' width='9' height='9'/>",
    "arrows": '<defs><marker id="m"><path d="M0 0L1 1"/></marker></defs>'
    '<path d="M0 0L9 9" marker-end="url(#m)"/>',
    "the same twice": '<rect id="r" width="9" height="9"/><use href="#r" x="9"/>',
    "what an editor leaves": '<e:view xmlns:e="https://editor.example/"/><rect width="1" height="1"/>',
}
NOT = {
    "script": "<script>alert(1)</script>",
    "event": '<rect onload="alert(1)" width="9" height="9"/>',
    "page within": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
    "picture of elsewhere": '<image xlink:href="https://x.example/p.png" width="9" height="9"/>',
    "picture of this machine": '<image href="/etc/hostname" width="9" height="9"/>',
    "picture of the release": '<image href="0.png" width="9" height="9"/>',
    "file of elsewhere": '<use href="other.svg#a"/>',
    "fill of elsewhere": '<rect fill="URL( \'https://x.example/#p\' )" width="9" height="9"/>',
    "style of elsewhere": "<style>@import 'https://x.example/a.css';</style>",
    "font of elsewhere": "<style>@font-face{src:url(a.woff)}</style>",
    "link": '<a href="https://x.example/"><rect width="9" height="9"/></a>',
    "moving": '<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>',
    "blur": '<filter id="f"/><rect width="9" height="9"/>',
    "itself": '<g id="a"><use href="#a"/></g>',
    "each other": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "a million": f'<g id="a0"><path d="M0 0"/></g>{LEVELS}',
    "a mark at every point": '<path d="M0 0L9 9" style="marker-mid:url(#m)"/>',
    "a mark by its style": "<style>path{marker-mid:none}</style><path d='M0 0L9 9'/>",
    "one id twice": '<rect id="r" width="1" height="1"/><rect id="r" width="9" height="9"/>',
    "very deep": "<g>" * 3000 + "</g>" * 3000,
    "cut off": "<g>",
}


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def svg(inner: str) -> bytes:
    return f"{HEAD}{inner}</svg>".encode()


@pytest.mark.parametrize("name", PLAIN)
def test_shapes_and_words_are_printed(name: str, press: Press) -> None:
    data = svg(PLAIN[name])
    assert is_plain(data)
    assert press.drawable({"docs/a.svg": data, "docs/b.SVG": data}).keys() == {
        "docs/a.svg",
        "docs/b.SVG",
    }


@pytest.mark.parametrize("name", NOT)
def test_what_acts_or_refers_to_something_outside_is_not(name: str, press: Press) -> None:
    data = svg(NOT[name])
    assert not is_plain(data)
    assert press.drawable({"docs/a.svg": data}) == {}


def test_entities_other_alphabets_and_great_files_are_not(press: Press) -> None:
    entity = b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<text>&a;</text>")
    sheet = b'<?xml-stylesheet href="https://x.example/a.css"?>' + svg("<g/>")
    great = svg("<!--" + "x" * MAX_BYTES + "-->")
    many = svg('<rect width="1" height="1"/>' * (MAX_DRAWN // 4) * 4)
    wide = svg("<g/>").decode().encode("utf-16")
    for data in (entity, sheet, great, many, wide, b"", b"<html/>", b"\x89PNG"):
        assert not is_plain(data)
    # No font has the letter: printed as it is, a word of the picture would be missing.
    assert is_plain(svg("<text y='9'>\u4e2d</text>"))
    assert press.drawable({"docs/a.svg": svg("<text y='9'>\u4e2d</text>")}) == {}


def test_a_picture_of_our_own_is_printed(press: Press) -> None:
    flow = (project_root() / "docs/images/flow.svg").read_bytes()
    assert press.drawable({"docs/flow.svg": flow}) == {"docs/flow.svg": flow}
