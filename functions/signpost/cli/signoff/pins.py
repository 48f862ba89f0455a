"""What this user has trusted before: kept in their own configuration, not in the repository.

A repository cannot vouch for itself: whoever can write to it could put another trust root there.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from signpost.cli.signoff.writing import replace_file
from signpost.domain.signing.document import is_digest
from signpost.errors import SettingsError

VARIABLE = "SIGNPOST_ROOT"
"""A digest in place of the configuration: for CI, as a repository variable."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What was trusted for one brand.

    Args:
        root: digest of the trust root that was given with `--root`.
        newest_root: the newest that was seen in its chain.
        newest_release: the newest release that was seen signed; empty where none was.
    """

    root: str
    newest_root: str = ""
    newest_release: str = ""

    @property
    def roots(self) -> tuple[str, ...]:
        """The roots that a chain has to hold."""
        return tuple(sorted({self.root, self.newest_root} - {""}))

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that have to be there."""
        return (self.newest_release,) if self.newest_release else ()


def read_pin(brand: str) -> Pin | None:
    """What is pinned for the brand; the variable wins.

    Raises:
        SettingsError: the variable or the file cannot be used.
    """
    if from_variable():
        return Pin(digest_of(os.environ[VARIABLE].strip()))
    return _all().get(brand)


def from_variable() -> bool:
    """Whether the environment says which root is trusted; then nothing is kept."""
    return bool(os.environ.get(VARIABLE, "").strip())


def write_pin(brand: str, pin: Pin | None) -> Path:
    """Keep a pin, or drop it; where it is kept."""
    pins = {**_all(), brand: pin}
    place = pins_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: asdict(item) for name, item in sorted(pins.items()) if item is not None}
    replace_file(place, (json.dumps(kept, indent=1) + "\n").encode())
    return place


def digest_of(text: str) -> str:
    """A digest as a person gives it, with or without `sha256:`.

    Raises:
        SettingsError: it is none.
    """
    found = text if text.startswith("sha256:") else f"sha256:{text}"
    if not is_digest(found.lower()):
        raise SettingsError(
            f"`{text[:80]}` is no digest.",
            "It is sha256: and 64 hexadecimal digits, as on the certificate page.",
        )
    return found.lower()


def pins_file() -> Path:
    """Where pins are kept.

    Source: https://specifications.freedesktop.org/basedir-spec (read 2026-11-22).
    """
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "signpost" / "roots.json"


def _all() -> dict[str, Pin]:
    place = pins_file()
    if not place.is_file():
        return {}
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        pins = {name: Pin(**item) for name, item in found.items()}
    except (ValueError, TypeError, AttributeError) as error:
        # Going on without would trust what the user decided not to trust.
        raise SettingsError(
            f"{place} cannot be read.", "Mend it, or remove it and pin again with --root."
        ) from error
    return pins
