"""The style sheet of what `items.account` makes, for any page that shows it within `.copy`."""

from __future__ import annotations

from pathlib import Path

_STYLES = Path(__file__).parent / "items.css"


def styles() -> str:
    """The whole sheet; items.css says which colours the page has to name."""
    return f"{_STYLES.read_text(encoding='utf-8')}\n{_focal_points()}\n"


def _focal_points() -> str:
    """A class for each twentieth of a picture's width and height."""
    return "".join(f".{axis}{n}{{--{axis}:{5 * n}%}}" for axis in "xy" for n in range(21))
