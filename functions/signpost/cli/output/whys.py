"""Why a post was made, and its numbers by age, below everything else that `status` says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from signpost.cli.output.human import Terminal, plain, width
from signpost.domain.metrics import NAMES

NOT_REPORTED = "–"


def why_lines(why: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and text of each reason: titles where they are known, ids always."""
    if why["type"]:
        yield "type", why["type"]
    for key, label in (
        ("objective", "objective"),
        ("campaign", "campaign"),
        ("theme", "theme"),
        ("persona", "for"),
    ):
        entry = why[key]
        if entry is None:
            continue
        text = f"{entry['title']} ({entry['id']})" if entry["title"] else entry["id"]
        if key == "campaign" and (entry["from"] or entry["to"]):
            text += f", {entry['from'] or '…'} to {entry['to'] or '…'}"
        yield label, f"{text}: {entry['about']}" if entry["about"] else text
        for kpi in entry.get("kpis", ()):
            yield "", _kpi(kpi)
    if why["owner"]:
        yield "owner", _owner(why["owner"])


def _kpi(kpi: Mapping[str, Any]) -> str:
    unit = f" {kpi['unit']}" if kpi["unit"] else ""
    text = f"measured by {kpi['title']}"
    baseline = "" if kpi["baseline"] is None else f" from {number(kpi['baseline'])}"
    if kpi["target"]:
        to = f" to {number(kpi['target']['value'])}{unit} a {kpi['period']}"
        return f"{text}:{baseline}{to} by {kpi['target']['by']}"
    return f"{text}:{baseline}{unit} a {kpi['period']}, no target" if baseline else text


def _owner(owner: Mapping[str, Any]) -> str:
    text = f"{owner['position']} ({owner['id']})" if owner["position"] else ""
    persons = ", ".join(owner["persons"])
    if not text:
        return f"{persons} ({owner['id']})" if persons else str(owner["id"])
    deputies = f"; stands in: {', '.join(owner['deputies'])}" if owner["deputies"] else ""
    return f"{text}: {persons or 'nobody holds it'}{deputies}"


def number(value: float) -> str:
    """A number without the `.0` of a whole one."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def show_series(terminal: Terminal, series: Mapping[str, Any], age: Any, indent: str) -> None:
    """Print metrics as a table, an age a line; what was not reported is `–`, never 0.

    Args:
        series: `ages_s`, and for each metric its value at each age, null where not reported.
        age: turns seconds into words.
    """
    values: Mapping[str, Sequence[int | None]] = series["values"]
    names = [name for name in NAMES if name in values] + sorted(set(values) - set(NAMES))
    rows = [["after", *names]] if names else [["after", "none reported"]]
    for place, seconds in enumerate(series["ages_s"]):
        told = [values[name][place] for name in names]
        rows.append([age(seconds), *(NOT_REPORTED if n is None else str(n) for n in told)])
        if not names:
            rows[-1].append(NOT_REPORTED)
    rows = [[plain(cell) for cell in row] for row in rows]
    wide = [max(width(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = [" " * (wide[n] - width(cell)) + cell for n, cell in enumerate(row)]
        terminal.say(indent + "  ".join(cells))
