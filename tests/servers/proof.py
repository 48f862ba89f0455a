"""Keeps what the tests of this folder saw, and writes it into docs/proof.md.

`python -m tests.servers.proof` replaces the part of docs/proof.md between its two marks by what
the last run wrote to build/proof.json; the tests compare the two.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEEN = ROOT / "build" / "proof.json"
PAGE = ROOT / "docs" / "proof.md"
BEGIN = "<!-- written by make test-servers: begin -->"
END = "<!-- written by make test-servers: end -->"


@dataclass(frozen=True, order=True)
class Line:
    """What was seen of one combination.

    Args:
        section: the table it belongs to.
        row: its line's name.
        column: its column's name.
        cell: what was seen.
    """

    section: str
    row: str
    column: str
    cell: str


@dataclass
class Proof:
    """All that a run saw, in the order in which it was first seen.

    Args:
        servers: name → version.
    """

    servers: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def saw(self, section: str, row: str, column: str, cell: str) -> None:
        """Note what was seen."""
        self.lines.append(Line(section, row, column, cell))

    def save(self) -> None:
        """Write it to build/proof.json."""
        SEEN.parent.mkdir(exist_ok=True)
        SEEN.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls) -> Proof:
        """What the last run saw."""
        value = json.loads(SEEN.read_text(encoding="utf-8"))
        return cls(value["servers"], [Line(**line) for line in value["lines"]])


def tables(proof: Proof) -> dict[str, list[str]]:
    """Section → its Markdown table, line by line."""
    found = {}
    seen = dict.fromkeys(line.section for line in proof.lines)
    for section in sorted(seen, key=_place):
        mine = [line for line in proof.lines if line.section == section]
        columns = list(dict.fromkeys(line.column for line in mine))
        cells = {(line.row, line.column): line.cell for line in mine}
        rows = [["", *columns]]
        rows += [
            [row, *(cells.get((row, column), "–") for column in columns)]
            for row in dict.fromkeys(line.row for line in mine)
        ]
        made = ["| " + " | ".join(row) + " |" for row in rows]
        made.insert(1, "|" + "---|" * (len(columns) + 1))
        found[section] = made
    return found


def _place(section: str) -> int:
    """What a reader wants to know first; a run begins and ends with the stack."""
    if "stack" in section:
        return 4
    if section.startswith(("Corrections", "Edits")):
        return 3
    if section.startswith("Shapes"):
        return int("sent" not in section)
    return 2


def page(proof: Proof, today: str) -> str:
    """The written part of docs/proof.md."""
    lines = [f"Seen on {today}, on loopback, with:", ""]
    lines += [f"- **{name}**: {version}" for name, version in proof.servers.items()]
    for section, table in tables(proof).items():
        lines += ["", f"### {section}", "", *table]
    return "\n".join([BEGIN, "", *lines, "", END])


def cells(text: str) -> dict[tuple[str, str, str], str]:
    """What the tables of a written page say: (section, row, column) → cell."""
    found: dict[tuple[str, str, str], str] = {}
    section = ""
    columns: list[str] = []
    for line in text.partition(BEGIN)[2].partition(END)[0].splitlines():
        if line.startswith("### "):
            section, columns = line.removeprefix("### "), []
        elif line.startswith("| "):
            row, *values = [cell.strip() for cell in line.strip("|").split(" | ")]
            if columns:
                found.update(
                    ((section, row, column), value)
                    for column, value in zip(columns, values, strict=True)
                )
            else:
                columns = values
    return found


def main() -> int:
    """Bring docs/proof.md up to what build/proof.json says."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    today = datetime.now(UTC).date().isoformat()
    PAGE.write_text(f"{before}{page(Proof.load(), today)}{after}", encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
