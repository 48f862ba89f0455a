"""Settings name everything that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.domain.gate import Require
from signpost.errors import SettingsError
from signpost.settings import NAMES, REQUIRE, ROOTS, Settings

GOOD = {name: f"value-of-{field}" for field, name in NAMES.items()} | {"SIGNPOST_AGES": "900, 60"}


def test_good_settings() -> None:
    settings = Settings.from_env(GOOD)
    assert settings.ages_s == (60, 900)
    assert settings.bucket == "value-of-bucket"
    assert (settings.signoff_roots, settings.require_release) == ((), Require.CONTENT)


def test_what_is_said_of_signatures() -> None:
    one, two = f"sha256:{'a' * 64}", f"sha256:{'0' * 64}"
    settings = Settings.from_env({**GOOD, ROOTS: f"{one}, {two}", REQUIRE: "always"})
    assert settings.signoff_roots == (one, two)
    assert settings.require_release is Require.ALWAYS


@pytest.mark.parametrize(
    ("name", "value"),
    [(ROOTS, "sha256:12"), (ROOTS, "a" * 71), (ROOTS, f"sha256:{'A' * 64}"), (REQUIRE, "maybe")],
)
def test_what_is_no_root_and_no_requirement(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({**GOOD, name: value})


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SIGNPOST_AGES": "60"})
    assert all(name in str(caught.value) for name in NAMES.values() if name != "SIGNPOST_AGES")


@pytest.mark.parametrize("ages", ["soon", "60,", "-1", "0", "60;90", "1.5", "9" * 12, "٦٠"])
def test_ages_that_are_no_seconds(ages: str) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_AGES"):
        Settings.from_env({**GOOD, "SIGNPOST_AGES": ages})


def test_the_reference_names_every_setting(project: Path) -> None:
    text = (project / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in (*NAMES.values(), ROOTS, REQUIRE) if f"`{name}`" not in text] == []
