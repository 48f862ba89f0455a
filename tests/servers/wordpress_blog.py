"""A real WordPress on loopback: Debian's, on PHP's own web server and a MariaDB of its own."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy, copytree, which
from typing import Any

from tests.servers.processes import Program, ServerError, answers, free_ports
from tests.servers.web import Page, fetch

FILES = Path(__file__).with_name("wordpress")
SOURCE = Path("/usr/share/wordpress")
START_S = 60.0

_SCHEMA = """
create database blog character set utf8mb4;
create user 'blog'@'127.0.0.1' identified by 'blog';
grant all on blog.* to 'blog'@'127.0.0.1';
create user 'blog'@'localhost' identified by 'blog';
grant all on blog.* to 'blog'@'localhost';
"""


@dataclass(frozen=True)
class _Site:
    """How the blog's files are served at a port."""

    folder: Path
    root: Path
    port: int
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return {**self.settings, "BLOG_PORT": str(self.port)}

    def start(self, name: str) -> Program:
        """Start PHP's own web server; it does not answer yet."""
        php = [
            _tool("php"), "-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0",
            "-S", f"127.0.0.1:{self.port}", "-t", str(self.root),
        ]  # fmt: skip
        return Program(name, php, self.folder, env={**self.env, "PHP_CLI_SERVER_WORKERS": "4"})


class Blog:
    """The running blog; make one with `start`.

    Args:
        people: login → application password: of an author, a contributor and a reader.
    """

    def __init__(
        self, programs: list[Program], site: _Site, people: dict[str, str], version: str
    ) -> None:
        self._programs = programs
        self._site = site
        self.url = site.url
        self.people = people
        self.version = version

    @classmethod
    def start(cls, folder: Path) -> Blog:
        """Start it and wait until it answers.

        Args:
            folder: where its data and logs lie; thrown away by the caller.

        Raises:
            ServerError: a part of it did not start.
        """
        programs: list[Program] = []
        try:
            database, port = free_ports(2)
            programs.append(_mariadb(folder, database))
            programs[0].wait_for(lambda: answers(database), START_S)
            _sql(database, _SCHEMA)
            root = folder / "blog"
            copytree(SOURCE, root, ignore=lambda _at, names: {"wp-config.php"} & set(names))
            copy(FILES / "wp-config.php", root)
            for name in ("uploads", "mu-plugins"):
                (root / "wp-content" / name).mkdir(exist_ok=True)
            for name in ("readers.php", "variants.php"):
                copy(FILES / name, root / "wp-content" / "mu-plugins")
            site = _Site(folder, root, port, {"BLOG_DB_PORT": str(database)})
            people = _set_up(root, site.env)
            programs.append(site.start("wordpress"))
            programs[1].wait_for(lambda: answers(port), START_S)
            blog = cls(programs, site, people, _version(people.pop("version")))
            blog.posts()
        except BaseException:
            for program in reversed(programs):
                program.stop()
            raise
        return blog

    def stop(self) -> None:
        """End all of it."""
        for program in reversed(self._programs):
            program.stop()

    @contextmanager
    def variant(self, **settings: str) -> Iterator[str]:
        """The same blog, served once more with other settings; its address.

        Args:
            settings: `BLOG_PLAIN`, plain permalinks; `BLOG_NO_TRASH`, no trash.
        """
        (port,) = free_ports(1)
        site = replace(self._site, port=port, settings={**self._site.settings, **settings})
        program = site.start(f"wordpress-{port}")
        try:
            program.wait_for(lambda: answers(port), START_S)
            yield site.url
        finally:
            program.stop()

    def call(
        self, method: str, path: str, body: Any = None, *, person: str = "", **query: Any
    ) -> Page:
        """A call of the REST API below `wp/v2`; as nobody, unless a login is given."""
        headers = {}
        if person:
            pair = b64encode(f"{person}:{self.people[person]}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        url = f"{self.url}/wp-json/wp/v2{path}"
        return fetch(method, url, body, query=query, headers=headers)

    def posts(self, **query: Any) -> list[dict[str, Any]]:
        """Public posts as anybody may read them."""
        page = self.call("GET", "/posts", per_page=100, **query)
        assert page.status == 200, page.text
        found: list[dict[str, Any]] = page.json
        return found

    def all_posts(self, **query: Any) -> list[dict[str, Any]]:
        """Posts of any status, with what was stored of them, as their author reads them."""
        wish = {"per_page": 100, "status": "any", "context": "edit", **query}
        page = self.call("GET", "/posts", person="author", **wish)
        assert page.status == 200, page.text
        found: list[dict[str, Any]] = page.json
        return found

    def comment(self, post: int, text: str, name: str = "A reader") -> Page:
        """Comment by the form below the post, as a visitor does."""
        form = {
            "comment": text, "author": name, "email": "reader@example.test",
            "comment_post_ID": str(post), "comment_parent": "0",
        }  # fmt: skip
        page = fetch("POST", f"{self.url}/wp-comments-post.php", form=form)
        assert page.status == 302, page.text[:500]
        return page

    def hide_comment(self, number: int) -> None:
        """Mark a comment as spam, as the post's author may."""
        page = self.call("POST", f"/comments/{number}", {"status": "spam"}, person="author")
        assert page.json["status"] == "spam", page.text


def _mariadb(folder: Path, port: int) -> Program:
    data = folder / "mariadb"
    data.mkdir()
    # As root it wants to be told that this is meant.
    user = ["--user=root"] if os.geteuid() == 0 else []
    made = subprocess.run(
        [
            _tool("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db",
            "--auth-root-authentication-method=normal", *user,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise ServerError(f"mariadb-install-db: {made.stderr[-1000:]}")
    command = [
        _tool("mariadbd"), "--no-defaults", f"--datadir={data}", "--bind-address=127.0.0.1",
        f"--port={port}", f"--socket={data / 's.sock'}", f"--pid-file={data / 'pid'}",
        "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--skip-name-resolve", *user,
    ]  # fmt: skip
    return Program("mariadb", command, folder)


def _sql(port: int, text: str) -> None:
    words = ["--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot"]
    done = subprocess.run(
        [_tool("mariadb"), *words], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServerError(f"mariadb: {done.stderr[-1000:]}")


def _set_up(root: Path, env: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [_tool("php"), str(FILES / "setup.php")],
        cwd=root, env={**os.environ, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        people: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        raise ServerError(f"WordPress could not be set up: {done.stdout}{done.stderr}") from None
    return people


def _version(wordpress: str) -> str:
    def said(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    php = said(_tool("php"), "-r", "echo PHP_VERSION;")
    mariadb = said(_tool("mariadbd"), "--version").partition("Ver ")[2].partition("-")[0]
    return f"WordPress {wordpress} (Debian), PHP {php}, MariaDB {mariadb}"


def _tool(name: str) -> str:
    """A program by name; Debian keeps servers where users do not look."""
    found = which(name) or which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerError(f"{name} is not installed: make test-servers")
    return found
