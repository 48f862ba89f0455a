"""Posts that await a person, and their answer, signed with a passkey; `control` judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signpost.domain.canonical import digest
from signpost.domain.signing.ceremony import HASH, Answer
from signpost.domain.signing.ceremony import sshsig as signature_of
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.sshsig import to_sign
from signpost.domain.signing.statement import Rejection
from signpost.errors import SignpostError
from signpost.ports import ControlDesk
from signpost.usecases.signoff.entering import NotKnown, Visitor
from signpost.usecases.signoff.trust import NotThere


class NotDecided(SignpostError):
    """An answer to a post that was not taken."""

    code = "APPROVAL"


@dataclass(frozen=True, slots=True)
class Approving:
    """Shows posts, and hands answers to `control`.

    Args:
        origin: of the pages.
    """

    origin: str
    control: ControlDesk

    def awaiting(self, visitor: Visitor, post: str = "") -> list[Mapping[str, Any]]:
        """The posts that await this person, in brands whose root in force names their passkey.

        Args:
            post: only this one, as brand and post id with `/` between: nothing else is read.

        Raises:
            NotDecided: `control` does not say.
        """
        members = {
            brand: visitor.person(brand).id for brand in visitor.brands if visitor.member(brand)
        }
        if post:
            members = {name: who for name, who in members.items() if post.startswith(f"{name}/")}
        asked = {"posts": [post], "pending": "yes"} if post else {}
        found: list[Mapping[str, Any]] = []
        for person in sorted(set(members.values())):
            answer = self.control.ask(
                {"action": "awaiting", "person": person, "actor": visitor.actor, **asked}
            )
            if not answer.get("ok"):
                raise NotDecided(str(answer.get("cause", "")), str(answer.get("remedy", "")))
            found += [item for item in answer["items"] if members.get(item["brand"]) == person]
        return found

    def one(self, visitor: Visitor, brand: str, post: str) -> Mapping[str, Any]:
        """One of them.

        Raises:
            NotThere: it does not await this person, or no more.
        """
        for item in self.awaiting(visitor, f"{brand}/{post}"):
            if (item["brand"], item["post"]) == (brand, post):
                return item
        raise NotThere(
            "This post does not await you.", "It was decided, or moved. Go to the start."
        )

    def begin(self, item: Mapping[str, Any], seen: str, reason: str | None) -> list[bytes]:
        """What the passkey is asked to sign, one for each tier.

        Args:
            item: as it is now.
            seen: digests of the statements that were on the page, with commas between.
            reason: what should change; None: it is approved.

        Raises:
            NotDecided: it moved since it was on the page, it could not be shown there, or the reason
                is missing.
        """
        if hidden := unshown(item):
            raise NotDecided(
                f"What {', '.join(hidden)} would say cannot be shown.",
                "Push again, then look again.",
            )
        if seen != ",".join(str(one["digest"]) for one in item["sign"]) or not item["sign"]:
            raise NotDecided("The post changed since you looked.", "Load the page again.")
        if reason is not None and not reason.strip():
            raise NotDecided("It is not said what should change.", "Write a few words.")
        return [
            to_sign(str(one["namespace"]), HASH, _statement(item, one, reason))
            for one in item["sign"]
        ]

    def finish(
        self,
        visitor: Visitor,
        item: Mapping[str, Any],
        answers: list[Answer],
        reason: str | None,
    ) -> dict[str, Any]:
        """Hand the answers to `control`; what it said last.

        Raises:
            NotDecided: there are not as many as tiers.
            NotKnown: the passkey counts no more.
        """
        if len(answers) != len(item["sign"]) or not answers:
            raise NotDecided("The post changed since you looked.", "Load the page again.")
        if not visitor.member(str(item["brand"])):
            raise NotKnown("Your passkey does not count here.", "Ask who invited you.")
        key, person = parse_line(visitor.passkey.line), visitor.person(str(item["brand"])).id
        said: dict[str, Any] = {}
        for one, answer in zip(item["sign"], answers, strict=True):
            file = signature_of(answer, key, str(one["namespace"]), self.origin)
            said = self.control.ask(
                {
                    "action": "approve" if reason is None else "reject",
                    "brand": item["brand"],
                    "post": item["post"],
                    "tier": one["tier"],
                    "deliveries": _revisions(item),
                    "signatures": {f"{person}.sig": file.decode()},
                    "actor": visitor.actor,
                    **({} if reason is None else {"reason": _on_one_line(reason)}),
                }
            )
            if not said.get("ok"):
                break
        return said


def unshown(item: Mapping[str, Any]) -> list[str]:
    """The deliveries whose content is not that of the revision to be signed, or is not known."""
    return [
        str(one["delivery"])
        for one in item["deliveries"]
        if digest(str(one["wire"]).encode()) != one["revision"]
    ]


def _statement(item: Mapping[str, Any], one: Mapping[str, Any], reason: str | None) -> bytes:
    if reason is None:
        return str(one["statement"]).encode()
    return Rejection(
        str(item["brand"]),
        str(one["tier"]),
        str(item["post"]),
        _revisions(item),
        _on_one_line(reason),
        str(one["after"]),
    ).write()


def _on_one_line(reason: str) -> str:
    """As `control` reads it, too: what is signed is one line."""
    return " ".join(reason.split())


def _revisions(item: Mapping[str, Any]) -> dict[str, str]:
    return {str(one["delivery"]): str(one["revision"]) for one in item["deliveries"]}
