"""The key that signs passes, in memory."""

from __future__ import annotations

from signpost.errors import SecretError


class FakePassKey:
    """Implements ports.PassKey.

    Args:
        name: its id.
        key: its text; a test may alter it, None: it is missing.
    """

    def __init__(self, name: str, key: str | None) -> None:
        self.name = name
        self.key = key

    def current(self) -> tuple[str, str]:
        if self.key is None:
            raise SecretError("The key that signs passes cannot be read.", "Deploy again.")
        return self.name, self.key
