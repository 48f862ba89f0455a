"""A built site without MkDocs: just the files that `signpost site build` leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from signpost.cli.website.make import OWN, RECORD
from signpost.cli.website.press import tree_digest
from signpost.domain.canonical import digest
from signpost.domain.website import headers

HASH = "sha256-DrEMJJ29sL7vIloQzly+VUGMxKcBTMII+OfW7Y8AkG4="
VERSION = "larkfell/2026.2"
STATUS = {
    "format": 1, "made": "2026-11-22T12:00:00.000Z",
    "brands": {"larkfell": {"present": "2026.2", "in_force": True, "sound": True, "versions": [
        {"version": "2026.2", "state": "in force", "signed": True, "altered": False, "digest": "sha256:0",
         "effective": "2026-07-01", "review_by": "2027-05-31", "roles": ["Head of marketing"]}]}},
}  # fmt: skip
INDEX = {"config": {}, "docs": [{"location": "strategy/", "title": "Strategy", "text": "We plan."}]}


def write_site(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """Write it; the folder.

    Args:
        more: path → text of further files, or of other ones in place of those that it has.
    """
    texts = {
        "index.html": "<p>first</p>",
        "404.html": "<p>none</p>",
        "status.json": json.dumps(STATUS),
        "larkfell/index.html": "<p>lead</p>",
        "larkfell/status.json": json.dumps(STATUS),
        "larkfell/versions.json": '[{"version": "2026.2", "title": "2026.2", "aliases": []}]',
        f"{VERSION}/index.html": '<link href="assets/main.57a0d79d.min.css">',
        f"{VERSION}/assets/main.57a0d79d.min.css": "p {}",
        f"{VERSION}/search/search_index.json": json.dumps(INDEX),
        f"{OWN}/{headers.NAME}": json.dumps(dict(headers.document([HASH]))),
        **(more or {}),
    }
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    around = {p: digest(t.encode()) for p, t in texts.items() if not p.startswith(f"{VERSION}/")}
    versions = {VERSION: {"tree": tree_digest(folder / VERSION)}}
    record = {"format": 1, "versions": versions, "around": around}
    (folder / OWN / RECORD).write_text(json.dumps(record), encoding="utf-8")
    return folder
