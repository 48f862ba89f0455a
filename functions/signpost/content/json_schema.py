"""JSON Schemas for editors, made from `content.schema`: one for each kind of file, and the words.

An editor knows less than `check`, and its copy may be old: what only this workspace declares (its
accounts, campaigns, …) is offered, never demanded. All such words stand in `words.json`, so that a new
campaign changes one file.

Draft-07, since the YAML server of most editors reads "JSON Schema 7 and below"; it reads YAML 1.2, in
which `2026-12-01 09:00` and `no` are text and `12345` is a number.
Source: https://github.com/redhat-developer/yaml-language-server (noted 2026-11-22).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from signpost.content.nodes import Items, Node, Pairs, parse
from signpost.content.schema import CONFIG_FILES, FRONT_MATTER, OWN_TEXT
from signpost.content.shape import KINDS, Key, Shape
from signpost.content.values import DAYS
from signpost.domain.channel import ChannelSpec, Option
from signpost.domain.workspace import Brand

FOLDER = ".schemas"
"""Their folder in the content folder: hidden, so that it is not read as content."""
WORDS_FILE = "words.json"
_DIALECT = "http://json-schema.org/draft-07/schema#"
_MADE = "Made by `signpost schema --write`."

_LOCAL = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?"
PATTERNS = {
    "id": r"[a-z0-9][a-z0-9_-]{0,63}",
    "url": r"https?://[^\s/?#]+\S*",
    "language": r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}",
    "color": r"#[0-9a-fA-F]{6}",
    "month": r"\d{4}-(0[1-9]|1[0-2])",
    "date": r"\d{4}-\d\d-\d\d",
    "country": r"[A-Z]{2}(-[A-Z0-9]{1,3})?",
    "time": r"([01]\d|2[0-3]):[0-5]\d",
    "number": r"[+-]?\d{1,15}(\.\d{1,15})?",
    "integer": r"\d{1,9}",
    "duration": r"\d{1,6}[smhd]",
    "zone": r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}",
    "local": _LOCAL,
    "publish": rf"now|{_LOCAL}( ?(Z|[+-]\d\d:\d\d))?",
}
"""The forms that `content.values` reads; a test holds one against the other."""

WORDS = {
    ("front matter", "accounts"): "accounts",
    ("front matter", "type"): "types",
    ("front matter", "objective"): "objectives",
    ("front matter", "campaign"): "campaigns",
    ("front matter", "theme"): "themes",
    ("front matter", "persona"): "personas",
    ("front matter", "owner"): "owners",
    ("front matter", "stage"): "stages",
    ("blackout", "accounts"): "accounts",
    ("disclosure", "types"): "types",
    ("stage", "position"): "positions",
    ("stage", "types"): "types",
    ("position", "department"): "departments",
    ("position", "deputy"): "positions",
    ("position", "merges"): "positions",
    ("department", "representative"): "people",
    ("person", "department"): "departments",
    ("person", "manager"): "people",
    ("holder", "position"): "positions",
    ("holder", "person"): "people",
    ("holder", "deputy"): "people",
    ("period", "person"): "people",
    ("KPI", "objective"): "objectives",
    ("roadmap item", "theme"): "themes",
    ("roadmap item", "type"): "types",
    ("roadmap item", "owner"): "owners",
    ("roadmap month", "campaigns"): "campaigns",
}
"""Mapping and key → which of the workspace's words may stand there."""


def file_name(shape: Shape) -> str:
    """The file of a shape's schema."""
    if shape is FRONT_MATTER:
        return "post.json"
    return f"{shape.name.removesuffix('.yaml').replace(' ', '-')}.json"


def schemas(specs: Mapping[str, ChannelSpec], brands: Iterable[Brand]) -> dict[str, str]:
    """Every schema: file name → text.

    Args:
        specs: of every channel that has a connector, by id.
        brands: those whose words are offered.
    """
    made = {
        file_name(shape): _text({"$schema": _DIALECT, "$comment": _MADE, **_object(shape, specs)})
        for shape in (FRONT_MATTER, OWN_TEXT, *CONFIG_FILES)
    }
    words: dict[str, Any] = {
        name: {"enum": found} if found else {"not": {}} for name, found in words_of(brands).items()
    }
    made[WORDS_FILE] = _text({"$schema": _DIALECT, "$comment": _MADE, "definitions": words})
    return made


def words_of(brands: Iterable[Brand]) -> dict[str, list[Any]]:
    """The words that the brands declare, by kind; one that looks like a number stands as both."""
    found: dict[str, set[str]] = {name: set() for name in sorted(set(WORDS.values()))}
    for brand in brands:
        people = {item.id for item in brand.people.people}
        positions = {item.id for item in brand.positions}
        for name, ids in (
            ("accounts", (item.id for item in brand.accounts)),
            ("types", brand.types),
            ("objectives", (item.id for item in brand.objectives)),
            ("campaigns", (item.id for item in brand.campaigns)),
            ("themes", (item.id for item in brand.themes)),
            ("personas", (item.id for item in brand.personas)),
            ("stages", (item.id for item in brand.stages)),
            ("departments", (item.id for item in brand.people.departments)),
            ("people", people),
            ("positions", positions),
            ("owners", people | positions),
        ):
            found[name].update(ids)
    return {
        name: [*sorted(ids), *(int(word) for word in sorted(ids) if word.isdecimal())]
        for name, ids in found.items()
    }


def _text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _object(shape: Shape, specs: Mapping[str, ChannelSpec]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": shape.name,
        "type": "object",
        "properties": {key.name: _property(shape, key, specs) for key in shape.keys},
        "additionalProperties": False,
    }
    if shape.required:
        made["required"] = [key.name for key in shape.required]
    return made


def _property(shape: Shape, key: Key, specs: Mapping[str, ChannelSpec]) -> dict[str, Any]:
    meaning = f"{key.meaning} Default: {key.default}." if key.default else key.meaning
    made = {"description": meaning, **_value(shape, key, specs)}
    if key.example:
        made["examples"] = [_plain(parse(key.example, key.name), key)]
    return made


def _value(shape: Shape, key: Key, specs: Mapping[str, ChannelSpec]) -> dict[str, Any]:
    """What a value of the key's kind may be."""
    kind = key.kind
    made = _SIMPLE.get(kind)
    if made is None:
        if kind == "choice":
            made = {"enum": list(key.choices)}
        elif kind == "integer":
            made = {**_formed("integer", "integer"), "minimum": key.least, "maximum": key.most}
        elif kind == "options":
            made = _options(specs)
        elif key.shape is not None:
            made = _object(key.shape, specs)
            if kind == "mappings":
                made = {"type": "array", "items": made}
        else:
            raise LookupError(kind)
    offered = WORDS.get((shape.name, key.name))
    if key.name == "channel":
        return {"anyOf": [{"enum": sorted(specs)}, made]}
    if offered is None:
        return made
    words = {"$ref": f"{WORDS_FILE}#/definitions/{offered}"}
    if made.get("type") == "array":
        return {**made, "items": {"anyOf": [words, made["items"]]}}
    return {"anyOf": [words, made]}


def _formed(kind: str, *types: str) -> dict[str, Any]:
    """A text of a form; of the other types too, where YAML makes one of what is written so."""
    return {
        "type": ["string", *types] if types else "string",
        "pattern": f"^({PATTERNS[kind]})$",
        # No keyword of JSON Schema: VS Code and its servers show it instead of the pattern.
        "patternErrorMessage": f"Write {_FORMS.get(kind) or KINDS[kind]}.",
    }


_FORMS = {"country": "a country code, with a region where holidays differ: `DE-BY`"}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


_WORDED = {"type": ["string", "number", "boolean"], "minLength": 1}
_SIMPLE: dict[str, dict[str, Any]] = {
    "text": _WORDED,
    "texts": _list(_WORDED),
    "id": _formed("id", "number"),
    "ids": _list(_formed("id", "number")),
    "flag": {"type": "boolean"},
    "number": _formed("number", "number"),
    "duration": _formed("duration"),
    "durations": _list(_formed("duration")),
    "publish": _formed("publish"),
    "local": _formed("local"),
    "date": _formed("date"),
    "month": _formed("month"),
    "time": _formed("time"),
    "days": _list({"enum": list(DAYS)}),
    "countries": _list(_formed("country")),
    "zone": _formed("zone"),
    "url": {**_formed("url"), "maxLength": 2048},
    "language": _formed("language"),
    "color": _formed("color"),
    "focus": {
        **_list({**_formed("number", "number"), "minimum": -1, "maximum": 1}),
        "minItems": 2,
        "maxItems": 2,
    },
}


def _options(specs: Mapping[str, ChannelSpec]) -> dict[str, Any]:
    channels = {
        name: {
            "type": "object",
            "description": f"What only {spec.name} has.",
            "properties": {key: _option(option) for key, option in spec.options.items()},
            "additionalProperties": False,
        }
        for name, spec in sorted(specs.items())
    }
    return {"type": "object", "properties": channels, "additionalProperties": False}


def _option(option: Option) -> dict[str, Any]:
    values: dict[str, Any] = {"flag": {"type": "boolean"}, "choice": {"enum": list(option.choices)}}
    return {"description": option.meaning, **values.get(option.kind, _WORDED)}


def _plain(node: Node | None, key: Key) -> Any:
    """An example as the JSON value that an editor makes of it."""
    if isinstance(node, Items):
        return [_plain(item, key) for item in node.items]
    if isinstance(node, Pairs):
        inner = key.shape.by_name if key.shape is not None else {}
        pairs = zip(node.items[::2], node.items[1::2], strict=True)
        return {name.value: _plain(value, inner.get(name.value, key)) for name, value in pairs}
    text = node.value if node is not None else ""
    if key.kind == "flag":
        return text == "true"
    if key.kind in {"integer", "number", "focus"}:
        return float(text) if "." in text else int(text)
    return text
