"""Publishes a built site: one publisher at a time, in an order in which it may die anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from signpost.domain.website.publication import (
    Claim,
    File,
    Plan,
    Record,
    addresses,
    make_plan,
    read_record,
)
from signpost.errors import StackError
from signpost.ports import Clock, Distribution, SiteStore

WORKERS = 8


@dataclass(frozen=True, slots=True)
class Published:
    """What was done.

    Args:
        number: of the publication.
        plan: what was written and removed.
        told: addresses that the edge was told to ask for again.
    """

    number: int
    plan: Plan
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SitePublisher:
    """Publishes into one bucket.

    Args:
        store: the bucket.
        distribution: what people read it through; None where nothing is kept at an edge.
        clock: the time.
        by: who publishes, for whoever is refused meanwhile.
        workers: files that are written at the same time.
    """

    store: SiteStore
    distribution: Distribution | None
    clock: Clock
    by: str
    workers: int = WORKERS

    def look(self) -> tuple[Record, str | None]:
        """What is published, and the tag of that knowledge; None before the first time.

        Raises:
            StackError: the bucket holds something else under that name.
        """
        stored = self.store.record()
        if stored is None:
            return Record(), None
        try:
            return read_record(stored.data), stored.etag
        except ValueError as error:
            raise StackError(
                f"What the bucket says is published cannot be read: {error}.",
                "Restore the version before it: `aws s3api list-object-versions --bucket BUCKET "
                "--prefix publication.json`.",
            ) from error

    def publish(
        self,
        wanted: Mapping[str, File],
        read: Callable[[str], bytes],
        *,
        take_over: bool = False,
        told: Callable[[str, int, int], None] = lambda _step, _done, _of: None,
    ) -> Published:
        """Publish.

        Args:
            wanted: path → file, all of the site.
            read: the bytes of a path.
            take_over: go on although somebody else seems to be publishing.
            told: hears of each step, and how many files of how many are written.

        Raises:
            StackError: somebody else is publishing, or a file was changed meanwhile.
        """
        record, tag = self.look()
        if record.claim and record.claim.holds(self.clock.now()) and not take_over:
            raise _busy(record.claim)
        plan = make_plan(record, wanted)
        if plan.empty and not record.unsure and not record.claim:
            return Published(record.number, plan, ())
        at_work = _AtWork(self.store, plan.begun(record, self._claim()), tag)
        at_work.say(self._claim())
        try:
            self._write(plan, wanted, read, at_work, told)
            self.store.remove(plan.removed)
            again = addresses(plan.stale, wanted)
            if again and self.distribution is not None:
                self.distribution.invalidate(again, f"{record.number + 1}-{at_work.tag}")
            done = replace(plan.after, number=record.number + 1, at=self.clock.now())
            at_work.end(done)
        except BaseException:
            # What is not known stays so; but nobody has to wait for us.
            at_work.give_up()
            raise
        return Published(done.number, plan, again)

    def _write(
        self,
        plan: Plan,
        wanted: Mapping[str, File],
        read: Callable[[str], bytes],
        at_work: _AtWork,
        told: Callable[[str, int, int], None],
    ) -> None:
        written, of = 0, len(plan.written)

        def write(path: str) -> None:
            data = read(path)
            if sha256(data).hexdigest() != wanted[path].sha256:
                raise StackError(f"{path} was changed just now.", "Build the site, and publish it.")
            self.store.put(path, data, wanted[path])

        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            try:
                for number, (step, paths) in enumerate(plan.steps):
                    if number:
                        at_work.say(self._claim())
                    told(step, written, of)
                    for _done in pool.map(write, paths):
                        written += 1
                        told(step, written, of)
            except BaseException:
                pool.shutdown(cancel_futures=True)  # what is under way comes to its end, no more
                raise
        at_work.say(self._claim())

    def _claim(self) -> Claim:
        return Claim(self.by, self.clock.now())


class _AtWork:
    """The claim of a publication that goes on; whoever took it over in between is noticed."""

    def __init__(self, store: SiteStore, record: Record, tag: str | None) -> None:
        self._store = store
        self._record = record
        self.tag = tag
        self._ours = False

    def say(self, claim: Claim) -> None:
        self._swap(replace(self._record, claim=claim))
        self._ours = True

    def end(self, record: Record) -> None:
        self._swap(record)

    def give_up(self) -> None:
        if self._ours:
            # What went wrong is what is told, and no more of the same: the claim ends by itself.
            with suppress(Exception):
                self._store.replace_record(replace(self._record, claim=None).wire(), self.tag)

    def _swap(self, record: Record) -> None:
        tag = self._store.replace_record(record.wire(), self.tag)
        if tag is None:
            self._ours = False
            raise StackError(
                "Somebody else is publishing this site.",
                "Wait until they are done, then publish again.",
            )
        self.tag = tag


def _busy(claim: Claim) -> StackError:
    return StackError(
        f"{claim.by} is publishing this site, since {claim.at:%Y-%m-%d %H:%M} UTC at the latest.",
        "Wait until they are done. If that publication died: `signpost site publish --take-over`; "
        "without it, it counts as dead after 15 minutes.",
    )
