"""Makes keys, trust roots and releases for the demo, by the commands that everybody uses.

The keys are made on the spot, without a passphrase, and lie beside the workspace: good for a demo
and for nothing else, which everything that they sign says by the names of its roles.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from signpost.content.workspace_reader import ReadResult
from signpost.domain.signing.document import sha256
from signpost.domain.signing.release import order
from signpost.domain.workspace import Brand
from signpost.errors import StackError
from signpost.local.layout import Layout, read_json, write_private
from signpost.local.leash import environment
from signpost.local.scratch import SITE, commit

LABEL = "(demo)"
SIGNERS = 3
"""The most people of a brand who may sign; two of them are enough."""
ENOUGH = 2
_SIGNED = ("brand.yaml", "kpis.yaml", "positions.yaml")
_PAGES = ("guidelines", "onboarding", "strategy")
_KEYGEN = "ssh-keygen"


@dataclass(frozen=True, slots=True)
class Party:
    """Who signs for a brand.

    Args:
        brand: its id.
        domain: what signatures are made for.
        signers: person, role and the role's title.
    """

    brand: str
    domain: str
    signers: tuple[tuple[str, str, str], ...]


def party_of(brand: Brand) -> Party:
    """Those who hold the brand's first positions, clients left out, each person once."""
    found: dict[str, tuple[str, str, str]] = {}
    for position in brand.positions:
        holder = next((h for h in brand.people.holders if h.position == position.id), None)
        if holder is None or position.client or len(found) == SIGNERS:
            continue
        title = f"{position.title} {LABEL}"
        found.setdefault(holder.person, (holder.person, position.id, title))
    host = (urlsplit(brand.website).hostname or "").removeprefix("www.")
    return Party(brand.id, host or f"{brand.id}.example", tuple(found.values()))


def why_not(sample: Path) -> str:
    """Why nothing can be signed here; empty where it can."""
    if shutil.which(_KEYGEN) is None:
        return f"{_KEYGEN} is not installed (it comes with the OpenSSH client)"
    if not (sample.parent / SITE / "docs").is_dir():
        return f"there is no {SITE} beside {sample}"
    return ""


def parties(read: ReadResult, folder: Path) -> list[Party]:
    """Those of the brands that have a strategy and somebody to sign it."""
    docs = folder / SITE / "docs"
    found = [party_of(b) for b in read.brands.values() if (docs / b.id / "strategy").is_dir()]
    return [party for party in found if party.signers]


class Notary:
    """Signs in one repository.

    Args:
        layout: where keys, and what was signed with them, are kept.
        folder: the repository.
        told: hears of each command before it runs.
    """

    def __init__(self, layout: Layout, folder: Path, told: Callable[[str], None]) -> None:
        self._layout, self._folder, self._told = layout, folder, told

    def open(self, found: Sequence[Party]) -> dict[str, str]:
        """Make new keys and the proposal of trust root 1 for each; brand → the root's digest.

        Raises:
            StackError: a command failed.
        """
        shutil.rmtree(self._layout.keys, ignore_errors=True)
        digests = {}
        for party in found:
            keys = self._layout.keys / party.brand
            keys.mkdir(mode=0o700, parents=True)
            words: list[str] = []
            for person, role, title in party.signers:
                comment = f"demo key of {person}, made by `make run`"
                self._run(
                    _KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", comment,
                    "-f", str(keys / person),
                )  # fmt: skip
                words += ["--signer", f"{person}:{role}:{keys / person}.pub"]
                words += ["--role", f"{role}={title}"]
            count = min(ENOUGH, len(party.signers))
            words += ["--threshold", f"strategy={count}", "--domain", party.domain]
            for glob in self._documents(party.brand):
                words += ["--documents", glob]
            self._strategy("root", "init", "--brand", party.brand, *words)
            root = self._folder / SITE / "signoff" / party.brand / "roots" / "1" / "root.json"
            digests[party.brand] = sha256(root.read_bytes())
        write_private(
            self._layout.signoff,
            {
                party.brand: {
                    "root": digests[party.brand],
                    "signers": [person for person, _role, _title in party.signers],
                }
                for party in found
            },
        )
        return digests

    def sign_root(self, brand: str) -> None:
        """Let everybody that trust root 1 names sign it.

        Raises:
            StackError: a command failed.
        """
        for person in self.signers(brand):
            self._sign("root", brand, person)

    def release(self, brand: str, effective: date, review_by: date) -> str:
        """Freeze what is committed as the next version, let enough people sign it; the version.

        Raises:
            StackError: a command failed, or this demo holds no keys of the brand.
        """
        people = self.signers(brand)
        version = self._next(brand, effective)
        self._strategy(
            "release", version, "--brand", brand,
            "--effective", effective.isoformat(), "--review-by", review_by.isoformat(),
        )  # fmt: skip
        for person in people[:ENOUGH]:
            self._sign(version, brand, person)
        commit(self._folder, f"Sign {brand} {version}")
        return version

    def take_in(self, brand: str, person: str, effective: date, review_by: date) -> str:
        """Bring somebody's passkeys into the next trust root, and freeze a version for them to sign.

        Returns:
            The version, which lacks one signature: theirs, or another's.

        Raises:
            StackError: a command failed, or this demo holds no keys of the brand.
        """
        people = self.signers(brand)
        self._strategy("root", "rotate", "--brand", brand, "--enrolled", person)
        for other in people[:ENOUGH]:
            self._sign("root", brand, other)
        commit(self._folder, f"Take in the passkey of {person}")
        version = self._next(brand, effective)
        self._strategy(
            "release", version, "--brand", brand,
            "--effective", effective.isoformat(), "--review-by", review_by.isoformat(),
        )  # fmt: skip
        for other in [name for name in people if name != person][: ENOUGH - 1]:
            self._sign(version, brand, other)
        commit(self._folder, f"Propose {brand} {version}")
        return version

    def signers(self, brand: str) -> list[str]:
        """Whose keys the demo holds.

        Raises:
            StackError: none.
        """
        known = read_json(self._layout.signoff)
        if brand not in known:
            raise StackError(
                f"This demo holds no keys of `{brand}`.",
                f"Those that it holds: {', '.join(sorted(known)) or 'none'}.",
            )
        return list(known[brand]["signers"])

    def _next(self, brand: str, effective: date) -> str:
        there = (self._folder / SITE / "releases" / brand).glob("*/release.json")
        newest = max((file.parent.name for file in there), key=order, default="")
        year, _, number = newest.partition(".")
        if not year.isdecimal() or int(year) < effective.year:
            return f"{effective.year}.1"
        return f"{year}.{int(number or 0) + 1}"

    def _documents(self, brand: str) -> list[str]:
        content, docs = self._folder / "content" / brand, self._folder / SITE / "docs" / brand
        found = [f"content/{brand}/{name}" for name in _SIGNED if (content / name).is_file()]
        return found + [f"docs/{brand}/{name}/**" for name in _PAGES if (docs / name).is_dir()]

    def _sign(self, what: str, brand: str, person: str) -> None:
        key = self._layout.keys / brand / person
        self._strategy("sign", what, "--brand", brand, "--as", person, "--key", str(key), "--yes")

    def _strategy(self, *words: str) -> None:
        self._told(f"signpost strategy {' '.join(words)}")
        self._run(sys.executable, "-m", "signpost.cli.main", "strategy", *words)

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            words,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=own_environment(self._layout),
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise StackError(
                f"The demo's strategy could not be signed: {said}",
                f"What was run: {' '.join(words)}",
            )


def own_environment(layout: Layout) -> dict[str, str]:
    """An environment in which nothing is pinned: what this user trusts is about other people."""
    return environment(SIGNPOST_ROOT="", XDG_CONFIG_HOME=str(layout.root / "config"))


def signoff_root(layout: Layout) -> str:
    """The digests of the trust roots that the demo's stack is told."""
    known = read_json(layout.signoff)
    return ",".join(sorted(entry["root"] for entry in known.values()))


def in_force(today: date) -> tuple[date, date]:
    """First and last day of a release that is in force."""
    return today - timedelta(days=1), today + timedelta(days=180)


def overdue(today: date) -> tuple[date, date]:
    """First and last day of a release of a year ago, to be reviewed by yesterday."""
    return today - timedelta(days=365), today - timedelta(days=1)


def past_review(today: date) -> tuple[date, date]:
    """The same of a release that may follow one that is in force."""
    return today - timedelta(days=1), today - timedelta(days=1)
