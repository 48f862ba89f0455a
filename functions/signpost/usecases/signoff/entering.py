"""Entering with a passkey, and who it is that asks from then on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.signing.ceremony import Answer, Purpose, challenge, proven
from signpost.domain.signing.counting import Check
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.root import Person
from signpost.errors import SignpostError
from signpost.ports import Clock, SignoffStore
from signpost.usecases.signoff.records import (
    NONCE,
    NONCE_LASTS,
    PASSKEY,
    SESSION,
    SESSION_LASTS,
    Passkey,
    hidden,
)
from signpost.usecases.signoff.trust import Trust, TrustReader

_LOGIN = "login"


class NotKnown(SignpostError):
    """Whose passkey it is, is not known, or it serves no more."""

    code = "LOGIN"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is there.

    Args:
        passkey: with which they entered.
        brands: brand → what is signed there, for each in which the passkey is somebody's.
        until: when their session ends.
    """

    passkey: Passkey
    brands: dict[str, Trust]
    until: datetime

    @property
    def name(self) -> str:
        """Theirs, as the trust root has it."""
        found = next(iter(self.brands.items()), None)
        person = found[1].owner(self.passkey.line) if found else None
        return person.name if person else self.passkey.name

    def person(self, brand: str) -> Person:
        """Who they are there, by the root in force or the proposed one.

        Raises:
            NotKnown: nobody.
        """
        trust = self.brands.get(brand)
        found = trust.owner(self.passkey.line) if trust else None
        if found is None:
            raise NotKnown(
                "Your passkey is in no trust root of this brand.", "Ask who invited you."
            )
        return found

    def member(self, brand: str) -> bool:
        """Whether the root in force names their passkey: only then it counts."""
        trust = self.brands.get(brand)
        return trust is not None and trust.member(self.passkey.line) is not None

    @property
    def counts(self) -> bool:
        """Whether they are a member anywhere."""
        return any(self.member(brand) for brand in self.brands)

    @property
    def actor(self) -> str:
        """For the audit trail."""
        return f"{self.passkey.brand}/{self.passkey.person}"


@dataclass(frozen=True, slots=True)
class Entering:
    """Lets people in.

    Args:
        origin: of the pages.
        trust: what is signed.
        check: the mathematics of signatures.
    """

    origin: str
    store: SignoffStore
    trust: TrustReader
    clock: Clock
    check: Check

    def begin(self) -> tuple[str, bytes]:
        """A nonce, and the challenge made of it."""
        nonce = secrets.token_bytes(32)
        until = self.clock.now() + NONCE_LASTS
        self.store.add(NONCE, nonce.hex(), {"for": _LOGIN}, until=until)
        return nonce.hex(), challenge(Purpose.LOGIN, nonce)

    def finish(self, nonce: str, passkey_id: str, answer: Answer, before: str = "") -> str:
        """A new session, whatever session was there before: its secret.

        Args:
            nonce: of `begin`.
            passkey_id: as the browser names it, hexadecimal.
            before: secret of a session that ends with this.

        Raises:
            NotKnown: the nonce or the passkey serves no more, or is in no trust root.
            SigningError: the passkey did not sign that, or not here.
        """
        drawn = self.store.take(NONCE, nonce)
        if drawn is None or drawn.get("for") != _LOGIN:
            raise NotKnown("This took too long.", "Sign in again.")
        stored = self.store.get(PASSKEY, passkey_id)
        if stored is None:
            raise _nobody()
        passkey = Passkey.of(passkey_id, stored)
        counter = proven(
            answer, parse_line(passkey.line), Purpose.LOGIN, bytes.fromhex(nonce), self.origin,
            self.check,
        )  # fmt: skip
        now = self.clock.now()
        until = now + SESSION_LASTS
        if self._visitor(passkey, now.date(), until) is None:
            raise _nobody()
        detail: dict[str, object] = {"passkey": passkey.id}
        if counter <= passkey.counter and (counter or passkey.counter):
            # A copy of the key may be about, or a device counts badly. It is told, not refused:
            # synced passkeys count 0, and some devices jump.
            detail["counter"] = [passkey.counter, counter]
        if counter > passkey.counter:
            self.store.change(PASSKEY, passkey.id, {"counter": counter})
        if before:
            self.store.remove(SESSION, hidden(before))
        token = secrets.token_urlsafe(32)
        value = {"passkey": passkey.id, "at": utc_text(now)}
        self.store.add(SESSION, hidden(token), value, until=until)
        self.store.audit(now, f"{passkey.brand}/{passkey.person}", "enter", detail)
        return token

    def visitor(self, token: str) -> Visitor | None:
        """Who has this session; None where it ended, or its passkey serves no more."""
        session = self.store.get(SESSION, hidden(token)) if token else None
        if session is None:
            return None
        stored = self.store.get(PASSKEY, str(session["passkey"]))
        if stored is None:
            return None
        passkey = Passkey.of(str(session["passkey"]), stored)
        until = parse_utc(str(session["at"])) + SESSION_LASTS
        return self._visitor(passkey, self.clock.now().date(), until)

    def leave(self, token: str) -> None:
        """End the session."""
        if token:
            self.store.remove(SESSION, hidden(token))

    def _visitor(self, passkey: Passkey, today: date, until: datetime) -> Visitor | None:
        """Who has the passkey, by the trust roots of today."""
        if passkey.revoked:
            return None
        brands = {
            name: trust
            for name, trust in self.trust.all(today).items()
            if trust.owner(passkey.line) is not None
        }
        return Visitor(passkey, brands, until) if brands else None


def _nobody() -> NotKnown:
    return NotKnown(
        "This passkey is in no trust root.",
        "If you enrolled just now: it counts once the next trust root is signed.",
    )
