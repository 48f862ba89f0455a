"""Accounts as the state file shows them: their sends, what the channel says is left, their tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.domain.budget import Seen
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.delivery import listed
from signpost.domain.expiry import is_warned
from signpost.ports import AccountState, Ledger, RateState

if TYPE_CHECKING:  # no function compiles
    from signpost.domain.workspace import Brand


def account_entries(
    ledger: Ledger, known: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Each account that the accepted bundle knows, with what the ledger keeps of it.

    Args:
        ledger: where their rates are kept.
        known: the accounts, as in the bundle's head.

    Raises:
        LedgerUnavailable: the ledger could not be read.
    """
    states = ledger.accounts([item["id"] for item in known]) if known else {}
    nothing = AccountState(RateState())
    return {item["id"]: _entry(item, states.get(item["id"], nothing)) for item in known}


def _entry(item: Mapping[str, Any], state: AccountState) -> dict[str, Any]:
    rate = state.rate
    return {
        "account": dict(item),
        "window": rate.window,
        "used": rate.used,
        "blocked_until": _text(rate.blocked_until),
        "budget": _budget(rate.seen, rate.taken) if rate.seen else None,
        "token_until": _text(rate.token_until),
        "check": state.check,
    }


def _budget(seen: Seen, taken: int) -> dict[str, Any]:
    return {
        "limit": seen.budget.limit,
        # As many as the answer said, less what was taken since.
        "left": max(0, min(seen.budget.left, seen.cap - taken)),
        "resets_at": _text(seen.budget.resets_at),
        "seen_at": utc_text(seen.at),
    }


def _text(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def listed_accounts(brands: Iterable[Brand]) -> tuple[Mapping[str, Any], ...]:
    """Every account of the brands, as the head of a bundle lists them, in order of their ids."""
    found = [listed(brand.id, account.account()) for brand in brands for account in brand.accounts]
    return tuple(sorted(found, key=lambda item: str(item["id"])))


def token_reminders(entries: Iterable[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Accounts whose token has ended, or ends within seven days; the first to end first.

    Args:
        entries: of accounts, as in the state file.
        now: UTC.
    """
    found = []
    for entry in entries:
        until = parse_utc(entry["token_until"]) if entry["token_until"] else None
        if until is not None and is_warned(until, now):
            account = entry["account"]
            found.append(
                {
                    "standing": "ended" if until <= now else "ends soon",
                    "token_until": utc_text(until),
                    **{name: account[name] for name in ("brand", "id", "channel", "handle")},
                }
            )
    return sorted(found, key=lambda item: (item["token_until"], item["id"]))
