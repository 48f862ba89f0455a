"""Compile requirements/<set>.txt from pyproject.toml, or check that they still belong to it.

    python ci/lock.py              compile, keeping the versions that are locked already
    python ci/lock.py --upgrade    compile with the newest versions that pyproject.toml allows
    python ci/lock.py --check      offline and in a moment: part of `make lint`

A file's first lines hold two digests: of what it was compiled from, and of its own lines. Together
they show that pyproject.toml moved on, or that somebody edited a line by hand, without a network.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
#: `dev` holds all the others, so it is compiled first and its versions bind them: the sets can be
#: installed side by side.
SETS = ("dev", "cli", "docs", "lambda")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28")

_INPUTS = "# compiled from: sha256:"
_LINES = "# these lines:   sha256:"
_ADDRESS = re.compile(r"[a-z+]+://", re.IGNORECASE)
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
_MAX_SHOWN = 5


def inputs_digest(project: Mapping[str, Any], name: str) -> str:
    """Digest of all that decides what `name`'s file has to hold."""
    text = json.dumps(
        {
            "set": name,
            "requires-python": project["requires-python"],
            "packages": sorted(direct(project, name)),
        },
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def direct(project: Mapping[str, Any], name: str) -> set[str]:
    """The requirement lines of a set, those of the sets that it includes among them."""
    found: set[str] = set()
    for line in project["optional-dependencies"][name]:
        requirement = Requirement(line)
        if canonicalize_name(requirement.name) == canonicalize_name(project["name"]):
            for extra in requirement.extras:
                found |= direct(project, extra)
        else:
            found.add(line)
    return found


def stamped(body: str, inputs: str) -> str:
    """A file's text: what to do with it, the two digests, the lines themselves."""
    lines = hashlib.sha256(body.encode()).hexdigest()
    return f"# `make lock` writes this file.\n{_INPUTS}{inputs}\n{_LINES}{lines}\n{body}"


def faults(text: str, project: Mapping[str, Any], name: str) -> list[str]:
    """What is wrong with a set's file; empty where it is as `make lock` would leave it."""
    head = text.split("\n", 3)
    if len(head) != 4 or not (head[1].startswith(_INPUTS) and head[2].startswith(_LINES)):
        return ["not written by `make lock`"]
    body = head[3]
    found = []
    if head[1].removeprefix(_INPUTS) != inputs_digest(project, name):
        found.append("pyproject.toml has changed since: run `make lock`")
    if head[2].removeprefix(_LINES) != hashlib.sha256(body.encode()).hexdigest():
        found.append("lines were edited by hand: change pyproject.toml, then run `make lock`")
    if _ADDRESS.search(body):
        found.append("holds an address: a lock has to install from any mirror")
    pins = pinned(body)
    for line in sorted(direct(project, name)):
        requirement = Requirement(line)
        versions = pins.get(canonicalize_name(requirement.name), [])
        if not any(requirement.specifier.contains(one) for one in versions):
            found.append(f"no line satisfies {line}")
    found.extend(
        f"no hash for {entry.split()[0]}" for entry in _entries(body) if not _hashed(entry)
    )
    return found


def pinned(body: str) -> dict[str, list[str]]:
    """Name to versions; a package has several where its version depends on the Python."""
    pins: dict[str, list[str]] = {}
    for entry in _entries(body):
        if match := _PIN.match(entry):
            pins.setdefault(canonicalize_name(match["name"]), []).append(match["version"])
    return pins


def _entries(body: str) -> list[str]:
    """The requirement lines with their continuations joined, comments left out."""
    kept = [line for line in body.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(kept).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip()]


def _hashed(entry: str) -> bool:
    return _PIN.match(entry) is not None and "--hash=sha256:" in entry


def _uv(*arguments: str) -> None:
    """Run uv.

    Raises:
        SystemExit: uv failed; it has told why on standard error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "uv", "--no-config", "--quiet", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        sys.exit("lock: uv could not resolve the packages; nothing more was written")


def compile_all(folder: Path, project: Mapping[str, Any], *, upgrade: bool) -> None:
    """Write each set's file, then prove that each Python and platform finds a wheel of each pin."""
    for name in SETS:
        print(f"lock: requirements/{name}.txt", flush=True)
        target = folder / f"{name}.txt"
        # uv prefers the versions that it finds in its output file.
        bound = ["--upgrade"] if upgrade else []
        if name != "dev":
            bound = ["--constraints", str(folder / "dev.txt")]
        _uv(
            *("pip", "compile", "pyproject.toml", "--extra", name, *bound),
            *("--universal", "--python-version", PYTHONS[0], "--generate-hashes"),
            *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
            *("--output-file", str(target)),
        )
        body = target.read_text(encoding="utf-8")
        target.write_text(stamped(body, inputs_digest(project, name)), encoding="utf-8")
    for python in PYTHONS:
        for platform in PLATFORMS:
            print(f"lock: wheels for Python {python} on {platform}", flush=True)
            _uv(
                *("pip", "compile", str(folder / "dev.txt"), "--no-deps", "--no-header"),
                *("--python-version", python, "--python-platform", platform),
                *("--only-binary", ":all:"),
            )


def check_all(folder: Path, project: Mapping[str, Any]) -> int:
    """Print what is stale.

    Returns:
        The exit code: 1 where anything is.
    """
    status = 0
    for name in sorted(SETS):
        file = folder / f"{name}.txt"
        found = (
            faults(file.read_text(encoding="utf-8"), project, name)
            if file.exists()
            else ["missing: run `make lock`"]
        )
        for fault in found[:_MAX_SHOWN]:
            print(f"requirements/{name}.txt: {fault}")
            status = 1
    return status


def main(arguments: list[str]) -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description="Compile or check requirements/*.txt.")
    parser.add_argument("--check", action="store_true", help="only check, offline")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args(arguments)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = ROOT / "requirements"
    if options.check:
        return check_all(folder, project)
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        # All files or none: a run that fails half-way leaves the old ones as they were.
        staged = Path(scratch)
        if (folder / "dev.txt").exists():
            (staged / "dev.txt").write_bytes((folder / "dev.txt").read_bytes())
        compile_all(staged, project, upgrade=options.upgrade)
        for name in SETS:
            (folder / f"{name}.txt").write_bytes((staged / f"{name}.txt").read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
