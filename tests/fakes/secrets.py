"""Account tokens in memory."""

from __future__ import annotations

from collections.abc import Mapping

from signpost.aws.token import Token
from signpost.errors import SecretError


class FakeSecrets:
    """Implements ports.Secrets.

    Args:
        tokens: the members of each secret, by its name; a test may alter it later.
    """

    def __init__(self, tokens: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.tokens = dict(tokens or {})
        self.down = False
        """Whether the store gives no answer; a test sets it."""

    def token(self, name: str) -> Mapping[str, str]:
        if self.down:
            raise SecretError(f"The secret '{name}' cannot be read.", "Wait.", passing=True)
        if name not in self.tokens:
            raise SecretError(f"The secret '{name}' is missing.", "Store it; see docs/deploy.md.")
        return Token(self.tokens[name])
