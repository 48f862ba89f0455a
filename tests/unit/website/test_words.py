"""What is written into pages stays text, whatever it is; what is meant as Markdown stays that."""

from __future__ import annotations

import json

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.content.website.words import fit
from signpost.domain.website.active import active, allowed_address, script_hashes, theme_scripts
from signpost.domain.website.escaping import fenced, inline
from tests.browser.payloads import PAYLOADS

EXTENSIONS = ["admonition", "attr_list", "tables", "toc", "pymdownx.tasklist"]
BEFORE = '<html><script>theme(new URL("../..",location))</script>'
THEME = theme_scripts(BEFORE.replace("../..", "."))


def built(text: str) -> str:
    """The page as MkDocs makes it, in the theme's frame."""
    made = markdown.markdown(fit(text, lambda target: target), extensions=EXTENSIONS)
    return f'{BEFORE}<article class="md-content__inner">{made}</article></html>'


def test_there_are_two_hundred_payloads() -> None:
    assert len(PAYLOADS) >= 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_the_text_of_a_page_runs(payload: str) -> None:
    for text in (payload, f"# {payload}", f"words {payload} words", f"- [ ] {payload}",
                 f"    {payload}", f"!!! note\n\n    {payload}", f"before\n\n{payload}\n\nafter"):  # fmt: skip
        assert active(built(text), THEME) == [], text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs_where_we_put_words_into_a_page(payload: str) -> None:
    made = f"# {inline(payload)}\n\n| {inline(payload)} | <code>{inline(payload)}</code> |\n\n"
    made += fenced(payload, "yaml")
    html = markdown.markdown(made, extensions=["fenced_code", *EXTENSIONS])
    assert active(f"{BEFORE}<article>{html}</article>", THEME) == []


@given(st.lists(st.sampled_from([*"<>`{}[]()!-\n \t\"'=#/*&;:", "img", "src=x", "onerror=y",
                                 "<!--", "-->", "--!>", "```", "script", "javascript:"]),
                max_size=40).map("".join))  # fmt: skip
def test_nothing_runs_whatever_is_written(text: str) -> None:
    assert active(built(text), THEME) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Say `<b>` and ``a ` b``.", "<p>Say <code>&lt;b&gt;</code> and <code>a ` b</code>.</p>"),
        (
            "<https://example.com/a>",
            '<p><a href="https://example.com/a">https://example.com/a</a></p>',
        ),
        ("## Head {#own}", '<h2 id="own">Head</h2>'),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("a <!-- gone --> b", "<p>a  b</p>"),
        ("Use {name} here.", "<p>Use &#123;name} here.</p>"),
    ],
)
def test_what_is_meant_stays(text: str, html: str) -> None:
    made = markdown.markdown(fit(text, lambda target: target), extensions=EXTENSIONS)
    assert made == html


def test_an_item_keeps_its_id_and_day() -> None:
    text = '- [ ] Read it.\n  {: #read data-due="2" }\n'
    made = markdown.markdown(fit(text, lambda target: target), extensions=EXTENSIONS)
    assert 'id="read"' in made
    assert 'data-due="2"' in made


def test_links_are_led_elsewhere_but_not_in_code() -> None:
    made = fit(
        "[a](b.md) `[a](b.md)`\n\n[c]: b.md#x", lambda target: target.replace("b.md", "z.md")
    )
    assert made == "[a](z.md) `[a](b.md)`\n\n[c]: z.md#x"


@pytest.mark.parametrize("address", ["a/b.md", "#x", "../c", "https://e.example/", "mailto:a@b.example",
                                     "tel:+123", "?q=javascript:x", "a.md#b:c"])  # fmt: skip
def test_harmless_addresses_are_allowed(address: str) -> None:
    assert allowed_address(address)


def test_only_the_themes_own_scripts_are_let_run() -> None:
    foreign = BEFORE + "<script>other()</script><article>x</article>"
    assert active(foreign, THEME) == ["<script>"]
    assert len(script_hashes(foreign)) == 2, "so such a page must never be built"
    data = (
        BEFORE
        + f'<script type="application/json">{json.dumps({"a": 1})}</script><article></article>'
    )
    assert active(data, THEME) == []
    assert active('<html><b onclick="x">t</b><article></article>', THEME) != []
    assert active('<script src="https://e.example/x.js"></script><article></article>', THEME) != []
