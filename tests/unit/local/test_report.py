"""The demo's table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from signpost.domain.delivery import About
from signpost.domain.lifecycle import State
from signpost.domain.metrics import MetricSnapshot
from signpost.domain.row import PublishedPart
from signpost.local.partner import brand as partner
from signpost.local.report import Told, metrics_text, table
from tests.craft_row import a_row

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def snapshot(**values: int) -> MetricSnapshot:
    """Numbers at ten seconds."""
    return MetricSnapshot("d", "shop", AT, 10, AT, values)


def test_absent_is_not_zero() -> None:
    assert metrics_text(None) == "–"
    assert metrics_text(snapshot()) == "– (after 10 s)"
    assert metrics_text(snapshot(likes=0, replies=2)) == "likes 0, replies 2 (after 10 s)"


def test_over_is_measured_or_a_bad_end() -> None:
    public = a_row(
        state=State.PUBLISHED, published_at=AT, parts=(PublishedPart("1", "https://x/1"),)
    )
    assert not Told(public, About()).over
    assert Told(public, About(), snapshot(likes=1)).well
    assert Told(a_row(state=State.FAILED), About()).over
    assert not Told(a_row(state=State.FAILED), About()).well
    for state in (State.SCHEDULED, State.SENDING, State.AMBIGUOUS, State.PENDING):
        assert not Told(a_row(state=state), About()).over


def test_the_table_has_all_six_columns() -> None:
    public = a_row(
        state=State.PUBLISHED, published_at=AT, parts=(PublishedPart("1", "https://x/1"),)
    )
    held = a_row(state=State.HELD, reason="stopped")
    lines = table([Told(public, About(title="Wax"), snapshot(likes=1)), Told(held, About())], UTC)
    assert lines[0].split() == [
        "post", "account", "due", "(UTC)", "state", "permalink", "metrics"
    ]  # fmt: skip
    assert "Wax" in lines[1]
    assert "https://x/1" in lines[1]
    assert "stopped" in lines[2]


def test_a_reason_widens_no_column() -> None:
    public = a_row(
        state=State.PUBLISHED, published_at=AT, parts=(PublishedPart("1", "https://x/1"),)
    )
    held = a_row(state=State.HELD, reason="a long sentence that says why nothing went out")
    lines = table([Told(public, About(), snapshot(likes=1)), Told(held, About())], UTC)
    assert "https://x/1  likes 1" in lines[1]
    assert lines[2].endswith(held.reason)


def test_what_the_gate_is_to_hold_is_well() -> None:
    held = a_row(state=State.HELD, reason="past its review date")
    assert not Told(held, About()).well
    assert Told(replace(held, brand=partner.BRAND), About()).well
