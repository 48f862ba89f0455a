"""`status --accounts`: budgets, checks and tokens in words, and what is not reported as such."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.cli.account_standing import accounts_document
from signpost.cli.output.accounts import show_accounts, tokens_line
from signpost.cli.output.deliveries import show_deliveries, state_document
from signpost.cli.output.human import Terminal
from signpost.cli.statefile import StateFile, read_state
from signpost.connectors.registry import Registry
from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.workspace import AccountSettings, Brand
from signpost.usecases.account_entries import token_reminders
from tests.fakes.objects import FakeObjects
from tests.unit.cli.conftest import Ran

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = int(NOW.timestamp()) // 10_800


def entry(name: str, channel: str = "mastodon", **changes: Any) -> dict[str, Any]:
    account = {
        "brand": "shop", "id": name, "channel": channel, "handle": f"@{name}",
        "server": "https://x.example", "secret": name,
    }  # fmt: skip
    return {
        "account": account, "window": 0, "used": 0, "blocked_until": None, "budget": None,
        "token_until": None, "check": None, **changes,
    }  # fmt: skip


def budget(left: int, resets_at: datetime | None) -> dict[str, Any]:
    return {
        "limit": 300, "left": left, "seen_at": utc_text(NOW - HOUR),
        "resets_at": utc_text(resets_at) if resets_at else None,
    }  # fmt: skip


def state(*entries: Mapping[str, Any]) -> StateFile:
    document = {
        "schema": 1, "workspace": "acme", "at": utc_text(NOW), "bundle": "b",
        "stop": {"version": 1, "scopes": []}, "deliveries": {},
        "accounts": {item["account"]["id"]: item for item in entries},
    }  # fmt: skip
    objects = FakeObjects()
    objects.create("state/deliveries.json", canonical_json(document), "application/json")
    return read_state(objects, "acme")


def document(*entries: Mapping[str, Any], brands: tuple[Brand, ...] = ()) -> dict[str, Any]:
    return accounts_document(brands, state(*entries), Registry().spec, NOW)


def shown(*entries: Mapping[str, Any], brands: tuple[Brand, ...] = ()) -> tuple[list[str], str]:
    """Lines of the output, and what went to the error stream."""
    terminal = Terminal(io.StringIO(), io.StringIO())
    show_accounts(terminal, document(*entries, brands=brands), UTC)
    assert isinstance(terminal.out, io.StringIO)
    assert isinstance(terminal.err, io.StringIO)
    return terminal.out.getvalue().splitlines(), terminal.err.getvalue()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_what_nobody_told_is_not_reported_and_never_0() -> None:
    lines, errors = shown(entry("fedi"))
    assert cells(lines[1]) == [
        "fedi", "mastodon", "@fedi", "never", "not reported", "none of 300 in 3 h", "–",
        "does not end",
    ]  # fmt: skip
    assert errors == ""
    (told,) = document(entry("fedi"))["accounts"]
    assert (told["budget"], told["check"], told["waits_until"]) == (None, None, None)


@pytest.mark.parametrize(
    ("kept", "words", "waits"),
    [
        (budget(297, NOW + HOUR), "297 of 300 until 2026-12-01 10:00", "–"),
        (budget(0, NOW + HOUR), "none of 300 until 2026-12-01 10:00", "2026-12-01 10:00"),
        (budget(0, NOW - HOUR), "300 of 300 since 2026-12-01 08:00", "–"),
        (budget(5, None), "5 of 300", "–"),
    ],
)
def test_a_budget_in_words(kept: dict[str, Any], words: str, waits: str) -> None:
    lines, _ = shown(entry("fedi", budget=kept))
    found = cells(lines[1])
    assert (found[4], found[6]) == (words, waits)


def test_our_own_count_is_of_the_present_window() -> None:
    lines, _ = shown(entry("a", window=WINDOW, used=7), entry("b", window=WINDOW - 1, used=9))
    assert cells(lines[1])[5] == "7 of 300 in 3 h"
    assert cells(lines[2])[5] == "none of 300 in 3 h"


def test_a_block_that_is_over_holds_nothing_back() -> None:
    later, over = utc_text(NOW + 2 * HOUR), utc_text(NOW)
    found = document(
        entry("a", blocked_until=later, budget=budget(0, NOW + HOUR)),
        entry("b", blocked_until=over),
    )
    assert [item["waits_until"] for item in found["accounts"]] == [later, None]


@pytest.mark.parametrize(
    ("left", "words", "error", "told"),
    [
        (timedelta(days=32), "ends in 32 days, on 2027-01-02", False, ""),
        (timedelta(days=7, seconds=1), "ends in 7 days, on 2026-12-08", False, ""),
        (timedelta(days=7), "ends in 7 days, on 2026-12-08", False, "ends in 7 days (2026-12-08)"),
        (timedelta(days=1), "ends in 1 day, on 2026-12-02", False, "ends in 1 day (2026-12-02)"),
        (HOUR, "ends within a day, on 2026-12-01", False, "ends within a day (2026-12-01)"),
        (timedelta(0), "ended on 2026-12-01", True, "ended on 2026-12-01"),
        (-40 * HOUR, "ended on 2026-11-29", True, "ended on 2026-11-29"),
    ],
)
def test_a_token_is_warned_of_seven_days_ahead_with_its_remedy(
    left: timedelta, words: str, told: str, *, error: bool
) -> None:
    lines, errors = shown(entry("fedi", token_until=utc_text(NOW + left)))
    assert cells(lines[1])[-1] == words
    if not told:
        assert errors == ""
        return
    assert told in errors
    assert errors.startswith("error fedi:" if error else "warning: fedi:")
    assert "docs/channels/mastodon.md" in errors
    assert "`signpost accounts check fedi`" in errors


def test_a_check_is_told_with_its_faults() -> None:
    check = {
        "at": utc_text(NOW), "may_post": False, "notes": [],
        "faults": [{"cause": "HTTP 401.", "remedy": "Make a new token."}],
    }  # fmt: skip
    lines, errors = shown(
        entry("ill", check=check),
        entry("well", check={**check, "may_post": True, "faults": []}),
        entry("who", check={**check, "may_post": None, "faults": []}),
    )
    assert [cells(line)[3] for line in lines[1:4]] == [
        "2026-12-01 09:00, 1 to mend",
        "2026-12-01 09:00, may post",
        "2026-12-01 09:00, not known",
    ]
    assert errors.count("the last check found: HTTP 401.") == 1


def test_accounts_of_the_content_that_were_not_pushed_and_of_unknown_channels_are_there() -> None:
    brand = Brand("shop", "Shop", "UTC")._replace(
        accounts=(AccountSettings("new", "wordpress", "@new"), AccountSettings("fedi", "x", "@y"))
    )
    lines, errors = shown(entry("fedi"), entry("odd", "teletext"), brands=(brand,))
    assert [cells(line)[0] for line in lines[1:4]] == ["fedi", "new", "odd"]
    assert "new: the stack does not know it yet" in errors
    odd = next(item for item in document(entry("odd", "teletext"))["accounts"])
    assert odd["sent"] is None
    assert odd["token"]["ends"] == "not reported"


def test_no_accounts_is_said() -> None:
    lines, _ = shown()
    assert lines == ["There are no accounts. `accounts.yaml` of a brand lists them."]


def test_plain_status_says_in_one_line_which_tokens_end() -> None:
    read = state(
        entry("b", token_until=utc_text(NOW + timedelta(days=5))),
        entry("a", token_until=utc_text(NOW - HOUR)),
        entry("c", token_until=utc_text(NOW + timedelta(days=8))),
    )
    terminal = Terminal(io.StringIO(), io.StringIO())
    show_deliveries(terminal, read, UTC, everything=False, now=NOW)
    assert isinstance(terminal.err, io.StringIO)
    assert terminal.err.getvalue() == (
        "warning: Tokens to renew: a (ended on 2026-12-01), b (ends in 5 days). "
        "`signpost status --accounts` says how.\n"
    )
    tokens = state_document(read, (), now=NOW)["tokens"]
    assert [(item["id"], item["standing"]) for item in tokens] == [
        ("a", "ended"),
        ("b", "ends soon"),
    ]
    assert tokens_line([], NOW) == ""
    assert token_reminders([], NOW) == []


def test_the_command_fails_where_a_token_has_ended(
    signpost: Callable[..., Ran], content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signpost.cli.desk.connect", lambda _content, _workspace: (None, None))
    soon = datetime.now(UTC) + timedelta(days=3)
    known = [state(entry("fedi", token_until=utc_text(soon)))]
    monkeypatch.setattr("signpost.cli.desk.Desk.state", lambda _: known[0])
    assert content.is_dir()
    ran = signpost("status", "--accounts")
    assert (ran.code, "ends in 2 days" in ran.err) == (0, True), ran.err
    known[0] = state(entry("fedi", token_until=utc_text(NOW - timedelta(days=365))))
    ran = signpost("status", "--accounts", "--format", "json")
    assert ran.code == 1
    fedi = next(item for item in json.loads(ran.out)["accounts"] if item["account"] == "fedi")
    assert fedi["token"]["ended"]
    ran = signpost("status", "--accounts", "a-post")
    assert ran.code == 2
