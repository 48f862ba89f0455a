"""The demo's strategy site: built beside everything else, then served on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signpost.local.layout import Layout, read_json, write_private
from signpost.local.leash import Leashed
from signpost.local.notary import own_environment
from signpost.local.ports import LOOPBACK, choose
from signpost.local.scratch import SITE, git

FIRST_PORT = 4700
STANDS_BACK = 5
"""How nice the build is: posts that are due in this minute come first."""
READY_S = 20.0
_PART = "site"
_PAST = "past review"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A version on the site, as its status.json has it.

    Args:
        brand: its id.
        version: such as `2026.1`.
        state: what it was when the site was built.
        roles: who signed.
        until: the last day on which it is in force.
        held: nothing of the brand goes out.
    """

    brand: str
    version: str
    state: str
    roles: tuple[str, ...]
    until: str
    held: bool


class Handbook:
    """Builds the site of the scratch repository, and serves it.

    Args:
        layout: where workspace, site and logs lie.
        say: tells people.
    """

    def __init__(self, layout: Layout, say: Say) -> None:
        self._layout, self._say = layout, say
        self._build: Leashed | None = None
        self._server: Leashed | None = None
        self._sources = ""
        self._port = 0

    @property
    def address(self) -> str:
        """Where it is served; empty where it is not."""
        return f"http://localhost:{self._port}" if self._server is not None else ""

    def build(self) -> None:
        """Begin to build, where what it is made of is not what it was made of the last time."""
        sources = git(self._layout.workspace, "rev-parse", f"HEAD:{SITE}", check=False)
        if not sources or sources == self._sources:
            return
        self._sources = sources
        if importlib.util.find_spec("mkdocs") is None:
            self._say("the strategy site is left out: mkdocs-material is not installed")
            return
        self._end_build()
        self._build = self._run("build", nice=STANDS_BACK)

    def poll(self) -> bool:
        """Look after the build; whether it is over, or none was begun."""
        code = self._build.poll() if self._build is not None else None
        if self._build is None or code is None:
            return self._build is None
        self._end_build()
        if code:
            self._say(f"the strategy site was not built: {_last_line(self._log('build'))}")
        elif self._server is not None:
            self._say(f"the strategy site is new: {self.address}")
        return True

    def serve(self) -> None:
        """Serve what was built and what will be, on the port of last time where it is free."""
        if not (self._layout.site / "status.json").is_file():
            return
        ports = read_json(self._layout.ports)
        kept = ports.pop(_PART, FIRST_PORT)
        self._port = choose(
            kept if isinstance(kept, int) else FIRST_PORT, frozenset(ports.values())
        )
        write_private(self._layout.ports, {**ports, _PART: self._port})
        self._server = self._run("serve", "--no-build", "--port", str(self._port))
        deadline = time.monotonic() + READY_S
        while self._server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{LOOPBACK}:{self._port}/", timeout=2).close()
                return
            time.sleep(0.05)
        self._say(f"the strategy site is not served: {_last_line(self._log('serve'))}")
        self._server.stop()
        self._server = None

    def shown(self) -> list[Shown]:
        """The signed versions on the site, as it was built last."""
        brands = read_json(self._layout.site / "status.json").get("brands", {})
        return [
            Shown(
                brand,
                one["version"],
                one["state"],
                tuple(one["roles"]),
                one["review_by"] or "",
                bool(shelf.get("gate")) and not shelf["in_force"],
            )
            for brand, shelf in brands.items()
            for one in shelf["versions"]
        ]

    def stop(self) -> None:
        """End what runs; returns when it is gone."""
        self._end_build()
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _end_build(self) -> None:
        if self._build is not None:
            self._build.stop()
            self._build = None
        for left in self._layout.root.glob(f".{self._layout.site.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)

    def _run(self, verb: str, *more: str, nice: int = 0) -> Leashed:
        workspace = self._layout.workspace
        return Leashed(
            [
                *(sys.executable, "-m", "signpost.cli.main", "site", verb),
                *("--site", str(workspace / SITE), "--content", str(workspace / "content")),
                *("--out", str(self._layout.site), *more),
            ],
            self._log(verb),
            own_environment(self._layout),
            nice=nice,
        )

    def _log(self, verb: str) -> Path:
        return self._layout.logs / f"site-{verb}.log"


def lines(shown: list[Shown]) -> list[str]:
    """A table of what is signed."""
    cells = [["strategy", "version", "today", "to be reviewed by", "signed by"]]
    for one in shown:
        today = f"{one.state}: nothing goes out" if one.held and one.state == _PAST else one.state
        cells.append([one.brand, one.version, today, one.until, ", ".join(one.roles) or "nobody"])
    brands = dict.fromkeys(one.brand for one in shown)
    cells += [[brand, "next", "draft", "", "nobody"] for brand in brands]
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip() for row in cells
    ]


def _last_line(log: Path) -> str:
    found = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return found[-1].strip() if found else f"it gave no reason (see {log})"
