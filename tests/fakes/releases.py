"""A judge of releases for tests that are not about signatures: the proof says the facts itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from signpost.domain.canonical import canonical_json, parse_utc, utc_text
from signpost.domain.gate import Released, ReleaseGate
from signpost.errors import SigningError


def proof(number: int, *releases: Released, lacking: str = "") -> bytes:
    """A proof in the fake's form; those of a greater number are newer."""
    entries = [[r.version, r.digest, utc_text(r.start), utc_text(r.end)] for r in releases]
    return canonical_json({"number": number, "releases": entries, "lacking": lacking})


class FakeReleaseJudge:
    """Believes every proof that is not older than the one before."""

    def judge(self, data: bytes, before: ReleaseGate, today: date) -> ReleaseGate:
        value = json.loads(data)
        if value["number"] < before.root_version:
            raise SigningError("It is older.", reason="rollback")
        return replace(
            before,
            anchor="sha256:fake",
            root=f"sha256:{value['number']}",
            root_version=value["number"],
            releases=tuple(_released(value["releases"])),
            lacking=value["lacking"],
        )


def _released(entries: Iterable[list[str]]) -> Iterable[Released]:
    for version, digest, start, end in entries:
        yield Released(version, digest, parse_utc(start), parse_utc(end))
