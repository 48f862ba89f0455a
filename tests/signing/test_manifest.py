"""The manifest: what is written is read back, nothing else is, and `sha256sum -c` agrees."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from signpost.domain.signing.globs import judge_glob, matches
from signpost.domain.signing.manifest import format_manifest, parse_manifest
from signpost.domain.signing.paths import by_bytes, judge_path, judge_together
from signpost.errors import SigningError

letters = st.characters(exclude_categories=["C", "Z"], exclude_characters='\\:*?"<>|/.')
names = st.text(letters, min_size=1, max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
contents = st.binary(max_size=60).filter(lambda data: b"\r" not in data and b"lfs" not in data)
trees = st.dictionaries(paths, contents, min_size=1, max_size=8)


def fine(tree: dict[str, bytes]) -> bool:
    """Whether all its paths may be signed together."""
    try:
        for path in tree:
            judge_path(path)
        judge_together(tree)
    except SigningError:
        return False
    return True


@given(trees)
def test_what_is_written_is_read_back(tree: dict[str, bytes]) -> None:
    assume(fine(tree))
    written = format_manifest(tree)
    found = parse_manifest(written)
    assert set(found) == set(tree)
    assert list(found) == sorted(tree, key=by_bytes)
    assert format_manifest(dict(reversed(tree.items()))) == written


@given(trees, st.data())
def test_every_other_text_is_another_statement(tree: dict[str, bytes], data: st.DataObject) -> None:
    """A bent manifest is refused, or says something else; two texts never say the same."""
    assume(fine(tree))
    written = format_manifest(tree)
    at = data.draw(st.integers(0, len(written) - 1))
    bent = written[:at] + data.draw(st.binary(max_size=3)) + written[at + 1 :]
    assume(bent != written)
    try:
        found = parse_manifest(bent)
    except SigningError:
        return
    assert found != parse_manifest(written)


@given(st.text(max_size=40))
def test_a_path_is_taken_or_refused_with_a_reason(text: str) -> None:
    try:
        judge_path(text)
    except SigningError as error:
        reason = error.reason
    else:
        reason = ""
    if reason:
        assert reason.startswith(("path-", "absolute-"))
        return
    parts = text.split("/")
    assert ".." not in parts
    assert "" not in parts
    assert not text.startswith("/")
    assert unicodedata.normalize("NFC", text) == text


@given(paths)
def test_capitals_and_compositions_are_one_name(path: str) -> None:
    for other in (path.upper(), path.casefold(), unicodedata.normalize("NFD", path)):
        if other != path:
            with pytest.raises(SigningError):
                judge_together([path, other])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees)
def test_sha256sum_agrees(tmp_path: Path, tree: dict[str, bytes]) -> None:
    assume(fine(tree))
    assume(all(len(part.encode()) < 200 for path in tree for part in path.split("/")))
    place = tmp_path / "release"
    shutil.rmtree(place, ignore_errors=True)
    for path, data in tree.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    (place / "manifest.txt").write_bytes(format_manifest(tree))
    command = ["sha256sum", "--check", "--strict", "--quiet", "manifest.txt"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("docs/a/**", ["docs/a/b.md", "docs/a/b/c.md"], ["docs/a", "docs/ab/c.md", "docs/b/a/c"]),
        ("docs/**/x.md", ["docs/x.md", "docs/a/b/x.md"], ["docs/x.mdx", "docs/ax.md/y"]),
        ("content/a/*.yaml", ["content/a/kpis.yaml", "content/a/.yaml"], ["content/a/b/c.yaml"]),
        ("content/a/b.yaml", ["content/a/b.yaml"], ["content/a/bxyaml", "content/a/b.yaml/c"]),
    ],
)
def test_patterns_name_what_they_show(glob: str, yes: list[str], no: list[str]) -> None:
    judge_glob(glob)
    assert all(matches(path, [glob]) for path in yes)
    assert not any(matches(path, [glob]) for path in no)
