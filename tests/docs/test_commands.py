"""The reference of commands is made from `--help` and complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from signpost.cli.main import COMMANDS, cli
from signpost.cli.reference import PAGE


def test_the_page_is_what_help_says(project: Path, tmp_path: Path) -> None:
    # In a process of its own: click keeps the help option of a command that was called before, and a
    # test may have called one by itself, without our `-h`.
    (tmp_path / PAGE).parent.mkdir()
    subprocess.run(
        [sys.executable, "-m", "signpost.cli.reference", str(tmp_path)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
        check=True,
    )
    written = (project / "docs" / PAGE).read_text(encoding="utf-8")
    made = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert written == made, "make it anew: python -m signpost.cli.reference docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.epilog is not None
    assert "Example" in command.epilog
    assert f"signpost {name}" in command.epilog
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts} says nothing"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_on_the_page(name: str, project: Path) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    section = (project / "docs" / PAGE).read_text(encoding="utf-8").partition(f"## {name}\n")[2]
    section = section.partition("\n## ")[0]
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in section
