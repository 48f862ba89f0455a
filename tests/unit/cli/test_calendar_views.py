"""Month, week and agenda as people see them."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.output.calendar import Reader, days_of, show_calendar
from signpost.cli.output.cells import (
    broken,
    clear_clock,
    cut,
    days_text,
    fill,
    monday_of,
    one_line,
)
from signpost.cli.output.grid import weeks_of
from signpost.cli.output.human import Terminal, width
from signpost.domain.timing import zone_info
from tests.unit.cli.calendars import NOW, diary_of, drawn, known, public, write_post

WAX = "7k2m9q4x1v3b"
VIENNA = zone_info("Europe/Vienna")

MONTH = """\
December 2090: Long nights
Shop. Times in Europe/Vienna.

wk  Mon        Tue        Wed        Thu        Fri        Sat        Sun
48  27 Nov     28         29         30         1 Dec      2          3
                                                *09:00 fe… ~02:10 fe…
                                                Wax your   Text.
                                                boots      ~08:10 fe…
                                                           Text.
                                                           +3 more
                          ├ Mend it first ────┤

49  4 today    5          6          7          8          9          10
    !09:00 fe…                                                        +20:00 fe…
    ○日本の冬…                                                        Ten
               ├ Winter ────────────────────────────────────────────────────────

50  11         12         13         14         15         16         17
    ─ Winter ───────────────────────────────────────────────────────────────────

51  18         19         20         21         22         23         24
    ─ Winter ┤

52  25         26         27         28         29         30         31 Dec

* PUBLISHED   ~ draft   ! HELD   + not pushed
! 2090-12-04 09:00 HELD fedi ○日本の冬の靴: 2 items� match

8 posts: 1 PUBLISHED, 5 draft, 1 HELD, 1 not pushed.
States are of 2090-12-04 12:00.
"""


def test_a_month(content: Path) -> None:
    (content / "shop" / "brand.yaml").write_text(
        "name: Shop\ntypes: [how-to]\ncampaigns:\n"
        "  - {id: mend, title: Mend it first, from: 2090-11-29, to: 2090-11-30}\n"
        "  - {id: winter, title: Winter, from: 2090-12-05, to: 2090-12-18}\n"
        "  - {id: always, title: Always}\n"
    )
    (content / "shop" / "roadmap.yaml").write_text(
        "months: [{month: 2090-12, title: Long nights}]\n"
    )
    for hour in (2, 8, 9, 10, 11):
        write_post(content, f"a{hour:011}", f"2090-12-02 {hour:02}:10", status="draft")
    write_post(content, "bbbbbbbbbbbb", "2090-12-04 09:00", title="○日本の冬の靴")
    write_post(content, "cccccccccccc", "2090-12-10 20:00", title="Ten")
    held = {"state": "HELD", "due": "2090-12-04T08:00:00.000Z", "reason": "2 items\x1b match"}
    text = drawn(diary_of(content, known(**{WAX: public(), "bbbbbbbbbbbb": held})), "month")
    assert text == MONTH


AGENDA = """\
1 to 30 December 2090
Shop. Times in America/New_York.

Friday 1 December 2090
  03:00  (09:00 Europe/Vienna)             PUBLISHED  fedi    Wax your boots
    https://x/1
  03:00  (09:00 Europe/Vienna)             FAILED     second  Wax your boots
    HTTP 422
    note: second: no longer in the content

Monday 4 December 2090, today
  20:00  (2090-12-05 02:00 Europe/Vienna)  SCHEDULED  fedi    Night

2 posts: 1 FAILED, 1 SCHEDULED.
1 cancelled post not shown.
States are of 2090-12-04 06:00.
"""


def test_an_agenda_in_another_zone(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-05 02:00", title="Night")
    state = known(
        **{
            WAX: public(),
            f"{WAX}__second": {"state": "FAILED", "reason": "HTTP 422"},
            "aaaaaaaaaaaa": {"due": "2090-12-05T01:00:00.000Z"},
            "bbbbbbbbbbbb": {"state": "CANCELLED"},
        }
    )
    assert drawn(diary_of(content, state), "agenda", zone="America/New_York") == AGENDA


NARROW = """\
A month needs 80 columns, there are 60: as an agenda.
1 to 31 December 2090
Shop. Times in Europe/Vienna.

Friday 1 December 2090
  09:00  ready  fedi
    Wax your boots

1 post: 1 ready.
What happened is not shown, only what the content says. It is not known which stack.
"""


def test_a_narrow_terminal_gets_an_agenda_and_is_told(content: Path) -> None:
    day = date(2090, 12, 20)
    assert drawn(diary_of(content), "month", day, columns=60) == NARROW
    week = drawn(diary_of(content), "week", columns=79)
    assert week.startswith("A week needs 80 columns, there are 79: as an agenda.\n27 November to 3")


def test_a_week_has_its_hours(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-11-27 05:59", title="Early")
    write_post(content, "bbbbbbbbbbbb", "2090-12-01 09:30", accounts="[fedi, second]", title="Two")
    write_post(content, "cccccccccccc", "2090-12-03 23:00", title="Late")
    lines = drawn(diary_of(content), "week", columns=100).splitlines()
    hours = [line[:5] for line in lines if re.match(r"\d\d:00", line)]
    assert hours == [f"{hour:02}:00" for hour in range(5, 24)]
    nine = next(n for n, line in enumerate(lines) if line.startswith("09:00"))
    column = lines[3].index("Fri")
    assert [line[column:].rstrip() for line in lines[nine : nine + 4]] == [
        "+09:00 fedi",
        "Wax your",
        "boots",
        "+09:30 fedi…",
    ]


def test_a_quiet_week_shows_the_working_day(content: Path) -> None:
    text = drawn(diary_of(content), "week", date(2090, 6, 1))
    assert re.findall(r"^\d\d:00$", text, re.MULTILINE)[::10] == ["08:00", "18:00"]
    assert "Nothing is planned for 29 May to 4 June 2090.\nThe next post is on 1 December" in text


def test_empty_states_say_what_to_do(content: Path) -> None:
    text = drawn(diary_of(content), "agenda", date(2090, 1, 1))
    assert "Nothing is planned for 1 to 30 January 2090." in text
    assert "The next post is on 1 December 2090: `signpost calendar --from 2090-12-01`." in text
    assert "The last post is of 1 December 2090." in drawn(
        diary_of(content), "month", date(2091, 5, 1)
    )
    (content / "shop/posts/2090/12/wax.md").unlink()
    for view in ("agenda", "month", "week"):
        assert "There are no posts with a time yet. `signpost new`" in drawn(
            diary_of(content), view
        )


def test_what_is_not_shown_is_told(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "", status="draft", accounts="")
    write_post(content, "bbbbbbbbbbbb", "now")
    write_post(content, "cccccccccccc", "2090-03-26 02:30")
    text = drawn(diary_of(content), "month")
    assert "Not shown: 1 draft without a time as yet.\n" in text
    assert "Not shown: 1 post for the next push (`publish: now`).\n" in text
    assert "Not shown: 1 post that cannot be placed; `signpost check` says why.\n" in text


def test_the_night_when_summer_time_ends_has_both_its_hours(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-10-29 02:30+02:00", title="First")
    write_post(content, "bbbbbbbbbbbb", "2090-10-29 02:30+01:00", title="Second")
    write_post(content, "cccccccccccc", "2090-10-29 03:30", title="Third")
    text = drawn(diary_of(content), "agenda", date(2090, 10, 29))
    assert "  02:30 +02:00  ready  fedi  First\n  02:30 +01:00  ready  fedi  Second\n" in text
    assert "  03:30         ready  fedi  Third\n" in text
    week = drawn(diary_of(content), "week", date(2090, 10, 29))
    assert week.index("First") < week.index("Second") < week.index("Third")
    assert "02:00" in week


def test_days_are_those_of_the_reader(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-31 23:30", title="Eve")
    diary = diary_of(content)
    assert [len(diary.between(date(2090, 12, 31), date(2090, 12, 31), VIENNA))] == [1]
    tokyo = zone_info("Asia/Tokyo")
    assert [item.title for item in diary.between(date(2091, 1, 1), date(2091, 1, 1), tokyo)] == [
        "Eve"
    ]


def test_brands_are_told_apart(content: Path) -> None:
    (content / "signpost.yaml").write_text(
        "workspace: acme\nzone: Europe/Vienna\nbrands: [shop, cafe]\n"
    )
    (content / "cafe").mkdir()
    (content / "cafe" / "brand.yaml").write_text(
        "name: Café\ncampaigns: [{id: c, title: Cocoa, from: 2090-12-01}]\n"
    )
    (content / "cafe" / "roadmap.yaml").write_text("months: [{month: 2090-12, title: Warm}]\n")
    text = drawn(diary_of(content), "month")
    assert text.startswith("December 2090: Café: Warm\nShop, Café. Times in")
    assert "├ Café: Cocoa ──" in text


class Screen(io.StringIO):
    """A terminal that shows colour."""

    def isatty(self) -> bool:
        return True


def test_colour_repeats_what_a_mark_says(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    state = known(**{WAX: public()})
    for view in ("month", "agenda"):
        out = Screen()
        reader = Reader(VIENNA, NOW, 80)
        show_calendar(Terminal(out, Screen()), diary_of(content, state), view, NOW.date(), reader)
        text = out.getvalue()
        assert "\x1b[" in text
        bare = re.sub(r"\x1b\[\d+m", "", text)
        assert bare == drawn(diary_of(content, state), view, NOW.date())


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_fits(text: str, columns: int) -> None:
    line = one_line(text)
    assert width(cut(line, columns)) <= columns
    assert width(fill(line, columns)) == columns
    for piece in broken(line, columns, 2):
        assert width(piece) <= columns
    if width(line) <= columns:
        assert cut(line, columns) == line


@given(st.text(min_size=1), st.integers(3, 40))
def test_nothing_is_lost_where_there_are_lines_enough(text: str, columns: int) -> None:
    line = one_line(text)
    if all(width(word) <= columns for word in line.split(" ")):
        assert " ".join(broken(line, columns, len(line) + 1)).split() == line.split()


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_weeks_hold_their_month(day: date) -> None:
    first, last = weeks_of(day)
    assert (first.weekday(), last.weekday()) == (0, 6)
    assert first <= day.replace(day=1) <= day <= last
    assert (last - first).days in {27, 34, 41}
    assert days_of("week", day)[0] == monday_of(day)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2026-12-01", "2026-12-01", "1 December 2026"),
        ("2026-12-01", "2026-12-31", "1 to 31 December 2026"),
        ("2026-11-30", "2026-12-06", "30 November to 6 December 2026"),
        ("2026-12-28", "2027-01-03", "28 December 2026 to 3 January 2027"),
    ],
)
def test_days_are_told_shortly(first: str, last: str, text: str) -> None:
    assert days_text(date.fromisoformat(first), date.fromisoformat(last)) == text


def test_a_time_that_happens_once_has_no_offset() -> None:
    assert clear_clock(datetime(2026, 10, 25, 0, 59, tzinfo=UTC), VIENNA) == "02:59 +02:00"
    assert clear_clock(datetime(2026, 10, 25, 1, 59, tzinfo=UTC), VIENNA) == "02:59 +01:00"
    assert clear_clock(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), VIENNA) == "03:00"
    assert clear_clock(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), VIENNA) == "03:00"
