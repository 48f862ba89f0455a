"""Builds the wheel as a release would, and installs it where no checkout is near."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

_CACHES = shutil.ignore_patterns("__pycache__", "*.egg-info", ".mypy_cache", ".ruff_cache")


@dataclass(frozen=True, slots=True)
class Installed:
    """Signpost as an installed package.

    Args:
        wheel: the file.
        packages: the folder it is installed into; everything else comes from this interpreter.
        home: a home directory without anybody's settings.
    """

    wheel: Path
    packages: Path
    home: Path

    @property
    def project(self) -> Path:
        """What the package holds of the project."""
        return self.packages / "signpost" / "_project"

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the checkout, and no stack that the caller works with."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SIGNPOST_", "GIT_", "GITHUB_", "AWS_", "PYTHON"))
        }
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Test"), ("EMAIL", "test@localhost"))
        }
        return {
            **kept,
            **identity,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(self.packages),
            "NO_COLOR": "1",
            "TZ": "Europe/Vienna",
            **more,
        }

    def run(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `signpost` in a folder."""
        return subprocess.run(
            [sys.executable, "-m", "signpost.cli.main", *words],
            cwd=folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def install_wheel(project: Path, folder: Path) -> Installed:
    """Build the wheel from a copy of the project and install it, without a network.

    From a copy, because setuptools keeps what it built before in `build/`, and would pack files
    again that are gone.

    Args:
        folder: empty, and outside the checkout.
    """
    source = folder / "source"
    source.mkdir()
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    named = settings["tool"]["signpost"]["brought-along"]
    for name in ("setup.py", "pyproject.toml", "LICENSE", "functions", *named):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (project / name).is_dir():
            shutil.copytree(project / name, source / name, ignore=_CACHES)
        else:
            shutil.copy(project / name, source / name)
    _pip("wheel", str(source), "--no-build-isolation", "--wheel-dir", str(folder))
    (wheel,) = folder.glob("signpost-*.whl")
    shutil.rmtree(source)
    packages, home = folder / "packages", folder / "home"
    _pip("install", str(wheel), "--no-compile", "--target", str(packages))
    home.mkdir()
    return Installed(wheel, packages, home)


def _pip(verb: str, *words: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", verb),
            *("--quiet", "--no-deps", "--no-index", *words),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
