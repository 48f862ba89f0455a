"""What `schedule` checks again, since a bundle can come from anyone who may upload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Bundle, BundleLine, Delivery, Part
from signpost.domain.textlen import count_payload
from signpost.domain.timing import still_resolves
from signpost.ports import Connectors, ObjectStore

SAME_TEXT_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BundleFault:
    """Why a delivery of a bundle cannot be accepted."""

    delivery: str
    source: str
    cause: str
    remedy: str


def check_bundle(
    bundle: Bundle, acting: frozenset[str], connectors: Connectors, objects: ObjectStore
) -> list[BundleFault]:
    """All faults of the deliveries that would change; empty where the bundle can be accepted.

    What is kept was checked when it was accepted: a rule that became stricter since must not
    block every later push.
    """
    changing = [line for line in bundle.lines if line.delivery.id in acting]
    needed = {sha for line in changing for sha in line.delivery.media}
    missing = {sha for sha in sorted(needed) if not objects.exists(f"media/{sha}")}
    faults: list[BundleFault] = []
    for line in changing:
        source = line.about.source
        for cause, remedy in _faults(line.delivery, connectors, missing):
            faults.append(BundleFault(line.delivery.id, source, cause, remedy))
    faults.extend(fault for fault in _twins(bundle.lines) if fault.delivery in acting)
    return faults


def _faults(
    delivery: Delivery, connectors: Connectors, missing: set[str]
) -> Iterator[tuple[str, str]]:
    try:
        spec = connectors.get(delivery.account.channel).spec
    except KeyError:
        yield f"no connector for channel {delivery.account.channel}", "Update the functions."
        return
    if delivery.unmade:
        yield "its pictures were not made", "Push again."
    if not delivery.parts:
        yield "it has no text and no media", "Write a text."
    if delivery.on_ambiguous not in ("hold", "retry"):
        yield f"on_ambiguous is {delivery.on_ambiguous!r}", "Write `hold` or `retry`."
    if delivery.grace_s < 0:
        yield "its late policy is negative", "Write a duration such as `30m`."
    if len(delivery.parts) > 1 and not spec.threads:
        yield f"{spec.name} has no threads", "Write one text."
    if delivery.due and not still_resolves(
        delivery.local, delivery.zone, delivery.due, delivery.tzdata
    ):
        yield f"{delivery.local} in {delivery.zone} is another instant here", "Push again."
    for number, part in enumerate(delivery.parts, 1):
        for cause, remedy in _part_faults(part, spec, missing):
            yield f"part {number}: {cause}", remedy


def _part_faults(part: Part, spec: ChannelSpec, missing: set[str]) -> Iterator[tuple[str, str]]:
    for limit in spec.text:
        if (size := count_payload(part.payload, limit)) > limit.max:
            yield f"{size} of {limit.max} {limit.unit}s", "Shorten the text."
    taken = {mime for media in spec.media for mime in media.types}
    for item in part.media:
        if item.sha256 in missing:
            yield f"media {item.sha256[:12]} was not uploaded", "Push again."
        if item.mime not in taken:
            yield f"{spec.name} does not take {item.mime}", "Use another format."


def _twins(lines: tuple[BundleLine, ...]) -> Iterator[BundleFault]:
    """Deliveries of an account with equal text, near each other in time; each names the other.

    They could not be told apart when a lost answer is settled by looking at the account.
    """
    seen: dict[tuple[str, str], BundleLine] = {}
    for line in lines:
        delivery = line.delivery
        wire = delivery.wire()["parts"]
        key = (delivery.account.id, digest(canonical_json([p["text"] for p in wire])))
        first = seen.setdefault(key, line)
        if first is line:
            continue
        due, other = delivery.due, first.delivery.due
        if due is None or other is None or abs(due - other) < SAME_TEXT_WITHIN:
            for one, two in ((line, first), (first, line)):
                cause = f"same text as {two.delivery.id} within a day"
                remedy = "Change one of the texts."
                yield BundleFault(one.delivery.id, one.about.source, cause, remedy)
