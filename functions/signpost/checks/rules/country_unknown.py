"""TIM310: a country whose holidays nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Span


def across(overview: Overview) -> Iterator[Diagnostic]:
    """The countries and regions of each brand."""
    for brand in overview.brands.values():
        for index, code in enumerate(brand.countries):
            wrong = overview.holidays.unknown(code)
            if wrong is not None:
                here = Span(f"{brand.id}/brand.yaml")
                yield RULE.at(brand.spans.get(f"countries.{index}", here), *wrong)


RULE = Rule(
    code="TIM310",
    name="unknown-country",
    title="A country or region whose holidays are not known",
    why="A code that is mistyped would find no holidays at all, and nobody would notice. Countries "
    "are written with the two letters of ISO 3166, regions as their country writes them.",
    example="countries: [UK, DE-BAY]",
    fix="countries: [GB, DE-BY]",
    source="https://www.iso.org/iso-3166-country-codes.html, noted 2026-11-22; "
    "https://holidays.readthedocs.io/en/latest/#available-countries, read 2026-11-22",
    across=across,
)
