"""The `signpost` command: finds the sub-command by name and turns errors into messages.

Sub-commands are imported only when they are used, and the texts that `signpost --help` shows of
them stand here, so that asking for help costs a bare interpreter and click (see the bench).
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import sys
import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option
from signpost.errors import SignpostError

if TYPE_CHECKING:
    from signpost.domain.diagnostics import Diagnostic

COMMANDS = {
    "init": "Make a workspace for a company: content, handbook, workflow; no code.",
    "new": "Write a new post file from a template, with an id of its own.",
    "queue": "Show what waits for whom, since when, and what will miss its time.",
    "check": "Look for faults in content files and show how to mend them.",
    "preview": "Show posts as their channels will show them: here, or as a page.",
    "explain": "Say what a rule of `check` finds, why that is bad, and what to write instead.",
    "schema": "Keep the JSON Schemas for editors, with the words of this workspace.",
    "docs": "Keep the handbook: dates, owners, links, and the parts that are made from data.",
    "plan": "Show what a push would create, update and cancel.",
    "push": "Send the content to the stack, so that it goes live at its time.",
    "approve": "Say yes to posts that need approval, with an SSH key.",
    "reject": "Ask for changes of posts that need approval; they are held meanwhile.",
    "collect": "Bring signatures from the stack into the repository, each verified.",
    "calendar": "Show the posts of a month or week, or write them as an iCalendar file.",
    "status": "Show what was published, what is next and what needs a person.",
    "accounts": "Check that accounts can log in and may post; posts nothing.",
    "correct": "Edit what is public, so that it says what was pushed last.",
    "retract": "Delete what is public of a post, everywhere or on some accounts.",
    "stop": "Halt publishing at once: everything, one brand or one account.",
    "resume": "Let publishing go on, or let go one delivery that is held.",
    "strategy": "Freeze, sign and verify versions of the strategy; show what changed.",
    "acknowledge": "Say that you have read a version of the strategy; what changed is shown.",
    "onboarding": "Show who has read which version, who is late, and who has no key yet.",
    "people": "Invite people to sign with a passkey; see who enrolled; end lost phones.",
    "site": "Build the strategy site from releases and working text; look at it.",
    "up": "Start the local stack: an AWS emulator and a network on this machine.",
    "down": "Stop the local stack; its state is kept.",
}
"""Every command and what `signpost --help` says of it; the module has the command's name."""

_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})

EPILOG = """\b
A post from nothing to live:
  signpost new --type how-to --at "2026-12-01 09:00"
  signpost check
  signpost plan
  signpost push
  signpost status --watch

Exit codes: 0 all is well, 1 findings or a failure, 2 the command line was not understood. A post
that the stack does not know is a failure.
Colour is left out with --no-color, or when NO_COLOR is set, or where no terminal is."""


class Commands(LazyGroup):
    """Every command."""

    told = COMMANDS
    kind = "command"


@click.group(
    cls=Commands,
    epilog=EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@color_option
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _option, value: _show_version(ctx) if value else None,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Publish social media posts from a git repository.

    Posts are files in a content folder. `check` finds faults, `plan` shows what would change,
    `push` hands it to the stack, and each post goes live at its own time, once.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _show_version(ctx: click.Context) -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"signpost {version('signpost')}")
    except PackageNotFoundError:  # run from its source, through PYTHONPATH
        click.echo("signpost (from its source, not installed)")
    ctx.exit()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Args:
        arguments: without the program's name; None takes those of this process.

    Returns:
        0 all is well, 1 findings or a failure, 2 usage, 130 interrupted.
    """
    from signpost.errors import ContentError

    try:
        answer = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="signpost",
            standalone_mode=False,
        )
        return answer if isinstance(answer, int) else 0
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.UsageError):
            form = _form(arguments)
            remedy = f"`{' '.join(filter(None, ('signpost', form[0], '--help')))}` tells its usage."
            _tell_machine("USAGE", error.format_message(), remedy, form=form)
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except ContentError as error:
        _show_findings(error.diagnostics, form=_form(arguments))
        return 1
    except SignpostError as error:
        _show_error(error.code, error.cause, error.remedy, form=_form(arguments))
        return 1
    except BrokenPipeError:
        # The reader (`| head`) went away; nothing is wrong. Keep the interpreter from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        _show_error(
            "PERMISSION",
            f"No permission: {error.filename or error}.",
            "Change its owner or mode, or work in a folder that is yours.",
            form=_form(arguments),
        )
        return 1
    except Exception as error:
        if _about_aws(error):
            _show_error("AWS", *_aws_words(error), form=_form(arguments))
        elif isinstance(error, OSError) and error.errno in _UNWRITABLE:
            _show_unwritable(error, form=_form(arguments))
        else:
            raise
        return 1


def main() -> None:
    """Entry point of the `signpost` script."""
    leave(run())


def leave(code: int) -> NoReturn:
    """End the process without taking every object apart, which takes a tenth of a short command.

    What was to be done at the end is done, and what was written is flushed; where a thread still
    runs, or flushing fails, the interpreter ends as it always does (see docs/adr/0050).
    """
    if threading.active_count() == 1:
        with contextlib.suppress(OSError, ValueError):
            atexit._run_exitfuncs()  # noqa: SLF001 - as multiprocessing does before it ends so
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    sys.exit(code)


def _form(arguments: Sequence[str] | None) -> tuple[str, str]:
    """The command and the form that were asked for; who knew them was left by an exception."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    command = next((word for word in words if word in COMMANDS), "")
    for form in ("json", "markdown", "github", "sarif"):
        if f"--format={form}" in words or ("--format", form) in pairwise(words):
            return command, form
    return command, "human"


def _show_findings(diagnostics: Sequence[Diagnostic], *, form: tuple[str, str]) -> None:
    from signpost.cli.output import json
    from signpost.cli.output.human import Terminal, amount, show_findings

    command, kind = form
    if kind == "json":
        json.show({"findings": json.findings(diagnostics)})
    if kind == "markdown":
        from signpost.cli.output import markdown

        cause = f"The content has {amount(len(diagnostics), 'finding')}, errors among them."
        markdown.show(markdown.error_text(command, cause, "`signpost check` lists them."))
    if kind == "sarif":
        first = diagnostics[0]
        _tell_machine(first.code, first.cause, first.remedy, form=form)
    show_findings(Terminal(), diagnostics, stderr=True)


def _show_error(code: str, cause: str, remedy: str, *, form: tuple[str, str]) -> None:
    from signpost.cli.output.human import Terminal

    _tell_machine(code, cause, remedy, form=form)
    Terminal().error(code, cause, remedy)


def _tell_machine(code: str, cause: str, remedy: str, *, form: tuple[str, str]) -> None:
    """Say on standard output, in the form that was asked for, that there is no answer, and why."""
    command, kind = form
    if kind == "json":
        from signpost.cli.output import json

        json.show({"error": {"code": code, "cause": cause, "remedy": remedy}})
    if kind == "markdown":
        from signpost.cli.output import markdown

        markdown.show(markdown.error_text(command, cause, remedy))
    if kind == "github":
        from signpost.cli.output import github

        github.show_error(code, cause, remedy)
    if kind == "sarif":  # whoever uploads the file reads in it that nothing was checked
        from signpost.cli.output import sarif

        sarif.show(sarif.failure(cause, remedy, version=sarif.installed_version()))


def _show_unwritable(error: OSError, *, form: tuple[str, str]) -> None:
    """Say that a disk is full or cannot be written to."""
    if error.filename is None:  # a file that is open already: most likely standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    cause = f"Nothing can be written: {error.strerror}."
    _show_error("DISK", cause, "Free some space, or write elsewhere.", form=form)


def _about_aws(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in {"botocore", "boto3"} or any(
        base.__module__.startswith("botocore") for base in type(error).__mro__
    )


def _aws_words(error: Exception) -> tuple[str, str]:
    """What AWS, or the attempt to reach it, said: in our words, with a remedy."""
    name = type(error).__name__
    if name in {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"}:
        return "There are no AWS credentials.", "Sign in (`aws sso login`) or set AWS_PROFILE."
    if name in {"EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError"}:
        return f"The stack cannot be reached: {error}.", "Is it up? `signpost up` starts the local."
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    if code in {"AccessDenied", "AccessDeniedException"}:
        return f"AWS refused: {error}.", "Use a role that may do this; see docs/security.md."
    if code in {"NoSuchBucket", "ResourceNotFoundException"}:
        return f"AWS does not know it: {error}.", "Compare bucket and region with the stack's."
    return f"AWS answered: {error}.", "Try again; if it stays, look at the stack's events."


if __name__ == "__main__":
    main()
