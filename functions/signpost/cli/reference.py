"""The reference of commands, made from `--help`: `python -m signpost.cli.reference docs`.

A test compares it with docs/reference/commands.md, so the page cannot fall behind.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from signpost.cli.main import COMMANDS, cli

PAGE = Path("reference") / "commands.md"
COLUMNS = 100

_HEAD = """\
<!-- Made by `python -m signpost.cli.reference docs`; edit the source, not this. -->

# Commands

`signpost` finds the content folder (the one with `signpost.yaml`) from where you stand, upwards;
`--content DIR` or `SIGNPOST_CONTENT` names another. Which stack it belongs to is said by, in this
order:

| where | what |
|---|---|
| `SIGNPOST_BUCKET`, and with it `SIGNPOST_REGION`, `SIGNPOST_CONTROL`, `SIGNPOST_WORKSPACE`, \
`SIGNPOST_ENDPOINT` | environment, such as in CI |
| `.signpost/local.json`, in the content folder or above it | a local stack that is running: \
accounts publish to the local network, whatever server they name |
| `deploy` in `signpost.yaml` (`bucket`, `region`, `control`) | the stack in AWS; credentials are \
the usual ones of AWS |

Results go to standard output, progress and errors to standard error. With `--format json` there is
one JSON document whose `schema` grows when its form changes. Exit codes: 0 all is well, 1 findings
or a failure, 2 the command line was not understood, 130 interrupted. A post that the stack does not
know is a failure (code `NO-POST`), whatever was to be done with it.
"""


def page() -> str:
    """The whole page."""
    blocks = [_HEAD, _block("signpost", _help(cli, "signpost"))]
    with click.Context(cli, info_name="signpost") as context:
        for name in COMMANDS:
            command = cli.get_command(context, name)
            if command is None:
                raise LookupError(name)
            text = _help(command, name, context)
            blocks.append(f"## {name}\n\n{COMMANDS[name]}\n\n{_block(name, text)}")
            if isinstance(command, click.Group):
                blocks += _verbs(command, name, context, "###")
    return "\n".join(blocks)


def _verbs(group: click.Group, words: str, parent: click.Context, level: str) -> list[str]:
    """A block for each command of a group, and of the groups within it."""
    blocks = []
    with click.Context(group, info_name=words.rsplit(maxsplit=1)[-1], parent=parent) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is None:
                raise LookupError(f"{words} {name}")
            text = _help(command, name, context)
            whole = f"{words} {name}"
            blocks.append(f"{level} {whole}\n\n{_block(whole, text)}")
            if isinstance(command, click.Group):
                blocks += _verbs(command, whole, context, f"{level}#")
    return blocks


def _help(command: click.Command, name: str, parent: click.Context | None = None) -> str:
    with click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=COLUMNS,
        max_content_width=COLUMNS,
        help_option_names=["-h", "--help"],
    ) as context:
        return command.get_help(context)


def _block(name: str, text: str) -> str:
    call = "signpost --help" if name == "signpost" else f"signpost {name} --help"
    return f"```console\n$ {call}\n{text}\n```\n"


def main() -> None:
    """Write the page below the folder that is named."""
    (Path(sys.argv[1]) / PAGE).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
