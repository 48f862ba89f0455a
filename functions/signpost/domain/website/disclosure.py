"""What must not lie in the data of a public site: names of people, money, who is late.

Its pages say what their authors wrote, for all to read; its data is what programs take away by the
thousand, without anybody having decided that. A closed site's data is for people with a pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

_SHELF = frozenset({"present", "in_force", "sound", "gate", "signoff", "versions"})
_VERSION = frozenset(
    {"version", "state", "signed", "altered", "digest", "effective", "review_by", "roles"}
)
_ROW = frozenset({"version", "title", "aliases"})
_MONEY = re.compile(
    r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|JPY)\b)\s?\d|\d\s?(?:[€$£¥]|(?:EUR|USD|GBP|CHF|JPY|euros?|dollars?)\b)"
)
_TAG = re.compile(r"<[^>]*>")
_LEAST_NAME = 4
"""Letters: shorter ones are found in every text."""


def findings(path: str, data: bytes, names: Iterable[str]) -> list[str]:
    """What is wrong with a JSON file of a public site, in sentences; empty where nothing is.

    Args:
        path: of the site.
        names: of people, and their addresses.
    """
    try:
        value = json.loads(data)
    except ValueError:
        return [f"{path} is no JSON."]
    found = _unexpected(path, value)
    looked = [name for name in names if len(name) >= _LEAST_NAME]
    pattern = re.compile(
        "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(looked)) or r"(?!)",
        re.IGNORECASE,
    )
    for place, text in _texts(value):
        plain = unescape(_TAG.sub("", text))
        where = f"{path}{f' ({place})' if place else ''}"
        found += [f"{where} names {name}." for name in sorted(set(pattern.findall(plain)))]
        if _MONEY.search(plain):
            found.append(f"{where} tells an amount of money.")
    return found


def _unexpected(path: str, value: Any) -> list[str]:
    """Members that the machine's own files did not have when this was decided."""
    name = path.rpartition("/")[2]
    if name == "status.json":
        shelves = value.get("brands", {}).values()
        extra = set(value) - {"format", "made", "brands"}
        extra |= {key for shelf in shelves for key in set(shelf) - _SHELF}
        rows = [row for shelf in shelves for row in shelf.get("versions", ())]
        extra |= {key for row in rows for key in set(row) - _VERSION}
    elif name == "versions.json":
        extra = {key for row in value for key in set(row) - _ROW}
    elif name == "search_index.json":
        extra = set()
    else:
        return [f"{path} is data that nobody has decided to publish."]
    return [f"{path} has `{key}`, which nobody has decided to publish." for key in sorted(extra)]


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with the page that it belongs to."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, place)
    elif isinstance(value, dict):
        here = value.get("location")
        for key, item in value.items():
            yield place, key
            yield from _texts(item, here if isinstance(here, str) else place)
