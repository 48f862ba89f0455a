from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.rules import file_line_ends
from signpost.content.fixes import apply_fixes
from signpost.content.nodes import parse
from signpost.content.workspace_reader import read_workspace
from signpost.errors import ContentError
from tests.rules.reading import FIXTURES, findings, lay_out


def test_fixes_mint_ids_and_leave_everything_else_alone(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "REF402" / "bad", tmp_path)
    posts = content / "shop/posts"
    windows, marked = posts / "d.md", posts / "e.md"
    windows.write_bytes(windows.read_bytes().replace(b"\n", b"\r\n"))
    marked.write_bytes(b"\xef\xbb\xbf" + marked.read_bytes())
    before = {path.name: path.read_bytes() for path in posts.glob("*.md")}
    bits = random.Random(7).getrandbits
    applied = apply_fixes(
        content, [item for item in findings(content, bits) if item.code == "REF402"]
    )
    assert len(applied) == 5
    assert {item.code for item in findings(content, bits)} == {"FIL605", "FIL606"}
    ids = {post.path: post.id for post in read_workspace(content).posts}
    assert len(set(ids.values())) == len(ids) == 6
    assert ids["shop/posts/a.md"] == "aaaaaaaaaaaa"
    after = {path.name: path.read_bytes() for path in posts.glob("*.md")}
    assert after["a.md"] == before["a.md"]
    new = {name: ids[f"shop/posts/{name}"].encode() for name in after}
    assert after["b.md"] == before["b.md"].replace(b"aaaaaaaaaaaa", new["b.md"])
    assert after["c.md"] == before["c.md"].replace(b"---\n", b"---\nid: %b\n" % new["c.md"], 1)
    assert after["d.md"] == before["d.md"].replace(b"id:\r\n", b"id: %b\r\n" % new["d.md"])
    assert after["e.md"] == before["e.md"].replace(b"---\n", b"---\nid: %b\n" % new["e.md"], 1)
    assert after["f.md"] == before["f.md"].replace(b'""', new["f.md"])


def test_without_randomness_nothing_is_proposed(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "REF402" / "bad", tmp_path)
    assert [item.fix for item in findings(content)] == [None] * 5
    assert apply_fixes(content, findings(content)) == []


@given(st.text(st.sampled_from("a\t \r\n-:é"), max_size=60))
def test_line_ends_are_mended_to_what_is_published(text: str) -> None:
    """A fix is as long as it has to be, and changes nothing but line ends."""
    if "\r" not in text:
        return
    fix = file_line_ends.finding(text, "a.md").fix
    assert fix is not None
    mended = text[: fix.start] + fix.text + text[fix.end :]
    assert mended == text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(st.sampled_from("ab:\t -\n"), max_size=40))
def test_tabs_are_mended_only_where_the_file_can_be_read_then(text: str) -> None:
    try:
        parse(text, "a.yaml")
    except ContentError as error:
        tabs = [item for item in error.diagnostics if item.code == "FIL604"]
        fixes = [item.fix for item in tabs if item.fix]
        assert len(fixes) in {0, len(tabs)}
        if fixes:
            for fix in reversed(fixes):
                text = text[: fix.start] + fix.text + text[fix.end :]
            parse(text, "a.yaml")
