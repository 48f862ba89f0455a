"""`signpost site serve`: the same door as in production, on loopback."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner

from signpost.cli.site import command
from signpost.cli.website.make import OWN
from signpost.cli.website.serve import _KEY_ID, _way_in
from signpost.cli.website.server import Entrance, open_server
from signpost.domain.entrance.passes import COOKIE, Keyring
from signpost.domain.website import headers
from signpost.errors import SettingsError
from tests.website.finished import VERSION, write_site

KEY = "k" * 43
RING = Keyring({_KEY_ID: KEY})
PAGE = f"/{VERSION}/index.html"


@contextmanager
def serving(folder: Path, entrance: Entrance | None = None) -> Iterator[int]:
    """Serve a site; its port."""
    server = open_server(folder, 0, entrance)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(
    port: int, path: str, cookie: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Status, headers in lower case, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read().decode()
    connection.close()
    return answer.status, found, body


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("site"))


def test_an_open_site_serves_its_files_and_nothing_else(site: Path) -> None:
    with serving(site) as port:
        assert ask(port, PAGE)[0] == 200
        status, sent, _body = ask(port, f"/{VERSION}/assets/main.57a0d79d.min.css")
        assert (status, sent["content-type"]) == (200, "text/css; charset=utf-8")
        assert "immutable" in sent["cache-control"]
        status, sent, _body = ask(port, f"/{VERSION}")
        assert (status, sent["location"]) == (302, f"/{VERSION}/")
        assert ask(port, "/none.html")[2] == "<p>none</p>"
        for path in (
            "/.signpost/build.json",
            "/../etc/hosts",
            "/%2e%2e/x.html",
            "//evil.example/",
            "x",
        ):
            status, sent, _body = ask(port, path)
            assert (status, "location" in sent) == (404, False), path
        status, sent, body = ask(port, PAGE, method="HEAD")
        assert (status, body) == (200, "")
        assert int(sent["content-length"]) > 0


def test_a_new_build_is_served_at_once_and_the_change_is_never_seen(tmp_path: Path) -> None:
    """The folder is away between two renames, and has other headers afterwards."""
    first, second = write_site(tmp_path / "first"), write_site(tmp_path / "second")
    own = second / OWN / headers.NAME
    own.write_text(json.dumps({"headers": {"X-Build": "second"}}))
    place = tmp_path / "site"
    first.rename(place)
    with serving(place) as port, ThreadPoolExecutor(1) as pool:
        assert "x-build" not in ask(port, PAGE)[1]
        place.rename(tmp_path / "aside")
        asked = pool.submit(ask, port, PAGE)
        with pytest.raises(TimeoutError):
            asked.result(0.2)
        second.rename(place)
        status, sent, _body = asked.result(5)
        assert (status, sent["x-build"]) == (200, "second")


def test_a_closed_one_asks_for_a_pass_and_gives_one_for_a_ticket(site: Path) -> None:
    with serving(site, Entrance(lambda: RING)) as port:
        for cookie in ("", f"{COOKIE}=1.here.e30.{'A' * 43}", "other=1"):
            status, sent, body = ask(port, PAGE, cookie)
            assert (status, sent["cache-control"]) == (403, "no-store")
            assert "This site is closed" in body
            assert "not set up yet" in body
        address = f"http://127.0.0.1:{port}"
        way = urlsplit(_way_in(address, ("larkfell",), KEY))
        status, sent, _body = ask(port, f"{way.path}?{way.query}")
        assert (status, sent["location"]) == (302, "/")
        value = sent["set-cookie"].partition(";")[0]
        assert sent["set-cookie"].endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        assert ask(port, PAGE, f"a=b; {value}; c=d")[0] == 200
        status, sent, _body = ask(port, "/", value)
        assert (status, sent["location"]) == (302, "/larkfell/")
        assert ask(port, "/other/", value)[0] == 403


def test_a_pass_that_is_taken_back_is_so_at_once(site: Path) -> None:
    rings = [RING]
    with serving(site, Entrance(lambda: rings[-1])) as port:
        way = urlsplit(_way_in("", (), KEY))
        value = ask(port, f"{way.path}?{way.query}")[1]["set-cookie"].partition(";")[0]
        assert ask(port, "/", value)[0] == 200
        rings.append(Keyring(RING.keys, {"you": int(time.time())}))
        assert ask(port, "/", value)[0] == 403


def test_what_the_command_does_not_take(site: Path) -> None:
    with pytest.raises(click.UsageError, match="--closed"):
        CliRunner().invoke(
            command, ["serve", "--brand", "acme"], standalone_mode=False, catch_exceptions=False
        )
    with pytest.raises(click.UsageError, match="id of a brand"):
        _way_in("", ("not/a/brand",), KEY)
    with pytest.raises(SettingsError, match="no site"):
        open_server(site / "none")
