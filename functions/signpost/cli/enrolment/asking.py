"""Speaks to the `signoff` function, and knows who a brand's people are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from signpost.cli.connection import Connection
from signpost.cli.control import ask_control
from signpost.domain.workspace import Brand
from signpost.errors import SettingsError

_CONTROL = "-control"


class Told(NamedTuple):
    """Whom to ask, about which brand.

    Args:
        connection: to the stack, with the function `signoff` as the one that is asked.
        content: the content folder.
    """

    connection: Connection
    content: Path
    brand: Brand


def find_signoff(content_dir: Path | None, brand: str | None) -> Told:
    """The function of the stack that the content belongs to, and the brand that is meant.

    Raises:
        SettingsError: it is not clear which brand, or the stack's functions are not known.
    """
    from signpost.cli.discovery import find_content
    from signpost.cli.wiring import connect, open_content

    content = find_content(content_dir)
    workspace, brands = open_content(content)
    names = ", ".join(item.id for item in brands)
    found = [item for item in brands if brand in (None, item.id)]
    if len(found) != 1:
        raise SettingsError(
            f"There is no brand `{brand}`." if brand else f"Several brands: {names}.",
            f"Say which one is meant with --brand: {names}.",
        )
    connection = connect(content, workspace)[0]
    return Told(signoff_of(connection), content, found[0])


def signoff_of(connection: Connection) -> Connection:
    """The connection, with `signoff` in place of `control`: the template names both alike.

    Raises:
        SettingsError: the name of `control` is not known, or is none of the template's.
    """
    if not connection.control.endswith(_CONTROL):
        raise SettingsError(
            "The name of the stack's `signoff` function is not known.",
            "Write `deploy: {control: signpost-WORKSPACE-control}` into signpost.yaml, or set "
            "SIGNPOST_CONTROL.",
        )
    return connection._replace(control=connection.control.removesuffix(_CONTROL) + "-signoff")


def ask_signoff(connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function and wait for its answer.

    Raises:
        SettingsError: the stack has no sign-off pages.
        ControlRefused: it said no, or failed.
    """
    from botocore.exceptions import ClientError

    try:
        return ask_control(connection, request)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
            raise
        raise SettingsError(
            "The stack has no sign-off pages.",
            "Deploy it with SignoffDomain and SignoffCertificate: docs/signoff.md.",
        ) from error
