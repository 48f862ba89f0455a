"""`signpost strategy diff`: what changed between two versions, for people who decide."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.signoff.evidence import (
    Site,
    find_documents,
    find_site,
    judge_site_roots,
    site_options,
)
from signpost.domain.strategy import AREAS, Change, compare


@click.command(
    epilog="""\b
Examples:
  signpost strategy diff 2026.1 2026.2
  signpost strategy diff 2026.1 next            what the working tree would change
  signpost strategy diff 2026.1 next --format json

\b
First what it means: channels added or dropped (the table headed Channel in the strategy), targets
moved, responsibilities changed, voice rules added or removed; then which posts that are still to go
out would no longer comply; then the words."""
)
@click.argument("old")
@click.argument("new")
@site_options
@content_option
@click.option("--no-words", is_flag=True, help="Leave the words out.")
@format_option
@color_option
def command(
    *,
    old: str,
    new: str,
    site_dir: Path | None,
    brand: str | None,
    content_dir: Path | None,
    no_words: bool,
    form: str,
) -> int:
    """Compare two versions: OLD and NEW are releases, or `next` for the working tree."""
    from signpost.cli.signoff.versions import (
        decided,
        digest_of,
        files_of,
        findings_of_coming_posts,
        laid_out,
    )

    site = find_site(site_dir, brand)
    roots = judge_site_roots(site)
    content = find_documents(site, content_dir)["content"]
    before, after = (files_of(site, roots, word, content_dir) for word in (old, new))
    terminal = Terminal()
    with (
        terminal.working("Comparing"),
        laid_out(content, before) as old_place,
        laid_out(content, after) as new_place,
    ):
        changes = compare(
            decided(old_place, site.brand, before), decided(new_place, site.brand, after)
        )
        known = findings_of_coming_posts(old_place, site.brand)
        posts = sorted(findings_of_coming_posts(new_place, site.brand) - known)
    words = {} if no_words else dict(words_of(before, after))
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "old": {"version": old, "digest": digest_of(site, old) or None},
                "new": {"version": new, "digest": digest_of(site, new) or None},
                "changes": [
                    {"area": item.area, "kind": item.kind, "what": item.what,
                     "before": item.before, "after": item.after} for item in changes
                ],
                "posts": [
                    {"path": path, "code": code, "cause": cause} for path, code, cause in posts
                ],
                "words": [{"path": path, "lines": lines} for path, lines in words.items()],
            }
        )  # fmt: skip
        return 0
    show_changes(terminal, changes)
    _show_posts(terminal, posts)
    show_words(terminal, words)
    if not (changes or posts or words):
        terminal.say(f"{old} and {new} say the same.")
    return 0


def changes_between(
    site: Site, old: str, new: str, content_dir: Path | None
) -> tuple[list[Change], dict[str, list[str]]]:
    """What changed between two releases: in the business's terms, and the lines of each file."""
    from signpost.cli.signoff.versions import decided, files_of, laid_out

    roots = judge_site_roots(site)
    content = find_documents(site, content_dir)["content"]
    before, after = (files_of(site, roots, word, content_dir) for word in (old, new))
    with laid_out(content, before) as old_place, laid_out(content, after) as new_place:
        changes = compare(
            decided(old_place, site.brand, before), decided(new_place, site.brand, after)
        )
    return changes, dict(words_of(before, after))


def show_words(terminal: Terminal, words: Mapping[str, Iterable[str]]) -> None:
    """Print the lines that differ, file by file."""
    for path, lines in words.items():
        terminal.say()
        terminal.say(terminal.paint(plain(path), "bold"))
        for line in lines:
            color = {"+": "green", "-": "red"}.get(line[:1], "")
            terminal.say(terminal.paint(plain(line), color) if color else plain(line))


def show_changes(terminal: Terminal, changes: Iterable[Change]) -> None:
    """Print what changed in the business's terms, area by area."""
    among = list(changes)
    for area, title in AREAS.items():
        found = [item for item in among if item.area == area]
        if not found:
            continue
        terminal.say(terminal.paint(title, "bold"))
        for item in found:
            color = {"added": "green", "dropped": "red"}.get(item.kind, "yellow")
            terminal.say(f"  {terminal.paint(item.kind, color)} {plain(item.said)}")


def _show_posts(terminal: Terminal, posts: list[tuple[str, str, str]]) -> None:
    if not posts:
        return
    many = len({path for path, _, _ in posts})
    head = f"{amount(many, 'coming post')} would no longer comply"
    terminal.say(terminal.paint(head, "yellow"))
    for path, code, cause in posts:
        terminal.say(f"  {plain(path)}: {code} {plain(cause)}")


def words_of(
    before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Iterator[tuple[str, list[str]]]:
    """Each file that differs, with the lines that do."""
    for path in sorted({*before, *after}):
        old, new = before.get(path, b""), after.get(path, b"")
        if old == new:
            continue
        if b"\0" in old + new:
            yield path, ["(not text; it differs)"]
            continue
        lines = difflib.unified_diff(
            old.decode("utf-8", "replace").splitlines(),
            new.decode("utf-8", "replace").splitlines(),
            "before", "after", n=1, lineterm="",
        )  # fmt: skip
        yield path, list(lines)[2:]
