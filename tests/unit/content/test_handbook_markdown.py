"""Headings, links, tasks and parts are found where Python-Markdown would find them."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.content.handbook import markdown
from signpost.domain.handbook import Page

reference = import_module("markdown")  # it has no types


def places(text: str) -> markdown.Places:
    return markdown.Places("page.md", text)


def ids(text: str) -> list[str]:
    """What Python-Markdown gives headings."""
    made = reference.markdown(text, extensions=["toc", "attr_list", "fenced_code"])
    return re.findall(r"<h[1-6][^>]*\bid=\"([^\"]*)\"", made)


@pytest.mark.parametrize(
    "text",
    [
        "# A b: c\n",
        "## Ten *things* to `do`, and **more**\n",
        "#Hashtag\n",
        "# Closed ##\n",
        "# Straße & Söhne – 12 €\n",
        "# Same\n\n# Same\n\n## Same\n",
        "# Given {#own}\n\n# Own\n\n# Other {: #two .klass }\n",
        "# [A link](x.md#y) here\n",
        "# 日本\n\n# 本\n",
        "```\n# code\n```\n\n# After\n",
        "~~~text\n# code\n```\n~~~\n\n# After\n",
        "<!-- # hidden -->\n\n# Shown\n",
        "####### Seven\n",
        "# Escaped \\# and \\* and \\_\n",
        "# a - b -- c\n",
        "# R&amp;D &lt;x&gt; \\| y\n",
        "Text\n# Under a text\n",
    ],
)
def test_anchors_are_those_of_the_site(text: str) -> None:
    assert [head.id for head in markdown.headings(text, places(text))] == ids(text)


WORDS = st.text(alphabet="abcÄß 12,.:;!?()'-–", min_size=1, max_size=24).filter(
    lambda word: bool(re.search(r"[a-z]", word))
)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_any_words_make_the_sites_anchors(titles: list[str]) -> None:
    text = "".join(f"## x{title.strip()}x\n\n" for title in titles)
    assert [head.id for head in markdown.headings(text, places(text))] == ids(text)


@given(st.text(alphabet='a#[](){}`~<!->\n .:*"x/', max_size=200))
def test_nothing_makes_it_fail(text: str) -> None:
    at = places(text)
    heads = markdown.headings(text, at)
    for link in markdown.links(text, at, heads):
        line = text.split("\n")[link.span.line - 1]
        assert line[link.span.column - 1 :].startswith(link.target)
    list(markdown.tasks(text, at))
    for part in markdown.parts(text, at):
        assert part.body is None or text[part.start : part.end] == part.body
    assert len(markdown.without_code(text)) == len(text)


def test_a_link_knows_the_heading_above_it() -> None:
    text = '[a](a.md)\n\n# One\n\n[b](b.md "title")\n\n## Two\n\n![c](<c.png>)\n'
    at = places(text)
    found = list(markdown.links(text, at, markdown.headings(text, at)))
    assert [(link.target, link.section) for link in found] == [
        ("a.md", ""),
        ("b.md", "one"),
        ("c.png", "two"),
    ]


def test_an_address_may_have_brackets_of_its_own() -> None:
    text = "[x](https://example.org/a_(b)/c)"
    (link,) = markdown.links(text, places(text), ())
    assert link.target == "https://example.org/a_(b)/c"


def test_a_page_is_signed_by_its_folder() -> None:
    def signed(path: str, brand: str = "shop") -> bool:
        return Page(path, brand, "").signed

    assert signed("shop/strategy/index.md")
    assert signed("shop/guidelines/deep/page.md")
    assert signed("shop/onboarding/index.md")
    assert not signed("shop/playbooks/crisis.md")
    assert not signed("shop/strategy.md")
    assert not signed("strategy/strategy/index.md", brand="")
