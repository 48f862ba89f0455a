"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def content_option(function: Decorated) -> Decorated:
    """`--content DIR`: where signpost.yaml lies; else it is searched upwards from here."""
    return click.option(
        "--content",
        "content_dir",
        type=click.Path(path_type=Path),
        envvar="SIGNPOST_CONTENT",
        metavar="DIR",
        help="Folder with signpost.yaml. Left out: it is searched from here upwards.",
    )(function)


def format_option(function: Decorated) -> Decorated:
    """`--format human|json`: for people, or one JSON document on standard output."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json"]),
        default="human",
        show_default=True,
        help="For people, or one JSON document for machines.",
    )(function)


def comment_format_option(function: Decorated) -> Decorated:
    """`--format human|json|markdown`: the last for the comment on a pull request."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json", "markdown"]),
        default="human",
        show_default=True,
        help="For people, one JSON document for machines, or Markdown for a comment.",
    )(function)


def check_format_option(function: Decorated) -> Decorated:
    """`--format human|json|markdown|github|sarif`: what people, machines and forges read."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json", "markdown", "github", "sarif"]),
        default="human",
        show_default=True,
        help="For people, one JSON document, Markdown for a comment, GitHub's annotations, or "
        "SARIF 2.1.0.",
    )(function)


def color_option(function: Decorated) -> Decorated:
    """`--no-color`: takes effect at once, for whatever the command prints."""

    def leave_out(_ctx: click.Context, _parameter: click.Parameter, value: object) -> None:
        if value:
            import os

            os.environ["NO_COLOR"] = "1"

    return click.option(
        "--no-color",
        is_flag=True,
        expose_value=False,
        callback=leave_out,
        help="Leave out colour (as NO_COLOR does).",
    )(function)


def amendment_options(function: Decorated) -> Decorated:
    """What `correct` and `retract` both ask for, beside their reason."""
    for option in (
        color_option,
        format_option,
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--dry-run", is_flag=True, help="Show what would be done; do nothing."),
        click.option(
            "--account",
            "accounts",
            metavar="ID",
            multiple=True,
            help="Only this account; may be repeated.",
        ),
        content_option,
    ):
        function = option(function)
    return function


def deciding_options(function: Decorated) -> Decorated:
    """What `approve` and `reject` share."""
    for option in (
        color_option,
        format_option,
        click.option("--dry-run", "dry", is_flag=True, help="Show it, and sign nothing."),
        click.option(
            "--yes", is_flag=True, help="Do not ask; for scripts that showed it elsewhere."
        ),
        click.option(
            "--key",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The private key, or its .pub file where the agent holds it.",
        ),
        click.option(
            "--as", "person", metavar="PERSON", help="Who signs. Left out: whose key is found."
        ),
        content_option,
    ):
        function = option(function)
    return function
