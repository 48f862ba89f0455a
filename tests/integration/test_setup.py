"""The set-up of a checkout (ci/setup), on projects of one small package, without a network."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

#: Builds the editable install with nothing but the standard library, as setuptools would.
BACKEND = """
import pathlib, zipfile
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "signpost-0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("signpost_here.pth", str(pathlib.Path("functions").resolve()))
        wheel.writestr("signpost-0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: signpost\\nVersion: 0\\n")
        wheel.writestr("signpost-0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: us\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("signpost-0.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "signpost"
version = "0"
"""


def wheel(folder: Path, name: str) -> str:
    """Make a package of one module; gives its requirement line."""
    file = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}==1 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


class Checkout:
    """A project with our `ci/setup` and packages of its own. `source` is the real one."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        for name in ("ci", "requirements", "functions/signpost", "wheels"):
            (folder / name).mkdir(parents=True)
        shutil.copy(source / "ci/setup", folder / "ci/setup")
        (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (folder / "functions/signpost/__init__.py").touch()
        run, test = wheel(self.wheels, "runs"), wheel(self.wheels, "tests_it")
        self.lock("cli", run)
        self.lock("docs", run)
        self.lock("dev", run + test)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PIP_") and name not in {"PYTHON", "PYTHONPATH", "VIRTUAL_ENV"}
        } | {
            "PYTHON": getattr(sys, "_base_executable", sys.executable),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),  # an address: paths are split at spaces
            "PIP_NO_CACHE_DIR": "1",
        }

    def move(self, folder: Path) -> None:
        """Put the checkout elsewhere."""
        self.folder = self.folder.rename(folder)
        self.wheels = folder / "wheels"
        self.environment["PIP_FIND_LINKS"] = self.wheels.as_uri()

    def lock(self, name: str, text: str) -> None:
        """Write a requirement file."""
        (self.folder / f"requirements/{name}.txt").write_text(text, encoding="utf-8")

    def setup(self, purpose: str = "run", **more: str) -> subprocess.CompletedProcess[str]:
        """Run the set-up."""
        return subprocess.run(
            ["/bin/sh", "ci/setup", purpose],
            cwd=self.folder,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def imports(self, *names: str) -> bool:
        """Whether the virtual environment has all these modules."""
        python = self.folder / ".venv/bin/python"
        code = "import " + ", ".join(names)
        return not subprocess.run([python, "-c", code], capture_output=True, check=False).returncode


@pytest.fixture
def checkout(tmp_path: Path, project: Path) -> Checkout:
    """A fresh clone."""
    return Checkout(tmp_path / "a checkout", project)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with what the set-up needs of the system, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (
        *("cat", "cksum", "dirname", "git", "grep", "kill", "mkdir", "printf", "rm", "sleep"),
        *("ssh-keygen", "tail"),
    ):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def pretend(folder: Path, name: str, code: str) -> None:
    """Put a program of our own on a PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_life_of_a_checkout(checkout: Checkout) -> None:
    """One environment through its changes, since making one takes seconds."""
    first = checkout.setup()
    assert (first.returncode, first.stdout) == (0, ""), first.stderr
    assert checkout.imports("runs", "signpost")
    assert not checkout.imports("tests_it"), "what a run needs is less than what tests need"

    started = time.monotonic()
    again = checkout.setup()
    assert (again.returncode, again.stderr) == (0, "")
    assert time.monotonic() - started < 5

    assert checkout.setup("test").returncode == 0
    assert checkout.imports("tests_it")
    assert checkout.setup("run").stderr == "", "what tests need holds all that a run needs"

    checkout.lock("cli", wheel(checkout.wheels, "later"))
    assert checkout.setup().returncode == 0
    assert checkout.imports("later"), "a changed lock is installed"

    (checkout.folder / ".venv/bin/python").unlink()
    healed = checkout.setup()
    assert "making .venv anew: its Python does not start" in healed.stderr
    assert checkout.imports("later", "signpost")

    checkout.move(checkout.folder.parent / "elsewhere")
    assert "making .venv anew: the project was moved" in checkout.setup().stderr
    assert checkout.imports("later", "signpost")


@pytest.mark.parametrize("after_s", [0.3, 3.0])
def test_a_killed_set_up_heals(checkout: Checkout, after_s: float) -> None:
    started = subprocess.Popen(
        ["/bin/sh", "ci/setup", "run"],
        cwd=checkout.folder,
        env=checkout.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after_s)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    done = checkout.setup()
    assert done.returncode == 0, done.stderr
    assert checkout.imports("runs", "signpost")


def test_two_at_once_end_with_one_environment(checkout: Checkout) -> None:
    both = [
        subprocess.Popen(
            ["/bin/sh", "ci/setup", "run"],
            cwd=checkout.folder,
            env=checkout.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=240)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert "".join(said).count("making .venv") == 1
    assert not (checkout.folder / "build/setup.lock").exists()


def test_without_a_network(checkout: Checkout) -> None:
    checkout.lock("cli", f"absent==1 --hash=sha256:{'0' * 64}\n")
    closed = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    done = checkout.setup(**closed)
    assert done.returncode == 1
    assert "packages cannot be downloaded" in done.stderr
    assert "remedy: check the network connection" in done.stderr
    checkout.lock("cli", "")
    assert checkout.setup().returncode == 0, "the next try starts from what is there"


def test_a_package_that_was_tampered_with(checkout: Checkout) -> None:
    checkout.lock("cli", f"runs==1 --hash=sha256:{'0' * 64}\n")
    checkout.lock("docs", "")
    done = checkout.setup()
    assert done.returncode == 1
    assert "is not the one that was locked" in done.stderr
    assert not checkout.imports("runs")


def test_without_write_permission(project: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # tmp_path admits nobody else
        folder = Path(name)
        folder.chmod(0o755)
        checkout = Checkout(folder / "checkout", project)
        checkout.folder.chmod(0o555)
        done = subprocess.run(
            ["/bin/sh", "ci/setup", "run"],
            cwd=checkout.folder,
            env=checkout.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            user=65534 if os.geteuid() == 0 else None,  # root may write everywhere
        )
        checkout.folder.chmod(0o755)
    assert done.returncode == 1
    assert "cannot write to" in done.stderr
    assert "remedy: make the folder yours" in done.stderr


@pytest.mark.parametrize("tool", ["git", "ssh-keygen"])
def test_without_a_tool(checkout: Checkout, tools: Path, tool: str) -> None:
    (tools / tool).unlink()
    done = checkout.setup(PATH=str(tools))
    assert done.returncode == 1
    assert f"{tool} is not installed" in done.stderr
    assert "remedy: install it: apt-get install" in done.stderr


def test_without_a_python(checkout: Checkout, tools: Path) -> None:
    done = checkout.setup(PATH=str(tools), PYTHON="")
    assert done.returncode == 1
    assert "no Python 3.11 or newer was found\n" in done.stderr
    assert "remedy: install it: apt-get install python3 python3-venv" in done.stderr


def test_with_an_old_python(checkout: Checkout, tools: Path) -> None:
    pretend(tools, "python3", "case $2 in *sys.exit*) exit 1 ;; *) echo 3.9 ;; esac")
    done = checkout.setup(PATH=str(tools), PYTHON="")
    assert done.returncode == 1
    assert "no Python 3.11 or newer was found (only 3.9)" in done.stderr


def test_without_the_venv_module(checkout: Checkout, tools: Path) -> None:
    pretend(tools, "python3.12", "case $2 in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac")
    done = checkout.setup(PATH=str(tools), PYTHON="")
    assert done.returncode == 1
    assert "Python 3.12 is here without its venv module" in done.stderr
    assert "remedy: install it: apt-get install python3.12-venv" in done.stderr


def test_a_named_python_that_will_not_do(checkout: Checkout) -> None:
    done = checkout.setup(PYTHON="/bin/false")
    assert done.returncode == 1
    assert "PYTHON=/bin/false is no Python 3.11 or newer" in done.stderr


def test_a_wrong_purpose(checkout: Checkout) -> None:
    done = checkout.setup("walk")
    assert (done.returncode, done.stderr) == (2, "usage: ci/setup run | test\n")
