"""Ask a channel for the metrics of one delivery at one age, and keep the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.lifecycle import State
from signpost.domain.metrics import MetricSnapshot, add_parts, last_compared
from signpost.domain.outcome import Absent, Found
from signpost.domain.row import Row
from signpost.errors import RefusedError
from signpost.ports import Channel, Editor, MetricStore
from signpost.usecases.job import Result, World, load_job, open_channel

DEADLINE_S = 20.0

COMPARED_S = (86_400, 172_799)
"""The ages at which what is public is read back: on the second day, which is one of the usual ages.

Each comparison reads the bundle, and with all seven 1,000 posts would cost more than 0.015 $.
"""


@dataclass(frozen=True, slots=True)
class Measurer:
    """Measures what is public. Repeats and reorderings store the same snapshots."""

    world: World
    metrics: MetricStore
    compared_s: tuple[int, int] = COMPARED_S

    def run(self, delivery: str, age_s: int) -> Result:
        """Take one snapshot.

        Raises:
            RefusedError, TransportError, SecretError, BundleError: not measured; the message
                should come again.
            LedgerUnavailable: the row could not be read.
        """
        after = amendment_of(delivery)
        rows = self.world.ledger.rows([delivery, after])
        row, amendment = rows.get(delivery), rows.get(after)
        if row is None or row.state is not State.PUBLISHED or row.published_at is None:
            return Result(delivery, "skipped", row, "not public")
        if amendment and (amendment.action, amendment.state) == (Amend.RETRACT, State.PUBLISHED):
            return Result(delivery, "skipped", row, "retracted")
        world, clock = self.world, self.world.clock
        account = row.target or load_job(world, row).delivery.account
        token = world.secrets.token(account.secret)
        channel = open_channel(world, account, token, clock.monotonic() + DEADLINE_S)
        try:
            connector = world.connectors.get(account.channel)
            parts = connector.measure(channel, [part.external_id for part in row.parts])
        except RefusedError as error:
            if not error.gone:
                # A revoked token, say: it comes again, and ends where the alarm sees it.
                raise
            # Deleted on the channel, or hidden from us: "not reported" is a state, never 0.
            return Result(delivery, "not reported", row, str(error))
        first, last = self.compared_s
        differs = self._differs(row, amendment, channel) if first <= age_s <= last else None
        snapshot = MetricSnapshot(
            delivery=delivery,
            brand=row.brand,
            published_at=row.published_at,
            age_s=age_s,
            measured_at=clock.now(),
            values=add_parts(parts),
            differs=differs,
        )
        told = not differs or self._known_to_differ(row, amendment)
        stored = self.metrics.add(snapshot)
        if not told:
            reason = "what is public is not what was sent: somebody edited it there"
            return Result(delivery, "differs", row, reason, alert=True)
        return Result(delivery, "measured" if stored else "known", row)

    def _known_to_differ(self, row: Row, amendment: Row | None) -> bool:
        """Whether it was told: what differs goes on to do so at every age, until it is put right."""
        if row.published_at is None:
            return False
        known = self.metrics.snapshots(row.brand, row.published_at, row.delivery)
        last = last_compared(known)
        if last is None or not last.differs:
            return False
        amended_at = amendment.published_at if amendment else None
        return amended_at is None or last.measured_at > amended_at

    def _differs(self, row: Row, amendment: Row | None, channel: Channel) -> bool | None:
        """Read what is public back where the channel can be asked for it part by part.

        None where it cannot, where it does not answer, and while the delivery is being amended.
        """
        sent = row
        if amendment is not None:
            if amendment.state is not State.PUBLISHED:
                return None
            sent = replace(amendment, action="")
        connector = self.world.connectors.get(channel.account.channel)
        # Who reports nothing about a post shows none: a webhook's receiver answers for a message.
        if not isinstance(connector, Editor) or not connector.spec.metrics:
            return None
        try:
            parts = load_job(self.world, sent).delivery.parts
            answers = [
                connector.confirm_edit(channel, public.external_id, part)
                for public, part in zip(row.parts, parts, strict=True)
            ]
        except Exception:  # noqa: BLE001 - a comparison that fails must not cost the metrics
            return None
        if any(isinstance(answer, Absent) for answer in answers):
            return True
        return False if all(isinstance(answer, Found) for answer in answers) else None
