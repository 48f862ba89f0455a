"""`status POST`: each attempt, what is public, its numbers by age, and why it was made."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from signpost.cli.output.deliveries import show_delivery
from signpost.cli.output.human import Terminal
from signpost.cli.output.whys import number
from signpost.cli.statefile import StateFile, read_state
from signpost.cli.why import why_document
from signpost.content.goals import read_goals
from signpost.content.workspace_reader import read_workspace
from signpost.domain.canonical import canonical_json
from signpost.domain.goals import Goals, Kpi, RoadmapMonth, Target
from signpost.domain.timing import zone_info
from tests.fakes.objects import FakeObjects
from tests.unit.cli.conftest import Ran

ABOUT = {
    "title": "How to rewax a jacket",
    "source": "larkfell/posts/2026/12/wax-a-jacket.md",
    "type": "how-to",
    "objective": "repair",
    "campaign": "mend-it",
    "theme": "care-and-repair",
    "persona": "repairer",
    "owner": "workshop-lead",
    "tags": [],
}
NAME = "sample/larkfell/st4p1akzdcrf/larkfell-workshop"
DELIVERY = {
    "brand": "larkfell",
    "account": "larkfell-workshop",
    "state": "PUBLISHED",
    "revision": "r1",
    "due": "2026-12-08T16:30:00.000Z",
    "next_at": "2026-12-08T16:30:00.000Z",
    "reason": "",
    "parts_total": 2,
    "parts": [
        {"external_id": "1", "permalink": "https://social.example/1"},
        {"external_id": "2", "permalink": "https://social.example/2"},
    ],
    "published_at": "2026-12-08T16:30:02.000Z",
    "maybe_live": False,
    "resends": 0,
    "attempts": [
        {"at": "2026-12-08T16:30:00.000Z", "part": 0, "outcome": "published", "reason": ""},
        {"at": "2026-12-08T16:30:01.000Z", "part": 1, "outcome": "ambiguous", "reason": "reset"},
        {"at": "2026-12-08T16:30:02.000Z", "part": 1, "outcome": "published", "reason": ""},
    ],
    "changed_at": "2026-12-08T16:30:02.000Z",
    "touched": True,
    "about": ABOUT,
    "metrics": {
        "age_s": 3600,
        "measured_at": "2026-12-08T17:30:02.000Z",
        "values": {"likes": 12, "replies": 0, "zaps": 1},
    },
    "series": {
        "ages_s": [60, 3600],
        "values": {"zaps": [None, 1], "replies": [0, 0], "likes": [None, 12]},
    },
}


def state(**changes: object) -> StateFile:
    """A state file of one delivery, as `status` reads it."""
    document = {
        "schema": 1,
        "workspace": "sample",
        "at": "2026-12-08T18:00:00.000Z",
        "bundle": "b",
        "stop": {"version": 1, "scopes": []},
        "deliveries": {NAME: {**DELIVERY, **changes}},
    }
    objects = FakeObjects()
    objects.replace("state/deliveries.json", canonical_json(document), "application/json", None)
    return read_state(objects, "sample")


def shown(known: StateFile, project: Path | None) -> str:
    """What a person sees of the delivery; titles come from the sample content."""
    out = io.StringIO()
    why = None
    if project:
        brand = read_workspace(project / "content").brands["larkfell"]
        goals = read_goals(project / "content", "larkfell")
        why = why_document(ABOUT, brand, goals, date(2026, 12, 8))
    show_delivery(Terminal(out, io.StringIO()), known.entries[0], zone_info("Europe/Berlin"), why)
    return out.getvalue()


GOLDEN = """\
How to rewax a jacket
  delivery   sample/larkfell/st4p1akzdcrf/larkfell-workshop
  file       larkfell/posts/2026/12/wax-a-jacket.md
  account    larkfell-workshop
  state      PUBLISHED
  due        2026-12-08 17:30 (Europe/Berlin)
  published  2026-12-08 17:30:02 (Europe/Berlin)
  parts      2 of 2
  revision   r1
  type       how-to
  objective  Be known for repair, and fill the workshop outside its busy months (repair)
             measured by Repairs booked on the workshop's page: from 12 to 30 bookings a month \
by 2027-03-31
  campaign   Mend it first (mend-it), 2026-12-01 to 2027-03-31
  theme      Make it last (care-and-repair)
  for        Repairer (repairer): Would rather mend than buy; comes for wax, thread and advice.
  owner      Head of the repair workshop (workshop-lead): Kasimir Nadelöhr; stands in: \
Tilda Wacholder
  live       part 1 https://social.example/1
  live       part 2 https://social.example/2
  metrics
    after  likes  replies  zaps
    1 min      –        0     –
      1 h     12        0     1
  attempts
    2026-12-08 17:30 part 1 published
    2026-12-08 17:30:01 part 2 ambiguous: reset
    2026-12-08 17:30:02 part 2 published
"""


def test_everything_of_a_post_with_the_words_of_the_content(project: Path) -> None:
    assert shown(state(), project) == GOLDEN


def test_without_the_content_it_tells_the_ids() -> None:
    text = shown(state(), None)
    for line in ("objective  repair\n", "campaign   mend-it\n", "owner      workshop-lead\n"):
        assert line in text
    assert "measured by" not in text


def test_an_older_stack_tells_the_newest_numbers_alone() -> None:
    document = {key: value for key, value in DELIVERY.items() if key != "series"}
    known = state()
    raw = dict(known.raw)
    raw["deliveries"] = {NAME: document}
    objects = FakeObjects()
    objects.replace("state/deliveries.json", canonical_json(raw), "application/json", None)
    text = shown(read_state(objects, "sample"), None)
    assert "metrics    likes 12, replies 0, zaps 1 (at 1 h)" in text


def test_nothing_reported_at_any_age_is_told_so() -> None:
    text = shown(state(series={"ages_s": [60], "values": {}}), None)
    assert "    after  none reported\n    1 min              –\n" in text


def test_nothing_in_it_drives_the_terminal() -> None:
    bad = {"at": "2026-12-08T16:30:00.000Z", "part": 0, "outcome": "rejected", "reason": "a\x1b[2J"}
    text = shown(state(attempts=[bad], about={**ABOUT, "persona": "\x1b[31m"}), None)
    assert "\x1b" not in text


def test_the_target_is_the_next_one_of_the_posts_day() -> None:
    first, second = Target(date(2026, 12, 31), 30), Target(date(2027, 3, 31), 45)
    kpi = Kpi("k", "o", "Visits", targets=(first, second))
    assert kpi.target_on(date(2026, 12, 31)) == first
    assert kpi.target_on(date(2027, 1, 1)) == second
    assert kpi.target_on(date(2028, 1, 1)) == second
    assert Kpi("k", "o", "Visits").target_on(date(2027, 1, 1)) is None


def test_the_months_motto() -> None:
    goals = Goals(months=(RoadmapMonth(date(2026, 12, 1), "Long nights"),))
    assert goals.motto(date(2026, 12, 31)) == "Long nights"
    assert goals.motto(date(2027, 1, 1)) == ""


def test_an_owner_is_a_person_or_a_position(project: Path) -> None:
    brand = read_workspace(project / "content").brands["larkfell"]
    for owner, position, persons in (
        ("kasimir", None, ["Kasimir Nadelöhr"]),
        ("designer", "Designer", ["Finn Gratwander"]),
        ("nobody", None, []),
    ):
        found = why_document({"owner": owner}, brand, Goals(), date(2026, 12, 1))["owner"]
        assert (found["position"], found["persons"]) == (position, persons)
    assert why_document({}, brand, Goals(), date(2026, 12, 1))["owner"] is None


@pytest.mark.parametrize(
    ("value", "text"), [(450.0, "450"), (2.5, "2.5"), (1_234_567.0, "1234567"), (0.0, "0")]
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_what_is_wrong_in_the_goals_is_left_out(content: Path) -> None:
    (content / "shop" / "kpis.yaml").write_text(
        "objectives: [{id: a}]\n"
        "kpis:\n  - {id: k, objective: a, title: Visits, metric: clicks, baseline: much}\n"
        "  - {id: l}\n"
        "targets: [{kpi: k, by: 2027-03-31, value: 4}, {kpi: k, by: soon, value: 1}]\n"
    )
    (content / "shop" / "roadmap.yaml").write_text("months: [{month: 0000-05}, {month: 2027-01}]\n")
    goals = read_goals(content, "shop")
    assert goals.kpis == (Kpi("k", "a", "Visits", targets=(Target(date(2027, 3, 31), 4.0),)),)
    assert goals.months == (RoadmapMonth(date(2027, 1, 1), ""),)
    (content / "shop" / "kpis.yaml").write_text("a: *b\n")
    assert read_goals(content, "shop").kpis == ()
    assert read_goals(content, "nobody") == Goals()


def test_the_command_tells_it_to_machines_too(
    content: Path, signpost: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {
        "schema": 1,
        "workspace": "acme",
        "at": "2090-12-01T09:00:00.000Z",
        "bundle": "b",
        "stop": None,
        "deliveries": {
            "acme/shop/7k2m9q4x1v3b/fedi": {
                **DELIVERY, "brand": "shop", "account": "fedi", "about": {"objective": "reach"},
            }
        },
    }  # fmt: skip
    (content / "shop" / "kpis.yaml").write_text("objectives: [{id: reach, title: Be heard of}]\n")
    objects = FakeObjects()
    objects.replace("state/deliveries.json", canonical_json(document), "application/json", None)
    monkeypatch.setattr("signpost.cli.desk.connect", lambda _content, _workspace: (None, objects))
    ran = signpost("status", "7k2m9q4x1v3b", "--format", "json")
    assert ran.code == 0
    (told,) = json.loads(ran.out)["deliveries"].values()
    assert told["why"]["objective"]["title"] == "Be heard of"
    assert told["series"]["values"]["likes"] == [None, 12]
    everything = json.loads(signpost("status", "--format", "json").out)
    assert "why" not in next(iter(everything["deliveries"].values()))
    assert "Be heard of (reach)" in signpost("status", "7k2m").out
