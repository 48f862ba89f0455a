"""Accounts in the head of a bundle: checked at acceptance, shown in the state, reminded of daily."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.budget import Budget, Seen
from signpost.domain.canonical import utc_text
from signpost.domain.delivery import About, Account, Delivery, listed, make_bundle
from signpost.domain.inspection import AccountReport
from signpost.usecases.accounts import AccountCheck
from signpost.usecases.state import DAILY_KEY, KEY
from signpost.usecases.verdict import Verdict
from tests.fakes.connector import FakeConnector
from tests.unit.usecases.stage import Stage

FEDI = Account("fedi", "test", "@acme", "https://test.example", "fedi")
BLOG = Account("blog", "test", "@blog", "https://blog.example", "fedi")
BOTH = [listed("shop", BLOG), listed("shop", FEDI)]


def push(stage: Stage, accounts: list[Any], *wanted: Delivery) -> Verdict:
    bundle = make_bundle(
        "acme", [(one, About()) for one in wanted],
        previous=stage.ledger.pointer().digest, accounts=accounts,
    )  # fmt: skip
    stage.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
    return stage.scheduler.run(bundle.digest, owner="s")


def stored(stage: Stage, key: str = KEY) -> dict[str, Any]:
    found = stage.objects.get(key)
    assert found is not None
    document: dict[str, Any] = json.loads(found.data)
    return document


def entry(stage: Stage, account: str = "fedi") -> Mapping[str, Any]:
    found: Mapping[str, Any] = stored(stage)["accounts"][account]
    return found


def test_accounts_alone_are_a_bundle_that_moves_nothing() -> None:
    stage = Stage()
    verdict = push(stage, BOTH)
    assert (verdict.accepted, verdict.changes) == (True, ())
    assert list(stored(stage)["accounts"]) == ["blog", "fedi"]
    assert entry(stage) == {
        "account": BOTH[1],
        "window": 0,
        "used": 0,
        "blocked_until": None,
        "budget": None,
        "token_until": None,
        "check": None,
    }


@pytest.mark.parametrize(
    ("accounts", "reason"),
    [
        ([BOTH[0], BOTH[0]], "twice"),
        ([{"id": "x"}], "Not an account"),
        (["text"], "Not an account"),
        ([{**BOTH[1], "server": "https://evil.example"}], "disagree"),
    ],
)
def test_a_list_that_is_wrong_is_refused_before_anything_is_accepted(
    accounts: list[Any], reason: str
) -> None:
    stage = Stage()
    verdict = push(stage, accounts, stage.delivery(in_s=3600.0))
    assert (verdict.accepted, verdict.code) == (False, "bundle")
    assert reason in verdict.reason
    assert stage.ledger.pointer().digest == ""


def test_the_accounts_of_a_bundle_without_a_list_are_those_of_its_posts() -> None:
    stage = Stage()
    push(stage, [], stage.delivery(in_s=3600.0))
    assert list(stored(stage)["accounts"]) == ["fedi"]
    assert entry(stage)["account"] == BOTH[1]


def test_a_state_file_of_an_older_version_is_brought_up_to_date_by_a_tick() -> None:
    stage = Stage()
    push(stage, BOTH)
    found = stage.objects.get(KEY)
    assert found is not None
    old = {key: value for key, value in stored(stage).items() if key != "accounts"}
    stage.objects.replace(KEY, json.dumps(old).encode(), "application/json", found.etag)
    assert stage.ticker.run().state_written
    assert list(stored(stage)["accounts"]) == ["blog", "fedi"]
    assert not stage.ticker.run().state_written


def test_a_tick_shows_what_moved_at_an_account() -> None:
    stage = Stage()
    push(stage, BOTH)
    now = stage.clock.now()
    stage.ledger.take_rate("fedi", 7, 10, now=now)
    reset = now + timedelta(hours=1)
    stage.ledger.note_budget("fedi", Seen(Budget(300, 5, reset), now, 6))
    stage.ledger.block_rate("fedi", reset)
    assert stage.ticker.run().state_written
    assert not stage.ticker.run().state_written
    told = {"limit": 300, "left": 5, "resets_at": utc_text(reset), "seen_at": utc_text(now)}
    assert entry(stage)["budget"] == told
    assert (entry(stage)["window"], entry(stage)["used"]) == (7, 1)
    assert entry(stage)["blocked_until"] == utc_text(reset)
    for _ in range(3):
        stage.ledger.take_rate("fedi", 7, 10, now=now)
    stage.ticker.run()
    assert entry(stage)["budget"]["left"] == 2, "what was taken since is taken off"


def test_an_account_without_a_post_can_be_checked_and_the_check_is_shown() -> None:
    class Asked(FakeConnector):
        def inspect(self, channel: object) -> AccountReport:
            return AccountReport("@blog", may_post=True, notes=("a note",))

    stage = Stage(Asked())
    stage.secrets.tokens["fedi"] = {"access_token": "x", "expires_at": "1900000000"}
    push(stage, BOTH)
    account, report = AccountCheck(stage.world).run("blog", actor="ada")
    assert account == BLOG
    assert report.token_until is not None
    stage.ticker.run()
    found = entry(stage, "blog")
    assert found["token_until"] == utc_text(report.token_until)
    assert found["check"]["at"] == utc_text(stage.clock.now())
    assert (found["check"]["may_post"], found["check"]["notes"]) == (True, ["a note"])


def test_a_token_whose_store_is_down_keeps_its_known_end() -> None:
    stage = Stage()
    push(stage, BOTH)
    until = stage.clock.now() + timedelta(days=3)
    stage.ledger.note_token("fedi", until)
    stage.secrets.down = True
    report = AccountCheck(stage.world).run("fedi", actor="ada")[1]
    assert report.token_until == until
    assert [note for note in report.notes if "ends on" in note]
    assert stage.ledger.accounts(["fedi"])["fedi"].rate.token_until == until


@pytest.mark.parametrize(
    ("days", "standing"), [(8.0, None), (7.0, "ends soon"), (0.5, "ends soon"), (-1.0, "ended")]
)
def test_a_token_that_ends_is_in_the_daily_file(days: float, standing: str | None) -> None:
    stage = Stage()
    push(stage, BOTH)
    assert stored(stage, DAILY_KEY)["tokens"] == []
    until = stage.clock.now() + timedelta(days=days)
    stage.ledger.note_token("fedi", until)
    stage.ticker.run()
    tokens = stored(stage, DAILY_KEY)["tokens"]
    assert [item["standing"] for item in tokens] == ([standing] if standing else [])
    if standing:
        assert tokens[0] == {
            "standing": standing,
            "token_until": utc_text(until),
            "brand": "shop",
            "id": "fedi",
            "channel": "test",
            "handle": "@acme",
        }
