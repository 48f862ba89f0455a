"""`signpost acknowledge` and `onboarding status`, with real keys, from a clone to the evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from botocore.exceptions import EndpointConnectionError
from click.testing import CliRunner

from signpost.cli import control, wiring
from signpost.cli.acknowledge import command as acknowledge_command
from signpost.cli.collect import collect_of_brands
from signpost.cli.connection import Connection
from signpost.cli.onboarding import command as onboarding_command
from signpost.cli.signoff import reading_stack
from signpost.cli.signoff.evidence import Site, judge_site
from signpost.cli.signoff.readings import collect_acknowledgements
from signpost.domain.canonical import canonical_json
from signpost.domain.people import Acknowledged
from signpost.errors import SigningError
from signpost.usecases.onboarding import acknowledged, reading_key
from tests.fakes.objects import FakeObjects
from tests.signing.workspace import DATES, Company, Strategy, run, told

Command = Callable[..., tuple[int, str]]
PEOPLE = """people:
  - {id: ada, name: Ada Amsel}
  - {id: ben, name: Ben Buche, manager: ada}
  - {id: cleo, name: Cleo Clown, manager: ben, starts: 2026-01-05, checklist: writer}
  - {id: dora, name: Dora Dachs, client: true}
  - {id: emil, name: Emil Elster, starts: 2089-01-01}
"""
CHECKLIST = '# W\n\n- [ ] Read.\n  {: #w-acknowledge data-due="9" }\n'
NOW = datetime.now(UTC)


def runs(command: click.Command) -> Command:
    def call(*words: str, answer: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(command, words, input=answer, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return (done.return_value if isinstance(done.return_value, int) else 0), done.stdout

    return call


acknowledge, onboarding = runs(acknowledge_command), runs(onboarding_command)


@pytest.fixture
def hired(company: Company, strategy: Strategy) -> Company:
    """Release 2026.1 is in force, signed by ada and ben; cleo is in the trust root, as a reader."""
    company.write("content/acme/people.yaml", PEOPLE)
    company.write("strategy-site/docs/acme/onboarding/writer.md", CHECKLIST)
    company.commit("People")
    company.key("cleo")
    signers = [
        word
        for name, role in (("ada", "director"), ("ben", "director"), ("cleo", "reader"))
        for word in ("--signer", f"{name}:{role}:{company.keys / name}.pub")
    ]
    titles = ("--role", "director=Director", "--role", "reader=Reader")
    thresholds = [
        word
        for name in ("strategy", "root", "resume")
        for word in ("--threshold", f"{name}=2:director")
    ]
    assert strategy("root", "init", *signers, *titles, *thresholds)[0] == 0
    for name in ("ada", "ben", "cleo"):
        strategy("sign", "root", "--as", name, "--yes")
    company.commit("Trust root")
    release(company, strategy, "2026.1")
    return company


def release(company: Company, strategy: Strategy, version: str) -> None:
    strategy("release", version, *DATES)
    for name in ("ada", "ben"):
        strategy("sign", version, "--as", name, "--yes")
    company.commit(version)


class Stack:
    """What `control` answers, and the bucket that it writes to."""

    def __init__(self) -> None:
        self.objects = FakeObjects()
        self.asked: list[dict[str, Any]] = []

    def taken(self) -> list[Acknowledged]:
        return acknowledged(self.objects, "acme")

    def ask(self, _connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        names = ("brand", "person", "release", "signature")
        said = Acknowledged(version="2026.1", at=NOW, **{name: request[name] for name in names})
        self.put(said)
        return {"again": False}

    def put(self, *said: Acknowledged) -> None:
        entries = [item.wire() for item in (*self.taken(), *said)]
        document = canonical_json({"acknowledgements": entries})
        self.objects.content[reading_key("acme")] = document


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    made = Stack()
    monkeypatch.setattr(control, "ask_control", made.ask)
    monkeypatch.setattr(
        reading_stack,
        "find_stack",
        lambda *_a, offline=False: (
            reading_stack.ReadingStack(why_not="No stack.")
            if offline
            else reading_stack.ReadingStack(Connection("b"), made.taken())
        ),
    )
    return made


def evidence(company: Company, version: str = "2026.1") -> Path:
    return company.site / "signoff/acme/evidence/acknowledge" / version


def test_a_new_hire_reads_all_of_it_and_the_evidence_verifies_with_stock_tools(
    hired: Company, strategy: Strategy
) -> None:
    code, out = acknowledge("--as", "cleo", "--archive", answer="y\n")
    assert code == 0
    assert "We mend." in out, "every document in full"
    assert "Commit" in out
    statement = evidence(hired) / "cleo.json"
    signature = evidence(hired) / "cleo.json.signatures/cleo.sig"
    said = json.loads(statement.read_bytes())
    assert (said["kind"], said["person"]) == ("acknowledge", "cleo")
    run("ssh-keygen", "-Y", "verify", "-f", str(hired.site / "signoff/acme/allowed_signers"),
        "-I", "cleo", "-n", "acknowledge@acme.example", "-s", str(signature),
        text=statement.read_bytes())  # fmt: skip
    assert strategy("verify", "--statement", str(statement))[0] == 0
    code, again = told(acknowledge, "--as", "cleo", "--archive", "--yes")
    assert (code, again["again"], again["files"]) == (0, True, [])


def test_on_the_next_release_only_what_changed_is_shown(hired: Company, strategy: Strategy) -> None:
    acknowledge("--as", "cleo", "--archive", "--yes")
    hired.commit("Read")
    hired.edit("content/acme/kpis.yaml", "value: 20", "value: 35")
    hired.edit("strategy-site/docs/acme/strategy/index.md", "We mend.", "We mend, and lend.")
    hired.commit("More")
    release(hired, strategy, "2026.2")
    code, out = acknowledge("--as", "cleo", "--archive", answer="y\n")
    assert code == 0
    assert "You read 2026.1. This changed in 2026.2 of acme:" in out
    assert "+We mend, and lend." in out
    assert "Plain words." not in out
    assert "──── files/" in acknowledge("--as", "ada", "--whole", "--archive", answer="y\n")[1]
    with pytest.raises(SigningError, match=r"2026\.1 is superseded") as refused:
        acknowledge("2026.1", "--as", "cleo", "--archive", "--yes")
    assert "Read 2026.2" in refused.value.remedy


def test_the_stack_is_told_and_collect_brings_what_it_took(hired: Company, stack: Stack) -> None:
    code, out = acknowledge("--as", "cleo", "--yes")
    assert (code, "Acknowledged: cleo has read 2026.1 of acme." in out) == (0, True)
    (asked,) = stack.asked
    assert (asked["action"], asked["person"], asked["actor"]) == (
        "acknowledge", "cleo", "acme/cleo",
    )  # fmt: skip
    assert not evidence(hired).exists()
    assert told(acknowledge, "--as", "cleo", "--yes")[1]["again"] is True
    assert len(stack.asked) == 1

    site = Site(hired.site, "acme")
    standing = judge_site(site, NOW.date())
    (genuine,) = stack.taken()
    stack.put(
        replace(genuine, person="ben"),
        replace(genuine, version="../../../../evil", person="ada"),
        replace(genuine, release=f"sha256:{'0' * 64}"),
    )
    written = collect_acknowledgements(site, standing, stack.objects)
    assert [file.name for file in written] == ["cleo.sig", "cleo.taken", "cleo.json"]
    # Cut off before the last of them, it is brought again; then it stays.
    (evidence(hired) / "cleo.json").unlink()
    assert len(collect_acknowledgements(site, standing, stack.objects)) == len(written)
    assert collect_acknowledgements(site, standing, stack.objects) == []
    assert {file.name for file in evidence(hired).iterdir()} == {
        "cleo.json", "cleo.json.signatures", "cleo.taken",
    }  # fmt: skip
    odd = replace(genuine, version="../../../../evil")
    (evidence(hired) / "cleo.json").unlink()
    stack.objects.content.clear()
    stack.put(odd)
    assert collect_acknowledgements(site, standing, stack.objects)[-1].parent == evidence(hired)


def test_collect_brings_those_of_every_brand(hired: Company, stack: Stack) -> None:
    acknowledge("--as", "cleo", "--yes")
    written, _faults = collect_of_brands(hired.site, stack.objects)
    assert written == [evidence(hired) / "cleo.json.signatures/cleo.sig"]
    assert collect_of_brands(hired.site, stack.objects) == ([], [])


def test_somebody_elses_key_signs_nothing(hired: Company) -> None:
    hired.key("mallory")
    for words in (("--key", str(hired.keys / "mallory")),
                  ("--key", str(hired.keys / "ada"), "--as", "cleo"), ("--as", "mallory")):  # fmt: skip
        with pytest.raises(SigningError, match="in the trust root"):
            acknowledge(*words, "--archive", "--yes")
    with pytest.raises(click.exceptions.Abort):
        acknowledge("--as", "cleo", "--archive", answer="n\n")
    with pytest.raises(SigningError, match="no release `2027"):
        acknowledge("2027.1", "--as", "cleo", "--archive", "--yes")
    assert not evidence(hired).exists()


def test_what_was_altered_is_not_read(hired: Company) -> None:
    page = hired.release() / "files/docs/acme/strategy/index.md"
    page.write_text("# Strategy\n\nWe lend.\n", encoding="utf-8")
    with pytest.raises(SigningError):
        acknowledge("--as", "cleo", "--archive", "--yes")


def test_status_says_who_has_read_who_is_late_and_who_has_no_key(
    hired: Company, strategy: Strategy, stack: Stack
) -> None:
    code, document = told(onboarding, "status")
    assert code == 1
    (brand,) = document["brands"]
    people = {item["person"]: item for item in brand["people"]}
    assert [item["person"] for item in brand["people"]] == ["cleo", "ada", "ben", "emil", "dora"]
    assert {name: item["standing"] for name, item in people.items()} == {
        "cleo": "late", "ada": "read", "ben": "read", "emil": "not started", "dora": "not asked",
    }  # fmt: skip
    assert (
        people["cleo"]["due"] == "2026-01-15"
    )  # 14 days after the release; the checklist's day is before
    assert (people["cleo"]["has_key"], people["emil"]["has_key"]) == (True, False)
    assert people["ada"]["read"]["how"] == "signed"
    code, out = onboarding("status")
    assert "1 person is late." in out
    assert "Without a key: emil." in out

    assert brand["without_checklist"] == []
    hired.edit("content/acme/people.yaml", "checklist: writer", "checklist: wirter")
    assert told(onboarding, "status")[1]["brands"][0]["without_checklist"] == ["wirter"]

    acknowledge("--as", "cleo", "--yes")
    code, out = onboarding("status", "--brand", "acme")
    assert code == 0
    assert f"2026.1, {NOW.date()}" in out


def test_a_stack_that_is_down_is_told_and_the_repository_speaks_alone(
    hired: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledge("--as", "cleo", "--archive", "--yes")

    def down(*_arguments: object, **_named: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example")

    monkeypatch.setenv("SIGNPOST_BUCKET", "b")
    monkeypatch.setattr(wiring, "connect", down)
    code, document = told(onboarding, "status")
    assert (code, "did not answer" in document["brands"][0]["stack"]) == (0, True)
    with pytest.raises(EndpointConnectionError):  # the command line says what to do
        acknowledge("--as", "ada", "--whole", "--yes")


def test_a_signature_that_does_not_count_is_a_fault_not_a_reader(
    hired: Company, stack: Stack
) -> None:
    acknowledge("--as", "cleo", "--yes")
    (said,) = stack.taken()
    stack.objects.content.clear()
    stack.put(replace(said, person="ben"))
    code, document = told(onboarding, "status")
    assert code == 1
    (fault,) = document["brands"][0]["faults"]
    assert fault["path"] == "acknowledgement of ben (2026.1)"
    assert fault["remedy"]


def test_without_a_release_there_is_nothing_to_read(rooted: Company) -> None:
    assert rooted.site.is_dir()
    code, document = told(onboarding, "status")
    assert (code, document["brands"][0]["release"]) == (3, None)
    assert "no release is in force" in onboarding("status")[1]


def test_who_is_in_the_trust_root_alone_is_told(signed: Company) -> None:
    signed.write("content/acme/people.yaml", "people:\n  - {id: ada, name: Ada Amsel}\n")
    code, document = told(onboarding, "status")
    assert code == 0
    assert document["brands"][0]["without_entry"] == ["ben"]
    assert "not in people.yaml: ben" in onboarding("status")[1]
