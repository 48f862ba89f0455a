"""`people.yaml`: who starts when, who looks after whom, and who may see which brand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from signpost.content.workspace_reader import ReadResult, read_workspace

BRAND = "name: Shop\n"
POSITIONS = (
    "positions:\n  - {id: lead, title: Lead}\n  - {id: contact, title: Contact, client: true}\n"
)


def read(folder: Path, people: str, brands: str = "[shop]") -> ReadResult:
    (folder / "shop").mkdir()
    (folder / "signpost.yaml").write_text(f"workspace: w\nzone: UTC\nbrands: {brands}\n")
    (folder / "shop/brand.yaml").write_text(BRAND)
    (folder / "shop/positions.yaml").write_text(POSITIONS)
    (folder / "shop/people.yaml").write_text(people)
    return read_workspace(folder)


def faults(result: ReadResult) -> list[tuple[str, int, int, str]]:
    return [
        (item.code, item.span.line, item.span.column, item.cause)
        for item in result.diagnostics
        if item.span.path == "shop/people.yaml"
    ]


def test_every_key_of_a_person_arrives(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "people:\n  - {id: ada, name: Ada}\n"
        "  - id: ben\n    name: Ben\n    starts: 2026-12-01\n    manager: ada\n"
        "    checklist: copywriter\n    brands: [shop]\n    client: false\n"
        "reading: 7d\n",
    )
    assert faults(result) == []
    brand = result.brands["shop"]
    ada, ben = brand.people.people
    assert (ben.starts, ben.manager, ben.checklist) == (date(2026, 12, 1), "ada", "copywriter")
    assert (ben.brands, ben.client) == (("shop",), False)
    assert (ada.starts, ada.manager, ada.checklist, ada.brands, ada.client) == (
        None, "", "", (), None,
    )  # fmt: skip
    assert brand.people.reading_s == 7 * 86_400


@pytest.mark.parametrize(
    ("people", "code", "place", "said"),
    [
        ("[{id: a, name: A, starts: soon}]", "YML502", (1, 35), "starts"),
        ("[{id: a, name: A, boss: b}]", "YML501", (1, 27), "boss"),
        ("\n  - {id: a, name: A}\n  - {id: a, name: B}", "YML502", (3, 5), "described twice"),
        ("\n  - {id: a, name: A, manager: b}", "YML502", (2, 5), "no person `b`"),
        ("\n  - {id: a, name: A, manager: a}", "YML502", (2, 5), "leads back to `a` (a → a)"),
        ("\n  - {id: a, name: A, brands: [shpo]}", "YML502", (2, 5), "no brand `shpo`"),
    ],
)
def test_what_cannot_be_meant_is_found_where_it_stands(
    tmp_path: Path, people: str, code: str, place: tuple[int, int], said: str
) -> None:
    (found,) = faults(read(tmp_path, f"people: {people}\n"))
    assert found[:3] == (code, *place)
    assert said in found[3]


def test_a_circle_of_managers_is_found_at_each_of_its_members(tmp_path: Path) -> None:
    people = (
        "people:\n  - {id: a, name: A, manager: b}\n  - {id: b, name: B, manager: a}\n"
        "  - {id: c, name: C, manager: a}\n"
    )
    found = faults(read(tmp_path, people))
    assert [(line, cause) for _, line, _, cause in found] == [
        (2, "`manager` leads back to `a` (a → b → a)."),
        (3, "`manager` leads back to `b` (b → a → b)."),
    ]


@pytest.mark.parametrize(
    ("client", "position", "is_client"),
    [("", "contact", True), ("", "lead", False), (", client: true", "contact", True),
     (", client: false", "contact", False)],
)  # fmt: skip
def test_who_is_on_the_clients_side(
    tmp_path: Path, client: str, position: str, *, is_client: bool
) -> None:
    people = (
        f"people: [{{id: a, name: A{client}}}]\nholders: [{{position: {position}, person: a}}]\n"
    )
    result = read(tmp_path, people)
    assert faults(result) == []
    brand = result.brands["shop"]
    assert brand.is_client(brand.people.people[0]) is is_client


@pytest.mark.parametrize(
    ("keys", "said"),
    [("client: true", "the position `lead` is not"), ("brands: [other]", "sees `shop` alone")],
)
def test_a_client_holds_no_position_of_ours_and_sees_no_other_brand(
    tmp_path: Path, keys: str, said: str
) -> None:
    position = "lead" if "client" in keys else "contact"
    people = (
        f"people: [{{id: a, name: A, {keys}}}]\nholders: [{{position: {position}, person: a}}]\n"
    )
    (found,) = faults(read(tmp_path, people, "[shop, other]"))
    assert said in found[3]
