"""Public holidays of countries and their regions, from the package `holidays`.

The package is loaded only where a brand names a country: it costs a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from signpost.checks.suggest import did_you_mean


def holidays_of(code: str, year: int) -> Mapping[date, str]:
    """Day → name of each public holiday; empty for a place that nobody knows.

    Args:
        code: as in `brand.yaml`: `AT`, or with a region `DE-BY`.

    Source: https://holidays.readthedocs.io/en/latest/, version 0.109, read 2026-11-22.
    """
    return _year(code, year)


@lru_cache(maxsize=1024)
def _year(code: str, year: int) -> Mapping[date, str]:
    import holidays

    country, _, region = code.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=region or None, years=year, expand=False, language="en_US"
        )
    except NotImplementedError:  # the country or its region; `unknown` says which
        return {}
    return dict(found.items())


@lru_cache(maxsize=256)
def unknown(code: str) -> tuple[str, str] | None:
    """Cause and remedy where the package knows no such country or region; None where it does."""
    import holidays
    from holidays.registry import COUNTRIES

    country, _, region = code.partition("-")
    codes = {names[1] for names in COUNTRIES.values()}
    if country not in codes:
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
