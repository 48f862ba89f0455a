"""An account is looked at with its own token, at the server that was pushed for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signpost.domain.delivery import Account
from signpost.domain.inspection import AccountReport
from signpost.errors import (
    AnswerLost,
    BundleError,
    RefusedError,
    SignpostError,
    ThrottledError,
)
from signpost.ports import Channel
from signpost.usecases.accounts import DEADLINE_S, AccountCheck
from tests.fakes.connector import FakeConnector
from tests.unit.usecases.stage import Stage

WELL = AccountReport("@acme", may_post=True)


class Asked(FakeConnector):
    """A connector that can be asked about an account; an exception is raised."""

    def __init__(self, report: AccountReport | Exception = WELL) -> None:
        super().__init__()
        self.report = report
        self.channels: list[Channel] = []

    def inspect(self, channel: Channel) -> AccountReport:
        self.channels.append(channel)
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


def stage_of(connector: FakeConnector) -> Stage:
    """A stage whose accepted bundle has deliveries of two accounts."""
    stage = Stage(connector)
    other = Account("other", "nowhere", "@other", "https://other.example", "other")
    digest = stage.bundle(
        stage.delivery(in_s=3600.0),
        stage.delivery("post-2", 3600.0, texts=('"id":"fedi"',), account=other),
    )
    stage.ledger.swap_pointer(digest, expected="", at=stage.clock.now())
    return stage


def check(stage: Stage, account: str = "fedi") -> AccountReport:
    return AccountCheck(stage.world).run(account, actor="ada")[1]


def test_it_asks_where_the_accepted_bundle_says_and_tells_the_trail() -> None:
    connector = Asked()
    stage = stage_of(connector)
    account, report = AccountCheck(stage.world).run("fedi", actor="ada")
    assert report == WELL
    (channel,) = connector.channels
    assert channel.account == account
    assert (account.server, dict(channel.token)) == (
        "https://test.example",
        {"access_token": "canary"},
    )
    assert channel.deadline_s == DEADLINE_S
    entry = stage.ledger.trail[-1]
    assert (entry.actor, entry.action) == ("ada", "accounts")
    assert entry.detail == {"account": "fedi", "server": "https://test.example"}


@pytest.mark.parametrize("name", ["", "nobody", "@acme", 'fedi","x":"'])
def test_an_account_that_was_never_pushed_is_not_known(name: str) -> None:
    connector = Asked()
    with pytest.raises(SignpostError, match="does not know the account") as caught:
        check(stage_of(connector), name)
    assert caught.value.remedy
    assert connector.channels == []
    with pytest.raises(SignpostError, match="does not know the account"):
        check(Stage(connector))


def test_an_altered_bundle_names_no_server() -> None:
    stage = stage_of(Asked())
    key = f"bundles/{stage.ledger.pointer().digest}.jsonl"
    stored = stage.objects.get(key)
    assert stored is not None
    evil = stored.data.replace(b"https://test.example", b"https://evil.example")
    stage.objects.replace(key, evil, "application/jsonl", stored.etag)
    with pytest.raises(BundleError, match="altered"):
        check(stage)


@pytest.mark.parametrize(
    ("error", "cause", "remedy", "may_post"),
    [
        (
            AnswerLost("GET https://test.example: reset."),
            "reset",
            "`server:` in accounts.yaml",
            None,
        ),
        (RefusedError("HTTP 401", "Make a new one."), "HTTP 401", "Make a new one.", False),
        (RefusedError("HTTP 403"), "HTTP 403", "docs/channels/test.md", False),
        (RefusedError("HTTP 503", permanent=False), "HTTP 503", "Ask again later", None),
        (ThrottledError("HTTP 429", 60.0), "HTTP 429", "Ask again later", None),
    ],
)
def test_what_is_wrong_comes_with_its_remedy(
    error: Exception, cause: str, remedy: str, *, may_post: bool | None
) -> None:
    """A server that is down or busy says nothing of what the account may do."""
    report = check(stage_of(Asked(error)))
    (fault,) = report.faults
    assert cause in fault.cause
    assert remedy in fault.remedy
    assert report.may_post is may_post


def test_a_missing_secret_and_a_missing_connector_are_faults() -> None:
    stage = stage_of(Asked())
    stage.secrets.tokens.clear()
    (fault,) = check(stage).faults
    assert fault.cause == "The secret 'fedi' is missing."
    stage.secrets.tokens["other"] = {"access_token": "canary"}
    (fault,) = check(stage, "other").faults
    assert "no connector for `nowhere`" in fault.cause


def test_a_channel_that_cannot_be_asked_is_neither_well_nor_ill() -> None:
    report = check(stage_of(FakeConnector()))
    assert (report.may_post, report.faults) == (None, ())
    assert report.notes


@pytest.mark.parametrize(
    ("left", "may_post", "faults", "notes"),
    [
        (timedelta(days=7, seconds=1), True, 0, 0),
        (timedelta(days=7), True, 0, 1),
        (timedelta(seconds=1), True, 0, 1),
        (timedelta(0), False, 1, 0),
        (timedelta(days=-1), False, 1, 0),
    ],
)
def test_a_token_that_ends_is_warned_of_seven_days_ahead(
    left: timedelta, *, may_post: bool, faults: int, notes: int
) -> None:
    connector = Asked()
    stage = stage_of(connector)
    until: datetime = stage.clock.now() + left
    connector.report = replace(WELL, token_until=until)
    report = check(stage)
    assert (report.may_post, len(report.faults), len(report.notes)) == (may_post, faults, notes)
    assert all(f"{until:%Y-%m-%d}" in text for text in report.notes)
    assert report.wire()["token_until"]
