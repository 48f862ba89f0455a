"""What is asked of the system, and what a person is told where it cannot be had."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def program(folder: Path, name: str, code: str = "") -> None:
    """Put a program of our own on a PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A PATH of a machine that lacks nothing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("cat", "mkdir", "tail"):
        (folder / name).symlink_to(shutil.which(name) or name)
    for name in ("git", "ssh-keygen", "chromium", "python3"):
        program(folder, name)
    program(folder, "id", "echo 0")
    program(folder, "apt-get", 'echo "$@"')
    return folder


def ask(system: Path, project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the script; its log lands beside the PATH."""
    return subprocess.run(
        ["/bin/sh", project / "ci/system-packages"],
        cwd=system.parent,
        env={"PATH": str(system), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_machine_that_lacks_nothing_is_left_alone(system: Path, project: Path) -> None:
    done = ask(system, project)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (system.parent / "build").exists()


def test_root_gets_what_is_missing(system: Path, project: Path) -> None:
    for name in ("chromium", "ssh-keygen"):
        (system / name).unlink()
    done = ask(system, project)
    assert done.returncode == 0, done.stderr
    update, install = (system.parent / "build/apt.log").read_text(encoding="utf-8").splitlines()
    assert update == "-q update"
    assert install == (
        "-q install -y --no-install-recommends"
        " openssh-client chromium fonts-liberation fonts-noto-color-emoji"
    )


def test_a_named_browser_is_enough(system: Path, project: Path) -> None:
    (system / "chromium").unlink()
    assert ask(system, project, SIGNPOST_CHROMIUM="/opt/chrome").stderr == ""


def test_a_python_without_venv_gets_it(system: Path, project: Path) -> None:
    program(system, "python3", "exit 1")
    assert "installing python3-venv" in ask(system, project).stderr


@pytest.mark.parametrize("lacks", ["root", "apt-get"])
def test_elsewhere_a_person_is_told(system: Path, project: Path, lacks: str) -> None:
    (system / "chromium").unlink()
    if lacks == "root":
        program(system, "id", "echo 1000")
    else:
        (system / "apt-get").unlink()
    done = ask(system, project)
    assert done.returncode == 1
    assert "not installed on this machine: chromium" in done.stderr
    assert "apt-get install chromium" in done.stderr


def test_an_installation_that_fails_is_a_failure(system: Path, project: Path) -> None:
    (system / "chromium").unlink()
    program(system, "apt-get", "echo E: no such mirror; exit 100")
    done = ask(system, project)
    assert done.returncode == 1
    assert "E: no such mirror" in done.stderr
    assert "build/apt.log" in done.stderr
