"""`signpost resume`: lift a stop, or let go one held delivery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.domain.stop import scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signpost.cli.statefile import StateFile
    from signpost.domain.workspace import Brand


@click.command(
    epilog="""\b
Examples:
  signpost resume --reason "prices corrected"
  signpost resume --account larkfell-shop --reason "account is ours again"
  signpost resume --prepare lift-it
  signpost resume --signed lift-it --reason "prices corrected"
  signpost resume 7k2m9q4x1v3b --reason "still worth sending"
  signpost resume 7k2m9q4x1v3b --reason "looked" --checked absent
  signpost resume 7k2m9q4x1v3b --reason "looked" --checked live=https://social.example/@us/113

Lifting a stop sends nothing by itself: what was held meanwhile stays held, and a person lets it
go one by one, by naming POST.

Where the stack has accepted a trust root, as many people sign for lifting a stop as it asks for, each
stop by itself: --prepare, then each of them `signpost strategy sign --statement FILE`, then --signed."""
)
@click.argument("post", required=False)
@content_option
@click.option("--reason", metavar="TEXT", default="", help="For the audit trail; needed.")
@click.option("--brand", metavar="ID", help="Only this brand.")
@click.option(
    "--account", metavar="ID", help="Only this account; with POST: which of its accounts."
)
@click.option(
    "--prepare",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write what has to be signed for lifting the present stop, and change nothing.",
)
@click.option(
    "--signed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Bring the signatures from there.",
)
@click.option(
    "--checked",
    metavar="absent|live=ID",
    default="",
    help="For a post that may be public already: what you saw when you looked at the account. "
    "ID is its id or address there.",
)
@format_option
@color_option
def command(
    post: str | None,
    content_dir: Path | None,
    reason: str,
    brand: str | None,
    account: str | None,
    prepare: Path | None,
    signed: Path | None,
    checked: str,
    form: str,
) -> None:
    """Let publishing go on after a stop; with POST, let go one delivery that is held."""
    from signpost.cli.control import actor, ask_control
    from signpost.cli.scope import check_scope
    from signpost.cli.statefile import read_state
    from signpost.cli.wiring import connect, open_content

    if not reason.strip() and not prepare:
        raise click.UsageError("--reason is missing or empty.")
    if sum(map(bool, (post, prepare, signed))) > 1:
        raise click.UsageError("One of POST, --prepare and --signed.")
    if checked and not post:
        raise click.UsageError("--checked goes with POST.")
    if brand and (account or post):
        raise click.UsageError("--brand goes without --account and POST.")
    terminal = Terminal()
    content = find_content(content_dir)
    workspace, brands = open_content(content)
    connection, objects = connect(content, workspace)
    if prepare:
        check_scope(workspace, brands, brand, account)
        state = read_state(objects, workspace.id)
        _prepare(terminal, prepare, scope_of(brand, account), state, workspace.id, brands, form)
        return
    request: dict[str, Any] = {"actor": actor(content), "reason": reason}
    if post:
        delivery = _held(read_state(objects, workspace.id).known(post), post, account)
        request |= {"action": "release", "delivery": delivery, **_checked(checked)}
    else:
        check_scope(workspace, brands, brand, account)
        request |= {"action": "resume", "scope": scope_of(brand, account)}
        request |= _signed(signed)
    with terminal.working("Resuming"):
        answer = ask_control(connection, request)
    if form == "json":
        machine.show(answer)
    elif post:
        terminal.say(f"{answer['delivery']} is {answer['state']}.")
    elif answer["scopes"]:
        from signpost.cli.stop import words

        terminal.say(f"Lifted. Still stopped: {words(answer['scopes'])}.")
    else:
        terminal.say("Publishing goes on. What was held stays held: see `signpost status`.")


def _held(entries: list[Any], post: str, account: str | None) -> str:
    """The one delivery that is meant."""
    from signpost.cli.statefile import UnknownPost

    known = ", ".join(sorted({entry.account for entry in entries}))
    if account:
        entries = [entry for entry in entries if entry.account == account]
    if not entries:
        raise UnknownPost(
            f"`{post}` does not go to {account}, but to {known}.",
            "Name one of these with --account.",
        )
    held = [entry for entry in entries if entry.state == "HELD"] or entries
    if len(held) > 1:
        names = ", ".join(entry.account for entry in held)
        raise click.UsageError(f"`{post}` goes to several accounts ({names}): add --account.")
    return str(held[0].delivery)


def _checked(text: str) -> dict[str, str]:
    """`--checked` as the control function wants it."""
    if not text:
        return {}
    if text == "absent":
        return {"checked": "absent"}
    word, _, there = text.partition("=")
    if word != "live" or not there.strip():
        raise click.UsageError("--checked is `absent`, or `live=` and the post's id or address.")
    there = there.strip()
    is_address = there.startswith(("http://", "https://"))
    return {
        "checked": "live",
        "external_id": there.rstrip("/").rpartition("/")[2] if is_address else there,
        "permalink": there if is_address else "",
    }


def _prepare(
    terminal: Terminal,
    folder: Path,
    scope: str,
    state: StateFile,
    workspace: str,
    brands: Sequence[Brand],
    form: str,
) -> None:
    from signpost.cli.resuming import prepare

    written = prepare(folder, scope, state, workspace, brands)
    if form == "json":
        machine.show({"scope": scope, "files": [str(file) for file in written]})
        return
    for file in written:
        terminal.say(f"signpost strategy sign --statement {file} --brand {file.stem} --as PERSON")
    what, _, name = scope.partition(":")
    limit = f" --{what} {name}" if name else ""
    terminal.say(f'Once enough have signed: signpost resume --signed {folder}{limit} --reason "…"')


def _signed(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {}
    from signpost.cli.resuming import collect

    return {"signed": collect(folder)}
