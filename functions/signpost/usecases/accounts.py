"""Look at one account: can it log in, may it post, what does its server take. Posts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.canonical import digest as digest_of
from signpost.domain.delivery import Account, head_accounts, parse_line, parse_listed
from signpost.domain.expiry import ends_at, is_warned
from signpost.domain.inspection import AccountReport, Fault
from signpost.errors import (
    BundleError,
    LedgerError,
    RefusedError,
    SecretError,
    SignpostError,
    TransportError,
)
from signpost.ports import Inspector
from signpost.usecases.job import World, open_channel

DEADLINE_S = 10.0
"""For the whole conversation; the function `control` has 15 s."""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """Inspects accounts.

    A token goes nowhere but to the server that the accepted bundle names for it: whoever asks
    gives an account's id and nothing else, and so cannot have a token sent to a place of theirs.
    """

    world: World

    def run(self, account: str, *, actor: str) -> tuple[Account, AccountReport]:
        """The account as the stack has it, and what was found.

        The asking is on the audit trail, and what was found is kept for `status --accounts`.

        Args:
            account: its id.
            actor: who asks.

        Raises:
            SignpostError: the accepted bundle does not know that account.
        """
        found = self._account(account)
        self.world.ledger.audit(
            self.world.clock.now(), actor, "accounts", {"account": account, "server": found.server}
        )
        report = self._warned(self._inspect(found))
        self._keep(account, report)
        return found, report

    def _account(self, name: str) -> Account:
        digest = self.world.ledger.pointer().digest
        stored = self.world.objects.get(f"bundles/{digest}.jsonl") if digest else None
        if stored and digest_of(stored.data) != digest:
            raise BundleError("The accepted bundle was altered.", "Push again.")
        for item in head_accounts(stored.data) if stored else ():
            if item.get("id") == name:
                return parse_listed(item)[1]
        # Canonical JSON has one form, so most lines need not be parsed.
        sign = b'"id":' + canonical_json(name)
        for line in stored.data.splitlines()[1:] if stored else ():
            if sign not in line:
                continue
            delivery, _ = parse_line(line)
            if delivery.account.id == name:
                return delivery.account
        raise SignpostError(
            f"The stack does not know the account `{name}`: it was not pushed yet.",
            "`signpost push` tells it of all accounts; then ask again.",
        )

    def _inspect(self, account: Account) -> AccountReport:
        try:
            token = self.world.secrets.token(account.secret)
        except SecretError as error:
            kept = self.world.ledger.accounts([account.id]).get(account.id)
            known = kept.rate.token_until if kept else None
            return replace(_failed(error.cause, error.remedy), token_until=known)
        report = self._look(account, token)
        return replace(report, token_until=report.token_until or ends_at(token))

    def _look(self, account: Account, token: Mapping[str, str]) -> AccountReport:
        try:
            connector = self.world.connectors.get(account.channel)
        except KeyError:
            return _failed(
                f"The stack has no connector for `{account.channel}`.", "Deploy a newer one."
            )
        if not isinstance(connector, Inspector):
            return AccountReport(notes=("This channel cannot be asked; only a post would tell.",))
        deadline = self.world.clock.monotonic() + DEADLINE_S
        try:
            return connector.inspect(open_channel(self.world, account, token, deadline))
        except TransportError as error:
            remedy = "Compare `server:` in accounts.yaml with the address; is the server up?"
            return _failed(error.cause, error.remedy or remedy, may_post=None)
        except RefusedError as error:
            if not error.permanent:  # a server that is busy or broken says nothing of the account
                return _failed(error.cause, error.remedy or _LATER, may_post=None)
            remedy = error.remedy or f"See docs/channels/{account.channel}.md."
            return _failed(error.cause, remedy)

    def _keep(self, account: str, report: AccountReport) -> None:
        check = {"at": utc_text(self.world.clock.now()), **report.wire()}
        try:
            self.world.ledger.note_token(account, report.token_until, check=check)
        except LedgerError:
            return  # who asked has the answer; `status --accounts` shows the one before

    def _warned(self, report: AccountReport) -> AccountReport:
        """The report, with what is wrong where the token has ended or ends soon."""
        until, now = report.token_until, self.world.clock.now()
        if until is None or not is_warned(until, now):
            return report
        renew = "Make a new one and store it, then check the account again."
        if until <= now:
            fault = Fault(f"The token ended on {until:%Y-%m-%d}.", renew)
            return replace(report, may_post=False, faults=(*report.faults, fault))
        note = f"The token ends on {until:%Y-%m-%d}. {renew}"
        return replace(report, notes=(*report.notes, note))


_LATER = "Nothing is wrong with the account itself. Ask again later."


def _failed(cause: str, remedy: str, *, may_post: bool | None = False) -> AccountReport:
    return AccountReport(may_post=may_post, faults=(Fault(cause, remedy),))
