"""The site's bucket and its distribution, in memory; either may die at any request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from signpost.domain.website.publication import File
from signpost.ports import StoredObject


class Died(BaseException):
    """The process was killed: nothing of it runs any more, no `except` either."""


class Lying(NamedTuple):
    """A file that lies in the bucket."""

    data: bytes
    file: File


class FakeSite:
    """Implements ports.SiteStore and ports.Distribution.

    Args:
        mode: as it was deployed.
    """

    def __init__(self, mode: str = "closed") -> None:
        self.deployed = mode
        self.files: dict[str, Lying] = {}
        self.stored: bytes | None = None
        self.changes = 0
        self.dies_at: int | None = None
        """How many requests that change something are done before the process is killed."""
        self.log: list[str] = []
        """Every request that changed something."""
        self.told: list[str] = []
        """Addresses that were invalidated."""

    def mode(self) -> str:
        return self.deployed

    def record(self) -> StoredObject | None:
        return None if self.stored is None else StoredObject(self.stored, _tag(self.stored))

    def replace_record(self, data: bytes, etag: str | None) -> str | None:
        self._change("record")
        present = None if self.stored is None else _tag(self.stored)
        if present != etag:
            return None
        self.stored = data
        return _tag(data)

    def put(self, path: str, data: bytes, file: File) -> None:
        self._change(f"put {path}")
        self.files[path] = Lying(data, file)

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._change(f"remove {path}")
            self.files.pop(path, None)

    def invalidate(self, addresses: Iterable[str], reference: str) -> None:
        assert reference
        self._change("invalidate")
        self.told += addresses

    def _change(self, what: str) -> None:
        if self.dies_at is not None and self.changes >= self.dies_at:
            raise Died(what)  # and again, should anybody clear up after it
        self.changes += 1
        self.log.append(what)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
