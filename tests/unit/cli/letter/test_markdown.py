"""Pages on paper: nothing that a page says is lost, and nothing of it is markup of ours."""

from __future__ import annotations

import json
from itertools import repeat
from typing import Any

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.letter import tree
from signpost.cli.letter.inline import Goal
from signpost.cli.letter.markdown import missing_words, read_page, write_page
from signpost.cli.letter.press import name_of
from signpost.content.project import project_root

LABELS = list(repeat("label", 2000))
MARKS = ["#", "*", "_", "`", "[", "]", "(", ")", "<", ">", "!", "|", "-", "\n", "\n\n", "    ", "---\n",
         "\\", "&amp;", "{#id}", "!!! note\n", "1. ", "- ", "- [ ] ", "> ", "```\n", "<br>", "<!--", "-->",
         "a", "word", "://", "x.md", ":", "\t"]  # fmt: skip


class Alone:
    """A page that knows no other."""

    def goal(self, address: str) -> Goal | None:
        return None if ":" in address else Goal("", address)

    def picture(self, address: str) -> str:
        return f"{len(address)}.png" if address == "there.png" else ""


def blocks_of(source: str) -> list[tree.Node]:
    return write_page(read_page(source), Alone(), LABELS)


def words_of(source: str) -> str:
    return "".join(tree.words_of(blocks_of(source)))


@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=8), max_size=40).map("".join))
def test_no_word_is_lost(source: str) -> None:
    page = read_page(source)
    blocks = write_page(page, Alone(), LABELS)
    json.dumps(blocks)
    if {"k": "lines"}.items() <= (blocks[-1] if blocks else {}).items():
        return  # the source itself is there
    assert not missing_words(page, blocks, [*MARKS, *map(str, range(100))] * 40)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(4, 60))
def test_places_for_breaks_change_no_text(value: str, limit: int) -> None:
    assert "".join(tree.words_of(tree.text(value, limit))) == value.replace("\t", " ")


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("# A\n\ntext", ["heading", "para"]),
        ("- a\n- b", ["list"]),
        ("3. a", ["list"]),
        ("|a|\n|-|\n|b|", ["table"]),
        ('!!! tip "Title"\n\n    inside\n\nafter', ["box", "para"]),
        ("text\n!!! tip\n    inside", ["para", "box"]),
        ("??? note\n    inside", ["box"]),
        ("!!!note", ["para"]),
        ("> a", ["quote"]),
        ("```sh\na\n```", ["lines"]),
        ("    a", ["lines"]),
        ("***", ["rule"]),
        ("<div>a</div>", ["lines"]),
        ("<!-- a -->", []),
        ("# ", []),
        ("---\ntitle: a\n---\ntext", ["para"]),
    ],
)
def test_blocks(source: str, kinds: list[str]) -> None:
    assert [block["k"] for block in blocks_of(source)] == kinds


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [block["level"] for block in blocks_of("# a\n\n#### b\n\n## c\n\n###### d\n")]
    assert levels == [2, 3, 3, 4]


def test_tasks_have_boxes() -> None:
    (found,) = blocks_of("- [ ] open\n- [x] done")
    assert found["tasks"]
    assert [item[0]["body"][0]["k"] for item in found["items"]] == ["open", "done"]
    assert not blocks_of("- [ ] open\n- none")[0]["tasks"]


def test_attributes_are_no_words_but_a_due_day_is() -> None:
    task = words_of('- [ ] Meet *them*. {: #cm-meet data-due="3" }')
    assert " ".join(task.split()) == "Meet them. (due: day 3)"
    assert words_of("# A {#own .wide}").strip() == "A"
    assert "hidden" in words_of('Text {: title="hidden" }')


def line(source: str) -> list[dict[str, Any]]:
    (para,) = blocks_of(source)
    found: list[dict[str, Any]] = para["body"]
    return found


def test_links_say_where_they_lead() -> None:
    (node,) = line("[a](https://x.example)")
    assert (node["url"], node["note"]) == ("https://x.example", "https://x.example")
    (node,) = line("<https://x.example>")
    assert "note" not in node
    (node,) = line("[a](other.md)")
    assert (node["url"], node["note"]) == ("", "other.md")
    assert "https://x.example" in words_of("# [a](https://x.example)")


@pytest.mark.parametrize("address", ["javascript:x()", "file:///etc/passwd", "data:text/html,x"])
def test_links_that_could_do_harm_are_text(address: str) -> None:
    assert all(node.get("url", "") == "" for node in line(f"[a]({address})"))


def test_pictures_or_why_not() -> None:
    (node,) = line("![Two boots](there.png)")
    assert (node["k"], node["alt"]) == ("picture", "Two boots")
    assert "[Picture, not printed: Two boots (gone.png)]" in words_of("![Two boots](gone.png)")


@pytest.mark.parametrize(
    "source",
    ["|a|\n|-|\n|b|c|", "> " * 30 + "a", "\n".join("  " * n + "- a" for n in range(40))],
)
def test_what_would_not_be_seen_brings_the_source(source: str) -> None:
    last = blocks_of(source)[-1]
    shown = "\n".join("".join(row) for row in last["v"])
    assert shown.split() == source.split()


def test_anchors_are_those_of_the_site() -> None:
    count = 0
    for path in (project_root() / "strategy-site/docs").rglob("*.md"):
        page = read_page(path.read_text(encoding="utf-8"))
        site = markdown.Markdown(extensions=["admonition", "attr_list", "tables", "toc"])
        site.convert(page.source)
        tokens: list[Any] = site.toc_tokens  # type: ignore[attr-defined, unused-ignore] # an extension adds it
        found = [token["id"] for token in tokens for token in _flat(token)]
        assert list(page.anchors) == found, path
        count += len(found)
    assert count > 100


def _flat(token: Any) -> list[Any]:
    return [token, *(inner for child in token["children"] for inner in _flat(child))]


@pytest.mark.parametrize(
    ("letter", "name"),
    [("😀", "[grinning face]"), ("\u202e", "[U+202E]"), ("\ufe0f", ""), ("\ue000", "[U+E000]")],
)
def test_letters_that_no_font_has_are_named(letter: str, name: str) -> None:
    assert name_of(letter) == name
