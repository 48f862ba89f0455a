"""The reference of commands is made from `--help` and complete."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from signpost.cli.main import COMMANDS, cli
from signpost.cli.reference import PAGE, page


def test_the_page_is_what_help_says(project: Path) -> None:
    written = (project / "docs" / PAGE).read_text(encoding="utf-8")
    assert written == page(), "make it anew: python -m signpost.cli.reference docs"


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
