"""Speaks to the `control` function: stop, resume, release."""

from __future__ import annotations

import getpass
import json
import subprocess
from pathlib import Path
from typing import Any

from signpost.cli.connection import Connection
from signpost.cli.wiring import clients_of
from signpost.errors import SettingsError, SignpostError


class ControlRefused(SignpostError):
    """The control function did not do what was asked."""

    code = "CONTROL"


class ControlForbidden(SignpostError):
    """Who asks may not ask: AWS refused, and the function heard nothing."""

    code = "CONTROL-FORBIDDEN"


_FORBIDDEN = frozenset({"AccessDenied", "AccessDeniedException"})
_POLICIES = {"-signoff": "SignoffOperatorPolicy"}
"""End of a function's name → who may invoke it; all others: operators."""


def ask_control(connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function and wait for its answer.

    Raises:
        SettingsError: its name is not known.
        ControlForbidden: the person has no right to invoke it.
        ControlRefused: it said no, or it failed: then it is not known whether it took effect.
    """
    if not connection.control:
        raise SettingsError(
            "The name of the stack's `control` function is not known.",
            "Write `deploy: {control: NAME}` into signpost.yaml, or set SIGNPOST_CONTROL.",
        )
    from botocore.exceptions import ClientError

    client = clients_of(connection).get("lambda")
    try:
        answer = client.invoke(
            FunctionName=connection.control, Payload=json.dumps(request).encode()
        )
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _FORBIDDEN:
            raise
        policy = next(
            (name for end, name in _POLICIES.items() if connection.control.endswith(end)),
            "OperatorPolicy",
        )
        raise ControlForbidden(
            f"You have no right to invoke the function `{connection.control}`. Nothing was done.",
            f"Use a role that has the stack's {policy} (set AWS_PROFILE, or `aws sso login`), or ask "
            "whoever runs the stack for it: docs/security.md#roles. AWS says the same of a function "
            "that is not there: compare its name with `deploy: {control: NAME}` in signpost.yaml.",
        ) from error
    try:
        value = json.loads(answer["Payload"].read() or b"{}")
    except ValueError:
        value = {}
    if not isinstance(value, dict) or answer.get("FunctionError"):
        said = value.get("errorMessage", "") if isinstance(value, dict) else ""
        raise ControlRefused(
            f"The control function failed: {said or 'no reason given'}.",
            "It is not sure that it took effect. Ask again; asking twice does no harm.",
        )
    if not value.get("ok"):
        refused = ControlRefused(
            str(value.get("cause", "It said no.")), str(value.get("remedy", ""))
        )
        refused.code = str(value.get("code", refused.code))
        raise refused
    return {name: item for name, item in value.items() if name != "ok"}


def actor(content: Path) -> str:
    """Who asks, for the audit trail: the e-mail address git knows, else the user's name."""
    try:
        found = subprocess.run(
            ["git", "-C", str(content), "config", "user.email"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
    except OSError:
        found = ""
    return found or getpass.getuser()
