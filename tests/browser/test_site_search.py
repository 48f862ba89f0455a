"""The handbook as a site: a newcomer's question is answered by its search within three clicks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, OpenPage, overflow

BRAND = "/larkfell/next/"
CLICKS = 3
SHOWN = 5
"""Pages that a reader looks at before giving up."""
QUESTIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("newcomer_questions.yaml").read_text(encoding="utf-8")
)

# The text from a heading to the next one, as a reader sees it.
SECTION = """anchor => {
  const head = anchor ? document.getElementById(anchor) : document.querySelector('article h1')
  const level = Number(head.tagName[1])
  let text = head.innerText
  for (let next = head.nextElementSibling; next; next = next.nextElementSibling) {
    if (/^H[1-6]$/.test(next.tagName)) break
    text += '\\n' + next.innerText
  }
  return text.replace(/\\s+/g, ' ')
}"""


def ask(page: Page, words: str) -> list[str]:
    """Type words into the search; the addresses of what it finds, in order."""
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").fill(words)
    # The theme listens to keys. One is enough: results of half a question would come and go.
    page.locator(".md-search__input").press("End")
    expect(page.locator(".md-search-result__meta")).to_contain_text("match", timeout=30_000)
    results = page.locator(".md-search-result__link")
    expect(results.first).to_be_visible()
    return [str(link.get_attribute("href")) for link in results.all()]


def follow(page: Page, found: list[str], path: str, anchor: str) -> int:
    """Open what was found; how many clicks it took.

    A page shows its best paragraphs and folds the others up. Only what stands among the first
    pages is looked at.
    """
    pages = list(dict.fromkeys(urlsplit(link).path for link in found))
    assert path in pages[:SHOWN], pages
    places = [urlsplit(link) for link in found]
    exact = [n for n, at in enumerate(places) if (at.path, at.fragment) == (path, anchor)]
    whole = [n for n, at in enumerate(places) if (at.path, at.fragment) == (path, "")]
    result = page.locator(".md-search-result__link").nth((exact or whole)[0])
    clicks = 1
    if not result.is_visible():
        result.locator("xpath=ancestor::details[1]/summary").click()
        clicks += 1
    result.click()
    page.wait_for_url(f"**{path}*")
    return clicks


def test_there_are_twenty_questions_and_more() -> None:
    assert len(QUESTIONS) >= 20
    assert len({item["question"] for item in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda item: item["question"])
def test_a_newcomers_question_is_answered(
    open_page: OpenPage, site: str, asked: dict[str, Any]
) -> None:
    page = open_page(f"{site}{BRAND}")
    found = ask(page, asked["search"])
    path = f"{BRAND}{asked['page']}"
    clicks = 1 + follow(page, found, path, asked["section"])  # the first was into the search
    text = page.evaluate(SECTION, asked["section"])
    for words in asked["words"]:
        assert words in text
    assert clicks <= CLICKS


@pytest.mark.parametrize("path", ["guidelines/formats/", "playbooks/crisis/"])
def test_a_page_fits_a_phone(open_page: OpenPage, site: str, path: str) -> None:
    assert overflow(open_page(f"{site}{BRAND}{path}", size=NARROW)) == 0
