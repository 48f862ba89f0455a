"""`signpost stop` has to work in a hurry, also while content is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
ASKED = "The name of the stack's `control` function is not known."
"""Told once everything before the call of the function has gone well."""


@pytest.fixture(autouse=True)
def stack(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that is known by its bucket, and by nothing else."""
    assert content.is_dir()
    monkeypatch.setenv("SIGNPOST_BUCKET", "a-bucket")
    monkeypatch.setenv("SIGNPOST_REGION", "eu-central-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):  # or boto3 looks for them afar
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("SIGNPOST_CONTROL", raising=False)


def test_a_scope_that_is_not_there_is_refused(signpost: Signpost) -> None:
    ran = signpost("stop", "--brand", "shp")
    assert ran.code == 1
    assert "There is no brand `shp`" in ran.err
    assert "Did you mean `shop`?" in ran.err
    assert "There is no account `fdi`" in signpost("stop", "--account", "fdi").err


def test_a_brand_whose_files_are_broken_can_be_stopped(signpost: Signpost, content: Path) -> None:
    (content / "shop/brand.yaml").write_text("name: [\n")
    assert ASKED in signpost("stop", "--brand", "shop").err


def test_everything_can_be_stopped_while_the_settings_are_broken(
    signpost: Signpost, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content / "signpost.yaml").write_text("brands: [\n")
    ran = signpost("stop")
    assert (
        "signpost.yaml cannot be used; stopping AWS, bucket a-bucket in eu-central-1 all the same."
        in ran.err
    )
    assert ASKED in ran.err
    assert "YML503" in signpost("stop", "--brand", "shop").err, "a scope has to be known"
    monkeypatch.delenv("SIGNPOST_BUCKET")
    assert "YML503" in signpost("stop").err, "nobody knows the stack: the fault is what helps"
