"""What a new demo needs before its first push: a workspace, keys, trust roots, signed releases.

Made in a thread, beside the stack's start: all of it is work for other processes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from signpost.content.workspace_reader import read_workspace
from signpost.errors import StackError
from signpost.local.layout import Layout
from signpost.local.notary import Notary, Party, in_force, overdue, parties, signoff_root
from signpost.local.partner import brand as partner
from signpost.local.scratch import Scratch


class Opening:
    """Makes it; `roots` and `finish` wait.

    Args:
        signed: with a strategy site, signed.
    """

    def __init__(self, layout: Layout, scratch: Scratch, sample: Path, *, signed: bool) -> None:
        self._layout, self._scratch, self._sample = layout, scratch, sample
        self._notary = Notary(layout, scratch.draft, self._still)
        self._left = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self._parties = self._pool.submit(self._copy, signed=signed)
        self._signed = self._pool.submit(self._sign)

    def roots(self) -> str:
        """The digests of the trust roots, as soon as they are known.

        Raises:
            StackError: they could not be made.
        """
        self._parties.result()
        return signoff_root(self._layout)

    def finish(self) -> None:
        """Wait until all is signed.

        Raises:
            StackError: something could not be made.
        """
        self._parties.result()
        self._signed.result()
        self.leave()

    def leave(self) -> None:
        """Begin nothing more."""
        self._left = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _copy(self, *, signed: bool) -> list[Party]:
        self._scratch.copy(self._sample, handbook=signed)
        self._layout.signoff.unlink(missing_ok=True)
        if not signed:
            return []
        found = parties(read_workspace(self._scratch.draft / "content"), self._scratch.draft)
        self._notary.open(found)
        return found

    def _sign(self) -> None:
        today = datetime.now(UTC).date()
        for party in self._parties.result():
            self._notary.sign_root(party.brand)
            dates = overdue(today) if party.brand == partner.BRAND else in_force(today)
            self._notary.release(party.brand, *dates)

    def _still(self, _command: str) -> None:
        if self._left:
            raise StackError("The demo was asked to leave.")
