"""The people of a bundle: refused where they cannot be read, told in the state, reminded daily."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.canonical import canonical_json
from signpost.domain.delivery import About, make_bundle
from signpost.domain.gate import Released
from signpost.domain.people import Acknowledged, Member, Standing
from signpost.errors import StackError
from signpost.usecases.onboarding import read_known, readers_of, reading_key
from signpost.usecases.state import DAILY_KEY, KEY
from signpost.usecases.verdict import Verdict
from tests.fakes.objects import FakeObjects
from tests.fakes.releases import proof
from tests.unit.usecases.stage import Stage

DAY = timedelta(days=1)
READING = reading_key("shop")
JUNO = Member("shop", "juno", "Juno Abendrot", manager="ottilie", brands=("shop",))
FINN = Member("shop", "finn", "Finn Gratwander", brands=("shop",))


def released(stage: Stage, begins_in: float) -> Released:
    now = stage.clock.now()
    return Released("2026.1", "sha256:1", now + begins_in * DAY, now + 300 * DAY)


def push(stage: Stage, people: list[Any], begins_in: float = -20) -> Verdict:
    """Push a bundle with people, after one with a release."""
    delivery = stage.delivery(in_s=86_400)
    if not stage.ledger.pointer().digest:
        stage.push(delivery, proof=proof(1, released(stage, begins_in)))
    bundle = make_bundle(
        "acme",
        [(delivery, About(title="t"))],
        previous=stage.ledger.pointer().digest,
        people=people,
    )
    stage.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
    return stage.scheduler.run(bundle.digest, owner="s")


def acknowledged(stage: Stage, *people: str, release: str = "sha256:1") -> None:
    entries = [
        Acknowledged("shop", name, release, "2026.1", stage.clock.now(), "…").wire()
        for name in people
    ]
    stage.objects.content[READING] = canonical_json({"acknowledgements": entries})


def daily(stage: Stage) -> Any:
    return json.loads(stage.objects.content[DAILY_KEY])["reading"]


def test_people_are_told_in_the_state_and_reminded_in_the_daily_file() -> None:
    stage = Stage()
    assert push(stage, [FINN.wire(), JUNO.wire()]).accepted
    assert json.loads(stage.objects.content[KEY])["people"] == [FINN.wire(), JUNO.wire()]
    assert [(item["person"], item["standing"], item["days"]) for item in daily(stage)] == [
        ("finn", "late", -6), ("juno", "late", -6),
    ]  # fmt: skip
    assert daily(stage)[1]["manager"] == "ottilie"
    acknowledged(stage, "juno")
    stage.clock.advance(DAY.total_seconds())
    stage.state.refresh([])
    assert [(item["person"], item["days"], item["notify"]) for item in daily(stage)] == [
        ("finn", -7, True)
    ]


def test_a_push_without_people_takes_them_off_again() -> None:
    stage = Stage()
    push(stage, [JUNO.wire()])
    push(stage, [])
    assert json.loads(stage.objects.content[KEY])["people"] == []
    assert daily(stage) == []


@pytest.mark.parametrize("broken", [{}, {**JUNO.wire(), "starts": "soon"}, "juno"])
def test_people_that_cannot_be_read_are_refused(broken: object) -> None:
    stage = Stage()
    verdict = push(stage, [broken])
    assert not verdict.accepted
    assert "people cannot be read" in verdict.reason


def test_a_damaged_file_of_acknowledgements_is_not_known_and_stops_nothing() -> None:
    stage = Stage()
    push(stage, [JUNO.wire()])
    stage.objects.content[READING] = b'{"acknowledgements": [{}]}'
    stage.clock.advance(DAY.total_seconds())
    assert stage.state.refresh([])
    assert daily(stage) is None
    known = read_known(stage.objects)
    with pytest.raises(StackError, match=READING):
        readers_of(stage.objects, known.members, known.gates["shop"], stage.clock.now())


def test_an_acknowledgement_of_another_release_is_not_one_of_this() -> None:
    stage = Stage()
    push(stage, [JUNO.wire()])
    acknowledged(stage, "juno", release="sha256:0")
    known = read_known(stage.objects)
    (found,) = readers_of(stage.objects, known.members, known.gates["shop"], stage.clock.now())
    assert (found.standing, found.before is not None) == (Standing.LATE, True)


def test_before_the_first_push_nothing_is_known() -> None:
    known = read_known(FakeObjects())
    assert (known.members, dict(known.gates)) == ((), {})
