"""The switch that halts publishing: one row a workspace, with a version and a list of scopes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """What is stopped at this version of the switch.

    Args:
        version: grows with every stop and resume; an intent is bound to the version it judged.
        scopes: `*` for the workspace, `brand:<brand>`, `account:<account>`.
    """

    version: int
    scopes: frozenset[str] = frozenset()

    def covers(self, brand: str, account: str) -> str | None:
        """The scope that stops this brand's account, or None."""
        for scope in ("*", f"brand:{brand}", f"account:{account}"):
            if scope in self.scopes:
                return scope
        return None


def scope_of(brand: str | None = None, account: str | None = None) -> str:
    """The scope that names an account, a brand, or (neither given) the whole workspace."""
    if account:
        return f"account:{account}"
    return f"brand:{brand}" if brand else "*"
