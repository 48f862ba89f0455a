"""What an account's server says of it, read without posting anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signpost.domain.budget import Budget
from signpost.domain.canonical import utc_text


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps an account from posting.

    Args:
        cause: what is wrong, one sentence.
        remedy: how to mend it.
    """

    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What was found out about an account.

    Args:
        handle: the account's name in the channel's own words; empty: not known.
        may_post: None: nothing but a post would tell, or the server gave no answer.
        limits: what its server says that it takes, by name, such as `characters`.
        budget: None: the server names none.
        token_until: when the token ends, UTC; None: it does not, or nobody can tell.
        faults: what keeps it from posting.
        notes: what a person should know all the same.
    """

    handle: str = ""
    may_post: bool | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    budget: Budget | None = None
    token_until: datetime | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def wire(self) -> dict[str, Any]:
        """Its JSON form."""
        budget = None
        if self.budget is not None:
            at = self.budget.resets_at
            budget = {
                "limit": self.budget.limit,
                "left": self.budget.left,
                "resets_at": utc_text(at) if at else None,
            }
        return {
            "handle": self.handle,
            "may_post": self.may_post,
            "limits": dict(self.limits),
            "budget": budget,
            "token_until": utc_text(self.token_until) if self.token_until else None,
            "faults": [{"cause": item.cause, "remedy": item.remedy} for item in self.faults],
            "notes": list(self.notes),
        }


def other_handle(written: str, named: str) -> Fault:
    """The fault of a token that belongs to another account than `accounts.yaml` says."""
    return Fault(
        f"The token belongs to `{named}`, and accounts.yaml says `{written}`.",
        "Correct `handle:`, or store the token of the right account.",
    )
