"""The sample's handbook as a company has it after a year: two signed releases and a proposal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from signpost.cli.signoff.root_init import DOCUMENTS
from tests.signing.office import BRAND, Office, usual_root

ON = date(2026, 11, 22)
"""The day as of which tests look at it: 2026.2 is in force."""
OLD, PRESENT, PROPOSED = "2026.1", "2026.2", "2027.1"
SENTENCE = "Nobody posts ad hoc, and nobody posts for the sake of posting."
BEFORE = "Nobody posts without a plan, and nobody posts for the sake of posting."
TARGET = "{kpi: replies, by: 2027-11-30, value: 100}"
TARGET_BEFORE = "{kpi: replies, by: 2027-09-30, value: 100}"
GLOBS = tuple(item.format(brand=BRAND) for item in DOCUMENTS)

Bending = Callable[[dict[str, bytes]], None]


def build_house(project: Path, place: Path) -> Path:
    """A repository's folders in `place`, with releases; its strategy-site.

    Args:
        project: the checkout, for the sample.
    """
    shutil.copytree(project / "content", place / "content", ignore=_caches)
    site = place / "strategy-site"
    shutil.copytree(project / "strategy-site", site, ignore=_caches)
    documents = documents_of(place)
    page = f"docs/{BRAND}/strategy/index.md"
    assert SENTENCE.encode() in documents[page]
    older = {**documents, page: documents[page].replace(SENTENCE.encode(), BEFORE.encode())}
    goals = f"content/{BRAND}/kpis.yaml"
    assert TARGET.encode() in documents[goals]
    older[goals] = documents[goals].replace(TARGET.encode(), TARGET_BEFORE.encode())
    office = Office()
    office.root(usual_root(documents=GLOBS))
    office.release(OLD, effective=date(2026, 1, 5), review_by=date(2026, 12, 31), documents=older)
    office.release(
        PRESENT,
        previous=OLD,
        effective=date(2026, 7, 1),
        review_by=date(2027, 5, 31),
        documents=documents,
    )
    office.release(
        PROPOSED,
        previous=PRESENT,
        effective=date(2027, 1, 4),
        review_by=date(2027, 12, 31),
        documents=documents,
        signers={},
    )
    write(office, site)
    return site


def documents_of(place: Path) -> dict[str, bytes]:
    """The documents that are signed, as the working tree has them."""
    found = {}
    for top, folder in (("content", place / "content"), ("docs", place / "strategy-site" / "docs")):
        for file in sorted(folder.rglob("*")):
            path = f"{top}/{file.relative_to(folder).as_posix()}"
            if file.is_file() and _signed(path):
                found[path] = file.read_bytes()
    return found


def write(office: Office, site: Path) -> None:
    """Put roots and releases on disk."""
    for path, data in office.tree.items():
        assert isinstance(data, bytes)
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files as text."""
    return {path: data.decode() for path, data in files.items()}


def _signed(path: str) -> bool:
    return any(
        path == glob or (glob.endswith("**") and path.startswith(glob[:-2])) for glob in GLOBS
    )


def _caches(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in {".signpost", "site"}}
