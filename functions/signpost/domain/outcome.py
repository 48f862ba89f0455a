"""What a channel said to a send, and to the question whether a send landed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Published:
    """It is public. `external_id` is the channel's id, kept as text."""

    external_id: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The channel took it and is still working on it; confirm later."""

    external_id: str
    check_after_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A definite refusal: nothing became public.

    Args:
        permanent: trying again unchanged is pointless (bad token, text refused).
    """

    reason: str
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Throttled:
    """A definite refusal for now: nothing became public; ask again after the wait."""

    retry_after_s: float
    reason: str = "rate limit"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """We do not know whether it became public."""

    reason: str


Outcome = Published | Pending | Rejected | Throttled | Ambiguous


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one public item of the account matches."""

    external_id: str
    permalink: str
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel answered in full for the whole window, and nothing matches."""


@dataclass(frozen=True, slots=True)
class Several:
    """More than one public item matches: a person must look."""

    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The channel did not answer, answered in part, or is still working."""

    reason: str


@dataclass(frozen=True, slots=True)
class Processing:
    """The channel has it and is still working on it; nothing is public yet."""

    check_after_s: float = 30.0


Confirmation = Found | Absent | Several | Unknown | Processing
