"""Pictures that need nothing done, or what a test says they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Derivative, Order, Refusal, as_it_is


@dataclass
class FakePictures:
    """Implements usecases.pictures.Pictures.

    Args:
        facts: path → what was found of the file.
        answers: path → what becomes of it; all others stay as they are.
        opened: every order that was filled.
    """

    facts: Mapping[str, MediaFact]
    answers: Mapping[str, Derivative | Refusal] = field(default_factory=dict)
    opened: list[Order] = field(default_factory=list)

    def fill(self, orders: Sequence[Order]) -> None:
        """Only noted."""
        self.opened.extend(orders)

    def get(self, order: Order) -> Derivative | Refusal:
        """What the test said, else the original."""
        return self.answers.get(order.path) or as_it_is(self.facts[order.path])
