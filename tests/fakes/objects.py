"""The bucket in memory."""

from __future__ import annotations

import hashlib
from threading import Lock

from signpost.errors import BundleError
from signpost.ports import StoredObject


class FakeObjects:
    """Implements ports.ObjectStore."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.content: dict[str, bytes] = {}
        """Everything that is stored, by key; a test may alter it."""
        self.content_types: dict[str, str] = {}

    def get(self, key: str) -> StoredObject | None:
        data = self.content.get(key)
        return None if data is None else StoredObject(data, _etag(data))

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        data = self.content.get(key)
        if data is None:
            raise BundleError(f"{key} is missing.", "Push again.")
        if offset < 0 or length < 1 or offset + length > len(data):
            raise BundleError(f"{key} is shorter than {offset + length} bytes.", "Push again.")
        return data[offset : offset + length]

    def exists(self, key: str) -> bool:
        return key in self.content

    def create(self, key: str, data: bytes, content_type: str) -> bool:
        return self.replace(key, data, content_type, None)

    def replace(self, key: str, data: bytes, content_type: str, etag: str | None) -> bool:
        with self._lock:
            present = self.content.get(key)
            if (None if present is None else _etag(present)) != etag:
                return False
            self.content[key] = data
            self.content_types[key] = content_type
            return True

    def media(self, sha256: str) -> bytes:
        data = self.content.get(f"media/{sha256}")
        if data is None:
            raise BundleError(f"media/{sha256} is missing.", "Push again.")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BundleError(f"media/{sha256} does not match its digest.", "Push again.")
        return data

    # --- for tests ---

    def add_media(self, data: bytes) -> str:
        """Store media under its digest, and return that."""
        digest = hashlib.sha256(data).hexdigest()
        self.content[f"media/{digest}"] = data
        return digest


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
