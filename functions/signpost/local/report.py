"""What became of deliveries, read from the ledger itself; the demo's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from signpost.bootstrap import Wiring
from signpost.domain.delivery import About, parse_bundle
from signpost.domain.lifecycle import BAD_ENDS, State
from signpost.domain.metrics import NAMES, MetricSnapshot
from signpost.domain.row import Row
from signpost.errors import StackError
from signpost.local.partner import brand as partner


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery, why it exists, and what came of it.

    Args:
        metrics: the newest snapshot; None before the first.
    """

    row: Row
    about: About
    metrics: MetricSnapshot | None = None

    @property
    def over(self) -> bool:
        """Whether nothing is to be waited for any more: measured, or a bad end."""
        if self.row.state is State.PUBLISHED:
            return self.metrics is not None
        return self.row.state in BAD_ENDS or self.row.state is State.CANCELLED

    @property
    def well(self) -> bool:
        """Whether it is public and was measured, or is the one that the gate is to hold."""
        if self.row.brand == partner.BRAND and self.row.state is State.HELD:
            return True
        return self.row.state is State.PUBLISHED and self.metrics is not None


class Watch:
    """Looks at the deliveries of the accepted bundle."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._bundle = ""
        self._about: dict[str, About] = {}

    def all(self) -> dict[str, Told]:
        """Every delivery that the accepted bundle names, without metrics.

        Raises:
            LedgerUnavailable: the ledger could not be read.
        """
        about = self._names()
        rows = self._wiring.ledger.rows(sorted(about))
        return {name: Told(row, about[name]) for name, row in rows.items()}

    def with_metrics(self, told: Iterable[Told]) -> list[Told]:
        """The same with their newest metrics, in order of their time."""
        found = []
        for item in told:
            row = item.row
            known: Sequence[MetricSnapshot] = ()
            if row.published_at is not None:
                known = self._wiring.metrics.snapshots(row.brand, row.published_at, row.delivery)
            found.append(Told(row, item.about, known[-1] if known else None))
        return sorted(found, key=lambda item: (item.row.due, item.row.delivery))

    def _names(self) -> Mapping[str, About]:
        digest = self._wiring.ledger.pointer().digest
        if digest and digest != self._bundle:
            stored = self._wiring.objects.get(f"bundles/{digest}.jsonl")
            if stored is None:
                raise StackError(f"The accepted bundle {digest} is missing.", "Push again.")
            lines = parse_bundle(stored.data).lines
            self._about = {line.delivery.id: line.about for line in lines}
            self._bundle = digest
        return self._about


def table(told: Sequence[Told], zone: tzinfo) -> list[str]:
    """The lines of the table."""
    head = ["post", "account", f"due ({zone})", "state", "permalink", "metrics"]
    cells = [head, *(_cells(item, zone) for item in told)]
    # A reason is a sentence: it takes the place of two columns, and widens none.
    widths = [
        max(len(line[n]) for line in cells if n + 1 < len(line)) for n in range(len(head) - 1)
    ]
    widths.append(0)
    return [
        "  ".join(cell.ljust(widths[n]) for n, cell in enumerate(line)).rstrip() for line in cells
    ]


def metrics_text(snapshot: MetricSnapshot | None) -> str:
    """The numbers that the channel reported; what it did not report is left out, never 0."""
    if snapshot is None:
        return "–"
    known = [name for name in NAMES if name in snapshot.values]
    known += sorted(set(snapshot.values) - set(known))
    told = ", ".join(f"{name} {snapshot.values[name]}" for name in known)
    return f"{told or '–'} (after {snapshot.age_s} s)"


def title(told: Told) -> str:
    """What people call the post."""
    return told.about.title or told.about.source or told.row.delivery


def _cells(told: Told, zone: tzinfo) -> list[str]:
    row = told.row
    cells = [title(told), row.account, clock(row.due, zone), str(row.state)]
    link = row.parts[0].permalink if row.parts else ""
    if row.reason and not link:
        return [*cells, row.reason]
    return [*cells, link or "–", metrics_text(told.metrics)]


def clock(moment: datetime, zone: tzinfo) -> str:
    """An instant as it stands on the wall there."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
