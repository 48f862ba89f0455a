"""What the contract tests of editing and deleting need to know of a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from signpost.domain.delivery import Part
from signpost.domain.outcome import Confirmation, Outcome
from signpost.ports import Request, Response

Respond = Callable[[Part, Request], Response]


@dataclass(frozen=True)
class Asked:
    """A channel's answers to one kind of change, and to the question whether it was done.

    Args:
        done: answers that mean it is done, and the outcome each has to become.
        refusals: answers that mean "nothing was changed, and never will be unchanged".
        surprises: answers that leave the matter open.
        reads: answers to what is read before or after the change by the connector itself.
        shown: named answers to the question, each with the confirmation it has to become.
        lost: named answers to the question that must become Unknown.
    """

    done: tuple[tuple[Response, Outcome], ...]
    refusals: tuple[Response, ...]
    surprises: tuple[Response, ...]
    shown: Mapping[str, tuple[Respond, Confirmation]]
    lost: Mapping[str, Respond]
    reads: Respond | None = None


@dataclass(frozen=True)
class Changes:
    """How a channel's live posts are changed.

    Args:
        aim: the external id of the live post.
        edit: None where the channel has no edits.
    """

    aim: str
    delete: Asked
    edit: Asked | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)
    """Names of headers that differ from request to request."""


def changes_of(channel: str) -> Changes:
    """The changes of a channel, from tests/connectors/changing/<channel>.py."""
    found: Changes = import_module(f"tests.connectors.changing.{channel}").CHANGES
    return found


def says(response: Response) -> Respond:
    """This answer, whatever is asked."""
    return lambda _part, _request: response
