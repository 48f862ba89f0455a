"""Snippets for the types of the workspace: written with the schemas, all else left as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signpost.cli.hints import ANY
from signpost.cli.snippets import FILE, with_types
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
OURS = (Path(__file__).resolve().parents[3] / FILE).read_text(encoding="utf-8")
GENERAL = {name for name, item in json.loads(OURS).items()
           if not item["description"].startswith("A post of the type")}  # fmt: skip


def snippets(content: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((content.parent / FILE).read_text(encoding="utf-8"))
    return found


@pytest.fixture
def edited(content: Path) -> Path:
    """The content folder beside the snippets of the sample."""
    file = content.parent / FILE
    file.parent.mkdir()
    file.write_text(OURS, encoding="utf-8")
    return content


def test_the_workspaces_own_types_are_written_with_the_schemas(
    signpost: Signpost, edited: Path
) -> None:
    brand = edited / "shop/brand.yaml"
    brand.write_text("name: Shop\ntypes: [story, lost-and-found]\n")
    assert "signpost.code-snippets" in signpost("schema").out
    assert signpost("schema", "--write").code == 0
    found = snippets(edited)
    assert set(found) - GENERAL == {"Signpost: story", "Signpost: lost-and-found"}
    mine = found["Signpost: lost-and-found"]
    assert mine["prefix"] == ["post-lost-and-found"]
    assert "type: lost-and-found" in mine["body"]
    assert mine["body"][-1] == f"${{0:{ANY}}}"
    assert found["Signpost: story"] == json.loads(OURS)["Signpost: story"]
    assert signpost("schema").code == 0
    assert signpost("check").out == "1 post checked: nothing found.\n"
    # The next word of the brand makes them old again.
    brand.write_text("name: Shop\ntypes: [story, recipe]\n")
    assert "out of date" in signpost("check").out
    signpost("schema", "--write")
    assert set(snippets(edited)) - GENERAL == {"Signpost: story", "Signpost: recipe"}


def test_other_snippets_and_their_order_stay(edited: Path) -> None:
    told = json.loads(OURS)
    told["Ours"] = {"prefix": "ours", "body": "Text"}
    made = with_types(json.dumps(told), ["story"])
    assert made is not None
    kept = [name for name in json.loads(made) if name != "Signpost: story"]
    assert kept == [name for name in told if name in {*GENERAL, "Ours"}]
    assert with_types(made, ["story"]) == made


@pytest.mark.parametrize("text", ["", "// mine\n{}", "[]", "{}", '{"Signpost: post": 1}'])
def test_a_file_that_is_somebodys_own_is_left_alone(
    text: str, signpost: Signpost, edited: Path
) -> None:
    (edited.parent / FILE).write_text(text, encoding="utf-8")
    assert with_types(text, ["story"]) is None
    assert signpost("schema", "--write").code == 0
    assert (edited.parent / FILE).read_text(encoding="utf-8") == text


def test_a_new_workspace_begins_with_those_of_its_brand(signpost: Signpost, content: Path) -> None:
    folder = content.parent / "new"
    ran = signpost("init", str(folder), "--name", "Mill", "--brand", "mill", "--zone", "UTC",
                   "--language", "en", "--format", "json")  # fmt: skip
    assert ran.code == 0, ran.err
    told = signpost("schema", "--content", str(folder / "content"), "--format", "json")
    assert json.loads(told.out)["stale"] == []
