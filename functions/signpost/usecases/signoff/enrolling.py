"""Invites, and the passkeys that are made with them. A passkey counts once a trust root names it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from signpost.domain.canonical import utc_text
from signpost.domain.signing.authenticator import rp_id_of
from signpost.domain.signing.ceremony import Answer, Purpose, challenge, made, proven
from signpost.domain.signing.counting import Check
from signpost.domain.signing.document import is_id
from signpost.errors import SignpostError
from signpost.ports import Clock, SignoffStore
from signpost.usecases.signoff.records import (
    INVITE,
    INVITE_LASTS,
    NONCE,
    NONCE_LASTS,
    PASSKEY,
    Passkey,
    hidden,
)

_MAX_NAME = 100


class NotInvited(SignpostError):
    """An invite that is used, over, or none."""

    code = "INVITE"


class NotRevoked(SignpostError):
    """A passkey that still serves, although it was to end."""

    code = "REVOKE"


@dataclass(frozen=True, slots=True)
class Enrolling:
    """Makes passkeys.

    Args:
        origin: of the sign-off pages.
        check: the mathematics of signatures.
    """

    workspace: str
    origin: str
    store: SignoffStore
    clock: Clock
    check: Check

    def invite(self, brand: str, person: str, name: str, actor: str) -> dict[str, str]:
        """A link for one person that serves once.

        The secret stands after `#`, which browsers send to nobody and no log sees.

        Raises:
            NotInvited: brand or person is no id.
        """
        if not is_id(brand) or not is_id(person) or not name.strip() or not name.isprintable():
            raise NotInvited("Brand, person and name are needed to invite.", "Say who is meant.")
        token, now = secrets.token_urlsafe(32), self.clock.now()
        until = now + INVITE_LASTS
        value = {"brand": brand, "person": person, "name": name.strip()[:_MAX_NAME], "by": actor}
        self.store.add(INVITE, hidden(token), value, until=until)
        self.store.audit(now, actor, "invite", {"brand": brand, "person": person})
        return {"link": f"{self.origin}/enrol#{token}", "until": utc_text(until)}

    def begin(self, token: str) -> dict[str, Any]:
        """What a browser needs to make the passkey, and to try it.

        Raises:
            NotInvited: the link serves no more.
        """
        invite = self._invite(token)
        nonce = secrets.token_bytes(32)
        until = self.clock.now() + NONCE_LASTS
        self.store.add(NONCE, nonce.hex(), {"for": hidden(token)}, until=until)
        owner = f"{self.workspace}/{invite['brand']}/{invite['person']}"
        return {
            "nonce": nonce.hex(),
            "make": challenge(Purpose.MAKE, nonce),
            "try": challenge(Purpose.TRY, nonce),
            "rp": rp_id_of(self.origin),
            "user": hashlib.sha256(f"signpost-user {owner}".encode()).digest(),
            "person": invite["person"],
            "name": invite["name"],
            "brand": invite["brand"],
            # A device keeps one passkey of an owner here: without these it would put the new one
            # in the place of one that a trust root names, and nobody could sign with that again.
            "known": [
                bytes.fromhex(item.id)
                for item in self.passkeys(invite["brand"])
                if item.person == invite["person"] and not item.revoked
            ],
        }

    def finish(self, token: str, nonce: str, new: Answer, tried: Answer) -> Passkey:
        """Keep the passkey, and use the invite up.

        Raises:
            NotInvited: the link or the nonce serves no more.
            SigningError: the passkey was made elsewhere, does not know its owner, or is not there.
        """
        self._invite(token)
        drawn = self.store.take(NONCE, nonce)
        if drawn is None or drawn.get("for") != hidden(token):
            raise NotInvited("This took too long.", "Begin again.")
        number = bytes.fromhex(nonce)
        found = made(new, number, self.origin)
        counter = proven(tried, found.key, Purpose.TRY, number, self.origin, self.check)
        invite = self.store.take(INVITE, hidden(token))
        if invite is None:
            raise _over()
        now = self.clock.now()
        passkey = Passkey(
            id=found.id.hex(),
            line=found.key.line,
            brand=invite["brand"],
            person=invite["person"],
            name=invite["name"],
            at=utc_text(now),
            synced=found.synced,
            counter=counter,
        )
        if not self.store.add(PASSKEY, passkey.id, passkey.members()):
            raise NotInvited("There is a passkey of that name already.", "Ask for a new link.")
        self.store.audit(
            now,
            f"{passkey.brand}/{passkey.person}",
            "enrol",
            {"passkey": found.key.fingerprint, "line": passkey.line, "invited_by": invite["by"]},
        )
        return passkey

    def passkeys(self, brand: str = "") -> list[Passkey]:
        """All that were made, for a brand or for all, revoked ones included."""
        found = [Passkey.of(name, value) for name, value in self.store.all(PASSKEY).items()]
        return sorted(
            (item for item in found if brand in ("", item.brand)), key=lambda item: item.at
        )

    def revoke(
        self, brand: str, person: str, actor: str, keys: Iterable[str] = ()
    ) -> list[Passkey]:
        """End a person's passkeys, sessions and open invites at once.

        A key stays in the trust root until the next one leaves it out.

        Args:
            keys: fingerprints of the passkeys that are meant; all where left out.

        Returns:
            The passkeys that were revoked now.

        Raises:
            NotRevoked: a passkey is in use at this moment, and was not ended; the others were.
        """
        wanted, now = set(keys), self.clock.now()
        from signpost.domain.signing.keys import parse_line

        if not wanted:
            # First: who uses an invite now has made a passkey by the time that passkeys are listed.
            for name, invite in self.store.all(INVITE).items():
                if (invite["brand"], invite["person"]) == (brand, person):
                    self.store.remove(INVITE, name)
        ended: list[Passkey] = []
        left: list[Passkey] = []
        for item in self.passkeys(brand):
            meant = not wanted or parse_line(item.line).fingerprint in wanted
            if item.person == person and not item.revoked and meant:
                done = self.store.change(PASSKEY, item.id, {"revoked": utc_text(now)})
                (ended if done else left).append(item)
        detail = {"brand": brand, "person": person, "passkeys": [item.id for item in ended]}
        self.store.audit(now, actor, "revoke", detail)
        if left:
            prints = ", ".join(parse_line(item.line).fingerprint for item in left)
            raise NotRevoked(f"Not ended, since they changed meanwhile: {prints}.", "Revoke again.")
        return ended

    def _invite(self, token: str) -> Any:
        found = self.store.get(INVITE, hidden(token))
        if found is None:
            raise _over()
        return found


def _over() -> NotInvited:
    return NotInvited(
        "This link was used, is over, or never was one.", "Ask for a new one: each serves once."
    )
