"""The time zone of the one who reads the preview."""

from __future__ import annotations

import os
from pathlib import Path

from signpost.domain.timing import zone_info
from signpost.errors import LocalTimeError

_LOCALTIME = Path("/etc/localtime")
_DATABASE = "zoneinfo/"


def machine_zone() -> str:
    """The IANA name of this machine's zone; `UTC` where it does not say.

    Source: https://www.freedesktop.org/software/systemd/man/latest/localtime.html, 2026-11-22 (a
    link into the database names the zone).
    """
    named = os.environ.get("TZ", "").removeprefix(":")
    linked = str(_LOCALTIME.resolve()).partition(_DATABASE)[2] if _LOCALTIME.is_symlink() else ""
    for name in (named, linked):
        try:
            key = zone_info(name).key
        except LocalTimeError:
            continue
        return "UTC" if key == "Etc/UTC" else key
    return "UTC"
