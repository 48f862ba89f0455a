"""Where the site is published: from the environment, or signpost.yaml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from signpost.cli.connection import Connection
from signpost.cli.discovery import find_local
from signpost.errors import SettingsError


class Hosting(NamedTuple):
    """How to reach the site of one stack.

    Args:
        connection: its bucket, region and endpoint.
        distribution: id of its CloudFront distribution; empty where there is none, as in an
            emulator's tests.
    """

    connection: Connection
    distribution: str


def find_hosting(
    content: Path, deploy: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Hosting:
    """The site's bucket and distribution.

    Args:
        content: the content folder, from which a local stack is searched upwards.
        deploy: the `deploy` section of signpost.yaml.
        environment: this process's where left out.

    Raises:
        SettingsError: it is not known, or a local stack is in use here.
    """
    env = os.environ if environment is None else environment
    bucket = env.get("SIGNPOST_SITE_BUCKET", "")
    if bucket:
        region = env.get("SIGNPOST_REGION") or str(deploy.get("region", ""))
        endpoint = env.get("SIGNPOST_ENDPOINT") or None
        distribution = env.get("SIGNPOST_SITE_DISTRIBUTION", "")
        if not distribution and not endpoint:
            raise SettingsError(
                "SIGNPOST_SITE_DISTRIBUTION is missing: the edge would go on showing what it has.",
                "Set it to the stack's output `SiteDistribution`.",
            )
        found = Connection(bucket=bucket, region=region, endpoint=endpoint)
        return Hosting(found, distribution)
    local = find_local(content)
    if local is not None:
        raise SettingsError(
            f"This content belongs to a local stack ({local}), whose site is on this machine only.",
            "Look at it: `signpost site serve`, or `signpost site serve --closed` as a closed one. "
            "To publish all the same, set SIGNPOST_SITE_BUCKET and SIGNPOST_SITE_DISTRIBUTION.",
        )
    if deploy.get("site_bucket") and deploy.get("site_distribution"):
        found = Connection(bucket=str(deploy["site_bucket"]), region=str(deploy.get("region", "")))
        return Hosting(found, str(deploy["site_distribution"]))
    raise SettingsError(
        "It is not known where this site is published.",
        "Write `site_bucket` and `site_distribution` into `deploy:` of signpost.yaml, as "
        "`make deploy` printed them.",
    )
