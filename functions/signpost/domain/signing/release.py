"""What a release says of itself: `release.json`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from signpost.domain.signing import document
from signpost.errors import SigningError

NAME = "release.json"
FILES = "files/"
_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the signed documents.

    Args:
        brand: id of the brand.
        version: numbers with dots, such as `2026.1`.
        previous: digest of the manifest of the release before; None for the first.
        root: digest of the trust root whose people sign it.
        effective: the first day (UTC) on which it is in force.
        review_by: the last day (UTC) on which it is in force.
    """

    brand: str
    version: str
    previous: str | None
    root: str
    effective: date
    review_by: date

    def write(self) -> bytes:
        """The bytes of `release.json`."""
        return document.write(
            {
                "brand": self.brand,
                "version": self.version,
                "previous": self.previous,
                "root": self.root,
                "effective": self.effective.isoformat(),
                "review_by": self.review_by.isoformat(),
            }
        )


def parse_release(data: bytes) -> Release:
    """The release that the bytes of `release.json` describe.

    Raises:
        SigningError: it is not canonical, lacks something, says too much, or ends before it begins.
    """
    members = document.read(data, NAME)
    release = Release(
        brand=members.text("brand"),
        version=members.text("version"),
        previous=members.digest_or_none("previous"),
        root=members.digest("root"),
        effective=members.day("effective"),
        review_by=members.day("review_by"),
    )
    members.end()
    judge_version(release.version)
    if release.review_by < release.effective:
        raise SigningError(
            f"The review date {release.review_by} is before {release.effective}, the first day.",
            "Choose a review date that is later.",
            reason="review-before-effective",
        )
    return release


def judge_version(version: str) -> None:
    """Refuse what is no version.

    Raises:
        SigningError: it is not one to four numbers with dots.
    """
    parts = version.split(".")
    if not _VERSION.fullmatch(version) or any(part != str(int(part)) for part in parts):
        raise SigningError(
            f"`{version[:40]}` is no version.",
            "Write numbers with dots, such as 2026.1.",
            reason="version",
        )


def order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: 2026.10 comes after 2026.9."""
    return tuple(int(part) for part in version.split("."))
