"""From an idea in the drawer to a post with a time: the file moves and keeps its id."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import click

from signpost.domain.post import Post
from signpost.errors import SignpostError

_KEY = re.compile(r"^(?P<key>[A-Za-z_]+)[ \t]*:", re.MULTILINE)


def find_idea(content: Path, wanted: Path, ideas: Sequence[Post]) -> Post:
    """The idea that a person named by its file, its folder, its id or its title.

    Raises:
        click.UsageError: there is none, or several.
    """
    word = str(wanted)
    places = {_resolved(wanted), _resolved(content / wanted)}
    found = [
        post
        for post in ideas
        if {_resolved(content / post.path), _resolved((content / post.path).parent)} & places
        and (not wanted.is_dir() or post.path.endswith("/index.md"))
    ] or [post for post in ideas if post.id == word or post.title.casefold() == word.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.UsageError(f"Several ideas are called `{word}`; name the file.")
    names = ", ".join(post.path for post in ideas[:5]) or "none"
    raise click.UsageError(f"There is no idea `{word}`. There are: {names}.")


def promote(
    content: Path, idea: Post, place: Path, keys: Mapping[str, str], shared: Collection[str] = ()
) -> Path:
    """Move an idea, with what lies in its folder or what it names beside it, and set keys.

    The new file is written whole before the old one goes, so a failure loses nothing.

    Args:
        place: the post's file, which does not exist yet; where media lie beside the idea it becomes
            a folder of that name.
        keys: front-matter keys to set, as YAML text.
        shared: media that other posts name, too, relative to the content folder: they stay.

    Returns:
        The post's file.

    Raises:
        SignpostError: something is in the way, or the idea has faults.
    """
    old = content / idea.path
    in_folder = old.name == "index.md"
    beside = [] if in_folder else _beside(content, idea, old.parent)
    if in_folder or beside:
        place = place.with_suffix("") / "index.md"
    text = set_keys(old.read_bytes().decode(), keys)
    if in_folder:
        place.parent.parent.mkdir(parents=True, exist_ok=True)
        old.parent.rename(place.parent)
        place.write_text(text, encoding="utf-8", newline="")
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise SignpostError(f"{place} is there already.", "Choose another title or time.")
    for file in beside:
        (place.parent / file.name).write_bytes(file.read_bytes())
    place.write_text(text, encoding="utf-8", newline="")
    old.unlink()
    for file in beside:
        if file.relative_to(content).as_posix() not in shared:
            file.unlink()
    return place


def set_keys(text: str, keys: Mapping[str, str]) -> str:
    """A post's file with front-matter keys set: in their line, else before the closing fence.

    Comments, order and line ends of everything else stay.

    Args:
        keys: key → its value as YAML text of one line; a value that spans lines is replaced whole.

    Raises:
        SignpostError: the file has no front matter.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    if lines[0].lstrip("\ufeff").rstrip() != "---":
        raise SignpostError("The idea has no front matter.", "Run `signpost check`.")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise SignpostError("The idea's front matter is not closed.", "Run `signpost check`.")
    head, rest = lines[1:end], lines[end:]
    for key, value in keys.items():
        at = next((n for n, line in enumerate(head) if _is(line, key)), None)
        if at is None:
            head.append(f"{key}: {value}")
            continue
        stop = at + 1
        while stop < len(head) and (head[stop][:1] in {" ", "\t", "-"}):
            stop += 1
        head[at:stop] = [f"{key}: {value}"]
    return newline.join([lines[0], *head, *rest])


def _is(line: str, key: str) -> bool:
    match = _KEY.match(line)
    return match is not None and match["key"] == key


def _beside(content: Path, idea: Post, folder: Path) -> list[Path]:
    """Media files that the idea names and that lie beside it."""
    files = [content / item.path for item in idea.media if item.path]
    return [file for file in dict.fromkeys(files) if file.parent == folder]


def _resolved(path: Path) -> Path:
    return path.resolve()
