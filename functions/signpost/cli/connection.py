"""Where the stack is: from the environment, the local stack's file, or signpost.yaml."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from signpost.cli.discovery import find_local
from signpost.errors import SettingsError


class Connection(NamedTuple):
    """How to reach one stack.

    Args:
        bucket: the stack's bucket.
        region: its AWS region; empty leaves it to the AWS configuration.
        control: name of the function that stops and resumes; empty where unknown.
        workspace: the workspace the stack belongs to; empty where unknown.
        endpoint: address of an emulator; None means AWS itself.
        access_key: the emulator's credentials; None leaves them to the usual AWS chain.
        secret_key: goes with `access_key`; never shown.
        network: address of the local network's page; empty where there is none.
    """

    bucket: str
    region: str = ""
    control: str = ""
    workspace: str = ""
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    network: str = ""

    @property
    def place(self) -> str:
        """Which stack this is, for people."""
        if self.network:
            return f"the local stack; posts go to {self.network}"
        there = f" in {self.region}" if self.region else ""
        return f"{self.endpoint or 'AWS'}, bucket {self.bucket}{there}"

    def __repr__(self) -> str:
        return f"Connection({self.bucket}, {self.endpoint or 'AWS'})"


def find_connection(
    content: Path, deploy: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Connection:
    """The stack to talk to.

    The environment wins (SIGNPOST_BUCKET, SIGNPOST_REGION, SIGNPOST_CONTROL), then the local
    stack's `.signpost/local.json`, then the `deploy` section of signpost.yaml.

    Args:
        content: the content folder, from which the local stack's file is searched upwards.
        deploy: the `deploy` section: `bucket`, `region`, `control`.
        environment: this process's where left out.

    Raises:
        SettingsError: none of them says where, or the local file cannot be used.
    """
    env = os.environ if environment is None else environment
    if env.get("SIGNPOST_BUCKET"):
        return Connection(
            bucket=env["SIGNPOST_BUCKET"],
            region=env.get("SIGNPOST_REGION", ""),
            control=env.get("SIGNPOST_CONTROL", ""),
            workspace=env.get("SIGNPOST_WORKSPACE", ""),
            endpoint=env.get("SIGNPOST_ENDPOINT") or None,
        )
    local = find_local(content)
    if local is not None:
        return read_local(local)
    if deploy.get("bucket"):
        return Connection(
            bucket=str(deploy["bucket"]),
            region=str(deploy.get("region", "")),
            control=str(deploy.get("control", "")),
        )
    raise SettingsError(
        "It is not known which stack this content belongs to.",
        "Start one here with `signpost up`, write `deploy: {bucket: …, region: …}` into "
        "signpost.yaml, or set SIGNPOST_BUCKET.",
    )


def read_local(path: Path) -> Connection:
    """The connection that a running local stack wrote down.

    Raises:
        SettingsError: the file is damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Connection(
            bucket=value["bucket"],
            region=value["region"],
            control=value["control"],
            workspace=value["workspace"],
            endpoint=value["endpoint"],
            access_key=value["access_key"],
            secret_key=value["secret_key"],
            network=value["network"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{path} is damaged ({error!r}).",
            "Start the local stack again: `signpost down`, then `signpost up`.",
        ) from error
