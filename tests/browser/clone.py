"""What was signed on the pages, as anybody finds it later: collected, committed, cloned, verified.

The program that verifies is the `ssh-keygen` of this machine, and `signpost strategy verify` with the
digest of the first trust root, which whoever verifies has from somebody who signed.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from signpost.cli import control, wiring
from signpost.cli.collect import command as collect
from signpost.cli.strategy import command as strategy
from signpost.domain.signing.statement import parse_statement
from tests.handlers.house import WORKSPACE
from tests.handlers.journey import Journey
from tests.signing.office import BRAND, DOMAIN


def fresh_clone(house: Journey, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Verify every signature in a fresh clone of the repository that they were collected into.

    Returns:
        What was verified, `<kind> <person>` of each signature, in order.
    """
    for name in ("SIGNPOST_ROOT", "SIGNPOST_CONTENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    made, clone = folder / "made", folder / "clone"
    _write(house, made)
    _git(folder, "init", "--quiet", "made")
    _commit(made, "What was pushed")
    _collect(house, made, monkeypatch)
    _commit(made, "What was signed on the pages")
    _git(folder, "clone", "--quiet", "--no-local", "made", "clone")
    site = clone / "strategy-site"
    verify = ("verify", "--site", str(site), "--on", house.clock.now().date().isoformat())
    # From here on the lists of keys are believed: their chain begins with the pinned root.
    assert _run(strategy, *verify, "--root", house.anchors[0]) == 0
    found = []
    for file in sorted(site.rglob("*.sig")):
        kind, space, message = _message(file)
        assert _good(site, file, space, message), file
        assert not _good(site, file, space, message + b" "), file
        found.append(f"{kind} {_person(file)}")
    for place in sorted(site.rglob("*.json.signatures")):
        assert _run(strategy, *verify, "--statement", str(place.with_suffix(""))) == 0, place
    assert _run(strategy, *verify, "--root", "sha256:" + "0" * 64) == 1
    return sorted(found)


def _write(house: Journey, made: Path) -> None:
    """The repository as it was when it was pushed."""
    files = {path: data for path, data in house.made.tree.items() if isinstance(data, bytes)}
    for path, data in files.items():
        target = made / "strategy-site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (made / "content").mkdir()
    (made / "content/signpost.yaml").write_text(f"workspace: {WORKSPACE}\n")


def _collect(house: Journey, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`signpost collect`, of the journey's stack."""
    stack = SimpleNamespace(), house.objects
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "open_content", lambda _: (SimpleNamespace(id=WORKSPACE), []))
        patch.setattr(wiring, "connect", lambda *_: stack)
        patch.setattr(control, "actor", lambda _: "desk")
        patch.setattr(control, "ask_control", lambda _, request: house.control.ask(request))
        assert _run(collect, "--content", str(made / "content")) == 0


def _message(file: Path) -> tuple[str, str, bytes]:
    """What a signature is of: its kind, the word that its namespace begins with, and the bytes."""
    place = file.parent
    if place.name.endswith(".json.signatures"):
        data = place.with_suffix("").read_bytes()
        return str(json.loads(data)["kind"]), str(parse_statement(data).kind), data
    release = place.with_name("manifest.txt")
    if release.is_file():
        return "strategy", "strategy", release.read_bytes()
    return "root", "root", place.with_name("root.json").read_bytes()


def _good(site: Path, file: Path, space: str, message: bytes) -> bool:
    """Whether plain ssh-keygen says so, by the list of keys of any trust root, the newest first."""
    for keys in sorted(site.glob(f"signoff/{BRAND}/roots/*/allowed_signers"), reverse=True):
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", keys, "-I", _person(file),
             "-n", f"{space}@{DOMAIN}", "-s", file],
            input=message, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode == 0 and b"Good" in done.stdout:
            return True
    return False


def _person(file: Path) -> str:
    return file.name.partition(".")[0]


def _run(command: click.Command, *words: str) -> int:
    done = CliRunner().invoke(command, words, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value if isinstance(done.return_value, int) else 0


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def _commit(made: Path, message: str) -> None:
    _git(made, "add", "--all")
    who = ("-c", "user.name=Ottilie", "-c", "user.email=ottilie@larkfell.example")
    _git(made, *who, "commit", "--quiet", "--message", message)
