"""Asks the `control` function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signpost.errors import LedgerUnknown

_AGAIN = "Look what holds now, then ask again; asking twice does no harm."


class LambdaControl:
    """Implements ports.ControlDesk.

    Args:
        client: a boto3 Lambda client that repeats nothing.
        function: its name.
    """

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer.

        Raises:
            LedgerUnknown: it failed, or gave no answer.
        """
        try:
            answer = self._client.invoke(
                FunctionName=self._function, Payload=json.dumps(dict(request)).encode()
            )
            value = json.loads(answer["Payload"].read() or b"null")
        except (ClientError, BotoCoreError, ValueError) as error:
            raise LedgerUnknown("The control function gave no answer.", _AGAIN) from error
        if answer.get("FunctionError") or not isinstance(value, dict):
            raise LedgerUnknown("The control function failed.", _AGAIN)
        return value
