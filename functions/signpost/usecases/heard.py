"""What a channel's answer to a send says beside the outcome: what is left, and until when.

It is kept after the outcome is recorded, by one write that may fail: nothing waits for it, and
the next answer says it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from signpost.domain.budget import replaces, seen
from signpost.domain.expiry import ends_at
from signpost.domain.outcome import Outcome, Rejected
from signpost.errors import LedgerError
from signpost.ports import BudgetReader, Connector, Ledger, Taken


class Heard:
    """Takes down the headers of the last answer of a conversation."""

    def __init__(self) -> None:
        self.headers: Mapping[str, str] = {}


def keep_budget(
    ledger: Ledger,
    account: str,
    connector: Connector,
    *,
    taken: Taken,
    heard: Heard,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Keep what the answer to a send said, where it is news. Never raises.

    Args:
        ledger: where it is kept.
        account: whose send it was.
        connector: that sent it.
        taken: the send's number, and what was known when it was taken.
        heard: the answer's headers; none where there was no answer.
        outcome: what became of it. What a server says with a refusal is often of another budget.
        now: when the answer came, UTC.
    """
    if isinstance(outcome, Rejected) or not isinstance(connector, BudgetReader):
        return
    try:
        told = connector.budget(heard.headers, now)
        if told is None:
            return
        new = seen(told, number=taken.number, cost=connector.spec.rate.cost, at=now)
        if replaces(taken.rate.seen, new):
            ledger.note_budget(account, new)
    except Exception:  # noqa: BLE001 - a courtesy to the next send; this one is done
        return


def keep_expiry(
    ledger: Ledger, account: str, token: Mapping[str, str], *, known: datetime | None
) -> None:
    """Keep when the account's token ends, where its secret says so and it is news. Never raises.

    Args:
        ledger: where it is kept.
        account: whose token it is.
        token: the secret's members.
        known: what is kept of it.
    """
    until = ends_at(token)
    if until is None or until == known:
        return
    try:
        ledger.note_token(account, until)
    except LedgerError:
        return
