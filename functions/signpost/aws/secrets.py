"""Account tokens from SSM Parameter Store: SecureStrings that hold a JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from signpost.aws.faults import code_of
from signpost.aws.token import Token
from signpost.errors import SecretError

if TYPE_CHECKING:
    from signpost.ports import Clock

CACHE_S = 300.0
"""How long a token is kept: a replaced token is in use after five minutes at most."""

_THROTTLED = frozenset({"ThrottlingException", "TooManyUpdates", "RequestLimitExceeded"})


class SsmSecrets:
    """Implements ports.Secrets.

    Args:
        ssm: a boto3 SSM client.
        path: the parameters' path without a trailing slash, such as `/signpost/acme`.
        clock: for the age of what is cached.
    """

    def __init__(self, ssm: Any, path: str, clock: Clock) -> None:
        self._ssm = ssm
        self._path = path.rstrip("/")
        self._clock = clock
        self._lock = Lock()
        self._cache: dict[str, tuple[float, Token]] = {}

    def token(self, name: str) -> Mapping[str, str]:
        """The secret's members, from the cache for up to five minutes.

        Raises:
            SecretError: missing, not readable by this role, or not a JSON object of texts.
        """
        with self._lock:
            kept = self._cache.get(name)
        if kept and self._clock.monotonic() - kept[0] < CACHE_S:
            return kept[1]
        token = self._read(name)
        with self._lock:
            self._cache[name] = (self._clock.monotonic(), token)
        return token

    def _read(self, name: str) -> Token:
        parameter = f"{self._path}/{name}"
        remedy = f"Store it as SecureString {parameter}; docs/deploy.md says how."
        try:
            answer = self._ssm.get_parameter(Name=parameter, WithDecryption=True)
        except (ClientError, BotoCoreError) as error:
            # The SDK's text may quote the request or its answer; its code or kind is enough.
            what = code_of(error) if isinstance(error, ClientError) else type(error).__name__
            cause = f"The secret '{name}' cannot be read ({what})."
            if _passes(error):
                raise SecretError(cause, "It is tried again.", passing=True) from None
            raise SecretError(cause, remedy) from None
        try:
            members = json.loads(answer["Parameter"]["Value"])
        except ValueError:
            members = None
        texts = isinstance(members, dict) and all(isinstance(v, str) for v in members.values())
        if not texts or not members:
            # The value is not named, not even in part: the cause of a fault may be the secret.
            raise SecretError(f"The secret '{name}' is not a JSON object of texts.", remedy)
        return Token(members)


def _passes(error: ClientError | BotoCoreError) -> bool:
    """Whether the store could not answer just now, rather than refused."""
    if not isinstance(error, ClientError):
        return not isinstance(error, NoCredentialsError | PartialCredentialsError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or code_of(error) in _THROTTLED
