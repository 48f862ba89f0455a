"""Snippets of VS Code, with one for each type of post that the workspace has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from signpost.cli.hints import ANY, HINTS

FILE = ".vscode/signpost.code-snippets"
"""Beside the content folder."""
_GENERAL = "Signpost: post"
"""The snippet of a post of any type; those of the types are made of it, and stand behind it."""
_TYPE = "A post of the type `{}`"
_LINK = "link: ${6:https://www.example.org}"
_ALT = '    alt: "${7:What is to be seen, for those who cannot see it.}"'
_MORE = {
    "infographic": ("media:", "  - file: ${6:picture.jpg}", _ALT),
    "video": ("media:", "  - file: ${6:film.mp4}", _ALT),
    "promotion": (_LINK,),
    "contest": (_LINK,),
}
"""What a post of the type hardly goes without."""


def with_types(text: str, types: Iterable[str]) -> str | None:
    """The file as it should be, its other snippets as they are.

    Args:
        text: of the file as it lies there.
        types: those of all brands.

    Returns:
        None where it is not as Signpost makes it, and so somebody's own.
    """
    try:
        told = json.loads(text)
        body = told[_GENERAL]["body"]
        kept = {name: item for name, item in told.items() if not _is_of_type(item)}
    except (ValueError, KeyError, TypeError, AttributeError):  # with comments, or rewritten
        return None
    made: dict[str, Any] = {}
    for name, item in kept.items():
        made[name] = item
        if name == _GENERAL:
            made.update(
                {f"Signpost: {kind}": _of_type(kind, body) for kind in dict.fromkeys(types)}
            )
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _is_of_type(item: Any) -> bool:
    before, _, after = _TYPE.partition("{}")
    said: str = item.get("description", "")
    return said.startswith(before) and said.endswith(after)


def _of_type(kind: str, body: list[str]) -> dict[str, Any]:
    lines: list[str] = []
    for line in body:
        of_type = line.startswith("type: ")
        lines += [f"type: {kind}", *_MORE.get(kind, ())] if of_type else [line]
    lines[-1] = f"${{0:{HINTS.get(kind, ANY)}}}"
    return {
        "scope": "markdown",
        "prefix": [f"post-{kind}"],
        "description": _TYPE.format(kind),
        "body": lines,
    }
