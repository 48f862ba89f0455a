"""Settings name everything that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.errors import SettingsError
from signpost.settings import NAMES, Settings

GOOD = {name: f"value-of-{field}" for field, name in NAMES.items()} | {"SIGNPOST_AGES": "900, 60"}


def test_good_settings() -> None:
    settings = Settings.from_env(GOOD)
    assert settings.ages_s == (60, 900)
    assert settings.bucket == "value-of-bucket"


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
    assert [name for name in NAMES.values() if f"`{name}`" not in text] == []
