"""What people see: tables, colours, progress, and nothing that moves their cursor."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from signpost.cli.output import human
from signpost.cli.output.changes import show_plan, show_verdict, tell_drafts, when
from signpost.cli.output.deliveries import (
    age,
    metrics_text,
    show_deliveries,
    show_delivery,
    state_document,
)
from signpost.cli.output.human import Terminal, amount, plain, width
from signpost.cli.statefile import Entry, StateFile
from signpost.domain.delivery import About
from signpost.domain.lifecycle import State
from signpost.domain.plan import Action, Change, Plan
from signpost.domain.stop import Stop
from signpost.usecases.bundle_checks import BundleFault
from signpost.usecases.verdict import Verdict, VerdictChange

DUE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")


class Screen(io.StringIO):
    """A terminal that shows colour."""

    def isatty(self) -> bool:
        return True


def entry(name: str = "acme/shop/p1/fedi", **changes: object) -> Entry:
    """A delivery that is scheduled, but for the changes."""
    values: dict[str, object] = {
        "delivery": name,
        "brand": "shop",
        "account": name.rpartition("/")[2],
        "state": State.SCHEDULED,
        "revision": "r",
        "due": DUE,
        "next_at": DUE,
        "reason": "",
        "parts_total": 1,
        "parts": (),
        "published_at": None,
        "maybe_live": False,
        "attempts": (),
        "touched": False,
        "about": {"title": "Wax your boots"},
        "metrics": None,
    }
    return Entry(**(values | changes))  # type: ignore[arg-type] # a dict of all members


def shown(*entries: Entry, everything: bool = False, stop: Stop | None = None) -> tuple[str, str]:
    """What `status` prints of a state file with these entries."""
    out, err = io.StringIO(), io.StringIO()
    state = StateFile(at=DUE, stop=stop or Stop(1), entries=entries)
    show_deliveries(Terminal(out, err), state, ZONE, everything=everything, now=DUE)
    return out.getvalue(), err.getvalue()


def test_colour_only_where_it_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Terminal(io.StringIO(), io.StringIO()).paint("x", "red") == "x"
    assert Terminal(Screen(), Screen()).paint("x", "red") == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "")
    assert Terminal(Screen(), Screen()).paint("x", "red") != "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Terminal(Screen(), Screen()).paint("x", "red") == "x"


@pytest.mark.parametrize("bad", ["a\x1b[2Jb", "a\rb", "a\x07b", "a\u202eb", "a\x9bb"])
def test_texts_cannot_drive_the_terminal(bad: str) -> None:
    assert plain(bad).startswith("a�")
    assert "\x1b" not in plain(bad)
    out, _ = shown(entry(about={"title": bad}))
    assert bad not in out


def test_a_table_is_aligned_by_what_is_seen() -> None:
    out = io.StringIO()
    Terminal(out, io.StringIO()).table(("a", "b"), [("日本", "x"), ("e\u0301", "y"), ("abc", "z")])
    assert out.getvalue().splitlines() == ["a     b", "日本  x", "e\u0301     y", "abc   z"]
    assert width("日本") == 4


@pytest.mark.parametrize(
    ("number", "thing", "text"),
    [(0, "post", "no posts"), (1, "post", "1 post"), (3, "delivery", "3 deliveries")],
)
def test_amounts(number: int, thing: str, text: str) -> None:
    assert amount(number, thing) == text


def test_progress_is_silent_for_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    err = io.StringIO()
    with Terminal(io.StringIO(), err).working("Uploading"):
        pass
    assert err.getvalue() == ""
    monkeypatch.setattr(human, "PROGRESS_AFTER_S", 0.01)
    with Terminal(io.StringIO(), err).working("Uploading"):
        time.sleep(0.1)
    assert err.getvalue() == "Uploading …\n"


def test_what_needs_a_person_comes_first_and_cancelled_is_hidden() -> None:
    out, _ = shown(
        entry("acme/shop/p1/fedi"),
        entry("acme/shop/p2/fedi", state=State.HELD, reason="stopped", due=DUE + timedelta(days=9)),
        entry("acme/shop/p3/fedi", state=State.CANCELLED),
    )
    lines = out.splitlines()
    assert "HELD" in lines[1]
    assert "stopped" in lines[1]
    assert "SCHEDULED" in lines[2]
    assert "1 cancelled delivery not shown" in out
    only, _ = shown(entry(state=State.CANCELLED))
    assert only == "Nothing waits: 1 delivery cancelled; --all shows them.\n"
    everything, _ = shown(entry(state=State.CANCELLED), everything=True)
    assert "CANCELLED" in everything


def test_what_was_retracted_is_not_counted_as_public() -> None:
    done = {"state": State.PUBLISHED, "action": "retract"}
    out, _ = shown(
        entry("acme/shop/p1/fedi", state=State.PUBLISHED),
        entry("acme/shop/p2/fedi", state=State.PUBLISHED, amendment=entry("p2", **done)),
    )
    assert out.endswith("1 PUBLISHED, 1 RETRACTED.\n")


def test_what_is_left_of_a_thread_that_is_being_retracted() -> None:
    """It goes from its end: the part that is gone is the thread's last one."""
    parts = tuple({"external_id": n, "permalink": f"https://x/{n}"} for n in "abc")
    began = {"at": "2026-12-01T08:00:00Z", "part": 0, "outcome": "published", "reason": ""}
    retraction = entry(action="retract", parts=parts[2:], parts_total=3, attempts=(began,))
    have = entry(state=State.PUBLISHED, parts=parts, parts_total=3, amendment=retraction)
    out = io.StringIO()
    show_delivery(Terminal(out), have, ZONE)
    text = out.getvalue()
    assert "live       part 2 https://x/b" in text
    assert "was at     part 3 https://x/c" in text
    assert " part 3 done" in text


def test_machines_are_told_of_amendments_too() -> None:
    name, row = "acme/shop/p1/fedi", {"state": "PUBLISHED"}
    after = {**row, "action": "retract", "note": "ada: wrong price"}
    have = entry(
        name, state=State.PUBLISHED, amendment=entry(state=State.PUBLISHED, action="retract")
    )
    raw = {"deliveries": {name: row}, "amendments": {f"{name}~amendment": after}}
    state = StateFile(at=DUE, entries=(have,), raw=raw)
    document = state_document(state, state.entries, now=DUE)
    assert document["deliveries"] == {name: {**row, "standing": "RETRACTED", "amendment": after}}


def test_times_name_their_zone() -> None:
    out, _ = shown(entry())
    assert out.startswith("due (Europe/Vienna)  account")
    assert "2026-12-01 09:00" in out
    page = io.StringIO()
    show_delivery(Terminal(page, io.StringIO()), entry(), ZONE)
    assert "2026-12-01 09:00 (Europe/Vienna)" in page.getvalue()
    create = Change(Action.CREATE, "acme/shop/p1/fedi", "r", due=DUE)
    page = io.StringIO()
    show_plan(Terminal(page, io.StringIO()), Plan((create,)), {}, ZONE, "")
    assert "due (Europe/Vienna)" in page.getvalue()


def test_empty_states_say_what_to_do() -> None:
    out, _ = shown()
    assert "Nothing has been pushed yet. `signpost push`" in out


def test_a_stop_is_impossible_to_miss() -> None:
    _, err = shown(entry(), stop=Stop(2, frozenset({"*"})))
    assert "Stopped: the whole workspace" in err
    out, err2 = io.StringIO(), io.StringIO()
    state = StateFile(at=DUE, stop=None, entries=(entry(),))
    show_deliveries(Terminal(out, err2), state, ZONE, everything=False, now=DUE)
    assert "The stop switch is missing" in err2.getvalue()


def test_an_old_file_is_told_only_where_something_should_have_moved() -> None:
    for due, told in ((DUE + timedelta(minutes=1), True), (DUE + timedelta(days=1), False)):
        err = io.StringIO()
        state = StateFile(at=DUE, stop=Stop(1), entries=(entry(due=due),))
        show_deliveries(
            Terminal(io.StringIO(), err),
            state,
            ZONE,
            everything=False,
            now=DUE + timedelta(minutes=10),
        )
        assert ("does `tick` still run" in err.getvalue()) is told


def test_absent_metrics_are_never_zero() -> None:
    assert metrics_text(entry()) == ""
    snapshot = {"age_s": 60, "measured_at": "", "values": {"likes": 0, "zaps": 2}}
    assert metrics_text(entry(metrics=snapshot)) == "likes 0, zaps 2 (at 1 min)"
    assert metrics_text(entry(metrics=snapshot | {"values": {}})) == "none reported"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(10, "10 s"), (60, "1 min"), (900, "15 min"), (3600, "1 h"), (604800, "7 d"), (90, "90 s")],
)
def test_ages(seconds: int, text: str) -> None:
    assert age(seconds) == text


def test_everything_of_one_delivery() -> None:
    out = io.StringIO()
    one = entry(
        state=State.HELD,
        maybe_live=True,
        reason="2 public items match",
        parts_total=3,
        parts=({"external_id": "1", "permalink": "https://x/1"},),
        attempts=(
            {
                "at": "2026-12-01T08:00:01.000Z",
                "part": 1,
                "outcome": "ambiguous",
                "reason": "reset",
            },
        ),
        about={"title": "Wax", "objective": "reach", "source": "shop/posts/wax.md"},
    )
    show_delivery(Terminal(out, io.StringIO()), one, ZONE)
    text = out.getvalue()
    for part in ("1 of 3", "reach", "https://x/1", "part 2 ambiguous: reset", "--checked absent"):
        assert part in text


@pytest.mark.parametrize(
    ("action", "helps"),
    [
        ("correct", "signpost correct p1 --account fedi"),
        ("retract", 'signpost retract p1 --account fedi --reason "…"'),
    ],
)
def test_an_amendment_that_was_held_names_the_command_that_helps(action: str, helps: str) -> None:
    out = io.StringIO()
    held = entry(state=State.HELD, action=action, note="kim: a test", reason="stopped")
    show_delivery(Terminal(out, io.StringIO()), entry(amendment=held), ZONE)
    assert helps in out.getvalue()


def test_a_plan_shows_old_and_new_time_and_why_it_needs_approval() -> None:
    moved = Change(Action.UPDATE, "acme/shop/p1/fedi", "r2", DUE + timedelta(days=1), DUE)
    assert when(moved, ZONE) == "2026-12-01 09:00 → 2026-12-02 09:00"
    now = Change(Action.CREATE, "acme/shop/p2/fedi", "r")
    assert when(now, ZONE) == "now"
    plan = Plan((moved, now, Change(Action.KEEP, "acme/shop/p3/fedi")))
    out = io.StringIO()
    about = {"acme/shop/p1/fedi": About(title="Wax")}
    show_plan(Terminal(out, io.StringIO()), plan, about, ZONE, "it cancels much")
    text = out.getvalue()
    assert "Needs approval: it cancels much." in text
    assert "1 to create, 1 to update, 0 to cancel; 1 kept, 0 drift." in text
    assert plan.digest in text
    assert "p3" not in text


def test_a_verdict_names_what_will_not_go_out() -> None:
    change = VerdictChange(
        "create", "acme/shop/p1/fedi", "EXPIRED", "2026-12-01T08:00:00.000Z", "too late"
    )
    verdict = Verdict("b", True, "accepted", "", "p", "2026-12-01T09:00:00.000Z", (change,))
    out, err = io.StringIO(), io.StringIO()
    show_verdict(Terminal(out, err), verdict, {}, ZONE)
    assert "accepted: 1 created." in out.getvalue()
    assert "EXPIRED, too late" in err.getvalue()
    assert "1 delivery will not go out." in err.getvalue()


@pytest.mark.parametrize(
    ("code", "said"),
    [("force", "--approve-digest pppppppppppppppp`"), ("chain", "Push again."), ("faults", "Mend")],
)
def test_a_refusal_has_a_remedy(code: str, said: str) -> None:
    faults = (BundleFault("acme/shop/p1/fedi", "shop/posts/a.md", "no text", "Write one."),)
    verdict = Verdict("b", False, code, "why", "p" * 64, "2026-12-01T09:00:00.000Z", (), faults)
    err = io.StringIO()
    show_verdict(Terminal(io.StringIO(), err), verdict, {}, ZONE)
    assert f"PUSH-{code.upper()}" in err.getvalue()
    assert said in err.getvalue()
    assert "shop/posts/a.md: no text. Write one." in err.getvalue()


def test_drafts_that_stay_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    tell_drafts(terminal, [])
    assert capsys.readouterr().out == ""
    tell_drafts(terminal, ["One\x1b[2J"])
    told = capsys.readouterr().out
    assert told.startswith("1 draft is not sent while `status: draft` stands there: One")
    assert "\x1b" not in told
    tell_drafts(terminal, [str(number) for number in range(7)])
    assert "7 drafts are" in (told := capsys.readouterr().out)
    assert told.endswith("0, 1, 2, 3, 4 and 2 more.\n")
