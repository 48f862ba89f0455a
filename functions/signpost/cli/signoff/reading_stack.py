"""The stack that keeps acknowledgements: how to reach it, and what it has taken so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signpost.cli.connection import Connection, find_connection
from signpost.cli.discovery import find_content
from signpost.cli.signoff.evidence import Site
from signpost.domain.people import Acknowledged
from signpost.errors import SettingsError


@dataclass(frozen=True, slots=True)
class ReadingStack:
    """What is known of the stack.

    Args:
        connection: None where no stack is asked.
        taken: acknowledgements of the brand that it took.
        why_not: why no stack is asked; empty where one is.
    """

    connection: Connection | None = None
    taken: Sequence[Acknowledged] = ()
    why_not: str = ""


def look_at_stack(site: Site, content_dir: Path | None) -> ReadingStack:
    """As `find_stack`; a stack that does not answer is none, and it is said why.

    Raises:
        StackError: what the stack wrote cannot be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return find_stack(site, content_dir)
    except (BotoCoreError, ClientError) as error:
        return ReadingStack(why_not=f"The stack did not answer: {error}.")


def find_stack(site: Site, content_dir: Path | None, *, offline: bool = False) -> ReadingStack:
    """The stack of the content beside the site; none where the content names none.

    Args:
        content_dir: as `--content` names it.
        offline: ask no stack.

    Raises:
        StackError: what the stack wrote cannot be read.
    """
    from signpost.cli.wiring import connect, open_content
    from signpost.usecases.onboarding import acknowledged

    if offline:
        return ReadingStack(why_not="No stack was asked.")
    content = find_content(content_dir, site.folder)
    workspace, _brands = open_content(content)
    try:
        find_connection(content, workspace.deploy)
    except SettingsError as error:
        return ReadingStack(why_not=error.cause)
    connection, objects = connect(content, workspace)
    return ReadingStack(connection, acknowledged(objects, site.brand))
