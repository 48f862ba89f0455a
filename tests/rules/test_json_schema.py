"""The schemas for editors: as the code has them, right about what is right, and not blind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry as Schemas
from referencing import Resource
from referencing.jsonschema import DRAFT7

from signpost.connectors.registry import Registry
from signpost.content import json_schema, values
from signpost.content.files import has_front_matter, split
from signpost.content.nodes import parse
from signpost.content.schema import CONFIG_FILES, FRONT_MATTER, OWN_TEXT
from signpost.content.shape import KINDS, Key, Shape
from signpost.content.workspace_reader import read_workspace
from signpost.domain import timing
from tests.rules.core_yaml import load
from tests.rules.reading import FIXTURES

CONTENT = Path(__file__).parents[2] / "content"
COMMITTED = CONTENT / json_schema.FOLDER
SPECS = {channel: Registry().spec(channel) for channel in Registry().ids()}
MADE = {name: json.loads(text) for name, text in json_schema.schemas(SPECS, ()).items()}
STORE: Schemas[Any] = Schemas().with_resources(
    (name, Resource.from_contents(schema, DRAFT7)) for name, schema in MADE.items()
)


def faults(name: str, value: Any) -> list[str]:
    """What a schema says of a value."""
    validator = Draft7Validator(MADE[name], registry=STORE)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_the_committed_schemas_are_those_of_the_code_and_the_sample() -> None:
    brands = read_workspace(CONTENT).brands.values()
    for name, text in json_schema.schemas(SPECS, brands).items():
        assert (COMMITTED / name).read_text() == text, "run `signpost schema --write`"
    assert {path.name for path in COMMITTED.iterdir()} == set(MADE)


@pytest.mark.parametrize("name", sorted(MADE))
def test_each_is_a_schema_of_draft_7(name: str) -> None:
    Draft7Validator.check_schema(MADE[name])


def shapes(shape: Shape) -> Iterator[Shape]:
    yield shape
    for key in shape.keys:
        if key.shape is not None:
            yield from shapes(key.shape)


ALL = [each for shape in (FRONT_MATTER, OWN_TEXT, *CONFIG_FILES) for each in shapes(shape)]


def test_every_kind_is_known_and_every_place_of_a_word_exists() -> None:
    assert {key.kind for shape in ALL for key in shape.keys} <= set(KINDS)
    keys = {(shape.name, key.name) for shape in ALL for key in shape.keys}
    assert set(json_schema.WORDS) <= keys


@pytest.mark.parametrize(
    "shape", [FRONT_MATTER, OWN_TEXT, *CONFIG_FILES], ids=lambda shape: str(shape.name)
)
def test_every_key_has_a_description_and_an_example_that_is_valid(shape: Shape) -> None:
    schema = MADE[json_schema.file_name(shape)]
    for name, part in schema["properties"].items():
        assert part["description"].startswith(shape.by_name[name].meaning)
        for example in part["examples"]:
            found = faults(json_schema.file_name(shape), {name: example})
            assert [text for text in found if "required property" not in text] == []


def documents(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Schema, YAML text and file of everything in a content folder."""
    config = {shape.name: json_schema.file_name(shape) for shape in CONFIG_FILES}
    for path in sorted(folder.rglob("*")):
        if path.name in config:
            yield config[path.name], path.read_text().removeprefix("\ufeff"), path
        elif path.suffix == ".md" and path.is_file():
            text = path.read_text()
            if has_front_matter(text):
                own = path.name != "index.md" and any(
                    (above / "index.md").exists() for above in path.parents
                )
                yield ("own-text.json" if own else "post.json"), split(text, "").head, path


GOOD = sorted(path.parent.name for path in FIXTURES.glob("*/good"))


@pytest.mark.parametrize("folder", [*(FIXTURES / name / "good" for name in GOOD), CONTENT],
                         ids=[*GOOD, "sample"])  # fmt: skip
def test_what_check_accepts_the_schemas_accept(folder: Path) -> None:
    wrong = [(str(path), faults(name, load(text) or {})) for name, text, path in documents(folder)]
    assert [item for item in wrong if item[1]] == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("post.json", "acounts: [main]", "'acounts' was unexpected"),
        ("post.json", "status: redy", "not one of ['draft', 'ready']"),
        ("post.json", "publish: tomorrow", "$.publish"),
        ("post.json", "thread: maybe", "not of type 'boolean'"),
        ("post.json", "media: [{file: a.jpg, altt: x}]", "'altt' was unexpected"),
        ("post.json", "media: [{alt: x}]", "'file' is a required property"),
        ("post.json", "media: [{file: a, focus: [2, 0]}]", "greater than the maximum"),
        ("post.json", "options: {mastodon: {visibility: secret}}", "is not one of"),
        ("post.json", "options: {mastodom: {}}", "'mastodom' was unexpected"),
        ("post.json", "late: 30", "not of type 'string'"),
        ("post.json", "link: larkfell.example", "$.link"),
        ("own-text.json", "title: x", "'title' was unexpected"),
        ("signpost.json", "workspace: a\nzone: Europe/Berlin", "'brands' is a required"),
        ("brand.json", "name: X\nquiet: [{from: 7:00, to: 22:00}]", "$.quiet[0].from"),
        ("brand.json", "name: X\nvoice: {emoji: 101}", "greater than the maximum"),
        ("brand.json", "name: X\nlanguage: english language", "$.language"),
        ("accounts.json", "accounts: [{id: A, channel: x, handle: y}]", "$.accounts[0].id"),
        ("positions.json", "positions: [{id: a}]", "'title' is a required property"),
        ("people.json", "people: {}", "not of type 'array'"),
        ("kpis.json", "objectives: []\nkpis:\n  - {id: a, objective: b, title: c, metric: d, period: weekly}",
            "not one of ['week', 'month', 'quarter', 'year']"),
        ("roadmap.json", "months: [{month: 2026-13}]", "$.months[0].month"),
    ],
)  # fmt: skip
def test_a_sown_mistake_is_seen(name: str, text: str, said: str) -> None:
    found = faults(name, load(text))
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize("word", ["2026-12-01 09:00", "2026-12-01T09:00:30Z", "now"])
def test_a_time_without_quotation_marks_is_text_for_an_editor(word: str) -> None:
    assert faults("post.json", load(f"publish: {word}")) == []


def test_what_looks_like_a_number_may_be_an_id_or_a_title() -> None:
    text = "id: 123456789012\ntitle: 2026\naccounts: [7, shop]\ntags: [1.5, no]\ncampaign: 1e5"
    assert faults("post.json", load(text)) == []


def test_words_of_the_workspace_are_offered_and_others_taken() -> None:
    brands = read_workspace(CONTENT).brands.values()
    words = json_schema.words_of(brands)
    assert words["accounts"] == [
        "larkfell-journal", "larkfell-shop", "larkfell-sky", "larkfell-workshop",
    ]  # fmt: skip
    assert {"finn", "content-editor"} <= set(words["owners"])
    assert "long-nights" in words["campaigns"]
    offered = MADE["post.json"]["properties"]["campaign"]["anyOf"][0]
    assert offered == {"$ref": "words.json#/definitions/campaigns"}
    assert faults("post.json", {"campaign": "a-new-one", "accounts": ["another"]}) == []


READ = {
    "id": "id", "url": "url", "language": "language", "month": "month", "time": "time",
    "number": "number", "integer": "integer", "duration": "duration", "local": "local",
    "publish": "publish", "countries": "country", "date": "date",
}  # fmt: skip


def accepted(kind: str, text: str) -> bool:
    """Whether the reader of a kind takes a text, written in quotation marks."""
    node: Any = parse(json.dumps([text] if kind == "countries" else text), "x")
    sink = values.Sink("x")
    values._READERS[kind](node, Key("k", kind, "", most=10**12), sink)
    return not sink.findings


@pytest.mark.parametrize("kind", sorted(READ))
@given(st.data())
def test_a_pattern_takes_what_the_reader_takes(kind: str, data: st.DataObject) -> None:
    pattern = json_schema.PATTERNS[READ[kind]]
    plain = st.characters(min_codepoint=32, max_codepoint=126)
    near = st.from_regex(rf"\A({pattern})\Z", alphabet=plain)
    text = data.draw(near | st.text(plain, max_size=12))
    matches = re.fullmatch(pattern, text, re.ASCII) is not None
    if accepted(kind, text):
        assert matches
    elif matches:  # the form is right, the day or hour does not exist, or it is too long
        assert kind in {"local", "publish", "date"} or len(text) > 200


def test_the_zones_pattern_is_the_domains() -> None:
    bare = timing._ZONE.pattern.replace("(?:", "(")
    assert json_schema.PATTERNS["zone"] == bare
