"""The key that signs passes to the closed site, from SSM Parameter Store; `make deploy` puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from signpost.aws.faults import code_of
from signpost.errors import SecretError

if TYPE_CHECKING:
    from signpost.ports import Clock

CACHE_S = 300.0
"""How long it is kept: a new key is in use after five minutes at most; the door knows both till then."""


class SsmPassKey:
    """Implements ports.PassKey.

    Args:
        ssm: a boto3 SSM client.
        name: of the parameter, a SecureString that holds the key and nothing else.
        clock: for the age of what is kept.
    """

    def __init__(self, ssm: Any, name: str, clock: Clock) -> None:
        self._ssm = ssm
        self._name = name
        self._clock = clock
        self._kept: tuple[float, tuple[str, str]] | None = None

    def current(self) -> tuple[str, str]:
        """Id and text of the key; the id is the parameter's version, as the door knows it.

        Raises:
            SecretError: it is missing, or not readable by this role.
        """
        now = self._clock.monotonic()
        if self._kept is None or now - self._kept[0] >= CACHE_S:
            self._kept = (now, self._read())
        return self._kept[1]

    def _read(self) -> tuple[str, str]:
        try:
            found = self._ssm.get_parameter(Name=self._name, WithDecryption=True)["Parameter"]
        except (ClientError, BotoCoreError) as error:
            # The SDK's text may quote the request or its answer; its code or kind is enough.
            what = code_of(error) if isinstance(error, ClientError) else type(error).__name__
            raise SecretError(
                f"The key that signs passes cannot be read ({what}).",
                "`make deploy` makes it, and tells the site's door of it.",
            ) from error
        return f"v{found['Version']}", str(found["Value"]).strip()
