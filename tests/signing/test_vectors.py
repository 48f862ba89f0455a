"""Each stored vector, through the library, the command line and, where it is accepted, OpenSSH."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signpost.cli.signoff.pins import pins_file
from signpost.domain.signing import document
from signpost.domain.signing.allowed import write_allowed
from signpost.domain.signing.root import Kind
from signpost.domain.signing.standing import judge_standing
from signpost.domain.signing.statement import parse_statement
from signpost.signatures import check
from tests.signing.make_vectors import made
from tests.signing.office import BRAND
from tests.signing.vector import FOLDER, STATEMENT, Vector, judge, judge_chain, read_vectors

VECTORS = {vector.name: vector for vector in read_vectors()}
ATTACKS = (
    "rollback to an older validly signed release", "rollback to an older root",
    "freeze past the review date", "mix-and-match of files from two releases", "fast-forward",
    "a second release at one place of the chain", "one key counted twice", "one key under two ids",
    "threshold 0", "a new root that only signs itself", "wrong namespace",
    "a key dropped from the root", "approval replayed on another post, revision or account",
    "passkey", "passkey: key of another type",
)  # fmt: skip
"""Section 4 of the design, in its words."""
Strategy = Callable[..., tuple[int, str]]


def test_there_are_enough_and_most_are_refused() -> None:
    assert len(VECTORS) >= 150
    assert sum(vector.negative for vector in VECTORS.values()) >= 100
    assert all(vector.what and "\n" not in vector.what for vector in VECTORS.values())


def test_every_attack_of_the_design_has_one() -> None:
    named = {vector.attack for vector in VECTORS.values()}
    assert [
        attack for attack in ATTACKS if not any(item.startswith(attack) for item in named)
    ] == []
    # Of each attack at least one is refused: an attack that only succeeds would prove nothing.
    refused = {vector.attack for vector in VECTORS.values() if vector.negative or vector.code}
    assert named <= refused | {""}


def test_the_script_makes_what_is_stored() -> None:
    stored = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert {vector.name: vector.write() for vector in made()} == stored


@pytest.mark.parametrize("name", VECTORS)
def test_the_library_says_what_is_expected(name: str) -> None:
    vector = VECTORS[name]
    assert judge(vector) == (vector.state, vector.reasons), vector.what


@pytest.mark.parametrize("name", VECTORS)
def test_the_command_line_says_the_same(
    name: str, home: Path, tmp_path: Path, strategy: Strategy
) -> None:
    vector = VECTORS[name]
    assert home.is_dir()
    vector.lay_out(tmp_path)
    _pin(vector)
    words = (
        ["--statement", f"strategy-site/{STATEMENT}"] if vector.is_statement else [vector.version]
    )
    code, out = strategy("verify", *words, "--on", vector.on.isoformat(), "--format", "json")
    told = json.loads(out)
    state, reasons = _statement(told) if vector.is_statement else _release(told)
    assert (state, reasons, code) == (vector.state, vector.reasons, vector.code), vector.what


@pytest.mark.parametrize("name", [name for name, item in VECTORS.items() if not item.reasons])
def test_openssh_accepts_what_counts(name: str, openssh: Callable[..., bool]) -> None:
    vector = VECTORS[name]
    root = judge_chain(vector).present
    assert root is not None
    if vector.is_statement:
        data = vector.tree[STATEMENT]
        assert isinstance(data, bytes)
        kind = parse_statement(data).kind
        signatures = vector.below(f"{STATEMENT}.signatures").files
        signed = {path: (data, found) for path, found in signatures.items()}
        namespace, judge_root = root.namespace(kind), root
    else:
        place = f"releases/{BRAND}"
        folders = {item: vector.below(f"{place}/{item}") for item in vector.names(place)}
        standing = judge_standing(folders, judge_chain(vector), vector.on, check)
        release = standing.releases[vector.version]
        assert release.tally is not None
        assert release.root is not None
        counted = {item.file for item in release.tally.signed}
        folder = folders[vector.version]
        signed = {
            file: (folder.files["manifest.txt"], data)
            for file, data in folder.signatures.items()
            if file in counted
        }
        judge_root, namespace = release.root, release.root.namespace(Kind.STRATEGY)
    lines = write_allowed(judge_root)
    for file, (message, data) in signed.items():
        person = file.partition(".")[0]
        assert openssh(lines, person, namespace, data, message), (vector.what, file)


def _pin(vector: Vector) -> None:
    if not vector.pins and not vector.seen:
        return
    first = vector.tree[f"signoff/{BRAND}/roots/1/root.json"]
    assert isinstance(first, bytes)
    pins = vector.pins or (document.sha256(first),)
    kept = {
        "root": pins[0],
        "newest_root": pins[-1],
        "newest_release": vector.seen[0] if vector.seen else "",
    }
    pins_file().parent.mkdir(parents=True)
    pins_file().write_text(json.dumps({BRAND: kept}))


def _release(told: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    reasons = {fault["reason"] for fault in told["faults"]} | _waiting(told["trust"])
    item = told["release"]
    if item is None:
        return "none", tuple(sorted(reasons))
    reasons |= {fault["reason"] for fault in item["faults"]}
    reasons |= {lost["reason"] for lost in item["uncounted"]}
    return item["state"], tuple(sorted(reasons))


def _waiting(trust: dict[str, Any]) -> set[str]:
    """What is wrong with roots that are not in force."""
    found: set[str] = set()
    for item in trust["versions"]:
        if not item["in_force"]:
            found |= {fault["reason"] for fault in item["faults"]}
            for tally in item["signed_by"].values():
                found |= {lost["reason"] for lost in tally["uncounted"]}
    return found


def _statement(told: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    reasons = {fault["reason"] for fault in told["faults"]}
    reasons |= {lost["reason"] for lost in told["uncounted"]}
    return "signed" if told["met"] else "unsigned", tuple(sorted(reasons))
