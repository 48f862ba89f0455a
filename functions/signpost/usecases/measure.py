"""Ask a channel for the metrics of one delivery at one age, and keep the answer."""

from __future__ import annotations

from dataclasses import dataclass

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.lifecycle import State
from signpost.domain.metrics import MetricSnapshot, add_parts
from signpost.errors import RefusedError
from signpost.ports import MetricStore
from signpost.usecases.job import Result, World, load_job, open_channel

DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Measurer:
    """Measures what is public. Repeats and reorderings store the same snapshots."""

    world: World
    metrics: MetricStore

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
        snapshot = MetricSnapshot(
            delivery=delivery,
            brand=row.brand,
            published_at=row.published_at,
            age_s=age_s,
            measured_at=clock.now(),
            values=add_parts(parts),
        )
        stored = self.metrics.add(snapshot)
        return Result(delivery, "measured" if stored else "known", row)
