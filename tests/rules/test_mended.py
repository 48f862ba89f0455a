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


@pytest.mark.parametrize(
    ("code", "name", "before", "after"),
    [
        ("TAG703", "capitals.md", "#MENDIT\n", "#MendIt\n"),
        ("TAG703", "theme.md", "#makeitlast\n", "#MakeItLast\n"),
        ("VOI906", "many.md", "Sale!!!!!!!!!! Really.", "Sale! Really."),
        ("VOI906", "fullwidth.md", "Oishii！！！\n", "Oishii！\n"),
        ("REF401", "a.md", "accounts: [main, sidee]", "accounts: [main, side]"),
        ("REF401", "b.md", "  - mian\n", "  - main\n"),
        ("REF401", "twice.md", "accounts: [main, main, sidee]", "accounts: [main, main, side]"),
        ("REF401", "o.md", "  mastodn:\n", "  mastodon:\n"),
        ("REF403", "type.md", "type: storry\n", "type: story\n"),
        ("REF403", "persona.md", "persona: hut-hoper\n", "persona: hut-hopper\n"),
        ("REF403", "theme.md", "theme: knowhow\n", "theme: know-how\n"),
        ("YML501", "a.md", "\nacounts: [main]\nsumary: On.", "\naccounts: [main]\nsummary: On."),
        ("YML501", "o.md", "    visibilty: public\n", "    visibility: public\n"),
    ],
)  # fmt: skip
def test_only_the_mistyped_word_is_mended(
    code: str, name: str, before: str, after: str, tmp_path: Path
) -> None:
    content = lay_out(FIXTURES / code / "bad", tmp_path)
    path = content / "shop" / "posts" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    found = [item for item in findings(content) if item.span.path == f"shop/posts/{name}"]
    apply_fixes(content, found)
    assert path.read_text(encoding="utf-8") == text.replace(before, after)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("REF401", "doubt.md"),  # the account that was meant stands there already
        ("REF403", "campaign.md"),  # nothing is near it
        ("TAG703", "long.md"),  # where its words end, nobody knows
        ("VOI906", "mixed.md"),  # nor which of the marks is meant
    ],
)
def test_what_leaves_a_doubt_is_not_mended(code: str, name: str, tmp_path: Path) -> None:
    content = lay_out(FIXTURES / code / "bad", tmp_path)
    found = [item for item in findings(content) if item.span.path == f"shop/posts/{name}"]
    assert [item.code for item in found] == [code]
    assert found[0].fix is None


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("type: 'storry'\n", "type: 'story'\n"),
        ('type: "storry"  # mine\n', 'type: "story"  # mine\n'),
        ('type: "st\\x6frry"\n', ""),  # an escape: no place of it is that of a letter
        ("typ: story\nsumary: A. B\n", "type: story\nsummary: A. B\n"),
        ("typ: story\ntype: story\n", ""),  # it would stand there twice
        ("typ: story\ntyppe: story\n", ""),
        ("late: 2h\non_ambiguous: hould\n", "late: 2h\non_ambiguous: hold\n"),
        ("tags: [a]\r\ntype: storry\r\n", "tags: [a]\r\ntype: story\r\n"),
        ("type: qwertz\n", ""),
        ("owner: somebody\ntype: how-too\n", "owner: somebody\ntype: how-to\n"),
    ],
)
def test_a_word_is_mended_however_it_is_written(written: str, mended: str, tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "REF403" / "good", tmp_path)
    path = content / "shop" / "posts" / "new.md"
    start = "---\nid: ref403-new\nstatus: draft\n"
    path.write_bytes(f"{start}{written}---\nA text of its own.\n".encode())
    mine = [item for item in findings(content) if item.span.path == "shop/posts/new.md"]
    apply_fixes(content, [item for item in mine if item.code in {"REF403", "YML501", "YML502"}])
    wanted = f"{start}{mended or written}---\nA text of its own.\n"
    assert path.read_bytes().decode() == wanted
    again = [item for item in findings(content) if item.span.path == "shop/posts/new.md"]
    assert not apply_fixes(content, [item for item in again if item.code != "FIL606"])


def test_a_key_of_a_configuration_file_is_mended_behind_a_byte_order_mark(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "REF403" / "good", tmp_path)
    path = content / "shop" / "brand.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("\ufeff" + text.replace("types:", "typs:", 1), encoding="utf-8")
    found = [item for item in findings(content) if item.code == "YML501"]
    apply_fixes(content, found)
    assert path.read_text(encoding="utf-8") == "\ufeff" + text
