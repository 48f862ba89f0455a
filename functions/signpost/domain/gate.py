"""Whether a release of a brand's strategy is in force, as the ledger keeps it: facts, judged before.

Signatures are verified once, where a bundle is accepted; a worker that is about to send reads the
facts with the row and compares instants. See docs/adr/0054.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WARNED_DAYS = (30, 14, 7, 1)
"""How many days before the end of a release people are warned."""


class Require(StrEnum):
    """What the stack says of `publishing.require_release`; its parameter RequireRelease."""

    CONTENT = "content"  # what was pushed decides; once on, no push takes it off again
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Released:
    """A release that carries enough signatures.

    Args:
        version: such as `2026.1`.
        digest: of its manifest: what was signed.
        start: its first instant (UTC).
        end: when it is over; it is not in force then.
        signers: ids of the people whose signatures count, sorted.
    """

    version: str
    digest: str
    start: datetime
    end: datetime
    signers: tuple[str, ...] = ()

    @property
    def review_by(self) -> str:
        """The last day on which it is in force."""
        return (self.end - timedelta(microseconds=1)).date().isoformat()


@dataclass(frozen=True, slots=True)
class ReleaseGate:
    """What is known of a brand's releases.

    Args:
        brand: whose.
        version: grows with every change; an intent is bound to the version it judged.
        required: nothing of the brand goes out without a release in force.
        anchor: digest of the first trust root, as the stack was told it.
        root: digest of the last accepted trust root; no older one counts any more.
        root_version: its version; 0 before the first.
        head: digest of the last release that was accepted; it cannot be taken back.
        evidence: digest of the file that all this was judged from.
        releases: the signed ones that are or will be in force, older first.
        lacking: why the newest release that was pushed does not count, in words; empty if it does.
    """

    brand: str
    version: int = 0
    required: bool = False
    anchor: str = ""
    root: str = ""
    root_version: int = 0
    head: str = ""
    evidence: str = ""
    releases: tuple[Released, ...] = ()
    lacking: str = ""

    def present(self, now: datetime) -> Released | None:
        """The last release whose first day has come, in force or past its review date."""
        begun = [item for item in self.releases if item.start <= now]
        return begun[-1] if begun else None

    def shut(self, now: datetime) -> str:
        """Why no release is in force at this instant; empty where one is."""
        found = self.present(now)
        if found is not None and now < found.end:
            return ""
        if found is not None:
            why = f"the strategy is past its review date ({found.review_by})"
        elif self.releases:
            first = self.releases[0]
            return self._none(f"{first.version} takes effect on {first.start.date()}")
        else:
            return self._none(self.lacking or "none was pushed")
        return self._none(f"{why}; {self.lacking}" if self.lacking else why)

    def _none(self, why: str) -> str:
        return f"no release of {self.brand} in force: {why}"[:300]

    def warning_days(self, now: datetime) -> int | None:
        """Days left where that is worth a warning; None where it is not, or nothing is in force.

        A release that follows without a gap needs no warning of the one before.
        """
        found = self.present(now)
        if found is None or now >= found.end:
            return None
        end = found.end
        for later in self.releases:
            if later.start > now and later.start <= end:
                end = max(end, later.end)
        left = -(-(end - now) // timedelta(days=1))
        return left if left <= WARNED_DAYS[0] else None


def shut_for(brand: str, gate: ReleaseGate | None, require: Require, now: datetime) -> str:
    """Why nothing of the brand may go out at this instant; empty where it may.

    Args:
        brand: whose deliveries.
        gate: what the ledger knows of its releases; None: nothing.
        require: what the stack says.
        now: UTC, by the ledger's clock.
    """
    required = {Require.ALWAYS: True, Require.NEVER: False}.get(
        require, gate is not None and gate.required
    )
    return (gate or ReleaseGate(brand)).shut(now) if required else ""
