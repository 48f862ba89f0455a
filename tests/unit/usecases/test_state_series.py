"""The state file tells the numbers of every age, cheaply; what was not reported is never 0."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from signpost.domain.canonical import canonical_json
from signpost.domain.metrics import DEFAULT_AGES_S, NAMES, MetricSnapshot
from signpost.domain.outcome import Published
from signpost.usecases.state import KEY, metrics_entry, series_entry
from tests.fakes.connector import FakeConnector
from tests.unit.usecases.stage import NAME, Stage


def public() -> Stage:
    """A delivery that is public, in the state file."""
    stage = Stage(FakeConnector([Published("1", "https://x/1")], metrics={}))
    stage.accept(stage.delivery())
    stage.work()
    return stage


def entry(stage: Stage, *, measured: bool = True) -> dict[str, Any]:
    """What the state file says of the delivery after a refresh."""
    stage.state.refresh([NAME], measured=[NAME] if measured else [])
    stored = stage.objects.get(KEY)
    assert stored is not None
    found: dict[str, Any] = json.loads(stored.data)["deliveries"][NAME]
    return found


def measure(stage: Stage, age_s: int, values: dict[str, int]) -> None:
    stage.connector.metrics = values
    assert stage.measurer.run(NAME, age_s).did == "measured"


def test_nothing_measured_adds_nothing() -> None:
    assert "series" not in entry(public())


def test_every_age_is_told_and_what_was_not_reported_is_null() -> None:
    stage = public()
    measure(stage, 900, {"likes": 2, "replies": 0})
    measure(stage, 60, {"likes": 0})
    found = entry(stage)
    assert found["series"] == {
        "ages_s": [60, 900],
        "values": {"likes": [0, 2], "replies": [None, 0]},
    }
    assert found["metrics"]["age_s"] == 900


def test_an_age_that_arrived_late_is_in_its_place() -> None:
    stage = public()
    measure(stage, 900, {"likes": 2})
    entry(stage)
    measure(stage, 60, {"likes": 1})
    assert entry(stage)["series"]["ages_s"] == [60, 900]


def test_it_is_kept_while_others_move() -> None:
    stage = public()
    measure(stage, 60, {"likes": 1})
    before = entry(stage)
    assert entry(stage, measured=False)["series"] == before["series"]


def test_seven_ages_are_small() -> None:
    stage = public()
    moment = stage.clock.now()
    snapshots = [
        MetricSnapshot(
            NAME, "shop", moment, age_s, moment + timedelta(seconds=age_s),
            dict.fromkeys(NAMES[2:6], 1234),
        )
        for age_s in DEFAULT_AGES_S
    ]  # fmt: skip
    size = len(canonical_json(series_entry(snapshots)))
    assert size < 260
    one_by_one = sum(len(canonical_json(metrics_entry(item))) for item in snapshots)
    assert size < one_by_one / 3
