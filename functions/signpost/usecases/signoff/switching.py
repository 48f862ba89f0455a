"""Stopping from the phone, and letting publishing go on with as many signatures as it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from signpost.domain.signing.ceremony import HASH, Answer
from signpost.domain.signing.ceremony import sshsig as signature_of
from signpost.domain.signing.counting import Check, Tally
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.sshsig import to_sign
from signpost.domain.signing.statement import Resume, decide
from signpost.errors import SignpostError, StackError
from signpost.ports import Clock, ControlDesk, SignoffStore
from signpost.usecases.onboarding import read_known
from signpost.usecases.resuming import concerned, event_of
from signpost.usecases.signoff.entering import NotKnown, Visitor
from signpost.usecases.signoff.trust import Trust, TrustReader

_KEPT = timedelta(hours=24)
"""How long a signature waits for the others: a stop is lifted on one day, or looked at anew."""


class NotLifted(SignpostError):
    """A stop that cannot be lifted as asked."""

    code = "RESUME"


@dataclass(frozen=True, slots=True)
class Lifting:
    """Lifting one scope, as far as it has come.

    Args:
        version: of the switch.
        reason: the first signer's.
        statements: brand → what its people sign.
        tallies: brand → who has.
        files: brand → name of a signature's file → its text.
    """

    scope: str
    version: int
    reason: str
    statements: Mapping[str, Resume]
    tallies: Mapping[str, Tally]
    files: Mapping[str, Mapping[str, str]]

    @property
    def met(self) -> bool:
        """Whether enough have signed."""
        return bool(self.tallies) and all(tally.met for tally in self.tallies.values())


@dataclass(frozen=True, slots=True)
class Switching:
    """The switch, as people work it on the pages.

    Args:
        origin: of the pages.
        check: the mathematics of signatures.
    """

    workspace: str
    origin: str
    store: SignoffStore
    trust: TrustReader
    control: ControlDesk
    clock: Clock
    check: Check

    def now(self) -> dict[str, Any]:
        """`version` of the switch and the `scopes` that are stopped, from the ledger itself."""
        answer = self.control.ask({"action": "switch", "actor": "signoff"})
        return {"version": int(answer["version"]), "scopes": sorted(answer["scopes"])}

    def stopped(self, visitor: Visitor) -> list[str]:
        """Of what is stopped, what concerns this person's brands; `*` concerns everybody's.

        Another brand's stop, and its accounts, are nothing that a client hears of.
        """
        accounts, inside = self._accounts(), self._inside(visitor, unknown=False)
        found = []
        for scope in self.now()["scopes"]:
            what, _, name = scope.partition(":")
            brand = name if what == "brand" else accounts.get(name, "")
            # An account that no bundle names any more: it is not known whose it was.
            orphan = what == "account" and not brand and inside
            if scope == "*" or visitor.member(brand) or orphan:
                found.append(scope)
        return found

    def told(self, visitor: Visitor) -> list[str]:
        """`stopped` in this person's terms: to a client, everything is their own brands."""
        scopes = self.stopped(visitor)
        if "*" not in scopes or self._inside(visitor, unknown=False):
            return scopes
        own = {f"brand:{name}" for name in visitor.brands if visitor.member(name)}
        return sorted({*scopes, *own} - {"*"})

    def shown(self, visitor: Visitor, lifting: Lifting) -> Lifting:
        """As far as it concerns this person: a client sees who signs for their own brands alone."""
        if self._inside(visitor, unknown=False):
            return lifting
        own = {name: tally for name, tally in lifting.tallies.items() if visitor.member(name)}
        return replace(lifting, tallies=own)

    def accounts(self, visitor: Visitor) -> dict[str, tuple[str, str]]:
        """Account → its handle and its channel, of this person's brands, from the state file."""
        entries = (item["account"] for item in self.trust.state().get("accounts", {}).values())
        return {
            str(item["id"]): (str(item.get("handle", "")), str(item.get("channel", "")))
            for item in entries
            if visitor.member(str(item["brand"]))
        }

    def held(self, visitor: Visitor) -> list[dict[str, str]]:
        """Deliveries of this person's brands that wait for a person, from the state file."""
        found = []
        for name, entry in self.trust.state().get("deliveries", {}).items():
            brand = (*name.split("/"), "", "")[1]  # workspace/brand/post/account
            if entry.get("state") == "HELD" and visitor.member(brand):
                about = entry.get("about", {})
                title = str(about.get("title") or about.get("source") or name)
                found.append(
                    {
                        "title": title,
                        "account": str(entry.get("account", "")),
                        "reason": str(entry.get("reason", "")),
                    }
                )
        return found

    def scopes(self, visitor: Visitor) -> list[str]:
        """What this person may stop: their brands, and everything unless they are a client."""
        brands = [name for name in sorted(visitor.brands) if visitor.member(name)]
        # The brake has to work while it cannot be read who is a client.
        inside = self._inside(visitor, unknown=True)
        return [*(["*"] if inside else []), *(f"brand:{name}" for name in brands)]

    def stop(self, visitor: Visitor, scope: str, reason: str) -> dict[str, Any]:
        """Stop; anyone whose passkey counts may.

        Raises:
            NotKnown: theirs does not, or not there.
        """
        if scope not in self.scopes(visitor) or not visitor.counts:
            raise NotKnown("You cannot stop that here.", "Ask who is on call.")
        return self.control.ask(
            {"action": "stop", "scope": scope, "reason": reason, "actor": visitor.actor}
        )

    def lifting(self, scope: str) -> Lifting:
        """How far lifting a scope has come.

        Raises:
            NotLifted: it is not stopped, or no brand that it concerns has a trust root.
        """
        switch = self.now()
        if scope not in switch["scopes"]:
            raise NotLifted("This is not stopped.", "Look again.")
        version, trusts = switch["version"], self._concerned(scope)
        if not trusts:
            raise NotLifted(
                "No brand that this concerns has a trust root, so nobody can sign for it.",
                "Use `signpost resume` at a desk.",
            )
        kept = self.store.all(_kind(version, scope))
        statements, tallies = {}, {}
        files: dict[str, dict[str, str]] = {brand: {} for brand in trusts}
        for name, value in kept.items():
            brand, _, file = name.partition("/")
            if brand in files:
                files[brand][file] = str(value["signature"])
        for brand, (_, root) in trusts.items():
            statements[brand] = Resume(brand, event_of(self.workspace, version), scope)
            given = {file: text.encode() for file, text in files[brand].items()}
            tallies[brand] = decide(statements[brand], root, given, self.check)
        reasons = [str(value["reason"]) for value in kept.values() if value.get("reason")]
        return Lifting(scope, version, reasons[0] if reasons else "", statements, tallies, files)

    def asked(self, visitor: Visitor, lifting: Lifting) -> list[str]:
        """The brands for which this person's signature is missing and would count."""
        found = []
        for brand, tally in lifting.tallies.items():
            person = (
                visitor.brands[brand].member(visitor.passkey.line)
                if (brand in visitor.brands)
                else None
            )
            if person and any(person.id == other.id for other in tally.missing):
                found.append(brand)
        return found

    def begin(self, visitor: Visitor, lifting: Lifting) -> list[bytes]:
        """What the passkey is asked to sign, one for each brand; nothing where all have signed.

        Raises:
            NotKnown: this person's signature is not asked for.
        """
        brands = self.asked(visitor, lifting)
        if lifting.met:
            return []  # `control` did not answer when the last of them signed
        if not brands:
            raise NotKnown("Your signature is not asked for here.", "See who may sign.")
        roots = self._concerned(lifting.scope)
        return [
            to_sign(roots[brand][1].namespace(Kind.RESUME), HASH, lifting.statements[brand].write())
            for brand in brands
        ]

    def finish(
        self, visitor: Visitor, lifting: Lifting, answers: list[Answer], reason: str
    ) -> dict[str, Any]:
        """Keep the signatures; with enough of them, lift the stop.

        Where enough lie there already, since the stop could not be lifted at that moment, it is
        lifted by whoever asks next, without another signature.

        Returns:
            `{"lifted": …}`, and what `control` answered where it was asked.

        Raises:
            NotLifted: a signature does not count, or a reason is missing.
        """
        if lifting.met:
            return self._lift(visitor, lifting)
        brands, roots = self.asked(visitor, lifting), self._concerned(lifting.scope)
        if len(answers) != len(brands) or not brands:
            raise NotLifted("It changed meanwhile.", "Look again, then sign.")
        reason = lifting.reason or reason.strip()
        if not reason:
            raise NotLifted("Say why publishing may go on.", "Write a few words.")
        key, kind = parse_line(visitor.passkey.line), _kind(lifting.version, lifting.scope)
        for brand, answer in zip(brands, answers, strict=True):
            root = roots[brand][1]
            text = signature_of(answer, key, root.namespace(Kind.RESUME), self.origin)
            file = f"{visitor.person(brand).id}.sig"
            tally = decide(lifting.statements[brand], root, {file: text}, self.check)
            if not tally.signed:
                wrong = tally.uncounted[0]
                raise NotLifted(wrong.cause, wrong.remedy)
            value = {"signature": text.decode(), "reason": reason}
            self.store.add(kind, f"{brand}/{file}", value, until=self.clock.now() + _KEPT)
        detail = {"scope": lifting.scope, "version": lifting.version, "brands": brands}
        self.store.audit(self.clock.now(), visitor.actor, "sign-resume", detail)
        after = self.lifting(lifting.scope)
        if not after.met:
            return {"ok": True, "lifted": False}
        return self._lift(visitor, after)

    def _lift(self, visitor: Visitor, lifting: Lifting) -> dict[str, Any]:
        said = self.control.ask(
            {
                "action": "resume",
                "scope": lifting.scope,
                "reason": lifting.reason,
                "signed": json.dumps({name: dict(files) for name, files in lifting.files.items()}),
                "actor": visitor.actor,
            }
        )
        return {**said, "lifted": bool(said.get("ok"))}

    def _inside(self, visitor: Visitor, *, unknown: bool) -> bool:
        """Whether they are a member somewhere and no client there, by people.yaml.

        Args:
            unknown: what holds where that cannot be read.
        """
        try:
            members = read_known(self.trust.objects).members
        except StackError:
            return unknown
        clients = {(item.brand, item.id) for item in members if item.client}
        return any(
            visitor.member(name) and (name, visitor.person(name).id) not in clients
            for name in visitor.brands
        )

    def _accounts(self) -> dict[str, str]:
        """Account → brand, by the state file."""
        accounts = [item["account"] for item in self.trust.state().get("accounts", {}).values()]
        return {str(item["id"]): str(item["brand"]) for item in accounts}

    def _concerned(self, scope: str) -> dict[str, tuple[Trust, TrustRoot]]:
        """The brands whose people have to sign, with the roots that say who they are."""
        known = self._accounts()
        trusts = self.trust.all(self.clock.now().date())
        names = set(trusts) if scope == "*" else concerned(scope, known)
        found = {}
        for name in sorted(names & set(trusts)):
            root = trusts[name].roots.present
            if root is not None and trusts[name].pinned:
                found[name] = (trusts[name], root)
        return found


def _kind(version: int, scope: str) -> str:
    return f"resume/{version}/{scope}"
