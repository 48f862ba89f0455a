"""Groups of commands whose modules are imported when they are called, each help line standing by itself.

So that asking a group for help costs a bare interpreter and click (see the bench).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """A group of commands; a subclass says which.

    Attributes:
        told: the commands in the order in which they are listed, and what is said of each.
        place: where a command's module lies, with `{}` for its name; it has `command`.
        kind: what one of them is called in messages.
    """

    told: ClassVar[Mapping[str, str]] = {}
    place: ClassVar[str] = "signpost.cli.{}"
    kind: ClassVar[str] = "verb"

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order in which they are told."""
        return list(self.told)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of that name; None where there is no such command."""
        if cmd_name not in self.told:
            return None
        from signpost.checks.collector import paused_collector

        with paused_collector():  # modules stay
            found: click.Command = import_module(self.place.format(cmd_name)).command
        return found

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.told.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is nearly right is answered with the right one."""
        if args and args[0] not in self.told and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.told, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"There is no {self.kind} `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)
