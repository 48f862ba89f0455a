"""A version's files, laid out as content, so that the same readers and rules judge it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from signpost.cli.signoff.evidence import Site, find_documents
from signpost.cli.signoff.folders import read_folder
from signpost.cli.signoff.git_files import working_documents
from signpost.cli.wiring import check_content, open_content, open_goals, open_posts
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.signing import document
from signpost.domain.signing.manifest import NAME as MANIFEST
from signpost.domain.signing.release import FILES
from signpost.domain.signing.roots import Roots
from signpost.domain.strategy import Decisions, decisions
from signpost.domain.timing import zone_info
from signpost.errors import SigningError

NEXT = "next"
"""What the working tree is called."""
_POSTS = "/posts/"


def files_of(site: Site, roots: Roots, version: str, content_dir: Path | None) -> dict[str, bytes]:
    """The signed documents of a version, or those of the working tree.

    Args:
        version: of a release, or `next`.

    Raises:
        SigningError: there is no such release.
    """
    if version == NEXT:
        root = roots.present
        return working_documents(find_documents(site, content_dir), root.documents if root else ())
    place = site.releases / version
    if version != Path(version).name or not place.is_dir():
        raise SigningError(
            f"There is no release `{version}`.",
            f"`signpost strategy history` lists them; `{NEXT}` is the working tree.",
            reason="no-release",
        )
    return {
        path.removeprefix(FILES): data
        for path, data in read_folder(place).files.items()
        if path.startswith(FILES)
    }


def digest_of(site: Site, version: str) -> str:
    """The digest of a release's manifest; empty for the working tree."""
    file = site.releases / version / MANIFEST
    return document.sha256(file.read_bytes()) if file.is_file() else ""


@contextmanager
def laid_out(content: Path, files: Mapping[str, bytes], *, posts: bool = True) -> Iterator[Path]:
    """A copy of the content with a version's files in place of its own; gone afterwards.

    Args:
        posts: take the posts along, too.
    """
    left = shutil.ignore_patterns(_POSTS.strip("/"), ".*") if not posts else None
    with tempfile.TemporaryDirectory(prefix="signpost-diff-") as folder:
        place = Path(folder) / "content"
        shutil.copytree(content, place, symlinks=True, ignore=left, copy_function=_link)
        for path, data in files.items():
            top, _, rest = path.partition("/")
            if top != "content":
                continue
            target = place / rest
            target.unlink(missing_ok=True)  # a link to the original, which stays as it is
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield place


def decided(place: Path, brand_id: str, files: Mapping[str, bytes]) -> Decisions:
    """What the version decides.

    Args:
        place: its content, laid out.
    """
    _workspace, brands = open_content(place)
    brand = next((item for item in brands if item.id == brand_id), None)
    if brand is None:
        raise SigningError(
            f"The content has no brand `{brand_id}`.", "Name its folder with --content.",
            reason="brand",
        )  # fmt: skip
    pages = [
        data.decode("utf-8", "replace")
        for path, data in sorted(files.items())
        if path.startswith(f"docs/{brand_id}/strategy/") and path.endswith(".md")
    ]
    return decisions(brand, open_goals(place, brand_id), pages)


def findings_of_coming_posts(place: Path, brand_id: str) -> set[tuple[str, str, str]]:
    """Path, rule and cause of each finding in a post of the brand that is still to go out."""
    workspace, read = open_posts(place)
    now = datetime.now(UTC)
    coming = set()
    for post in read.posts:
        when = post.publish
        if isinstance(when, datetime):
            brand = read.brands.get(brand_id)
            zone = zone_info(brand.zone if brand else workspace.zone)
            if (when if when.tzinfo else when.replace(tzinfo=zone)) <= now:
                continue
        if post.path.startswith(f"{brand_id}{_POSTS}"):
            coming.add(post.path)
    return {
        (path, item.code, item.cause)
        for item in check_content(place, [], cold=True).diagnostics
        for path in [_post_of(item, coming)]
        if path
    }


def _post_of(item: Diagnostic, coming: set[str]) -> str:
    path = item.span.path
    while path:
        if path in coming:
            return path
        path = path.rpartition("/")[0]
    return ""


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
