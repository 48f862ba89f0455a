"""Stored test vectors: what they are, how they are read, and what they expect."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from signpost.domain.signing.folder import Folder
from signpost.domain.signing.root import TrustRoot
from signpost.domain.signing.roots import Roots, judge_roots, judge_shown
from signpost.domain.signing.standing import Standing, judge_standing
from signpost.domain.signing.statement import decide, parse_statement
from signpost.errors import SigningError
from signpost.signatures import check as judge_signature
from tests.signing.office import BRAND, ON, Link, Tree

# The usual root's signatures are in every vector: the answer to one question is kept.
check = lru_cache(maxsize=1024)(judge_signature)
FOLDER = Path(__file__).parent / "vectors"
STATEMENT = "statement.json"
_CODES = {"in force": 0, "signed": 0, "superseded": 3, "not yet in force": 3, "past review": 4}


@dataclass(frozen=True)
class Vector:
    """One case.

    Args:
        name: of its file.
        what: it is, in one line.
        state: that is expected: of the release, `signed` or `unsigned` of a statement, `none`
            where there is no release that could be judged.
        reasons: everything that is wrong, each as its word, sorted.
        attack: which attack of the design it is; empty where it is none of them.
    """

    name: str
    what: str
    tree: Tree
    state: str
    reasons: tuple[str, ...] = ()
    version: str = "2026.1"
    on: date = ON
    pins: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    attack: str = ""

    @property
    def negative(self) -> bool:
        """Whether something has to be refused."""
        return bool(self.reasons) or self.state in {"unsigned", "past review", "none"}

    @property
    def is_statement(self) -> bool:
        """Whether it is about a statement, not a release."""
        return STATEMENT in self.tree

    @property
    def code(self) -> int:
        """The exit code of `signpost strategy verify`."""
        return 1 if self.reasons else _CODES.get(self.state, 1)

    def write(self) -> str:
        """Its file."""
        document: dict[str, Any] = {
            "what": self.what,
            "attack": self.attack,
            "version": self.version,
            "on": self.on.isoformat(),
            "pins": list(self.pins),
            "seen": list(self.seen),
            "expect": {"state": self.state, "reasons": list(self.reasons)},
            "tree": {path: _shown(data) for path, data in sorted(self.tree.items())},
        }
        return json.dumps(document, indent=1, ensure_ascii=True) + "\n"

    def lay_out(self, place: Path) -> None:
        """Write the tree to disk, below `strategy-site`."""
        for path, data in self.tree.items():
            target = place / "strategy-site" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, Link):
                target.symlink_to(data.target)
            else:
                target.write_bytes(data)

    def below(self, folder: str) -> Folder:
        """The files below a folder, as they would be found on disk."""
        start = f"{folder}/"
        files, odd = {}, {}
        for path, data in self.tree.items():
            if not path.startswith(start):
                continue
            inner = path.removeprefix(start)
            above = inner.partition("/.git/")[0]
            if above != inner:
                odd[above] = "submodule"
            elif isinstance(data, Link):
                odd[inner] = "symlink"
            else:
                files[inner] = data
        files = {
            path: data for path, data in files.items()
            if not any(path.startswith(f"{item}/") for item in odd)
        }  # fmt: skip
        return Folder(files, odd)

    def names(self, folder: str) -> list[str]:
        """The folders directly below one."""
        start = f"{folder}/"
        return sorted(
            {
                path.removeprefix(start).partition("/")[0]
                for path in self.tree
                if path.startswith(start)
            }
        )


def read_vectors() -> Iterator[Vector]:
    """All that are stored, by name."""
    for path in sorted(FOLDER.glob("*.json")):
        yield parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Vector:
    """The vector that a file holds."""
    found = json.loads(text)
    return Vector(
        name,
        found["what"],
        {path: _data(value) for path, value in found["tree"].items()},
        found["expect"]["state"],
        tuple(found["expect"]["reasons"]),
        found["version"],
        date.fromisoformat(found["on"]),
        tuple(found["pins"]),
        tuple(found["seen"]),
        found["attack"],
    )


def judge_chain(vector: Vector) -> Roots:
    """The chain of roots by the library."""
    place = f"signoff/{BRAND}/roots"
    folders = {int(name): vector.below(f"{place}/{name}") for name in vector.names(place)}
    roots = judge_roots(folders, check, pins=vector.pins, brand=BRAND)
    shown = {
        name: data
        for name in ("root.json", "allowed_signers")
        if isinstance(data := vector.tree.get(f"signoff/{BRAND}/{name}"), bytes)
    }
    return judge_shown(roots, shown)


def judge(vector: Vector) -> tuple[str, tuple[str, ...]]:
    """State and reasons, by the library."""
    roots = judge_chain(vector)
    reasons = {fault.reason for item in roots.waiting for fault in item.faults}
    reasons |= {
        lost.reason
        for item in roots.waiting
        for tally in item.tallies.values()
        for lost in tally.uncounted
    }
    if vector.is_statement:
        return _judge_statement(vector, roots, reasons)
    place = f"releases/{BRAND}"
    folders = {name: vector.below(f"{place}/{name}") for name in vector.names(place)}
    standing = judge_standing(folders, roots, vector.on, check, seen=vector.seen)
    return state_and_reasons(standing, vector.version, reasons)


def state_and_reasons(
    standing: Standing, version: str, reasons: set[str]
) -> tuple[str, tuple[str, ...]]:
    """What was found about one version."""
    reasons |= {fault.reason for fault in standing.faults}
    item = standing.releases.get(version)
    if item is None:
        return "none", tuple(sorted(reasons))
    reasons |= {fault.reason for fault in item.faults}
    if item.tally is not None:
        reasons |= {lost.reason for lost in item.tally.uncounted}
    return str(standing.states[version]), tuple(sorted(reasons))


def _judge_statement(
    vector: Vector, roots: Roots, reasons: set[str]
) -> tuple[str, tuple[str, ...]]:
    root: TrustRoot | None = roots.present
    reasons |= {fault.reason for fault in roots.faults}
    data = vector.tree[STATEMENT]
    if root is None or not isinstance(data, bytes):
        return "unsigned", tuple(sorted(reasons))
    try:
        files = vector.below(f"{STATEMENT}.signatures").files
        tally = decide(parse_statement(data), root, files, check)
    except SigningError as error:
        return "unsigned", tuple(sorted(reasons | {error.reason}))
    reasons |= {lost.reason for lost in tally.uncounted}
    return "signed" if tally.met else "unsigned", tuple(sorted(reasons))


def _shown(data: bytes | Link) -> Any:
    if isinstance(data, Link):
        return {"link": data.target}
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _data(value: Any) -> bytes | Link:
    if isinstance(value, str):
        return value.encode()
    return Link(value["link"]) if "link" in value else base64.b64decode(value["base64"])
