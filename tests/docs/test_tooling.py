"""What people and CI lean on: the commands, the groups of tests, the reasons beside exceptions."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def settings(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def targets(project: Path) -> list[str]:
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)


def test_each_command_is_explained(project: Path, targets: list[str]) -> None:
    done = subprocess.run(
        ["make", "help"], cwd=project, capture_output=True, text=True, check=True, timeout=60
    )
    explained = re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)
    assert explained == targets


def test_each_command_is_in_contributing(project: Path, targets: list[str]) -> None:
    text = (project / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in targets if f"`make {name}" not in text] == []


def test_contributing_names_no_file_that_is_not_there(project: Path) -> None:
    text = (project / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:\.ci|ci|docs|functions|infra|requirements|tests)/[^`<>*\s]*)`", text)
    assert paths
    assert [path for path in paths if not (project / path).exists()] == []


def test_each_folder_with_tests_is_a_group(project: Path, settings: dict[str, Any]) -> None:
    folders = {
        path.relative_to(project / "tests").parts[0]
        for path in (project / "tests").rglob("test_*.py")
    }
    assert folders == set(settings["tool"]["pytest"]["ini_options"]["groups"])


def test_no_test_opens_the_network_for_itself(project: Path) -> None:
    """`loopback` in pyproject.toml is the one place that opens sockets, and only to loopback."""
    word = re.compile(r"\b(enable|force_enable)_socket\b|\bsocket_enabled\b|mark\.allow_hosts\b")
    found = [
        str(path.relative_to(project))
        for path in (project / "tests").rglob("*.py")
        if path.name not in {"test_tooling.py", "groups.py"}
        and word.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_each_exception_to_lint_has_its_reason(project: Path) -> None:
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    ruff = text.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.mccabe]")[0]
    codes = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+[0-9]*",', line)]
    assert len(codes) > 20
    assert [line for line in codes if "#" not in line] == []


def test_each_shell_script_can_be_read(project: Path) -> None:
    for path in [project / ".ci/run", *sorted((project / "ci").iterdir())]:
        if not path.is_file() or path.suffix in {".py", ".yaml"}:
            continue
        shell = path.read_text(encoding="utf-8").partition("\n")[0].rpartition("/")[2].split()[-1]
        assert shell in {"sh", "bash"}, path
        subprocess.run([shell, "-n", path], check=True, timeout=10)
        assert os.access(path, os.X_OK), path


def test_ci_demands_every_group(project: Path) -> None:
    text = (project / ".ci/run").read_text(encoding="utf-8")
    assert "SIGNPOST_REQUIRE_ALL=1" in text
    assert re.search(r"make .*lint", text)
    assert re.search(r"make .*test", text)


def test_the_layers_name_every_module(project: Path, settings: dict[str, Any]) -> None:
    contract = settings["tool"]["importlinter"]["contracts"][0]
    layers = {name.strip() for line in contract["layers"] for name in line.split("|")}
    package = project / "functions/signpost"
    modules = {
        path.stem
        for path in package.iterdir()
        if (path.suffix == ".py" or path.is_dir()) and not path.name.startswith("_")
    }
    assert modules == layers


def test_the_changelog_has_its_sections(project: Path) -> None:
    text = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = text.partition("## [Unreleased]")[2].partition("\n## ")[0]
    for section in ("Added", "Rules", "Channels"):
        assert f"### {section}\n" in unreleased
