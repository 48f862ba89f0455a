"""A real Chromium for every test of this folder.

`browser` is one process for the whole run; `open_page` gives pages of their own context and, at
the end of a test, fails it for console errors and for requests that left the page's origin.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client
from tests.website.built import build, serve
from tests.website.house import build_house

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = (1280, 900)
NARROW = (390, 844)
SIZES = {"wide": WIDE, "narrow": NARROW}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium, started without any of its own business on the network."""
    expect.set_options(timeout=30_000)  # a busy machine is no fault of the page
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens an address: `open_page(url, size=(w, h), dark=False, scripts=True)`."""
    opened: list[tuple[Page, str]] = []
    wrong: list[str] = []
    allowed: list[re.Pattern[str]] = []

    def open_one(
        url: str,
        *,
        size: tuple[int, int] = WIDE,
        dark: bool = False,
        scripts: bool = True,
        expect: tuple[str, ...] = (),
    ) -> Page:
        """`expect` names console messages (patterns) that the test provokes on purpose."""
        allowed.extend(re.compile(pattern) for pattern in expect)
        page = browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        origin = urlsplit(url).netloc
        page.on(
            "console",
            lambda said: (
                wrong.append(f"{said.type}: {said.text}")
                if said.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: wrong.append(f"uncaught: {error}"))
        page.on(
            "request",
            lambda sent: (
                wrong.append(f"left the origin: {sent.url}")
                if urlsplit(sent.url).netloc not in {origin, ""}
                else None
            ),
        )
        opened.append((page, url))
        page.goto(url)
        return page

    yield open_one
    for page, _ in opened:
        page.context.close()
    unexpected = [item for item in wrong if not any(pattern.search(item) for pattern in allowed)]
    assert unexpected == []


@pytest.fixture(scope="session")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Shoot:
    """Keeps a picture of a page; in SIGNPOST_SCREENSHOTS if that names a folder."""
    named = os.environ.get("SIGNPOST_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def shoot_one(page: Page, name: str) -> None:
        target = folder / f"{name}.png"
        page.screenshot(path=target)
        assert target.stat().st_size > 5_000, "an empty picture"

    return shoot_one


def serious_findings(page: Page, only: str = "") -> list[str]:
    """What axe-core finds of serious or critical weight, one line each; by one rule, where named."""
    # Only the script is used: the package's own classes have no types.
    script = resources.files("axe_playwright_python").joinpath("axe.min.js")
    page.evaluate(script.read_text(encoding="utf-8"))
    # What is in order need not be listed element by element; it is looked at all the same.
    options = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
    found = page.evaluate(
        "(options) => axe.run(options).then((results) => results.violations)", options
    )
    return [
        f"{item['id']}: {item['help']} ({node['html']})"
        for item in found
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ]


def findings_at(page: Page, size: tuple[int, int]) -> list[str]:
    """What is wrong with a page in a window of that size: see `serious_findings`, and overflow."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    wider = overflow(page)
    return [*serious_findings(page), *([f"wider than its window by {wider}"] if wider else [])]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(width)


@pytest.fixture(scope="session")
def house(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with releases and its built site; who writes to it puts back what was there."""
    place = tmp_path_factory.mktemp("house")
    build_house(project, place)
    build(place)
    return place


@pytest.fixture(scope="session")
def site(house: Path) -> Iterator[str]:
    """The address of its site."""
    yield from serve(house / "site")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkProcess]:
    """A local network for the tests of one file."""
    process = NetworkProcess.start(tmp_path_factory.mktemp("network"))
    yield process
    process.stop()


@pytest.fixture(scope="module")
def shop(network: NetworkProcess) -> Client:
    """An account that posts."""
    note = "Gear that lasts."
    return Client(network.url, network.account("fjellwerk", "Fjellwerk Outdoor", note).token)
