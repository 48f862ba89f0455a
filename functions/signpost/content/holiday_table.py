"""Public holidays that were looked up before: the package that knows them is slow to load.

The file lies in git's own folder, beside the memory of findings. It holds nothing that could not
be looked up again: one that is missing, damaged or of another version is begun anew.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from signpost.checks import public_holidays
from signpost.checks.public_holidays import PackagedHolidays


class KeptHolidays:
    """Those of the package, kept from run to run.

    Args:
        file: where they are kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._source = PackagedHolidays()
        self._version = _version()
        self._years: dict[str, dict[date, str]] = {}
        self._unknown: dict[str, tuple[str, str] | None] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            self._load()

    def of(self, code: str, year: int) -> Mapping[date, str]:
        """Day → name of each public holiday; empty for a place that nobody knows."""
        key = f"{code} {year}"
        if key not in self._years:
            self._years[key] = dict(self._source.of(code, year))
            self._save()
        return self._years[key]

    def unknown(self, code: str) -> tuple[str, str] | None:
        """Cause and remedy where no such country or region is known; None where it is."""
        if code not in self._unknown:
            self._unknown[code] = self._source.unknown(code)
            self._save()
        return self._unknown[code]

    def _load(self) -> None:
        told = json.loads(self._file.read_bytes())
        if told["version"] != self._version:
            return
        years = {
            key: {date.fromisoformat(day): str(name) for day, name in days.items()}
            for key, days in told["years"].items()
        }
        unknown = {
            code: None if wrong is None else (str(wrong[0]), str(wrong[1]))
            for code, wrong in told["unknown"].items()
        }
        self._years, self._unknown = years, unknown

    def _save(self) -> None:
        """Write the table; a failure only makes the next run slower."""
        years = {
            key: {day.isoformat(): name for day, name in days.items()}
            for key, days in self._years.items()
        }
        told = {"version": self._version, "years": years, "unknown": self._unknown}
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            import tempfile  # brings `random` and more, and most runs write no new file

            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(told, stream)
            Path(name).replace(self._file)


def _version() -> str:
    """What the table depends on: the package, and our way to ask it."""
    spec = find_spec("holidays")
    files = [Path(public_holidays.__file__)]
    if spec is not None and spec.origin:
        files.append(Path(spec.origin))
    return " ".join(f"{file} {file.stat().st_mtime_ns}" for file in files)
