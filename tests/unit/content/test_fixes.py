from __future__ import annotations

import random
from pathlib import Path

from signpost.content.fixes import apply_fixes
from signpost.content.workspace_reader import read_workspace
from tests.rules.reading import FIXTURES, findings, lay_out


def test_fixes_mint_ids_and_leave_everything_else_alone(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "REF402" / "bad", tmp_path)
    posts = content / "shop/posts"
    before = {path.name: path.read_bytes() for path in posts.glob("*.md")}
    bits = random.Random(7).getrandbits
    applied = apply_fixes(content, findings(content, bits))
    assert len(applied) == 5
    assert findings(content, bits) == []
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
