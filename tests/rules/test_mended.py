"""`--fix` mends what a rule about words says it mends, in files as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.content.fixes import apply_fixes
from signpost.domain.diagnostics import Diagnostic
from tests.rules.reading import FIXTURES, findings, lay_out

MENDED = ("LNK803", "TXT105")


@pytest.mark.parametrize("code", MENDED)
def test_what_can_be_mended_is_gone_and_nothing_else_has_come(code: str, tmp_path: Path) -> None:
    content = lay_out(FIXTURES / code / "bad", tmp_path)
    before = findings(content)
    fixable = [item for item in before if item.fix is not None]
    assert len(apply_fixes(content, fixable)) == len(fixable) > 5
    after = findings(content)
    assert [str(item) for item in after if item.fix is not None] == []
    kept = {(item.span.path, item.code) for item in before if item.fix is None}
    assert {(item.span.path, item.code) for item in after} == kept


def test_a_link_is_mended_in_its_quotation_marks_and_a_text_beside_its_neighbours(
    tmp_path: Path,
) -> None:
    content = lay_out(FIXTURES / "LNK803" / "bad", tmp_path)
    apply_fixes(content, findings(content))
    posts = content / "shop" / "posts"
    tags = "utm_source=mastodon&utm_medium=social"
    quoted = (posts / "quoted-link.md").read_text(encoding="utf-8")
    assert f'link: "https://shop.example/zips?{tags}"\n' in quoted
    text = (posts / "with-query.md").read_text(encoding="utf-8")
    assert f"https://shop.example/boots?size=42&{tags}#heel" in text
    both = (posts / "two-links.md").read_text(encoding="utf-8")
    assert f"https://shop.example/one?{tags} and https://shop.example/two?{tags}\n" in both


def test_a_campaign_that_the_brand_does_not_have_is_not_written_into_an_address(
    tmp_path: Path,
) -> None:
    content = lay_out(FIXTURES / "LNK803" / "bad", tmp_path)
    path = content / "shop" / "posts" / "link.md"
    text = path.read_text(encoding="utf-8").replace("accounts:", "campaign: wintr\naccounts:", 1)
    path.write_text(text, encoding="utf-8")
    (found,) = _untagged(content, "link.md")
    assert "`utm_campaign`" not in found.cause
    apply_fixes(content, [found])
    mended = path.read_text(encoding="utf-8")
    assert "utm_source=mastodon&utm_medium=social\n" in mended
    path.write_text(mended.replace("wintr", "winter"), encoding="utf-8")
    (found,) = _untagged(content, "link.md")
    assert found.fix is not None
    assert found.fix.text == "&utm_campaign=winter"


def test_line_ends_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "LNK803" / "bad", tmp_path)
    path = content / "shop" / "posts" / "in-markdown.md"
    windows = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(windows)
    (found,) = _untagged(content, "in-markdown.md")
    assert found.fix is None
    link = content / "shop" / "posts" / "link.md"
    link.write_bytes(link.read_bytes().replace(b"\n", b"\r\n"))
    (found,) = _untagged(content, "link.md")
    assert found.fix is not None, "the front matter can be edited whatever the line ends"
    apply_fixes(content, [found])
    assert b"soles?utm_source=mastodon&utm_medium=social\r\n" in link.read_bytes()


def _untagged(content: Path, name: str) -> list[Diagnostic]:
    path = f"shop/posts/{name}"
    return [item for item in findings(content) if (item.span.path, item.code) == (path, "LNK803")]
