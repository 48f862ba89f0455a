"""What the calendar takes from the content, what from the state, and how it tells of a difference."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from signpost.cli.diary import Timeless
from tests.unit.cli.calendars import diary_of, known, public, write_post

WAX = "7k2m9q4x1v3b"
NINE = datetime(2090, 12, 1, 8, 0, tzinfo=UTC)


def test_without_a_stack_posts_are_ready_or_drafts(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-02 09:00", status="draft")
    diary = diary_of(content)
    assert [(item.post, item.words) for item in diary.items] == [
        (WAX, ("ready",)),
        ("aaaaaaaaaaaa", ("draft",)),
    ]
    assert diary.why_not


def test_with_a_stack_each_account_has_its_state(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-02 09:00", accounts="[fedi, second]")
    due = {"due": "2090-12-02T08:00:00.000Z"}
    diary = diary_of(content, known(aaaaaaaaaaaa__second=due))
    wax, both = diary.items
    assert wax.words == ("not pushed",)
    assert [(one.account, one.word) for one in both.standings] == [
        ("fedi", "not pushed"),
        ("second", "SCHEDULED"),
    ]
    assert both.notes == ()
    assert both.word == "SCHEDULED"
    only = diary_of(content, known(aaaaaaaaaaaa__second=due), account="second")
    assert [(item.post, item.words) for item in only.items] == [("aaaaaaaaaaaa", ("SCHEDULED",))]


def test_what_is_public_stands_at_the_time_when_it_became_so(content: Path) -> None:
    (item,) = diary_of(content, known(**{WAX: public("2090-12-01T09:30:00.000Z")})).items
    assert item.at == datetime(2090, 12, 1, 9, 30, tzinfo=UTC)
    assert item.standings[0].permalinks == ("https://x/1",)
    assert item.touched == datetime(2090, 11, 1, tzinfo=UTC)


def test_another_time_than_the_stacks_is_told_and_counts(content: Path) -> None:
    (item,) = diary_of(content, known(**{WAX: {"due": "2090-12-05T08:00:00.000Z"}})).items
    assert item.at == NINE
    assert item.notes == ("fedi: the stack has another time; the next push moves it",)
    moved = public() | {"due": "2090-12-05T08:00:00.000Z"}
    assert diary_of(content, known(**{WAX: moved})).items[0].notes == ()


@pytest.mark.parametrize(
    ("entry", "word", "note"),
    [
        ({}, "draft", "fedi: SCHEDULED; as a draft, the next push cancels it"),
        ({"state": "EXPIRED"}, "draft", ""),
        ({"state": "CANCELLED"}, "draft", ""),
        (public(), "PUBLISHED", ""),
    ],
)
def test_a_post_that_became_a_draft(
    content: Path, entry: dict[str, object], word: str, note: str
) -> None:
    (content / "shop/posts/2090/12/wax.md").unlink()
    write_post(content, WAX, "2090-12-01 09:00", status="draft")
    (item,) = diary_of(content, known(**{WAX: entry})).items
    assert (item.word, "".join(item.notes)) == (word, note)


def test_what_is_back_in_the_content_is_not_pushed(content: Path) -> None:
    (item,) = diary_of(content, known(**{WAX: {"state": "CANCELLED"}})).items
    assert item.words == ("not pushed",)


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ({}, "fedi: no longer in the content; the next push cancels it"),
        ({"state": "FAILED"}, "fedi: no longer in the content"),
        ({"state": "HELD", "touched": True}, "fedi: no longer in the content"),
        (public(), "fedi: no longer in the content"),
        ({"state": "CANCELLED"}, ""),
    ],
)
def test_what_only_the_stack_knows(content: Path, entry: dict[str, object], note: str) -> None:
    about = {"title": "Old", "source": "shop/posts/old.md", "type": "story"}
    state = known(bbbbbbbbbbbb={"about": about, **entry})
    item = next(item for item in diary_of(content, state).items if item.post != WAX)
    assert (item.title, item.why["type"], "".join(item.notes)) == ("Old", "story", note)
    assert item.cancelled is (entry.get("state") == "CANCELLED")


def test_a_file_with_faults_is_not_called_gone(content: Path) -> None:
    (content / "shop/posts/old.md").write_text("no front matter")
    state = known(bbbbbbbbbbbb={"about": {"source": "shop/posts/old.md"}})
    item = next(item for item in diary_of(content, state).items if item.post != WAX)
    assert item.notes == ("its file has faults; see `signpost check`",)
    assert item.title == "old"


def test_an_account_that_was_taken_out_is_told(content: Path) -> None:
    (item,) = diary_of(content, known(**{WAX: {}, f"{WAX}__second": {}})).items
    assert [one.account for one in item.standings] == ["fedi", "second"]
    assert item.notes == ("second: no longer in the content; the next push cancels it",)


def test_what_has_no_place_is_counted(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "", status="draft", accounts="")
    write_post(content, "bbbbbbbbbbbb", "now")
    write_post(content, "cccccccccccc", "2090-03-26 02:30")  # the clock jumps over it
    write_post(content, "eeeeeeeeeeee", "9999-12-31 23:30+00:00")  # no clock of Vienna has it
    ideas = content / "shop" / "ideas"
    ideas.mkdir()
    (ideas / "a.md").write_text("---\nid: dddddddddddd\ntitle: Some day\n---\n\nText.\n")
    diary = diary_of(content)
    assert diary.timeless == Timeless(ideas=1, drafts=1, now=1, faulty=2)
    assert [item.post for item in diary.items] == [WAX]


def test_now_stands_where_the_stack_fixed_it(content: Path) -> None:
    write_post(content, "bbbbbbbbbbbb", "now")
    diary = diary_of(content, known(bbbbbbbbbbbb={"due": "2090-11-30T10:00:00.000Z"}))
    assert (diary.items[0].post, diary.timeless.now) == ("bbbbbbbbbbbb", 0)
    assert diary.items[0].notes == ()


def test_a_title_is_found_where_none_is_written(content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-02 09:00", text="First line.\nSecond.")
    write_post(content, "bbbbbbbbbbbb", "2090-12-03 09:00", text="")
    assert [item.title for item in diary_of(content).items] == [
        "Wax your boots",
        "First line.",
        "bbbbbbbbbbbb",
    ]
