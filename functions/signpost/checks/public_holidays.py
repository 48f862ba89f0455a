"""Public holidays of countries and their regions, from the package `holidays`.

The package is loaded only where a brand names a country: it brings some 250 modules and costs a
quarter of a second, so what it says is kept from run to run (`content.holiday_table`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Protocol

from signpost.checks.suggest import did_you_mean


class Holidays(Protocol):
    """Knows public holidays."""

    def of(self, code: str, year: int) -> Mapping[date, str]:
        """Day → name of each public holiday; empty for a place that nobody knows.

        Args:
            code: as in `brand.yaml`: `AT`, or with a region `DE-BY`.
        """
        ...

    def unknown(self, code: str) -> tuple[str, str] | None:
        """Cause and remedy where no such country or region is known; None where it is."""
        ...


class PackagedHolidays:
    """Those of the package.

    Source: https://holidays.readthedocs.io/en/latest/, version 0.109, read 2026-11-22.
    """

    def of(self, code: str, year: int) -> Mapping[date, str]:
        """Day → name of each public holiday; empty for a place that nobody knows."""
        return _of(code, year)

    def unknown(self, code: str) -> tuple[str, str] | None:
        """Cause and remedy where no such country or region is known; None where it is."""
        return _unknown(code)


@lru_cache(maxsize=1024)
def _of(code: str, year: int) -> Mapping[date, str]:
    import holidays

    country, _, region = code.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=region or None, years=year, expand=False, language="en_US"
        )
    except NotImplementedError:  # the country or its region; `_unknown` says which
        return {}
    return dict(found.items())


@lru_cache(maxsize=256)
def _unknown(code: str) -> tuple[str, str] | None:
    import holidays
    from holidays.registry import COUNTRIES

    country, _, region = code.partition("-")
    if country not in {names[1] for names in COUNTRIES.values()}:
        return f"There is no country `{country}` with known holidays.", _country(country)
    if not region:
        return None
    regions = holidays.country_holidays(country).subdivisions
    if region in regions:
        return None
    if not regions:
        return f"`{country}` has no regions with holidays of their own.", f"Write `{country}`."
    return (
        f"`{country}` has no region `{region}` with holidays of its own.",
        did_you_mean(region, regions),
    )


_HABITS = {"UK": "GB", "EN": "GB", "SU": "RU", "EL": "GR", "YU": "RS"}
"""Codes that people write for countries whose code by ISO 3166 is another."""


def _country(code: str) -> str:
    if code in _HABITS:
        return f"Did you mean `{_HABITS[code]}`?"
    return "Write the two letters of ISO 3166, such as `AT`."
