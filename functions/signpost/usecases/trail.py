"""Copies the ledger's audit trail to where nobody of the stack can change it."""

from __future__ import annotations

from datetime import datetime, timedelta

from signpost.ports import Trail

LANDING = timedelta(minutes=5)
"""An entry bears the time of whoever wrote it, and may be found that much later."""
FIRST = timedelta(days=1)
"""How far back the first copying looks: a stack that had no such place has a trail already."""
_STRIDE = 100
"""After so many entries the place is noted: who is cut off goes on from there."""
_RESTS = timedelta(hours=1)
"""Where nothing is done, the place is noted so often only: a minute's write costs more than its reads."""


def export(trail: Trail, now: datetime) -> int:
    """Copy what was written since the last time; the number of entries that were looked at.

    What was written in the last minutes is brought again each time, so that none is left out; a copy
    that is there already stays.

    Args:
        now: UTC.

    Raises:
        LedgerUnavailable, LedgerUnknown: it could not be read, or not be copied; the next run begins
            where this did.
    """
    mark = trail.mark()
    begin = mark - LANDING if mark else now - FIRST
    day, done = begin.date(), 0
    while day <= now.date():
        for entry in trail.entries(day, begin):
            trail.keep(entry)
            done += 1
            if done % _STRIDE == 0:
                trail.set_mark(entry.at)
        day += timedelta(days=1)
    if done or mark is None or now - mark >= _RESTS:
        trail.set_mark(now)
    return done
