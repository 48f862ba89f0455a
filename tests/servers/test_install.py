"""`ci/test-servers` says what is missing, and installs nothing where it may not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOCK = ROOT / "tests/servers/bluesky/package-lock.json"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A PATH that has what the script itself uses, and no server; nobody is root."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("cat", "cut", "dirname", "grep", "mkdir", "sha256sum", "uname"):
        (folder / name).symlink_to(shutil.which(name) or name)
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    return folder


def ask(system: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script with an empty cache; its logs lie beside the PATH."""
    root = system.parent
    for name in ("ci/test-servers", "tests/servers/bluesky/package-lock.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return subprocess.run(
        ["/bin/sh", str(root / "ci/test-servers"), *words],
        env={"PATH": str(system), "XDG_CACHE_HOME": str(root / "cache"), **more},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_names_what_is_missing(system: Path) -> None:
    done = ask(system, "where")
    assert (done.returncode, done.stdout) == (1, "")
    assert "redis-server" in done.stderr
    assert "php-cli" in done.stderr
    assert "remedy: make test-servers" in done.stderr


def test_who_is_not_root_is_told_the_command(system: Path) -> None:
    done = ask(system)
    assert done.returncode == 1
    assert re.search(r"remedy: as root: apt-get install .*redis-server.* npm", done.stderr)
    assert not (system.parent / "cache").exists()


@pytest.mark.parametrize("ci", ["true", ""])
def test_only_a_ci_machine_becomes_root_by_itself(system: Path, ci: str) -> None:
    for name in ("env", "tail", "true"):
        (system / name).symlink_to(shutil.which(name) or name)
    for name, code in (("sudo", 'shift; exec "$@"'), ("apt-get", 'echo "$@"; exit 1')):
        (system / name).write_text(f"#!/bin/sh\n{code}\n")
        (system / name).chmod(0o755)
    done = ask(system, CI=ci)
    assert done.returncode == 1
    log = system.parent / "build/apt-servers.log"
    if ci:
        assert "remedy: read build/apt-servers.log" in done.stderr
        assert "install -y --no-install-recommends" in log.read_text(encoding="utf-8")
    else:
        assert "remedy: as root: apt-get install" in done.stderr
        assert not log.exists()


def test_another_word_is_not_understood(system: Path) -> None:
    done = ask(system, "please")
    assert (done.returncode, done.stderr) == (2, "usage: ci/test-servers [where]\n")


def test_packages_are_locked_without_a_registry() -> None:
    """By digest alone, so that any mirror serves; and versions are exact."""
    text = LOCK.read_text(encoding="utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")
    assert [name for name, one in packages.items() if not one.get("integrity")] == []
    named = json.loads((LOCK.parent / "package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "optionalDependencies"):
        assert wanted[kind] == named[kind]
        assert all(re.fullmatch(r"[0-9.]+", version) for version in named[kind].values())


def test_the_cache_lies_outside_the_checkout() -> None:
    done = subprocess.run(
        ["sh", str(ROOT / "ci/test-servers"), "where"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"the test servers are not installed: {done.stderr.strip()}")
    folder = Path(done.stdout.strip())
    assert ROOT not in folder.parents
    assert os.access(folder / "node_modules/@atproto/dev-env/package.json", os.R_OK)
