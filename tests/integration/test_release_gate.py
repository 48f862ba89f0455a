"""The gate in the emulator: functions verify signatures themselves, and hold what has no release."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.connectors.registry import Registry
from signpost.domain.approval import Authors, Tier
from signpost.domain.canonical import digest, utc_text
from signpost.domain.delivery import About, Part, make_bundle
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import pack
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.statement import Acknowledgement, Approval, Rejection
from signpost.local.deploy import deploy_template, local_clients
from signpost.local.emulator import Emulator
from signpost.usecases.gatekeeper import evidence_key
from signpost.usecases.onboarding import reading_key
from signpost.usecases.signoff.trust import made_key
from signpost.usecases.verdict import Verdict, parse_verdict
from tests.fakes.phone import Phone
from tests.handlers.house import b64, sent, unweb
from tests.integration import test_stack
from tests.integration.test_stack import Stack, objects_of, wait_for
from tests.perf.canned import delivery
from tests.signing import office
from tests.signing.keysmith import TestKey
from tests.signing.office import DOMAIN, JUNO, KASIMIR, OTTILIE, Office

package = test_stack.package
WORKSPACE, BRAND = "acme", office.BRAND
ORIGIN = "http://signoff.localhost:4650"
TODAY = datetime.now(UTC).date()


def an_office() -> Office:
    made = Office()
    made.root()
    return made


@pytest.fixture(scope="module")
def gated(
    project: Path, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack that was told the digest of trust root 1, and is open."""
    emulator = Emulator.start(tmp_path_factory.mktemp("gated"))
    try:
        template = project / "infra" / "template.yaml"
        parameters = {
            "Workspace": WORKSPACE,
            "Ages": "60",
            "SignoffRoot": sha256(an_office().roots[1]),
            "SignoffLocal": ORIGIN,
        }
        outputs = deploy_template(emulator.endpoint, template, package, parameters)
        stack = Stack(emulator, outputs, local_clients(emulator.endpoint))
        event = {"action": "resume", "scope": "*", "actor": "test", "reason": "begin"}
        stack.invoke(outputs["ControlFunction"], event)
        yield stack
    finally:
        emulator.stop()


def push(
    stack: Stack, post: str, made: Office, *, required: bool = True, kind: str = "", in_s: int = 2
) -> Verdict:
    """A post that is due in a moment, with the office's proof; the stack's answer."""
    s3, bucket = stack.clients.get("s3"), stack.outputs["Bucket"]

    def folder(place: str) -> Folder:
        found = {
            path.removeprefix(f"{place}/"): data
            for path, data in made.tree.items()
            if path.startswith(f"{place}/") and isinstance(data, bytes)
        }
        return Folder(found)

    proof = pack(
        {number: folder(f"signoff/{BRAND}/roots/{number}") for number in made.roots},
        {version: folder(made.place(version)) for version in made.sealed},
    )
    s3.put_object(Bucket=bucket, Key=evidence_key(BRAND, digest(proof)), Body=proof)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=in_s)
    parts = Registry().get("mastodon").render((Part(post),), link="", language="en", options={})
    one = replace(
        delivery("https://127.0.0.1:9", post=post, account="fedi"),
        workspace=WORKSPACE,
        brand=BRAND,
        due=due,
        local=due.replace(tzinfo=None).isoformat(sep=" "),
        parts=parts,
    )
    state = s3.get_object(Bucket=bucket, Key="state/deliveries.json") if known(stack) else None
    before = json.loads(state["Body"].read())["bundle"] if state else ""
    bundle = make_bundle(
        WORKSPACE, [(one, About(title=post, type=kind))], previous=before,
        releases={BRAND: digest(proof)}, require_release=required,
        tiers=[Tier("offers", types=("promotion",)).wire()],
        authors={f"{BRAND}/{post}": Authors(("juno",)).wire()} if kind else {},
    )  # fmt: skip
    s3.put_object(Bucket=bucket, Key=f"bundles/{bundle.digest}.jsonl", Body=bundle.data)
    name = f"verdicts/{bundle.digest}.json"
    wait_for(lambda: name in objects_of(stack))
    return parse_verdict(s3.get_object(Bucket=bucket, Key=name)["Body"].read())


def known(stack: Stack) -> bool:
    return "state/deliveries.json" in objects_of(stack)


def row(stack: Stack, post: str) -> dict[str, Any]:
    """State and reason of a delivery, as the ledger has them."""
    item = stack.clients.get("dynamodb").get_item(
        TableName=stack.outputs["Ledger"],
        Key={"pk": {"S": f"D#{WORKSPACE}/{BRAND}/{post}/fedi"}, "sk": {"S": "STATE"}},
    )["Item"]
    return {name: item.get(name, {}).get("S", "") for name in ("state", "reason")}


def left_the_queue(stack: Stack, post: str) -> dict[str, Any]:
    """The row once a worker wrote to it: held, or with the reason of a token that is missing."""
    wait_for(lambda: row(stack, post)["reason"])
    return row(stack, post)


def test_the_gate_from_signed_to_past_its_review_date(gated: Stack) -> None:
    """A signed release lets through, the review date closes, an older one cannot come back."""
    made = an_office()
    made.release(effective=TODAY - timedelta(days=9), review_by=TODAY + timedelta(days=9))
    assert push(gated, "open", made).accepted
    seen = left_the_queue(gated, "open")
    # It came as far as the account's token, which nobody stored here.
    assert (seen["state"], "could not be prepared" in seen["reason"]) == ("SCHEDULED", True)

    # Its last day passes: nobody waits for midnight here, so the fact is moved instead.
    gated.clients.get("dynamodb").update_item(
        TableName=gated.outputs["Ledger"],
        Key={"pk": {"S": f"W#{WORKSPACE}"}, "sk": {"S": f"RELEASE#{BRAND}"}},
        UpdateExpression="SET releases = :r",
        ExpressionAttributeValues={":r": {"S": moved_end(gated)}},
    )
    wait_for(lambda: row(gated, "open")["state"] == "HELD", seconds=150)
    assert "past its review date" in row(gated, "open")["reason"]

    over = an_office()
    over.release(review_by=date(2020, 1, 2), effective=date(2020, 1, 1))
    older = push(gated, "older", over)
    assert (older.accepted, older.code) == (False, "rollback")
    off = push(gated, "off", made, required=False)
    assert (off.accepted, off.code) == (False, "gate")

    made.release("2026.2", previous="2026.1", effective=TODAY, review_by=date(2099, 1, 1))
    assert push(gated, "again", made).accepted
    seen = left_the_queue(gated, "again")
    assert (seen["state"], "could not be prepared" in seen["reason"]) == ("SCHEDULED", True)
    state = gated.clients.get("s3").get_object(
        Bucket=gated.outputs["Bucket"], Key="state/deliveries.json"
    )
    known_of = json.loads(state["Body"].read())["releases"][BRAND]
    assert [item["version"] for item in known_of["releases"]] == ["2026.2"]
    assert known_of["releases"][0]["signers"] == ["juno", "ottilie"]

    # With the rights that the template gives, and no others.
    assert not acknowledged(gated, made, "ottilie")["ok"]
    for again in (False, True):
        answer = acknowledged(gated, made, "juno")
        assert (answer["ok"], answer["version"], answer["again"]) == (True, "2026.2", again)
    told = gated.clients.get("s3").get_object(
        Bucket=gated.outputs["Bucket"], Key=reading_key(BRAND)
    )
    entries = json.loads(told["Body"].read())["acknowledgements"]
    assert [item["person"] for item in entries] == ["juno"]
    enrolled_and_revoked(gated)
    signed_by_control(gated, made)
    approved_on_the_phone_and_at_a_desk(gated, made)
    wait_for(lambda: {"approve", "reject", "sign-release"} <= copied_acts(gated))


def enrolled_and_revoked(stack: Stack) -> None:
    """The pages remember, use up, count and archive; who is in no root does not enter."""
    function = stack.outputs["SignoffFunction"]
    asked = {"action": "invite", "brand": BRAND, "person": "ada", "name": "Ada", "actor": "test"}
    token = stack.invoke(function, asked)["link"].partition("#")[2]
    phone = Phone("ada's phone", origin=ORIGIN)
    begun = page(stack, "enrol/begin", {"token": token})
    made, tried = phone.make(unweb(begun["make"])), phone.sign(unweb(begun["try"]))
    given = {"token": token, "nonce": begun["nonce"], "made": sent(made), "tried": sent(tried)}
    assert page(stack, "enrol/finish", given)["ok"]
    assert not page(stack, "enrol/finish", given)["ok"], "a link serves once"
    begun = page(stack, "login/begin", {})
    answer = sent(phone.sign(unweb(begun["challenge"]))) | {"id": b64(phone.id)}
    said = page(stack, "login/finish", {"nonce": begun["nonce"], "answer": answer})
    assert (said["ok"], said["code"]) == (False, "LOGIN")
    asked = {"action": "revoke", "brand": BRAND, "person": "ada", "actor": "test"}
    assert len(stack.invoke(function, asked)["passkeys"]) == 1
    assert len(archived(stack, "signoff/")) == 3, "invited, enrolled, revoked"


def archived(stack: Stack, place: str) -> list[dict[str, Any]]:
    """What lies in a folder of the write-once bucket."""
    s3 = stack.clients.get("s3")
    (archive,) = (
        bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if "archive" in bucket["Name"]
    )
    found = s3.list_objects_v2(Bucket=archive, Prefix=place).get("Contents", ())
    return [
        json.loads(s3.get_object(Bucket=archive, Key=item["Key"])["Body"].read()) for item in found
    ]


def copied_acts(stack: Stack) -> set[str]:
    """What `tick` copied of the ledger's own trail."""
    return {entry["action"] for entry in archived(stack, "ledger/")}


def page(stack: Stack, act: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the pages answer to an act, by the event that their API makes of it."""
    event = {
        "version": "2.0",
        "rawPath": f"/api/{act}",
        "headers": {
            "host": ORIGIN.partition("//")[2], "origin": ORIGIN, "x-signpost": "1",
            "content-type": "application/json",
        },
        "body": json.dumps(body),
        "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.7"}},
    }  # fmt: skip
    answer = stack.invoke(stack.outputs["SignoffFunction"], event)
    said: dict[str, Any] = json.loads(answer["body"])
    return {"ok": answer["statusCode"] == 200, **said}


def signed_by_control(stack: Stack, made: Office) -> None:
    """A signature that came from a page is judged and kept, by the `control` of the pages."""
    sealed = made.sealed["2026.2"]
    asked = {
        "action": "sign-release", "brand": BRAND, "name": "2026.2", "digest": sha256(sealed),
        "person": "kasimir", "actor": "test",
        "signature": KASIMIR.sign(sealed, f"strategy@{DOMAIN}").decode(),
    }  # fmt: skip
    function = stack.outputs["ControlForPagesFunction"]
    assert stack.invoke(function, asked)["ok"]
    retract = {"action": "retract", "delivery": "a/b/c/d", "actor": "test", "reason": "r"}
    assert "is unknown" in stack.invoke(function, retract)["cause"]
    key = made_key(BRAND)
    told = stack.clients.get("s3").get_object(Bucket=stack.outputs["Bucket"], Key=key)
    signatures = json.loads(told["Body"].read())["releases"]["2026.2"]["signatures"]
    assert list(signatures) == ["kasimir.sig"]


def approved_on_the_phone_and_at_a_desk(stack: Stack, made: Office) -> None:
    """Held until who may say yes has; after a no as well; what was signed is there for `collect`."""
    phone, desk = stack.outputs["ControlForPagesFunction"], stack.outputs["ControlFunction"]
    assert push(stack, "offer", made, kind="promotion").accepted
    held = row(stack, "offer")
    assert held["state"] == "HELD"
    assert "awaiting approval" in held["reason"]
    for name, key in (("juno", JUNO), ("kasimir", KASIMIR), ("ottilie", JUNO)):
        assert not decided(stack, phone, "offer", name, key)["ok"], f"{name} may not"
    assert row(stack, "offer")["state"] == "HELD"
    answer = decided(stack, phone, "offer", "ottilie", OTTILIE)
    assert (answer["ok"], answer["met"], answer["signed"]) == (True, True, ["ottilie"])
    wait_for(lambda: "could not be prepared" in row(stack, "offer")["reason"])
    assert row(stack, "offer")["state"] == "SCHEDULED", "it came as far as the account's token"

    assert push(stack, "poster", made, kind="promotion", in_s=3600).accepted
    assert decided(stack, desk, "poster", "ottilie", OTTILIE, no="The 14th, not the 13th.")["ok"]
    asked = {"action": "awaiting", "actor": "test", "person": "ottilie"}
    (item,) = stack.invoke(phone, asked | {"posts": [f"{BRAND}/poster"]})["items"]
    assert [(d["approve"], d["comment"]) for d in item["decisions"]] == [
        (False, "The 14th, not the 13th.")
    ]
    assert not decided(stack, phone, "poster", "ottilie", OTTILIE)["ok"], "it forgets the no"
    after = item["decisions"][0]["statement"]
    answer = decided(stack, phone, "poster", "ottilie", OTTILIE, after=after)
    assert (answer["ok"], answer["met"]) == (True, True)
    (state,) = answer["states"].values()
    assert (state, row(stack, "poster")["state"]) == ("SCHEDULED", "SCHEDULED")

    posts = [f"{BRAND}/offer", f"{BRAND}/poster"]
    assert stack.invoke(phone, {"action": "proofs", "actor": "test", "posts": posts})["ok"] is False
    told = stack.invoke(desk, {"action": "proofs", "actor": "test", "posts": posts})["proofs"]
    assert [(one["post"], one["approve"]) for one in told] == [
        ("offer", True), ("poster", False), ("poster", True)
    ]  # fmt: skip


def decided(
    stack: Stack,
    function: str,
    post: str,
    person: str,
    key: TestKey,
    *,
    no: str = "",
    after: str = "",
) -> dict[str, Any]:
    """Let a key say yes, or no, to a post as the stack has it; what the function answers."""
    asked = {"action": "awaiting", "actor": "test", "person": person, "posts": [f"{BRAND}/{post}"]}
    (item,) = stack.invoke(function, asked)["items"]
    seen = {one["delivery"]: one["revision"] for one in item["deliveries"]}
    said: Approval | Rejection = Approval(BRAND, "offers", post, seen, after)
    if no:
        said = Rejection(BRAND, "offers", post, seen, no, after)
    signature = key.sign(said.write(), f"approval@{DOMAIN}").decode()
    answer: dict[str, Any] = stack.invoke(
        function,
        {"action": "reject" if no else "approve", "actor": "test", "brand": BRAND, "post": post,
         "tier": "offers", "deliveries": seen, "signatures": {f"{person}.sig": signature},
         "reason": no},
    )  # fmt: skip
    return answer


def moved_end(stack: Stack) -> str:
    """The facts, with an end that was a second ago."""
    item = stack.clients.get("dynamodb").get_item(
        TableName=stack.outputs["Ledger"],
        Key={"pk": {"S": f"W#{WORKSPACE}"}, "sk": {"S": f"RELEASE#{BRAND}"}},
    )["Item"]
    ((version, sealed, start, _, signers),) = json.loads(item["releases"]["S"])
    ended = utc_text(datetime.now(UTC) - timedelta(seconds=1))
    return json.dumps([[version, sealed, start, ended, signers]])


def acknowledged(stack: Stack, made: Office, person: str) -> dict[str, Any]:
    """Let juno's key say that a person has read 2026.2; what `control` answers."""
    said = Acknowledgement(BRAND, person, sha256(made.sealed["2026.2"]))
    signature = JUNO.sign(said.write(), f"acknowledge@{DOMAIN}").decode()
    answer: dict[str, Any] = stack.invoke(
        stack.outputs["ControlFunction"],
        {"action": "acknowledge", "actor": "test", "brand": BRAND, "person": person,
         "release": said.release, "signature": signature},
    )  # fmt: skip
    return answer
