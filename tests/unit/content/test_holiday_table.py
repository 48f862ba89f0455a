"""Holidays that are kept are those of the package, whatever became of the file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from signpost.checks.public_holidays import PackagedHolidays
from signpost.content.holiday_table import KeptHolidays

CODES = ("DE", "DE-BY", "AT", "XX", "DE-XX")


@pytest.mark.parametrize("code", CODES)
def test_what_is_kept_is_what_the_package_says(code: str, tmp_path: Path) -> None:
    file = tmp_path / "signpost" / "holidays.json"
    package = PackagedHolidays()
    for _ in range(2):
        kept = KeptHolidays(file)
        assert kept.of(code, 2026) == package.of(code, 2026)
        assert kept.of(code, 2027) == package.of(code, 2027)
        assert kept.unknown(code) == package.unknown(code)
    assert list(file.parent.iterdir()) == [file]


def test_a_second_run_asks_the_file(tmp_path: Path) -> None:
    file = tmp_path / "holidays.json"
    KeptHolidays(file).of("DE", 2026)
    told = json.loads(file.read_text())
    told["years"]["DE 2026"]["2026-11-23"] = "Invented"
    file.write_text(json.dumps(told))
    assert KeptHolidays(file).of("DE", 2026)[date(2026, 11, 23)] == "Invented"
    told["version"] = "another"
    file.write_text(json.dumps(told))
    assert date(2026, 11, 23) not in KeptHolidays(file).of("DE", 2026)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"version": 1}', '{"version": "V", "years": [], "unknown": {}}',
             '{"version": "V", "years": {"DE 2026": {"x": "y"}}, "unknown": {}}',
             '{"version": "V", "years": {}, "unknown": {"DE": 5}}'],
)  # fmt: skip
def test_a_damaged_file_is_begun_anew(text: str, tmp_path: Path) -> None:
    file = tmp_path / "holidays.json"
    KeptHolidays(file).of("AT", 2026)
    version = json.dumps(json.loads(file.read_text())["version"])
    file.write_text(text.replace('"V"', version))
    kept = KeptHolidays(file)
    assert kept.of("DE", 2026) == PackagedHolidays().of("DE", 2026)
    assert kept.unknown("DE") is None


def test_where_nothing_can_be_written_everything_is_looked_up(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert KeptHolidays(blocked / "holidays.json").of("DE", 2026)
