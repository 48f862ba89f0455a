"""Which pictures a delivery needs, and how they take the place of their originals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Media
from signpost.domain.media import DECODED, MediaFact
from signpost.domain.picture.recipe import (
    Derivative,
    Order,
    Refusal,
    recipe_of,
)
from signpost.domain.post import MediaRef

_RECIPES_DIGITS = 16


class Pictures(Protocol):
    """Makes derivatives. Must give the same answer to the same order for a whole run."""

    def fill(self, orders: Sequence[Order]) -> None:
        """Make all of these, as many at a time as is good. What fails is told when it is asked for."""

    def get(self, order: Order) -> Derivative | Refusal:
        """The derivative, made now if it was not before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A medium as the post has it, and what is to be made of it.

    Args:
        media: the original.
        order: None where it is sent as it is.
    """

    item: MediaRef
    media: Media
    order: Order | None


def wanted_of(item: MediaRef, fact: MediaFact, spec: ChannelSpec, *, card: bool) -> Wanted:
    """What a channel is to get of a medium.

    Args:
        card: as the picture of a link's card.
    """
    media = Media(
        sha256=fact.sha256,
        mime=fact.mime,
        size=fact.size,
        alt=item.alt,
        focus=item.focus,
        width=fact.width,
        height=fact.height,
        card=card,
    )
    if card:
        limit = spec.card_picture
    else:
        limit = next((limit for limit in spec.media if limit.kind == fact.kind), None)
    if limit is None or fact.mime not in DECODED:
        return Wanted(item, media, None)
    return Wanted(item, media, Order(item.path, recipe_of(limit, item.focus)))


def with_derivative(wanted: Wanted, made: Derivative) -> Media:
    """The medium as it will be sent."""
    return replace(
        wanted.media,
        sha256=made.sha256,
        mime=made.mime,
        size=made.size,
        width=made.width,
        height=made.height,
        focus=made.focus if made.focus and wanted.media.focus else wanted.media.focus,
    )


def made_from(revision: str, wanted: Sequence[Wanted]) -> str:
    """What stands in `Delivery.made_from`.

    Args:
        revision: with the originals.
    """
    keys = [item.order.recipe.key if item.order else "" for item in wanted]
    return f"{revision}:{digest(canonical_json(keys))[:_RECIPES_DIGITS]}"


def orders_of(wanted: Mapping[str, Sequence[Wanted]]) -> list[Order]:
    """Every order once, in order of need."""
    every = (item.order for items in wanted.values() for item in items if item.order)
    return list(dict.fromkeys(every))
