"""`signpost preview`: what the audience will read, made from what would be sent."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, comment_format_option, content_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.places import from_here, named
from signpost.errors import LocalTimeError, SignpostError

if TYPE_CHECKING:
    from signpost.previews.view import Gone, Preview

_DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Variables that tell of a browser with windows, on Linux."""


@click.command(
    epilog="""\b
Examples:
  signpost preview
  signpost preview larkfell/posts/2026/12/first-light.md --open
  signpost preview "First light in December"
  signpost preview --since origin/main --html preview.html
  signpost preview 7k2m --zone America/New_York

The text, the links, the fold, the card and the numbers are read from the payload, by the code
that publishes; how long a line is, each reader's window decides. Faults are shown beside: `check`
judges, so they do not change the exit code. Nothing is sent, and no stack is asked."""
)
@click.argument("posts", nargs=-1, metavar="[POST]…")
@content_option
@click.option(
    "--since", metavar="REV", default="", help="Posts that changed since this git revision."
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write one page that needs no other file; the terminal gets one line for each post.",
)
@click.option("--open", "show", is_flag=True, help="Open that page in the browser.")
@click.option(
    "--zone", metavar="ZONE", default="", help="Your time zone. Left out: that of this machine."
)
@comment_format_option
@color_option
def command(
    *,
    posts: tuple[str, ...],
    content_dir: Path | None,
    since: str,
    html_file: Path | None,
    show: bool,
    zone: str,
    form: str,
) -> int:
    """Show posts as their channels will show them.

    POST is a post's id (or its beginning), its title, its file, or a folder of posts; drafts and
    ideas are shown as if they were ready. Without POST: what changed since the last commit.
    """
    if posts and since:
        raise click.UsageError("Name posts, or a revision with --since; not both.")
    content = find_content(content_dir)
    zone = _zone(zone)
    terminal = Terminal()
    with terminal.working("Making the preview") as told:
        found, data = _preview(content, posts, since, zone, told)
        preview = _named(found, content)
        if show and html_file is None:
            html_file = Path(tempfile.mkdtemp(prefix="signpost-")) / "preview.html"
        if html_file is not None:
            _write(preview, data, html_file)
    if form == "json":
        from signpost.cli.previews.document import preview_document

        page = str(html_file) if html_file else None
        machine.show({**preview_document(preview), "html": page})
    elif form == "markdown":
        from signpost.cli.output import markdown
        from signpost.cli.previews.markdown import preview_text

        markdown.show(preview_text(preview))
    else:
        _print(terminal, preview, html_file)
    if show and html_file is not None and not _opened(html_file):
        terminal.warn(f"No browser could be started; open {html_file} yourself.")
    return 0


def _preview(
    content: Path, posts: tuple[str, ...], since: str, zone: str, told: Callable[[int, int], None]
) -> tuple[Preview, Callable[[str], bytes]]:
    """What was asked for, and what gives the bytes of its pictures.

    Raises:
        SignpostError: a post or revision is not there; nothing is shown then.
    """
    from signpost.cli.previews.trial import try_posts
    from signpost.previews.view import Preview

    if posts:
        tried = try_posts(content, [_word(post, content) for post in posts], (), told)
        if tried.lost:
            raise SignpostError(
                f"There is no post `{tried.lost[0]}`.",
                "Name its file, its title, or its id (four characters of it are enough).",
            )
        return Preview(tried.workspace, zone, tried.views), tried.data
    from signpost.cli.changed import changed_files

    change = changed_files(content, since)
    tried = try_posts(content, (), change.written + change.deleted, told)
    gone = _gone(content, change.base, change.deleted, {view.id for view in tried.views})
    return Preview(tried.workspace, zone, tried.views, gone, since), tried.data


def _named(preview: Preview, content: Path) -> Preview:
    """The preview with files named as they are seen from here, like those of `check`."""
    naming = from_here(content)
    return replace(
        preview,
        posts=tuple(
            replace(view, path=naming(view.path), findings=named(view.findings, naming))
            for view in preview.posts
        ),
        gone=tuple(replace(item, path=naming(item.path)) for item in preview.gone),
    )


def _gone(
    content: Path, base: str, deleted: tuple[str, ...], present: set[str]
) -> tuple[Gone, ...]:
    """Posts that were deleted; one that only moved is still there under its id."""
    from signpost.cli.changed import text_at
    from signpost.cli.wiring import post_head
    from signpost.previews.view import Gone

    found = []
    for path in deleted:
        place = path.split("/")
        if len(place) < 3 or place[1] != "posts" or not path.endswith(".md"):
            continue
        post, title = post_head(text_at(content, base, path))
        if post and post not in present:
            found.append(Gone(path, post, title))
    return tuple(found)


def _word(post: str, content: Path) -> str:
    """What a person calls a post; a file seen from here, as the content folder knows it."""
    for place in (Path(post), content / post):
        if place.exists():
            inside = os.path.relpath(place.resolve(), content.resolve())
            return inside.replace(os.sep, "/")
    return post


def _zone(name: str) -> str:
    from signpost.cli.previews.zone import machine_zone
    from signpost.domain.timing import zone_info

    if not name:
        return machine_zone()
    try:
        return zone_info(name).key
    except LocalTimeError as error:
        raise click.UsageError(f"--zone: {error}") from error


def _write(preview: Preview, data: Callable[[str], bytes], file: Path) -> None:
    from signpost.cli.previews.html import page

    text = page(preview, data)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SignpostError(
            f"{file} cannot be written: {error.strerror}.", "Name another file with --html."
        ) from error


def _print(terminal: Terminal, preview: Preview, html_file: Path | None) -> None:
    from signpost.cli.previews.terminal import show_preview, show_summary

    if not preview.posts and not preview.gone:
        compared = f"since {preview.since}" if preview.since else "since the last commit"
        terminal.say(f"No post changed {compared}. Name one: signpost preview POST")
    if html_file is None:
        show_preview(terminal, preview)
        return
    show_summary(terminal, preview)
    terminal.say(f"The page: {html_file}")


def _opened(file: Path) -> bool:
    """Whether a browser took the page."""
    import webbrowser

    # Without a desktop it would be a browser of the terminal, which shows the preview already.
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _DESKTOPS)):
        return False
    return webbrowser.open(file.resolve().as_uri())
