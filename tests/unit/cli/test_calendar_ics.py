"""The iCalendar file: by the grammar of RFC 5545, and as a second parser reads it."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from signpost.cli.diary import Diary, Item, Standing, Timeless
from signpost.cli.git import changed_at
from signpost.cli.output.ics import Stamps, ics_file, uid_of, write_whole
from signpost.domain.workspace import Brand
from signpost.domain.workspace import Entry as Word
from signpost.errors import SignpostError
from tests.unit.cli.calendars import diary_of, known, public, write_post

WAX = "7k2m9q4x1v3b"
COMMITTED = 1_795_000_000
MOMENT = datetime.fromtimestamp(COMMITTED, UTC)
# RFC 5545 section 3.1, of an unfolded line; NON-US-ASCII is what UTF-8 decoding has checked.
LINE = re.compile(
    r"[A-Za-z0-9-]+"
    r"(;[A-Za-z0-9-]+=([^\x00-\x08\x0a-\x1f\x7f\";:,]*|\"[^\x00-\x08\x0a-\x1f\x7f\"]*\"))*"
    r":[^\x00-\x08\x0a-\x1f\x7f]*"
)
# Section 3.3.11: what TEXT may hold; `;`, `,` and `\` only after a `\`.
TEXT = re.compile(r"([^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")


def written(diary: Diary, committed: dict[str, int] | None = None) -> bytes:
    """The file of a diary whose files all changed at one moment."""
    times = {item.source: COMMITTED for item in diary.items} if committed is None else committed
    return ics_file(diary, diary.items, Stamps(Path("/nowhere"), times))


def read(data: bytes) -> list[Event]:
    """The events as the second parser understands them."""
    return IcsCalendarStream.calendar_from_ics(data.decode("utf-8")).events


def unfolded(data: bytes) -> list[str]:
    """The lines of the file; each physical one has been held against the rules."""
    assert data.endswith(b"\r\n")
    physical = data.split(b"\r\n")[:-1]
    for line in physical:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode("utf-8")  # no character is torn apart
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def values(data: bytes, name: str) -> list[str]:
    """Values of a property as they stand in the file."""
    return [line.partition(":")[2] for line in unfolded(data) if re.match(f"{name}[:;]", line)]


def item(**changes: object) -> Item:
    """A post that is ready, but for the changes."""
    standard: dict[str, object] = {
        "brand": "shop",
        "post": WAX,
        "title": "Wax your boots",
        "at": datetime(2090, 12, 1, 8, 0, tzinfo=UTC),
        "zone": "Europe/Vienna",
        "standings": (Standing("fedi", "mastodon", "ready"),),
        "source": "shop/posts/wax.md",
        "why": {"type": "how-to", "objective": "repair", "campaign": "mend"},
    }
    return Item(**(standard | changes))  # type: ignore[arg-type] # a dict of its members


def of(*items: Item) -> Diary:
    brand = Brand("shop", "Shop, the", "Europe/Vienna", objectives=(Word("repair", "Mend more"),))
    return Diary((brand,), {}, items, Timeless())


def test_an_event_says_what_a_calendar_user_wants(content: Path) -> None:
    write_post(
        content, "aaaaaaaaaaaa", "2090-12-02 09:00", title="Two; of, \\ them",
        accounts="[fedi, second]", type="story", text="One,\n\ntwo; three \\n.",
    )  # fmt: skip
    (event,) = [e for e in read(written(diary_of(content))) if e.uid.startswith("aaaa")]
    assert event.uid == "aaaaaaaaaaaa@shop.signpost"
    assert event.dtstart == datetime(2090, 12, 2, 8, 0, tzinfo=UTC)
    assert event.computed_duration == timedelta(minutes=15)
    assert event.summary == "Two; of, \\ them"
    assert event.description == (
        "One,\n\ntwo; three \\n.\n\n"
        "fedi: ready\nsecond: ready\ntype: story\nfile: shop/posts/aaaaaaaaaaaa.md"
    )
    assert event.categories == ["shop", "story"]
    assert (event.status, event.transparency, event.url) == ("CONFIRMED", "TRANSPARENT", None)
    assert event.dtstamp == event.last_modified == MOMENT


def test_titles_are_told_where_the_brand_has_them() -> None:
    (event,) = read(written(of(item())))
    assert "objective: Mend more (repair)\ncampaign: mend\n" in (event.description or "")
    for name in ("NAME", "X-WR-CALNAME"):
        assert values(written(of(item())), name) == ["Posts of Shop\\, the"]


@pytest.mark.parametrize(
    ("words", "status", "summary"),
    [
        (("draft",), "TENTATIVE", "draft: Wax your boots"),
        (("not pushed",), "CONFIRMED", "Wax your boots"),
        (("PUBLISHED", "HELD"), "TENTATIVE", "HELD: Wax your boots"),
        (("AMBIGUOUS",), "CONFIRMED", "AMBIGUOUS: Wax your boots"),
        (("FAILED",), "TENTATIVE", "FAILED: Wax your boots"),
        (("CANCELLED",), "CANCELLED", "Wax your boots"),
        (("PUBLISHED", "CANCELLED"), "CONFIRMED", "Wax your boots"),
    ],
)
def test_status_and_summary_follow_the_most_telling_state(
    words: tuple[str, ...], status: str, summary: str
) -> None:
    standings = tuple(Standing(f"a{n}", "mastodon", word) for n, word in enumerate(words))
    (event,) = read(written(of(item(standings=standings))))
    assert (event.status, event.summary) == (status, summary)


def test_a_public_post_has_its_address_and_its_time(content: Path) -> None:
    (event,) = read(written(diary_of(content, known(**{WAX: public()}))))
    assert event.url == "https://x/1"
    assert event.dtstart == datetime(2090, 12, 1, 8, 0, 2, tzinfo=UTC)
    assert "fedi: PUBLISHED https://x/1" in (event.description or "")
    assert event.last_modified == datetime(2090, 11, 1, tzinfo=UTC)


def test_the_same_content_gives_the_same_bytes(content: Path) -> None:
    first = written(diary_of(content))
    assert first == written(diary_of(content))
    before = {event.uid for event in read(first)}
    (content / "shop/posts/2090/12/wax.md").rename(content / "shop/posts/moved.md")
    path = write_post(content, "aaaaaaaaaaaa", "2090-12-02 09:00")
    after = {event.uid for event in read(written(diary_of(content)))}
    assert before < after
    assert path.endswith("aaaaaaaaaaaa.md")


def test_a_file_that_git_does_not_know_has_its_own_time(content: Path) -> None:
    path = content / "shop/posts/2090/12/wax.md"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    diary = diary_of(content)
    data = ics_file(diary, diary.items, Stamps(content, changed_at(content)))
    assert read(data)[0].last_modified == datetime.fromtimestamp(1_700_000_000, UTC)


def test_git_tells_when_each_file_changed(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str, at: int = 1_600_000_000) -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{at} +0000")
        identity = [
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
        ]
        subprocess.run(["git", "-C", str(content.parent), *identity, *words], check=True)

    assert changed_at(content) == {}
    git("init", "-q")
    (content / "shop/posts/größe.md").write_text("a")
    git("add", ".")
    git("commit", "-q", "-m", "One")
    (content / "shop/posts/größe.md").write_text("b")
    (content.parent / "beside.md").write_text("a")
    git("add", ".")
    git("commit", "-q", "-m", "Two", at=1_700_000_000)
    (content / "shop/brand.yaml").write_text("name: Changed\n")
    assert changed_at(content) == {
        "signpost.yaml": 1_600_000_000,
        "shop/accounts.yaml": 1_600_000_000,
        "shop/posts/2090/12/wax.md": 1_600_000_000,
        "shop/posts/größe.md": 1_700_000_000,
    }


def test_uids_are_short_safe_and_never_doubled() -> None:
    assert uid_of(item()) == f"{WAX}@shop.signpost"
    odd = uid_of(item(post="a b\r\nX:1"))
    assert re.fullmatch(r"[0-9a-f]{32}@shop\.signpost", odd)
    assert odd == uid_of(item(post="a b\r\nX:1", source="elsewhere.md"))
    assert uid_of(item(post="", source="a.md")) != uid_of(item(post="", source="b.md"))
    assert len(read(written(of(item(), item(title="The same id again"))))) == 1


words = st.text() | st.lists(
    st.sampled_from(["\\", ",", ";", ":", "\n", "\r", '"', "é", "日本", "👩‍👩‍👧", "\u2028", "\x85", " ", "n", "BEGIN:"])
).map("".join)  # fmt: skip


@given(words, words)
def test_any_text_keeps_the_grammar_and_is_read_back(title: str, text: str) -> None:
    data = written(of(item(title=title, text=text)))
    lines = unfolded(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    for line in lines:
        assert LINE.fullmatch(line), line
    for name in ("SUMMARY", "DESCRIPTION"):
        (value,) = values(data, name)
        assert TEXT.fullmatch(value), value
    (event,) = read(data)
    assert event.uid == f"{WAX}@shop.signpost"
    letters = re.compile(r"[^\W_]+")
    assert letters.findall(event.summary or "") == letters.findall(title)
    assert letters.findall(
        (event.description or "").partition("fedi: ready")[0]
    ) == letters.findall(text)


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "plan.ics"
    file.write_bytes(b"old")
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics"]
    with pytest.raises(SignpostError, match="cannot be written"):
        write_whole(tmp_path / "nowhere" / "plan.ics", b"new")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(SignpostError, match="cannot be written"):
        write_whole(folder, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "plan.ics"]


def test_the_sample_is_read_whole(project: Path) -> None:
    diary = diary_of(project / "content")
    events = read(written(diary))
    assert len(events) == len(diary.items)
    assert all(isinstance(event.dtstart, date) for event in events)
