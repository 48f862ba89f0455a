"""Who has read which version, from what lies in the bucket: for reminders, and for a signed-in page.

Nothing here believes a signature: `control` verified each before its entry came into the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from signpost.domain.gate import ReleaseGate
from signpost.domain.people import (
    Acknowledged,
    Member,
    Read,
    Reader,
    parse_acknowledged,
    parse_member,
    readers,
)
from signpost.errors import StackError
from signpost.ports import ObjectStore
from signpost.usecases.gate_entries import parse_gate

_STATE = "state/deliveries.json"
_T = TypeVar("_T")


def reading_key(brand: str) -> str:
    """Where a brand's acknowledgements lie in the bucket."""
    return f"state/acknowledgements/{brand}.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What the stack knows of a workspace's people and releases.

    Args:
        members: the people of all brands that sign; none before a push told of them.
        gates: brand → what is known of its releases.
    """

    members: tuple[Member, ...]
    gates: Mapping[str, ReleaseGate]


def read_known(objects: ObjectStore) -> Known:
    """What the state file says of people and releases; nothing where there is none yet.

    Raises:
        StackError: it cannot be read.
    """
    members = _each(objects, _STATE, "people", parse_member)
    gates = _each(objects, _STATE, "releases", lambda item: parse_gate(*item))
    return Known(tuple(members), {gate.brand: gate for gate in gates})


def read_reads(objects: ObjectStore, brand: str) -> list[Read]:
    """Acknowledgements of a brand's releases, as control took them.

    Raises:
        StackError: the file cannot be read.
    """
    return [item.read for item in acknowledged(objects, brand)]


def acknowledged(objects: ObjectStore, brand: str) -> list[Acknowledged]:
    """The same with the signatures.

    Raises:
        StackError: the file cannot be read.
    """
    found = _each(objects, reading_key(brand), "acknowledgements", parse_acknowledged)
    return [item for item in found if item.brand == brand]


def readers_of(
    objects: ObjectStore,
    people: Iterable[Mapping[str, Any] | Member],
    gate: ReleaseGate,
    now: datetime,
    *,
    keyed: Collection[str] | None = None,
) -> list[Reader]:
    """How everybody of a brand stands with the release in force; the most urgent first.

    Args:
        objects: the bucket.
        people: of all brands, also as members of JSON.
        gate: what is known of the brand's releases.
        now: UTC.
        keyed: ids of people who have a key in the trust root; None: not known.

    Raises:
        StackError: something cannot be read.
    """
    try:
        known = [item if isinstance(item, Member) else parse_member(item) for item in people]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(_STATE, error) from error
    own = [item for item in known if item.brand == gate.brand]
    return readers(own, gate, read_reads(objects, gate.brand), now, keyed=keyed)


def _each(objects: ObjectStore, key: str, name: str, parse: Callable[[Any], _T]) -> list[_T]:
    """Each entry of a list, or (name, entry) of a mapping, in a file; none without the file."""
    stored = objects.get(key)
    if stored is None:
        return []
    try:
        found = json.loads(stored.data).get(name, ())
        entries = found.items() if isinstance(found, dict) else found
        return [parse(item) for item in entries]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(key, error) from error


def _unreadable(key: str, error: Exception) -> StackError:
    return StackError(
        f"`{key}` cannot be read ({error!r}).",
        "It is written anew with the next push, or the next acknowledgement.",
    )
