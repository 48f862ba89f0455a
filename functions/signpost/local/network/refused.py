"""What a server of the local network says no to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A refusal: a status code and the platform's sentence.

    Args:
        code: the platform's name of it, where it has one.
        data: what else it says.
    """

    def __init__(
        self, status: int, message: str, code: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.data = data or {}
