"""Acknowledgements in memory."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.people import Acknowledged


class FakeAcknowledgements:
    """Implements ports.Acknowledgements."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.kept: dict[tuple[str, str, str], Acknowledged] = {}

    def keep(self, said: Acknowledged) -> bool:
        with self._lock:
            key = (said.brand, said.release, said.person)
            if key in self.kept:
                return False
            # As it will be read: instants to the millisecond.
            self.kept[key] = replace(said, at=parse_utc(utc_text(said.at)))
            return True

    def of(self, brand: str) -> list[Acknowledged]:
        with self._lock:
            return [self.kept[key] for key in sorted(self.kept) if key[0] == brand]
