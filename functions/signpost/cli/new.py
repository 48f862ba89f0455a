"""`signpost new`: a post file from a template, with an id of its own."""

from __future__ import annotations

import json
import re
import secrets
import shlex
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.hints import ANY, HINTS
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.domain.workspace import Brand

DEFAULT_TITLE = "Untitled post"


@click.command(
    epilog="""\b
Examples:
  signpost new
  signpost new --type how-to --title "Wax your boots" --at "2026-12-01 09:00"
  signpost new --brand larkfell --accounts larkfell-shop,larkfell-workshop --at now
  signpost new --idea --title "Which knot holds"
  signpost new --from-idea larkfell/ideas/which-knot-holds.md --at "2026-12-08 09:00"

The file is a draft: nothing is sent until `status: draft` is taken out, and `stage` with it. An
existing file is never overwritten. An idea keeps its id and what stands beside it when it
becomes a post."""
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
@click.option("--idea", is_flag=True, help="An idea for the drawer: no time, never published.")
@click.option(
    "--from-idea",
    "from_idea",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make a post of an idea: the file moves from ideas/ to posts/.",
)
@format_option
@color_option
def command(
    *,
    content_dir: Path | None,
    brand: str | None,
    kind: str | None,
    accounts: str | None,
    at: str | None,
    title: str | None,
    idea: bool,
    from_idea: Path | None,
    form: str,
) -> None:
    """Write a new post file from a template.

    Without options it asks for each, if there is a terminal to ask at; with any option it asks
    nothing, and what is left out has a sensible value.
    """
    from signpost.cli.wiring import open_content

    content = find_content(content_dir)
    if idea and from_idea:
        raise click.UsageError("--idea and --from-idea exclude each other.")
    if idea and at:
        raise click.UsageError("An idea has no time; leave --at out.")
    if from_idea:
        _from_idea(content, from_idea, kind, accounts, at, form)
        return
    workspace, brands = open_content(content)
    ask = sys.stdin.isatty() and sys.stdout.isatty() and form == "human"
    given = any((brand, kind, accounts, at, title, idea))
    ask = ask and not given
    chosen = _brand(brands, brand, workspace.brands, ask=ask)
    title = title or (click.prompt("Title") if ask else DEFAULT_TITLE)
    kind = _kind(chosen, kind, ask=ask)
    wanted = _accounts(chosen, accounts, ask=ask)
    at = "" if idea else _time(chosen, at, ask=ask)
    stages = () if idea else chosen.stages_of(kind)
    stage = stages[0].id if stages else ""
    post_id, text = render(title=title, kind=kind, accounts=wanted, at=at, stage=stage)
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
    if idea:
        terminal.say("When its time comes: signpost new --from-idea " + shlex.quote(shown))
        return
    terminal.say(_next_steps(shown, stage))


def _next_steps(shown: str, stage: str) -> str:
    ready = "take out `status: draft`"
    if stage:
        ready = "take out `stage` and `status: draft` when all stages are done"
    look = f"signpost preview {shlex.quote(shown)}"
    return f"Write the text, look at it with: {look}\nThen {ready}, and: signpost check"


def _from_idea(
    content: Path, idea: Path, kind: str | None, accounts: str | None, at: str | None, form: str
) -> None:
    """Make a post of an idea and say what happened."""
    from signpost.cli.ideas import find_idea, promote
    from signpost.cli.wiring import open_posts

    _, read = open_posts(content)
    post = find_idea(content, idea, read.ideas)
    brand = read.brands[post.brand]
    # What the idea says itself counts, unless the command line says otherwise.
    kind = _kind(brand, kind, ask=False) if kind or not post.type else post.type
    wanted = _accounts(brand, accounts, ask=False) if accounts or not post.accounts else None
    when = _time(brand, at, ask=False)
    stages = brand.stages_of(kind)
    stage = stages[0].id if stages else ""
    place = _place(content, brand, post.title or post.path.rpartition("/")[2][:-3], when)
    changed = {
        "publish": when,
        "type": kind,
        "accounts": f"[{', '.join(wanted)}]" if wanted is not None else "",
        "stage": stage,
        "status": "draft",
    }
    keys = {key: text for key, text in changed.items() if text}
    shared = {
        item.path
        for other in (*read.posts, *read.ideas)
        if other is not post
        for item in other.every_media()
    }
    path = promote(content, post, place, keys, shared)
    if form == "json":
        machine.show({"id": post.id, "path": str(path), "was": str(content / post.path)})
        return
    terminal = Terminal()
    terminal.say(
        f"{terminal.paint('moved', 'green')} {_shown(content / post.path)} to {_shown(path)}"
    )
    terminal.say(_next_steps(_shown(path), stage))


def render(
    *, title: str, kind: str, accounts: Sequence[str], at: str, stage: str = ""
) -> tuple[str, str]:
    """A post's id and the text of its file.

    Args:
        at: as written in front matter; empty for an idea, which has no time.
        stage: the stage of work that it begins in; empty for none.
    """
    from signpost.checks.rules.post_id import mint_id

    post_id = mint_id(secrets.randbits)
    lines = [
        "---",
        f"id: {post_id}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        *([f"publish: {at}"] if at else []),
        f"accounts: [{', '.join(accounts)}]",
        *([f"type: {kind}"] if kind else []),
        *([f"stage: {stage}"] if stage else []),
        *(["status: draft"] if at else []),
        "---",
        "",
        HINTS.get(kind, ANY),
        "",
    ]
    return post_id, "\n".join(lines)


def _brand(
    brands: Sequence[Brand], wanted: str | None, listed: Sequence[str], *, ask: bool
) -> Brand:
    """The brand that is meant.

    Args:
        brands: those that could be read.
        listed: ids in signpost.yaml.
    """
    by_id = {brand.id: brand for brand in brands}
    unread = [name for name in listed if name not in by_id]
    if unread and (wanted in unread or (wanted is None and not by_id)):
        name = wanted or unread[0]
        raise click.UsageError(f"The brand `{name}` cannot be read. `signpost check` says why.")
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
    from signpost.domain.timing import parse_local, resolve, zone_info
    from signpost.errors import LocalTimeError

    default = (datetime.now(zone_info(brand.zone)) + timedelta(days=1)).strftime("%Y-%m-%d 09:00")
    if wanted is None:
        wanted = str(click.prompt("Publish at", default=default)) if ask else default
    if wanted != "now":
        try:
            due = resolve(parse_local(wanted), brand.zone)
        except LocalTimeError as error:
            raise click.UsageError(str(error)) from error
        if due <= datetime.now(UTC):
            raise click.UsageError(f"{wanted} is in the past. Name a time to come, or `now`.")
    return wanted


def _known(word: str, words: Sequence[str], what: str) -> str:
    if word in words:
        return word
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(words) or 'none'}."
    raise click.UsageError(f"There is no {what} `{word}`. {hint}")


def _place(content: Path, brand: Brand, title: str, at: str) -> Path:
    """A file that does not exist yet, in the folder of its month; an idea's in `ideas/`."""
    if not at:
        return _free(content / brand.id / "ideas", title)
    from signpost.domain.timing import zone_info

    day = at[:7] if at != "now" else datetime.now(zone_info(brand.zone)).strftime("%Y-%m")
    return _free(content / brand.id / "posts" / day[:4] / day[5:7], title)


def _free(folder: Path, title: str) -> Path:
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
