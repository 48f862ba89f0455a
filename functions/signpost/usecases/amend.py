"""Ask for an amendment: judge whether it can be done, record it, and queue it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from signpost.domain.amendment import (
    UNSETTLED,
    Amend,
    Wish,
    amendment_of,
    asked,
    is_amendment,
    public_line,
)
from signpost.domain.canonical import digest as digest_of
from signpost.domain.canonical import utc_text
from signpost.domain.delivery import BundleLine, Delivery, parse_bundle, parse_line
from signpost.domain.lifecycle import OPEN, State
from signpost.domain.row import BundleRef, PublishedPart, Row
from signpost.errors import BundleError, LedgerUnavailable, SignpostError
from signpost.ports import Clock, Connectors, Editor, Ledger, ObjectStore, Queue, Retractor, Write
from signpost.usecases.state import StateWriter
from signpost.usecases.stop import AmendedAlready, ControlError, NotEditable


@dataclass(frozen=True, slots=True)
class PartChange:
    """What an amendment does with one public part, for people to judge.

    Args:
        before: the text that is public.
        after: the text that is to be; None where the part is to be deleted.
        media: its pictures change, or their descriptions.
    """

    permalink: str
    before: str
    after: str | None
    media: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """An amendment that can be asked for: what it would do.

    Args:
        have: the amendment's row as it is; None before the first.
    """

    main: Row
    have: Row | None
    wish: Wish
    parts: tuple[PartChange, ...]


@dataclass(frozen=True, slots=True)
class Amender:
    """Corrects and retracts what is public. Who asks names a delivery and nothing else.

    What it is corrected to is the accepted bundle's line, so it went through the same checks as
    every post; and what is deleted are the parts that the ledger knows.
    """

    ledger: Ledger
    objects: ObjectStore
    connectors: Connectors
    queue: Queue
    state: StateWriter
    clock: Clock

    def answer(self, action: str, delivery: str, text: Mapping[str, str]) -> dict[str, Any]:
        """What a request gets to hear, as JSON members.

        Args:
            action: `correct`, `retract`, or `amendment` to hear how far one has come.
            text: `actor` and `reason`; with `dry` it says what it would do, and does nothing; with
                `again` a correction is sent although the stack takes it for public.

        Raises:
            ControlError, BundleError, LedgerUnavailable: see offer and ask.
        """
        why = {"actor": text.get("actor", ""), "reason": text.get("reason", "")}
        again = bool(text.get("again"))
        if action == "amendment":
            name = amendment_of(delivery)
            row = self.ledger.rows([name]).get(name)
            if row and row.state not in OPEN:
                self._show(name)
        elif text.get("dry"):
            parts = self.offer(Amend(action), delivery, again=again, **why).parts
            return {"delivery": delivery, "action": action, "parts": [asdict(p) for p in parts]}
        else:
            row = self.ask(Amend(action), delivery, again=again, **why)
        if row is None:
            return {"delivery": delivery, "state": None}
        return {
            "delivery": delivery,
            "action": row.action,
            "state": row.state,
            "reason": row.reason,
            "done": len(row.parts),
            "parts": row.parts_total,
        }

    def offer(
        self, action: Amend, delivery: str, *, actor: str, reason: str, again: bool = False
    ) -> Offer:
        """What the amendment would do; nothing is changed.

        Args:
            again: correct to what was corrected or published already, since somebody edited it on
                the channel.

        Raises:
            ControlError: it cannot be done; it says what can be done instead.
            BundleError: a bundle is missing or altered.
        """
        main, have = self._rows(delivery)
        old = self._line(public_line(main, have)[1])
        if action is Amend.RETRACT:
            return self._retraction(main, have, old, f"{actor}: {reason}")
        note = f"{actor}: {reason}" if reason else actor
        return self._correction(main, have, old, note, again=again)

    def ask(
        self, action: Amend, delivery: str, *, actor: str, reason: str, again: bool = False
    ) -> Row:
        """Ask for it: the amendment's row, which a worker takes up at once.

        Raises:
            ControlError, BundleError: see offer.
            LedgerUnavailable: another asked meanwhile, or it is not sure; look again.
        """
        offer = self.offer(action, delivery, actor=actor, reason=reason, again=again)
        now = self.clock.now()
        owner = f"amend:{actor}:{utc_text(now)}"
        row = asked(offer.main, offer.have, offer.wish, owner=owner, now=now)
        if offer.have is None:
            written = self.ledger.create(row)
        else:
            written = self.ledger.write(row, expected=offer.have)
        if written is not Write.DONE:
            raise LedgerUnavailable(f"{delivery} is being amended by another.", "Look again.")
        self.ledger.audit(now, actor, action, {"delivery": delivery, "reason": reason})
        self.queue.publish(row.delivery, delay_s=0)
        self._show(row.delivery)
        return row

    def _show(self, name: str) -> None:
        """Let `status` know at once: a courtesy, whose failure is no failure of what was asked."""
        with suppress(SignpostError):
            self.state.refresh([name])

    def _rows(self, delivery: str) -> tuple[Row, Row | None]:
        name = amendment_of(delivery)
        rows = self.ledger.rows([delivery, name])
        main, have = rows.get(delivery), rows.get(name)
        if main is None or is_amendment(delivery):
            raise ControlError(f"There is no delivery {delivery}.", "See `signpost status`.")
        if have and (have.action, have.state) == (Amend.RETRACT, State.PUBLISHED):
            raise AmendedAlready(f"{delivery} was retracted.", "Post it again under a new id.")
        if main.state in OPEN and main.state is not State.SCHEDULED:
            raise ControlError(
                f"{delivery} is {main.state}: it is not known yet what of it is public.",
                "Wait until it is settled; `signpost stop` keeps more of it from going out.",
            )
        if main.state is State.SCHEDULED and main.parts:
            raise ControlError(
                f"{delivery} is a thread that is still going out.",
                "`signpost stop` first, then ask again.",
            )
        if not main.parts:
            unsure = main.maybe_live
            raise ControlError(
                f"Nothing of {delivery} is known to be public ({main.state}).",
                "Look at the account; if it is there: `signpost resume POST --checked live=ID`."
                if unsure
                else "Take it out of the content, or edit it, and push.",
            )
        if have and have.state in UNSETTLED:
            raise ControlError(
                f"{delivery}: its {'correction' if have.action == Amend.CORRECT else 'retraction'} "
                f"is {have.state}, and what became of it is not known yet.",
                "It is settled within minutes. Ask again then.",
            )
        return main, have

    def _retraction(self, main: Row, have: Row | None, old: Delivery, note: str) -> Offer:
        if not isinstance(self._connector(old), Retractor):
            there = ", ".join(part.permalink for part in main.parts)
            raise ControlError(
                f"Signpost cannot delete on {old.account.channel}.", f"Delete it there: {there}"
            )
        wish = Wish(Amend.RETRACT, main.bundle, main.revision, note)
        return Offer(main, have, wish, tuple(_deleted(main.parts, old)))

    def _correction(
        self, main: Row, have: Row | None, old: Delivery, note: str, *, again: bool
    ) -> Offer:
        if not isinstance(self._connector(old), Editor):
            raise NotEditable(
                f"What is public on {old.account.channel} cannot be edited.",
                "`signpost retract` it, and post it again under a new id.",
            )
        if have and have.action == Amend.RETRACT and (have.parts or have.maybe_live):
            raise ControlError(
                f"{main.delivery} is retracted in part.", "Finish it: `signpost retract`."
            )
        public, base = public_line(main, have)
        digest, line = self._wanted(main.delivery)
        new, ref = line.delivery, BundleRef(digest, line.offset, line.length)
        if new.unmade:
            # It wants what the stack has. The line that was sent names the pictures as they were made.
            if new.origin != old.origin:
                raise ControlError(
                    "The pictures of what was accepted last were not made.", "Push again."
                )
            new, ref = old, base
        half = have is not None and have.state is not State.PUBLISHED and bool(have.parts)
        begun = again or half
        if new.revision == public and not begun:
            raise AmendedAlready(
                "What the stack accepted last is what is public.",
                "Edit the post's file and push it, then ask again; or, where somebody edited it on the "
                "channel, add --again.",
            )
        if len(new.parts) != len(main.parts) or len(main.parts) != main.parts_total:
            raise ControlError(
                f"{len(main.parts)} of {main.parts_total} parts are public, and the edited text "
                f"has {len(new.parts)}: a correction changes parts, it adds and takes away none.",
                "`signpost retract` it, and post it again under a new id.",
            )
        parts = tuple(
            PartChange(
                part.permalink,
                before.text,
                after.text,
                [(m.sha256, m.alt) for m in before.media]
                != [(m.sha256, m.alt) for m in after.media],
            )
            for part, before, after in zip(main.parts, old.parts, new.parts, strict=True)
        )
        if new.parts == old.parts and not begun:
            raise ControlError(
                "The edit changes nothing that the audience sees of what is public.",
                "A time, for instance, cannot be corrected. Take the edit back, or leave it.",
            )
        wish = Wish(Amend.CORRECT, ref, new.revision, note, new.made_from)
        return Offer(main, have, wish, parts)

    def _connector(self, delivery: Delivery) -> object:
        try:
            return self.connectors.get(delivery.account.channel)
        except KeyError as error:
            raise ControlError(
                f"The stack has no connector for `{delivery.account.channel}`.",
                "Deploy a newer one.",
            ) from error

    def _line(self, ref: BundleRef) -> Delivery:
        line = self.objects.get_range(f"bundles/{ref.digest}.jsonl", ref.offset, ref.length)
        return parse_line(line)[0]

    def _wanted(self, delivery: str) -> tuple[str, BundleLine]:
        """The accepted bundle's digest, and its line of the delivery."""
        digest = self.ledger.pointer().digest
        stored = self.objects.get(f"bundles/{digest}.jsonl") if digest else None
        if stored is None or digest_of(stored.data) != digest:
            raise BundleError("The accepted bundle is missing, or was altered.", "Push again.")
        for line in parse_bundle(stored.data).lines:
            if line.delivery.id == delivery:
                return digest, line
        raise ControlError(
            f"{delivery} is not in the content any more.",
            "Put its file back and push, or take it away: `signpost retract`.",
        )


def _deleted(parts: tuple[PublishedPart, ...], old: Delivery) -> list[PartChange]:
    """From the last part to the first, as they are deleted."""
    known = {number: part.text for number, part in enumerate(old.parts)}
    told = [PartChange(p.permalink, known.get(n, ""), None) for n, p in enumerate(parts)]
    return told[::-1]
