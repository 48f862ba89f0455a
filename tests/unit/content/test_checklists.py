"""On which day of a checklist its reader is to have acknowledged."""

from __future__ import annotations

from pathlib import Path

from signpost.content.handbook.checklists import checklist_days

SAMPLE = Path(__file__).parents[3] / "strategy-site" / "docs"
ITEM = '- [ ] Do.\n  {{: #{} data-due="{}" }}\n'


def write(docs: Path, name: str, *items: tuple[str, int]) -> None:
    place = docs / "shop" / "onboarding"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.md").write_text("# C\n\n" + "".join(ITEM.format(*item) for item in items))


def test_the_day_is_that_of_the_item_that_acknowledges(tmp_path: Path) -> None:
    write(tmp_path, "writer", ("w-read", 2), ("w-acknowledge", 20), ("w-mend", 30))
    write(tmp_path, "approver", ("a-read", 2), ("a-key", 10))
    write(tmp_path, "index")
    (tmp_path / "shop/onboarding/odd.md").write_bytes(b"\xff")
    assert checklist_days(tmp_path, "shop") == {"approver": 10, "writer": 20}
    assert checklist_days(tmp_path, "other") == {}


def test_every_checklist_of_the_sample_has_a_day() -> None:
    days = checklist_days(SAMPLE, "larkfell")
    assert days["copywriter"] == 20
    assert days["community-manager"] == 30
    pages = {file.stem for file in (SAMPLE / "larkfell/onboarding").glob("*.md")}
    assert set(days) == pages - {"index"}
