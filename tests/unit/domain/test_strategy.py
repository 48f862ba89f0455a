"""What two versions of the strategy decide differently, in the business's terms."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.goals import Goals, Kpi, Target
from signpost.domain.strategy import AREAS, Change, Decisions, compare, decisions
from signpost.domain.workspace import Brand

FIRST, LATER = "by 2026-12-31", "by 2027-03-31"


def between(old: dict[str, str], new: dict[str, str], title: str = "Visits") -> list[Change]:
    """The changes from targets to others: day → value."""
    before, after = (
        Decisions(targets={(title, day): value for day, value in one.items()}) for one in (old, new)
    )
    return compare(before, after)


def test_a_target_whose_day_moves_was_moved() -> None:
    (found,) = between({FIRST: "20 visits"}, {LATER: "20 visits"})
    assert found == Change("target", "moved", "Visits, 20 visits", FIRST, LATER)
    assert found.said == "Visits, 20 visits: by 2026-12-31 → by 2027-03-31"


def test_another_value_on_another_day_is_another_target() -> None:
    found = between({FIRST: "20 visits"}, {LATER: "30 visits"})
    assert [(item.kind, item.what) for item in found] == [
        ("dropped", f"Visits, {FIRST}"),
        ("added", f"Visits, {LATER}"),
    ]


def test_a_target_that_stays_is_not_what_another_was_moved_to() -> None:
    found = between({FIRST: "20", LATER: "20"}, {LATER: "20"})
    assert [(item.kind, item.what) for item in found] == [("dropped", f"Visits, {FIRST}")]


def test_the_beginning_is_no_day_to_which_a_target_moves() -> None:
    found = between({"at the beginning": "20"}, {FIRST: "20"})
    assert [item.kind for item in found] == ["dropped", "added"]


def test_each_target_moves_once() -> None:
    found = between({FIRST: "20", "by 2027-01-31": "20"}, {LATER: "20"})
    assert sorted(item.kind for item in found) == ["dropped", "moved"]


def test_targets_of_two_counts_do_not_mix() -> None:
    old = Decisions(targets={("Visits", FIRST): "20"})
    new = Decisions(targets={("Replies", LATER): "20"})
    assert [item.kind for item in compare(old, new)] == ["dropped", "added"]


def test_what_the_files_say_is_compared() -> None:
    def of(by: date) -> Decisions:
        kpi = Kpi("v", "o", "Visits", "visits", baseline=3, targets=(Target(by, 20),))
        return decisions(Brand("acme", "Acme", "Europe/Berlin"), Goals(kpis=(kpi,)), [])

    (found,) = compare(of(date(2026, 12, 31)), of(date(2027, 3, 31)))
    assert (found.kind, found.before, found.after) == ("moved", FIRST, LATER)


@given(
    *(
        st.dictionaries(
            st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z", "at the beginning"])),
            st.sampled_from("12"),
        )
        for _ in range(2)
    )
)
def test_nothing_is_told_twice_or_left_out(
    old: dict[tuple[str, str], str], new: dict[tuple[str, str], str]
) -> None:
    found = compare(Decisions(targets=old), Decisions(targets=new))
    assert {item.area for item in found} <= set(AREAS)
    kinds = [item.kind for item in found]
    same = len([key for key in old if key in new])
    moved = kinds.count("moved")
    assert kinds.count("dropped") + moved == len(old) - same
    assert kinds.count("added") + moved == len(new) - same
    assert kinds.count("changed") == sum(old[key] != new[key] for key in old if key in new)
