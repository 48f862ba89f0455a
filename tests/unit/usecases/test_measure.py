"""Metrics: what the channel reported at an age, once; what it did not report is absent."""

from __future__ import annotations

import pytest

from signpost.domain.outcome import Published
from signpost.errors import AnswerLost, RefusedError, SecretError, ThrottledError
from tests.fakes.connector import FakeConnector
from tests.unit.usecases.stage import NAME, Stage


def public(metrics: object = None, parts: int = 1) -> Stage:
    outcomes = [Published(str(n), "") for n in range(parts)]
    stage = Stage(FakeConnector(outcomes, metrics=metrics))  # type: ignore[arg-type]
    stage.accept(stage.delivery(texts=tuple(f"Part {n}" for n in range(parts))))
    stage.work()
    return stage


def test_invariant_53_the_first_snapshot_of_an_age_stays() -> None:
    stage = public({"likes": 3})
    assert stage.measurer.run(NAME, 900).did == "measured"
    stage.connector.metrics = {"likes": 5}
    assert stage.measurer.run(NAME, 900).did == "known"
    assert stage.measurer.run(NAME, 60).did == "measured"
    assert [(s.age_s, s.values["likes"]) for s in stage.metrics.all] == [(60, 5), (900, 3)]


def test_absent_is_not_zero() -> None:
    stage = public({})
    stage.measurer.run(NAME, 60)
    assert stage.metrics.all[0].values == {}


def test_parts_are_added_up() -> None:
    stage = public({"likes": 3}, parts=3)
    stage.measurer.run(NAME, 60)
    assert stage.metrics.all[0].values == {"likes": 9}


def test_gone_from_the_channel_is_not_reported() -> None:
    stage = public(RefusedError("HTTP 404", gone=True))
    result = stage.measurer.run(NAME, 60)
    assert (result.did, stage.metrics.all) == ("not reported", [])


@pytest.mark.parametrize(
    "error",
    [
        ThrottledError("429", 60.0),
        AnswerLost("reset"),
        RefusedError("busy", permanent=False),
        RefusedError("HTTP 401: the token was revoked"),
    ],
)
def test_invariant_13_what_goes_wrong_here_comes_again_and_touches_no_row(
    error: Exception,
) -> None:
    stage = public(error)
    before = stage.row()
    with pytest.raises(type(error)):
        stage.measurer.run(NAME, 60)
    assert stage.row() == before
    stage.connector.metrics = {"likes": 1}
    assert stage.measurer.run(NAME, 60).did == "measured"
    stage.secrets.tokens.clear()
    with pytest.raises(SecretError):
        stage.measurer.run(NAME, 900)
    assert stage.row() == before


def test_what_is_not_public_is_not_measured() -> None:
    stage = Stage()
    stage.accept()
    assert stage.measurer.run(NAME, 60).did == "skipped"
    assert stage.measurer.run("acme/shop/nobody/fedi", 60).did == "skipped"
