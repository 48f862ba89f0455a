"""`signpost stop`, `resume --prepare`, `strategy sign --statement`, `resume --signed`: two people's yes.

The commands, ssh-keygen, the functions `schedule` and `control` and the signatures are real; bucket
and ledger lie in memory.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signpost import observability
from signpost.cli import sending, wiring
from signpost.cli.connection import Connection
from signpost.cli.main import run
from signpost.handlers import _acts
from signpost.handlers import control as function
from signpost.signatures import check
from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge
from signpost.usecases.resuming import Resuming, lifted, lifted_key
from signpost.usecases.stop import Control
from tests.fakes.queue import FakeQueue
from tests.handlers.conftest import Context
from tests.signing.workspace import Company, Strategy, told
from tests.unit.cli.test_sending import Stack, push


@dataclass
class Operator:
    """Runs command lines against a stack in memory.

    Args:
        asked: what the `control` function was asked, in order.
    """

    stack: Stack
    capsys: pytest.CaptureFixture[str]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code and what was said."""
        arguments: Sequence[str] = words
        self.stack.scheduler.state.refresh([])
        self.capsys.readouterr()
        code = run(arguments)
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def get(self, service: str) -> Any:
        """The client of a service: only functions are invoked."""
        assert service == "lambda"
        return SimpleNamespace(invoke=self.invoke)

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Any:  # noqa: N803 - boto3's names
        """The `control` function's answer."""
        assert FunctionName == "control"
        self.asked.append(json.loads(Payload))
        answer = function.handler(self.asked[-1], Context())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def tamper(self, brand: str) -> None:
        """Let the bucket give ben's signature out as ada's."""
        (said,) = lifted(self.stack.objects, brand)
        bent = {**said.signatures, "ada.sig": said.signatures["ben.sig"]}
        data = json.dumps({"lifted": [{"statement": said.statement, "signatures": bent}]}).encode()
        stored = self.stack.objects.get(lifted_key(brand))
        assert stored is not None
        assert self.stack.objects.replace(lifted_key(brand), data, "application/json", stored.etag)

    @property
    def scopes(self) -> set[str]:
        """What is stopped."""
        stop = self.stack.ledger.stop()
        assert stop is not None
        return set(stop.scopes)


@pytest.fixture
def operator(
    rooted: Company,
    strategy: Strategy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Operator:
    """A stack that accepted trust root 1 of acme, whose people are ada and ben."""
    monkeypatch.setattr(sending, "POLL_S", 0.01)
    stack = Stack(rooted.folder / "content")
    digest = told(strategy, "root", "show")[1]["digest"]
    judge = ReleaseJudge((digest,), check)
    keeper = Gatekeeper(stack.ledger, stack.objects, judge.judge)
    stack.scheduler = replace(stack.scheduler, gatekeeper=keeper)
    made = Operator(stack, capsys)
    clock = stack.scheduler.clock
    resuming = Resuming("acme", stack.ledger, stack.objects, check)
    control = Control(stack.ledger, FakeQueue(clock), clock, resuming)
    wired = SimpleNamespace(control=lambda: control, settings=SimpleNamespace(workspace="acme"))
    monkeypatch.setattr(_acts, "wiring", lambda: wired)
    monkeypatch.setattr(observability, "wiring", lambda: wired)
    connection = Connection("a-bucket", control="control")
    monkeypatch.setattr(wiring, "connect", lambda *_: (connection, stack.objects))
    monkeypatch.setattr("signpost.cli.control.clients_of", lambda _: made)
    assert push(stack).verdict.accepted
    code, _out, err = made.run("stop", "--reason", "wrong price")
    assert code == 0, err
    return made


def test_two_people_lift_a_stop(operator: Operator, strategy: Strategy) -> None:
    code, _out, err = operator.run("resume", "--reason", "mended")
    assert (code, operator.scopes) == (1, {"*"})
    assert "needs signatures of acme: 2 of" in err
    assert "resume --prepare FOLDER" in err

    asked = len(operator.asked)
    code, out, _err = operator.run("resume", "--prepare", "lift")
    assert (code, len(operator.asked)) == (0, asked), "nothing changes yet"
    assert "signpost strategy sign --statement lift/acme.json --brand acme --as PERSON" in out
    assert 'signpost resume --signed lift --reason "…"' in out
    code, _out, err = operator.run("resume", "--signed", "lift", "--reason", "mended")
    assert (code, "There are no signatures in lift" in err) == (1, True)

    code, out = strategy("sign", "--statement", "lift/acme.json", "--as", "ada", "--yes")
    assert '"event":"acme/stop/' in out, "it is shown in full"
    assert "signpost strategy sign --statement lift/acme.json --as ben" in out
    code, _out, err = operator.run("resume", "--signed", "lift", "--reason", "mended")
    assert (code, operator.scopes) == (1, {"*"})
    assert "1 of Ben Buche" in err
    strategy("sign", "--statement", "lift/acme.json", "--as", "ben", "--yes")
    assert strategy("verify", "--statement", "lift/acme.json")[0] == 0
    code, out, _err = operator.run("resume", "--signed", "lift", "--reason", "mended")
    assert (code, operator.scopes) == (0, set())
    assert "Publishing goes on" in out
    trail = operator.stack.ledger.trail[-1].detail
    assert (trail["signers"], trail["reason"]) == (["acme/ada", "acme/ben"], "mended")

    # It is brought home, where anybody can look at it; once.
    code, out, _err = operator.run("collect", "--format", "json")
    brought = [Path(name) for name in json.loads(out)["written"]]
    assert (code, [file.name for file in brought]) == (0, ["ada.sig", "ben.sig"])
    statement = brought[0].parent.with_suffix("")
    assert statement.parent.parts[-4:] == ("signoff", "acme", "evidence", "resume")
    assert strategy("verify", "--statement", str(statement))[0] == 0
    assert json.loads(operator.run("collect", "--format", "json")[1])["written"] == []
    brought[0].unlink()
    operator.tamper("acme")
    code, _out, err = operator.run("collect")
    assert (code, brought[0].exists()) == (1, False)
    assert "lifting * (acme/stop/" in err

    # The same signatures serve for no other stop.
    operator.run("stop", "--reason", "again")
    code, _out, err = operator.run("resume", "--signed", "lift", "--reason", "mended")
    assert (code, operator.scopes) == (1, {"*"})
    assert "another text" in err


@pytest.mark.parametrize(
    ("option", "scope"), [("--brand", "brand:acme"), ("--account", "account:shop")]
)
def test_a_part_is_lifted_with_the_command_that_was_told(
    operator: Operator, strategy: Strategy, option: str, scope: str
) -> None:
    name = scope.partition(":")[2]
    operator.run("stop", option, name, "--reason", "only this")
    code, out, _err = operator.run("resume", option, name, "--prepare", "lift")
    assert code == 0
    assert f"signpost resume --signed lift {option} {name} --reason" in out
    for person in ("ada", "ben"):
        strategy("sign", "--statement", "lift/acme.json", "--as", person, "--yes")
    code, _out, _err = operator.run("resume", "--signed", "lift", "--reason", "mended")
    assert (code, operator.scopes) == (1, {"*", scope}), "they signed for a part"
    code, out, _err = operator.run("resume", "--signed", "lift", option, name, "--reason", "mended")
    assert (code, operator.scopes) == (0, {"*"})
    assert "Still stopped: the whole workspace" in out
    code, out, _err = operator.run("resume", option, name, "--prepare", "lift", "--format", "json")
    assert json.loads(out)["files"] == ["lift/acme.json"]
    assert list(Path("lift/acme.json.signatures").glob("*.sig")) == [], "those were of another stop"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resume", "--signed", "nowhere", "--reason", "x"), "does not exist"),
        (("resume", "--prepare", "a", "--signed", "content", "--reason", "x"), "One of POST"),
        (("resume", "--signed", "content"), "--reason is missing"),
    ],
)
def test_what_is_not_meant_is_a_usage_error(
    operator: Operator, words: tuple[str, ...], said: str
) -> None:
    code, _out, err = operator.run(*words)
    assert (code, said in err) == (2, True), err
    assert operator.scopes == {"*"}
