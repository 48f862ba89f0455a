"""The strategy site, into every text of which somebody wrote what tries to run: nothing does.

Many payloads share a page, and a word that marks its end stands behind each of them in every place:
where all the words are seen, no payload swallowed those after it. So few pages are loaded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenPage
from tests.browser.payloads import PAYLOADS
from tests.website.built import build, serve

BRAND = "larkfell"
A_PAGE = 16
"""Payloads on one page."""
PAGES = tuple(
    tuple(enumerate(PAYLOADS))[start : start + A_PAGE] for start in range(0, len(PAYLOADS), A_PAGE)
)


def end(number: int) -> str:
    """The word behind a payload."""
    return f"end{number}end"


def page_of(batch: tuple[tuple[int, str], ...]) -> str:
    """A page with each payload in its title, description, headings, words and tasks."""
    said = json.dumps(" ".join(f"{payload} {end(number)}" for number, payload in batch))
    parts = [f"---\ntitle: {said}\ndescription: {said}\n---\n"]
    for mark, (number, payload) in zip(("#", *["##"] * A_PAGE), batch, strict=False):
        own = payload.replace("[r]", f"[r{number}]")  # of two equal references the first would hold
        parts += [f"{mark} {own.splitlines()[0]}", own, f"- [ ] {own}", f"words {own} words",
                  end(number)]  # fmt: skip
    return "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def hostile(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of such a site."""
    place = tmp_path_factory.mktemp("hostile")
    shutil.copytree(project / "content", place / "content",
                    ignore=shutil.ignore_patterns(".signpost", "posts"))  # fmt: skip
    folder = place / "strategy-site" / "docs" / BRAND / "hostile"
    folder.mkdir(parents=True)
    for number, batch in enumerate(PAGES):
        (folder / f"p{number}.md").write_text(page_of(batch), encoding="utf-8")
    text = (project / "strategy-site" / "mkdocs.yml").read_text(encoding="utf-8")
    # The site's and a section's names, too.
    name = json.dumps(f"</title><script>window.ran=1</script>{PAYLOADS[7]}")
    text = text.replace("site_name: Larkfell handbook", f"site_name: {name}")
    assert name in text
    listed = "".join(f"      - {BRAND}/hostile/p{number}.md\n" for number in range(len(PAGES)))
    (place / "strategy-site" / "mkdocs.yml").write_text(f"{text}  - {name}:\n{listed}", "utf-8")
    build(place)
    yield from serve(place / "site")


WATCH = """
window.broken = []
document.addEventListener('securitypolicyviolation',
  event => window.broken.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))
window.alert = window.confirm = window.prompt = () => { window.ran = 1 }
"""
SEEN = """() => ({
  ran: window.ran || 0,
  broken: window.broken,
  listening: [...document.querySelectorAll('*')].filter(
    one => one.getAttributeNames().some(name => name.startsWith('on'))).map(one => one.outerHTML),
  headings: document.querySelectorAll('article h1, article h2').length,
  title: document.title,
  description: document.querySelector('meta[name=description]').content,
  navigation: document.querySelector('.md-nav--primary').textContent,
  words: [...document.querySelectorAll('article p')].map(one => one.textContent.trim()),
})"""


def test_nothing_runs_wherever_it_was_written(browser: Browser, hostile: str) -> None:
    page = browser.new_page()
    page.add_init_script(WATCH)
    away: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith(hostile) else away.append(sent.url))
    everywhere = {end(number) for number in range(len(PAYLOADS))}
    for number, batch in enumerate(PAGES):
        page.goto(f"{hostile}/{BRAND}/next/hostile/p{number}/", wait_until="load")
        found = page.evaluate(SEEN)
        assert (found["ran"], found["broken"], found["listening"]) == (0, [], []), (batch, found)
        assert found["headings"] >= len(batch), batch
        here = {end(one) for one, _payload in batch}
        assert here <= set(found["words"]), "a payload swallowed what stands behind it"
        for place in ("title", "description"):
            assert {word for word in everywhere if word in found[place]} == here, place
        assert {word for word in everywhere if word not in found["navigation"]} == set()
    assert away == []
    page.context.close()


def test_nothing_runs_from_the_results_of_search(open_page: OpenPage, hostile: str) -> None:
    page = open_page(f"{hostile}/{BRAND}/next/")
    page.evaluate("window.ran = 0")
    for words in ("onerror", "script", "window"):
        page.locator(".md-search__input").fill("")
        page.locator(".md-search__input").press_sequentially(words)
        expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=60_000)
        page.wait_for_timeout(300)
    assert page.evaluate("window.ran") == 0
