"""A ledger row for tests that do not care how it came about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signpost.domain.lifecycle import State
from signpost.domain.row import BundleRef, Row

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def a_row(name: str = "acme/shop/post-1/fedi", **changes: Any) -> Row:
    """A delivery that waits for noon; `changes` replace its fields."""
    row = Row(
        delivery=name,
        brand="shop",
        account=name.rsplit("/", 1)[-1],
        state=State.SCHEDULED,
        revision="5" * 64,
        bundle=BundleRef("b" * 64, 120, 900),
        due=NOON,
        next_at=NOON,
        grace_s=1800,
        on_ambiguous="hold",
        parts_total=1,
        changed_at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
        fence=1,
        owner="schedule:1",
    )
    return replace(row, **changes)
