"""`signpost new`: a post file from a template, with an id of its own."""

from __future__ import annotations

import json
import re
import secrets
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.domain.workspace import Brand

DEFAULT_TITLE = "Untitled post"

_HINTS = {
    "how-to": "Say what the reader can do afterwards. Then the steps, one a line.",
    "story": "Who, where, what happened. End with what it means for the reader.",
    "infographic": "One sentence that says what the picture shows; the picture says the rest.",
    "video": "What is to be seen, and why it is worth the time.",
    "promotion": "What is offered, for whom, until when, at what price.",
    "contest": "What to do, what can be won, until when, and where the conditions stand.",
    "announcement": "What is new, from when, and what changes for the reader.",
    "question": "One question that is easy to answer.",
}


@click.command(
    epilog="""\b
Examples:
  signpost new
  signpost new --type how-to --title "Wax your boots" --at "2026-12-01 09:00"
  signpost new --brand larkfell --accounts larkfell-shop,larkfell-workshop --at now

The file is a draft: nothing is sent until `status: draft` is taken out. An existing file is
never overwritten."""
)
@content_option
@click.option("--brand", metavar="ID", help="Left out where there is only one.")
@click.option("--type", "kind", metavar="TYPE", help="One of the brand's types, such as how-to.")
@click.option(
    "--accounts", metavar="ID[,ID…]", help="Accounts to publish to. Left out: all of the brand."
)
@click.option(
    "--at",
    metavar="TIME",
    help='`2026-12-01 09:00` in the brand\'s zone, or with an offset, or "now". Left out: '
    "tomorrow at 09:00.",
)
@click.option("--title", metavar="TEXT", help="Title for people; it also names the file.")
@format_option
@color_option
def command(
    content_dir: Path | None,
    brand: str | None,
    kind: str | None,
    accounts: str | None,
    at: str | None,
    title: str | None,
    form: str,
) -> None:
    """Write a new post file from a template.

    Without options it asks for each, if there is a terminal to ask at; with any option it asks
    nothing, and what is left out has a sensible value.
    """
    from signpost.cli.wiring import open_content

    content = find_content(content_dir)
    _, brands = open_content(content)
    ask = sys.stdin.isatty() and sys.stdout.isatty() and form == "human"
    given = any((brand, kind, accounts, at, title))
    ask = ask and not given
    chosen = _brand(brands, brand, ask=ask)
    title = title or (click.prompt("Title") if ask else DEFAULT_TITLE)
    kind = _kind(chosen, kind, ask=ask)
    wanted = _accounts(chosen, accounts, ask=ask)
    at = _time(chosen, at, ask=ask)
    post_id, text = render(title=title, kind=kind, accounts=wanted, at=at)
    path = _place(content, chosen, title, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:  # two `new` at once: the other keeps the name
        raise click.UsageError(f"{path} was made meanwhile. Try again.") from None
    shown = _shown(path)
    if form == "json":
        machine.show({"id": post_id, "path": str(path)})
        return
    terminal = Terminal()
    terminal.say(f"{terminal.paint('created', 'green')} {shown}")
    terminal.say("Write the text, take out `status: draft`, then: signpost check")


def render(*, title: str, kind: str, accounts: Sequence[str], at: str) -> tuple[str, str]:
    """A post's id and the text of its file; `at` as written in front matter."""
    from signpost.checks.rules.post_id import mint_id

    post_id = mint_id(secrets.randbits)
    lines = [
        "---",
        f"id: {post_id}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"publish: {at}",
        f"accounts: [{', '.join(accounts)}]",
        *([f"type: {kind}"] if kind else []),
        "status: draft",
        "---",
        "",
        _HINTS.get(kind, "Write what the audience should read, as plain text."),
        "",
    ]
    return post_id, "\n".join(lines)


def _brand(brands: Sequence[Brand], wanted: str | None, *, ask: bool) -> Brand:
    by_id = {brand.id: brand for brand in brands}
    if wanted is None:
        if len(by_id) == 1:
            return brands[0]
        if not by_id:
            raise click.UsageError("signpost.yaml lists no brand. Add one to `brands`.")
        if not ask:
            raise click.UsageError(f"There are several brands: --brand {'|'.join(by_id)}.")
        wanted = click.prompt("Brand", type=click.Choice(list(by_id)))
    return by_id[_known(wanted, list(by_id), "brand")]


def _kind(brand: Brand, wanted: str | None, *, ask: bool) -> str:
    words = list(brand.types)
    if wanted is None:
        if not words:
            return ""
        return str(click.prompt("Type", type=click.Choice(words))) if ask else words[0]
    return _known(wanted, words, "type") if words else wanted


def _accounts(brand: Brand, wanted: str | None, *, ask: bool) -> list[str]:
    ids = [account.id for account in brand.accounts]
    if wanted is None and ask:
        wanted = click.prompt("Accounts", default=",".join(ids))
    if wanted is None:
        return ids
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if not names:
        raise click.UsageError("--accounts names none.")
    return [_known(name, ids, "account") for name in names]


def _time(brand: Brand, wanted: str | None, *, ask: bool) -> str:
    from signpost.domain.timing import parse_local, zone_info
    from signpost.errors import LocalTimeError

    default = (datetime.now(zone_info(brand.zone)) + timedelta(days=1)).strftime("%Y-%m-%d 09:00")
    if wanted is None:
        wanted = str(click.prompt("Publish at", default=default)) if ask else default
    if wanted != "now":
        try:
            parse_local(wanted)
        except LocalTimeError as error:
            raise click.UsageError(str(error)) from error
    return wanted


def _known(word: str, words: Sequence[str], what: str) -> str:
    if word in words:
        return word
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(words) or 'none'}."
    raise click.UsageError(f"There is no {what} `{word}`. {hint}")


def _place(content: Path, brand: Brand, title: str, at: str) -> Path:
    """A file that does not exist yet, in the folder of its month."""
    from signpost.domain.timing import zone_info

    day = at[:7] if at != "now" else datetime.now(zone_info(brand.zone)).strftime("%Y-%m")
    folder = content / brand.id / "posts" / day[:4] / day[5:7]
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")[:60] or "post"
    number = 1
    path = folder / f"{name}.md"
    while path.exists() or path.with_suffix("").exists():
        number += 1
        path = folder / f"{name}-{number}.md"
    return path


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
