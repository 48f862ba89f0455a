"""Real servers, started once a run, and everything that tests do on them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from signpost.local.network.process import NetworkProcess
from tests.conftest import ROOT
from tests.servers.amended import Scene, Scenes, begin
from tests.servers.bluesky_network import BlueskyNetwork
from tests.servers.cases import all_wishes
from tests.servers.content import Written, write
from tests.servers.desks import BlueskyDesk, Desk, MastodonDesk, WordPressDesk
from tests.servers.editions import Editions, mark, write_editions
from tests.servers.proof import Proof
from tests.servers.proxy import Proxy
from tests.servers.stage import Stage
from tests.servers.wordpress_blog import Blog

DeskOf = Callable[[str], Desk]
Play = Callable[[str, str], tuple[Stage, Proxy]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the deployed stack and end with it: its clock runs while the others do.

    The page is compared after all others have said what they saw.
    """
    places = {"test_first": -1, "test_last": 1, "test_page_tells_what_was_seen": 2}
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    ordered = sorted(
        mine,
        key=lambda item: (
            places.get(getattr(item, "originalname", ""), 0)
            if item.path.name in {"test_stack.py", "test_page.py"}
            else 0
        ),
    )
    slots = [index for index, item in enumerate(items) if item in set(mine)]
    for index, item in zip(slots, ordered, strict=True):
        items[index] = item


@pytest.fixture(scope="session")
def _folder() -> Iterator[Path]:
    # Not pytest's: PostgreSQL runs as a user of its own, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="signpost-servers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _starting(_folder: Path) -> Iterator[tuple[Future[BlueskyNetwork], Future[Blog]]]:
    """Both servers, started at the same time."""
    asked = ["sh", str(ROOT / "ci" / "test-servers"), "where"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the test servers are not installed: {done.stderr.strip()}")
    packages = Path(done.stdout.strip())
    with ThreadPoolExecutor(2) as pool:
        places = [_folder / name for name in ("bluesky", "wordpress")]
        for place in places:
            place.mkdir()
        bluesky = pool.submit(BlueskyNetwork.start, places[0], packages)
        blog = pool.submit(Blog.start, places[1])
    yield bluesky, blog
    for started in (bluesky, blog):
        if not started.exception():
            started.result().stop()


@pytest.fixture(scope="session")
def bluesky(_starting: tuple[Future[BlueskyNetwork], Future[Blog]]) -> BlueskyDesk:
    """The Bluesky network."""
    return BlueskyDesk(_starting[0].result())


@pytest.fixture(scope="session")
def wordpress(_starting: tuple[Future[BlueskyNetwork], Future[Blog]]) -> WordPressDesk:
    """The blog."""
    return WordPressDesk(_starting[1].result())


@pytest.fixture(scope="session")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonDesk]:
    """Our own local network: no real server of that language can be installed here."""
    process = NetworkProcess.start(tmp_path_factory.mktemp("network"))
    yield MastodonDesk(process)
    process.stop()


@pytest.fixture
def desk_of(request: pytest.FixtureRequest) -> DeskOf:
    """The desk of a channel; only what a test asks for is started."""

    def find(channel: str) -> Desk:
        desk: Desk = request.getfixturevalue(channel)
        return desk

    return find


@pytest.fixture(scope="session")
def written(bluesky: BlueskyDesk, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Every post of these tests, compiled at once."""
    folder = tmp_path_factory.mktemp("workspace") / "content"
    return write(folder, all_wishes(), {"friend": bluesky.friend.handle})


@pytest.fixture
def play(desk_of: DeskOf, written: Written) -> Iterator[Play]:
    """Puts a post, by its mark, on a stage of its own, behind a proxy of its own."""
    opened: list[tuple[Stage, Proxy]] = []

    def begin(channel: str, mark: str) -> tuple[Stage, Proxy]:
        desk = desk_of(channel)
        proxy = Proxy(desk.url)
        stage = Stage(
            written.lines[mark, channel],
            server=proxy.url,
            handle=desk.handle,
            token=desk.token,
            media=written.media(),
        )
        opened.append((stage, proxy))
        return stage, proxy

    yield begin
    for stage, proxy in opened:
        stage.close()
        proxy.close()


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Every post that is corrected or retracted, compiled twice."""
    return write_editions(tmp_path_factory.mktemp("editions"), {})


@pytest.fixture
def scene(desk_of: DeskOf, editions: Editions) -> Iterator[Scenes]:
    """Publishes a post that is to be amended, behind a proxy of its own."""
    opened: list[Scene] = []

    def publish(channel: str, verb: str, *words: object, desk: Desk | None = None) -> Scene:
        name = mark(channel, verb, *words)
        desk = desk or desk_of(channel)
        if isinstance(desk, MastodonDesk):
            desk = desk.another(name)
        opened.append(begin(desk, verb, name, editions))
        return opened[-1]

    yield publish
    for one in opened:
        one.stage.close()
        one.proxy.close()


@pytest.fixture(scope="session")
def proof(bluesky: BlueskyDesk, wordpress: WordPressDesk) -> Iterator[Proof]:
    """What was seen; written to build/proof.json at the end."""
    seen = Proof(
        {
            "Bluesky": bluesky.network.version,
            "WordPress": wordpress.blog.version,
            "Mastodon": "our own local network, which speaks its language: no server of that kind "
            "can be installed from the registries that this project uses",
        }
    )
    yield seen
    if os.environ.get("PYTEST_XDIST_WORKER") is None:
        seen.save()
