"""Metrics: what the channel reported at an age, once; what it did not report is absent."""

from __future__ import annotations

import pytest

from signpost.cli.statefile import read_state
from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.metrics import DEFAULT_AGES_S
from signpost.domain.outcome import Absent, Confirmation, Found, Published, Unknown
from signpost.errors import AnswerLost, RefusedError, SecretError, ThrottledError
from signpost.usecases.measure import Measurer
from tests.fakes.connector import FakeAmender, FakeConnector
from tests.unit.usecases.stage import NAME, Stage


def public(metrics: object = None, parts: int = 1) -> Stage:
    outcomes = [Published(str(n), "") for n in range(parts)]
    stage = Stage(FakeConnector(outcomes, metrics=metrics))  # type: ignore[arg-type] # a mapping or an error
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


def readable(*answers: Confirmation | Exception) -> Stage:
    stage = Stage(FakeAmender([Published("0", "")], answers=answers, metrics={"likes": 1}))
    stage.accept()
    stage.work()
    return stage


def test_invariant_20_what_was_edited_on_the_channel_is_told_once_and_left_alone() -> None:
    stage = readable(Found("0", ""), Absent(), Absent())
    before = stage.row()
    assert stage.measurer.run(NAME, 60).did == "measured"
    result = stage.measurer.run(NAME, 900)
    assert (result.did, result.alert) == ("differs", True)
    assert "not what was sent" in result.reason
    assert not stage.measurer.run(NAME, 3600).alert
    assert [snapshot.differs for snapshot in stage.metrics.all] == [False, True, True]
    assert stage.row() == before
    assert isinstance(stage.connector, FakeAmender)
    assert (stage.connector.edited, stage.connector.deleted) == ([], [])


def test_invariant_20_a_second_edit_on_the_channel_is_told_once_the_first_was_put_right() -> None:
    stage = readable(Absent(), Unknown("?"), Absent(), Found("0", ""), Unknown("?"), Absent())
    told = [stage.measurer.run(NAME, age_s).alert for age_s in (60, 900, 3600, 7200, 8000, 9000)]
    assert told == [True, False, False, False, False, True]


@pytest.mark.parametrize("answer", [Unknown("?"), RuntimeError("a fault of the connector")])
def test_what_cannot_be_read_back_is_not_known_and_costs_no_metrics(
    answer: Confirmation | Exception,
) -> None:
    stage = readable(answer)
    assert stage.measurer.run(NAME, 60).did == "measured"
    assert stage.metrics.all[0].differs is None
    assert stage.metrics.all[0].values == {"likes": 1}


def test_what_is_being_amended_is_not_compared_and_what_was_is_by_its_new_words() -> None:
    stage = readable(Found("0", ""))
    stage.push(stage.delivery(texts=("Better words",)))
    stage.amender.ask(Amend.CORRECT, NAME, actor="ada", reason="")
    assert stage.measurer.run(NAME, 60).did == "measured"
    assert stage.metrics.all[0].differs is None
    stage.connector.outcomes.append(Published("0", ""))
    stage.work(amendment_of(NAME))
    assert stage.measurer.run(NAME, 900).did == "measured"
    assert stage.metrics.all[1].differs is False
    assert stage.connector.asked[-1].part.text == "Better words"


def test_an_edit_on_the_channel_can_be_undone() -> None:
    stage = readable()
    stage.connector.outcomes.append(Published("0", ""))
    stage.amender.ask(Amend.CORRECT, NAME, actor="ada", reason="", again=True)
    stage.work(amendment_of(NAME))
    assert isinstance(stage.connector, FakeAmender)
    assert stage.connector.edited == [("0", "Text of post-1")]


def test_it_is_compared_on_the_second_day_alone() -> None:
    stage = readable(Found("0", ""))
    measurer = Measurer(stage.world, stage.metrics)
    for age_s in DEFAULT_AGES_S:
        measurer.run(NAME, age_s)
    compared = [one.age_s for one in stage.metrics.all if one.differs is not None]
    assert compared == [86_400]


def test_status_says_that_it_differs_until_it_is_put_right() -> None:
    """Later ages are not compared, so they say nothing of it."""
    stage = readable(Absent(), Absent())
    measurer = Measurer(stage.world, stage.metrics)

    def standing(age_s: int) -> tuple[str, bool | None]:
        stage.clock.advance(60.0)
        measurer.run(NAME, age_s)
        stage.state.refresh([NAME, amendment_of(NAME)], measured=[NAME])
        (entry,) = read_state(stage.objects, "acme").entries
        return entry.standing, entry.differs

    assert standing(3600) == ("PUBLISHED", None)
    assert standing(86_400) == ("PUBLISHED (differs)", True)
    assert standing(604_800) == ("PUBLISHED (differs)", True)
    stage.connector.outcomes.append(Published("0", ""))
    stage.clock.advance(60.0)
    stage.amender.ask(Amend.CORRECT, NAME, actor="ada", reason="", again=True)
    stage.work(amendment_of(NAME))
    assert standing(2_419_200) == ("CORRECTED", None)
    assert measurer.run(NAME, 100_000).did == "differs", "another edit is told"
