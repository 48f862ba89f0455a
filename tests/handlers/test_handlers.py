"""Each handler parses, calls one use case and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.bootstrap import Wiring, wiring
from signpost.domain.delivery import About, Account, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.row import BundleRef, PublishedPart
from signpost.handlers import control, control_for_pages, measure, publish, schedule, tick
from signpost.usecases.verdict import parse_verdict
from tests.craft_row import a_row
from tests.handlers.conftest import Context, created_event, sqs_event
from tests.perf.canned import delivery

Log = Callable[[], list[dict[str, Any]]]
Counted = Callable[[], dict[str, float]]


# --- schedule -----------------------------------------------------------------------------------


def test_schedule_accepts_a_bundle(wired: Wiring, context: Context, log: Log) -> None:
    bundle = make_bundle("acme", [], previous="")
    key = f"bundles/{bundle.digest}.jsonl"
    wired.objects.create(key, bundle.data, "application/jsonl")
    for _ in range(2):
        answer = schedule.handler(created_event(key), context)
        assert answer == {"accepted": True, "code": "accepted"}
    stored = wired.objects.get(f"verdicts/{bundle.digest}.json")
    assert stored is not None
    assert parse_verdict(stored.data).accepted
    assert wired.ledger.pointer().digest == bundle.digest
    entry = log()[0]
    assert (entry["correlation_id"], entry["key"]) == ("5f2c8d1e-event", key)


@pytest.mark.parametrize(
    ("key", "bucket"),
    [
        ("bundles/readme.txt", "bucket"),
        ("bundles/" + "A" * 64 + ".jsonl", "bucket"),
        ("bundles/x/" + "a" * 64 + ".jsonl", "bucket"),
        ("bundles/" + "a" * 64 + ".jsonl", "other"),
    ],
)
def test_schedule_leaves_other_objects_alone(
    wired: Wiring, context: Context, key: str, bucket: str
) -> None:
    assert wired.settings.bucket == "bucket"
    answer = schedule.handler(created_event(key, bucket), context)
    assert answer == {"accepted": False, "code": "ignored"}


def test_schedule_reports_a_bundle_it_cannot_use(
    wired: Wiring, context: Context, counted: Counted
) -> None:
    key = f"bundles/{'a' * 64}.jsonl"
    wired.objects.create(key, b"nonsense", "application/jsonl")
    answer = schedule.handler(created_event(key), context)
    assert answer == {"accepted": False, "code": "bundle"}
    assert counted() == {"BadEnd": 1}
    assert wired.objects.exists(f"verdicts/{'a' * 64}.json"), "whoever pushed it hears of it"


def test_schedule_reports_a_bundle_that_is_gone(
    wired: Wiring, context: Context, counted: Counted
) -> None:
    answer = schedule.handler(created_event(f"bundles/{'b' * 64}.jsonl"), context)
    assert answer == {"accepted": False, "code": "unusable"}
    assert counted() == {"BadEnd": 1}


# --- tick ---------------------------------------------------------------------------------------


def test_tick_counts_itself_and_what_is_overdue(
    wired: Wiring, context: Context, counted: Counted
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    wired.ledger.create(a_row(due=long_ago, next_at=long_ago))
    answer = tick.handler({"id": "event", "source": "aws.events"}, context)
    assert answer["queued"] == 1
    assert counted() == {"TickRan": 1, "Overdue": 1}


def test_tick_copies_the_trail_and_publishes_though_it_cannot(
    wired: Wiring, context: Context, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = wired.clients.get("s3")
    s3.create_bucket(
        Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    event = {"id": "event", "source": "aws.events"}
    wired.ledger.audit(datetime.now(UTC), "ada", "stop", {"scope": "*"})
    for bucket in ("none", "archive"):
        monkeypatch.setenv("SIGNPOST_SIGNOFF_ARCHIVE", bucket)
        wiring.cache_clear()
        tick.handler(event, context)
    (copied,) = s3.list_objects_v2(Bucket="archive")["Contents"]
    assert copied["Key"].startswith("ledger/")
    assert counted() == {"TickRan": 2, "Overdue": 0, "TrailBehind": 1}


# --- publish ------------------------------------------------------------------------------------


def test_publish_reports_a_bad_end_once(
    wired: Wiring, context: Context, log: Log, counted: Counted
) -> None:
    """Invariant 55: a bad end alerts once, however often its message comes."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    row = a_row(due=long_ago, next_at=long_ago)
    wired.ledger.create(row)
    event = sqs_event({"delivery": row.delivery})
    for _ in range(3):
        assert publish.handler(event, context) == {"batchItemFailures": []}
    assert wired.ledger.rows([row.delivery])[row.delivery].state is State.EXPIRED
    assert counted() == {"BadEnd": 1}
    alerts = [entry for entry in log() if entry.get("alert")]
    assert [(a["level"], a["delivery"], a["state"]) for a in alerts] == [
        ("WARNING", row.delivery, "EXPIRED")
    ]
    assert alerts[0]["correlation_id"] == "00000000-message"


def test_publish_owners_differ_between_invocations(wired: Wiring) -> None:
    owners = set()
    for number in range(2):
        row = a_row(f"acme/shop/p{number}/fedi")
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        wired.ledger.create(replace(row, due=long_ago, next_at=long_ago))
        publish.handler(sqs_event({"delivery": row.delivery}), Context(aws_request_id=f"r{number}"))
        owners.add(wired.ledger.rows([row.delivery])[row.delivery].owner)
    assert len(owners) == 2
    assert all(owner.startswith("publish:r") for owner in owners)


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"delivery"'])
@pytest.mark.parametrize("handler", [publish.handler, measure.handler])
def test_a_message_that_cannot_be_handled_comes_again(
    wired: Wiring, context: Context, counted: Counted, handler: Any, body: str
) -> None:
    assert wired is not None
    answer = handler(sqs_event(body), context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "00000000-message"}]}
    assert counted() == {"WorkerFailed": 1}


def test_a_message_about_an_unknown_delivery_is_done(wired: Wiring, context: Context) -> None:
    assert wired is not None
    for handler, body in (
        (publish.handler, {"delivery": "acme/shop/none/fedi"}),
        (measure.handler, {"delivery": "acme/shop/none/fedi", "age_s": 60}),
    ):
        assert handler(sqs_event(body), context) == {"batchItemFailures": []}


def test_a_ledger_that_is_down_sends_the_message_back(
    wired: Wiring, context: Context, counted: Counted
) -> None:
    wired.clients.get("dynamodb").delete_table(TableName="Ledger")
    answer = publish.handler(sqs_event({"delivery": "acme/shop/p/fedi"}), context)
    assert len(answer["batchItemFailures"]) == 1
    assert counted() == {"WorkerFailed": 1}


# --- control ------------------------------------------------------------------------------------


def test_control_stops_and_resumes(wired: Wiring, context: Context) -> None:
    who = {"actor": "ada@acme.test", "reason": "typo"}
    answer = control.handler({"action": "stop", "scope": "brand:shop", **who}, context)
    assert answer == {"ok": True, "version": 2, "scopes": ["brand:shop"]}
    answer = control.handler({"action": "resume", "scope": "*", **who}, context)
    assert answer == {"ok": True, "version": 3, "scopes": []}
    found = wired.clients.get("dynamodb").scan(TableName="Ledger")["Items"]
    audit = [item for item in found if item["pk"]["S"].startswith("AUDIT#")]
    assert sorted(item["action"]["S"] for item in audit) == ["resume", "stop"]
    assert all(item["actor"]["S"] == "ada@acme.test" for item in audit)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"action": "stop", "scope": "*"},
        {"action": "stop", "actor": "ada"},
        {"action": "stop", "scope": "brand:", "actor": "ada"},
        {"action": "delete", "scope": "*", "actor": "ada"},
        {"action": "resume", "scope": "*", "actor": "ada"},
        {"action": "release", "actor": "ada", "reason": "r"},
        {"action": "accounts", "actor": "ada"},
        {"action": "accounts", "account": "fedi"},
        {"action": "accounts", "account": "fedi", "actor": "ada"},
        {"action": "release", "delivery": "a/b/c/d", "actor": "ada", "reason": "r"},
        {"action": "correct", "actor": "ada"},
        {"action": "correct", "delivery": "a/b/c/d", "actor": "ada"},
        {"action": "retract", "delivery": "a/b/c/d", "actor": "ada", "dry": "yes"},
        {"action": "retract", "delivery": "a/b/c/d"},
    ],
)
def test_control_says_what_is_wrong(wired: Wiring, context: Context, event: dict[str, Any]) -> None:
    answer = control.handler(event, context)
    assert answer["ok"] is False
    assert answer["cause"]
    assert answer["remedy"]
    assert wired.ledger.stop() is not None


def test_control_releases_what_is_held(wired: Wiring, context: Context) -> None:
    row = a_row(state=State.HELD, reason="stopped (*)")
    wired.ledger.create(row)
    event = {"action": "release", "delivery": row.delivery, "actor": "ada", "reason": "checked"}
    answer = control.handler(event, context)
    assert answer == {"ok": True, "delivery": row.delivery, "state": "SCHEDULED"}


def test_control_looks_at_an_account_with_the_secret_as_it_is_now(
    wired: Wiring, context: Context, log: Log
) -> None:
    """Who mends a token and asks again must not be told of the old one for five minutes."""
    account = Account("hook", "webhook", "hook", "https://hook.example", "hook")
    one = replace(delivery(""), workspace="acme", account=account)
    bundle = make_bundle("acme", [(one, About())], previous="")
    wired.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
    wired.ledger.swap_pointer(bundle.digest, expected="", at=datetime.now(UTC))
    event = {"action": "accounts", "account": "hook", "actor": "ada"}
    causes = []
    for value in (None, '{"signing_key": "canary"}', "canary"):
        if value:
            wired.clients.get("ssm").put_parameter(
                Name="/signpost/acme/hook", Value=value, Type="SecureString", Overwrite=True
            )
        answer = control.handler({**event, "server": "https://evil.example"}, context)
        assert (answer["ok"], answer["server"]) == (True, "https://hook.example")
        assert answer["may_post"] is False
        causes.append(answer["faults"][0]["cause"])
    assert "ParameterNotFound" in causes[0]
    assert "has no `signing_key` of at least 32 characters" in causes[1]
    assert "is not a JSON object of texts" in causes[2]
    assert "canary" not in f"{causes}{log()}"


def test_control_retracts_what_is_public(wired: Wiring, context: Context) -> None:
    account = Account("hook", "webhook", "hook", "https://hook.example", "hook")
    one = replace(delivery(""), workspace="acme", account=account)
    bundle = make_bundle("acme", [(one, About())], previous="")
    wired.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
    wired.ledger.swap_pointer(bundle.digest, expected="", at=datetime.now(UTC))
    line = bundle.lines[0]
    part = PublishedPart("17", "https://hook.example/17")
    wired.ledger.create(
        a_row(
            one.id, state=State.PUBLISHED, parts=(part,), revision=one.revision, target=account,
            bundle=BundleRef(bundle.digest, line.offset, line.length),
        )
    )  # fmt: skip
    event = {"action": "retract", "delivery": one.id, "actor": "ada", "reason": "wrong price"}
    look = {"action": "amendment", "delivery": one.id, "actor": "ada"}
    assert control.handler(look, context)["state"] is None
    answer = control.handler({**event, "dry": "yes"}, context)
    assert [part["permalink"] for part in answer["parts"]] == ["https://hook.example/17"]
    assert control.handler(look, context)["state"] is None
    assert control.handler(event, context)["state"] == "SCHEDULED"
    answer = control.handler(look, context)
    assert (answer["action"], answer["state"], answer["done"]) == ("retract", "SCHEDULED", 0)
    state = wired.objects.get("state/deliveries.json")
    assert state is not None
    assert b"ada: wrong price" in state.data


def test_control_tells_what_awaits_approval_and_takes_no_false_yes(
    wired: Wiring, context: Context
) -> None:
    asked = {"action": "awaiting", "person": "ottilie", "posts": [], "actor": "ada"}
    assert control.handler(asked, context) == {"ok": True, "items": []}
    yes = {
        "action": "approve", "brand": "shop", "post": "p", "tier": "offers", "actor": "ada",
        "deliveries": {"acme/shop/p/fedi": "0" * 64}, "signatures": {"ottilie.sig": "-----"},
    }  # fmt: skip
    answer = control.handler(yes, context)
    assert (answer["ok"], answer["code"]) == (False, "APPROVAL")
    assert "needs no approval" in answer["cause"]
    assert control.handler({"action": "proofs", "posts": ["shop/p"], "actor": "a"}, context) == {
        "ok": True, "proofs": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        {"action": "release", "delivery": "acme/larkfell/p/fedi", "checked": "absent"},
        {"action": "retract", "delivery": "acme/larkfell/p/fedi"},
        {"action": "correct", "delivery": "acme/larkfell/p/fedi", "again": "yes"},
        {"action": "amendment", "delivery": "acme/larkfell/p/fedi"},
        {"action": "accounts", "account": "fedi"},
        {"action": "proofs", "posts": ["larkfell/p"]},
    ],
    ids=lambda event: event["action"],
)
def test_the_pages_may_not_ask_for_what_no_page_offers(
    wired: Wiring, context: Context, event: dict[str, Any]
) -> None:
    """A broken page, which may invoke this function alone, sends nothing twice."""
    row = a_row(state=State.HELD, maybe_live=True, reason="no answer")
    wired.ledger.create(row)
    asked = {**event, "actor": "larkfell/juno", "reason": "r"}
    if "delivery" in event:
        asked["delivery"] = row.delivery
    answer = control_for_pages.handler(asked, context)
    assert (answer["ok"], "is unknown" in answer["cause"]) == (False, True)
    assert wired.ledger.rows([row.delivery])[row.delivery] == row


def test_the_pages_stop_and_lift_nothing_for_which_nobody_signs(
    wired: Wiring, context: Context
) -> None:
    who = {"actor": "larkfell/juno", "reason": "typo"}
    stopped = {"ok": True, "version": 2, "scopes": ["brand:shop"]}
    asked = {"action": "stop", "scope": "brand:shop", **who}
    assert control_for_pages.handler(asked, context) == stopped
    for scope in ("brand:shop", "*"):
        asked = {"action": "resume", "scope": scope, **who}
        answer = control_for_pages.handler(asked, context)
        assert (answer["ok"], answer["remedy"]) == (False, "Use `signpost resume` at a desk.")
    assert control_for_pages.handler({"action": "switch", "actor": "pages"}, context) == stopped
    assert control.handler({"action": "resume", "scope": "*", **who}, context)["ok"]


def test_control_fails_loudly_when_it_is_not_sure(wired: Wiring, context: Context) -> None:
    wired.clients.get("dynamodb").delete_table(TableName="Ledger")
    event = {"action": "stop", "scope": "*", "actor": "ada", "reason": "r"}
    with pytest.raises(Exception, match="DynamoDB answered"):
        control.handler(event, context)


# --- all ----------------------------------------------------------------------------------------


def test_handlers_are_short(project: Path) -> None:
    folder = project / "functions" / "signpost" / "handlers"
    sizes = {path.name: len(path.read_text().splitlines()) for path in folder.glob("*.py")}
    assert {name: size for name, size in sizes.items() if size > 60} == {}
    assert len(sizes) == 11
