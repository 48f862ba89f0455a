"""Who has read what, as people see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from signpost.cli.output.human import Terminal
from signpost.domain.gate import Released
from signpost.domain.people import Reader, Standing, reading_reminders

_KEY = {True: "yes", False: "no", None: "not known"}


def show_readers(
    terminal: Terminal,
    brand: str,
    found: Sequence[Reader],
    present: Released | None,
    now: datetime,
) -> None:
    """Print a line for each person.

    Args:
        present: the release in force; None where there is none.
        now: UTC.
    """
    if present is None:
        terminal.say(f"{brand}: no release is in force, so there is nothing to read.")
    else:
        since = present.start.date()
        terminal.say(f"{brand}: {present.version} is in force since {since}.")
    if not found:
        terminal.say("people.yaml names nobody.")
        return
    terminal.table(
        ("person", "standing", "read", "due", "key", "manager"),
        (
            (
                item.member.name,
                _standing(item, now),
                _read(item),
                str(item.due) if item.due and item.standing is not Standing.READ else "–",
                _KEY[item.has_key],
                item.member.manager or "–",
            )
            for item in found
        ),
    )


def lines_after(
    found: Sequence[Reader], unknown: Sequence[str], brand: str, now: datetime
) -> Iterator[str]:
    """What to do next, in sentences.

    Args:
        unknown: ids in the trust root that people.yaml does not have.
    """
    late = [item for item in found if item.standing is Standing.LATE]
    if late:
        yield (
            f"{_people(late)} late. They run `signpost acknowledge`, or read "
            "and sign on the sign-off pages."
        )
    elif soon := reading_reminders(found, now):
        yield f"{_people(soon)} within three days of the end of their time."
    without = [
        item.member.id
        for item in found
        if item.has_key is False and item.standing not in {Standing.READ, Standing.NOT_ASKED}
    ]
    if without:
        yield (
            f"Without a key: {', '.join(without)}. Invite them to make a passkey, or take their SSH "
            f"key into the next trust root: `signpost strategy root rotate --brand {brand}`."
        )
    if unknown:
        yield (
            f"In the trust root, but not in people.yaml: {', '.join(unknown)}. Who left is taken out "
            "of the next trust root; everybody else needs an entry, else they cannot enter the site."
        )


def reading_line(found: Sequence[Reader]) -> str:
    """One sentence for `signpost status`; empty where nobody is late."""
    late = [item for item in found if item.standing is Standing.LATE]
    if not late:
        return ""
    return f"{_people(late)} late with reading the strategy: `signpost onboarding status`."


def _people(some: Sequence[object]) -> str:
    return "1 person is" if len(some) == 1 else f"{len(some)} people are"


def _standing(item: Reader, now: datetime) -> str:
    days = item.days(now)
    if item.standing is Standing.LATE and days is not None:
        return f"late ({-days} d)"
    return str(item.standing)


def _read(item: Reader) -> str:
    if item.read is not None:
        when = f", {item.read.at.date()}" if item.read.at else ""
        how = " (signed)" if item.read.how == "signed" else ""
        return f"{item.read.version}{how}{when}"
    return f"{item.before.version}, not this" if item.before else "–"
