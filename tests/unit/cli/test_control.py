"""What the control function's caller is told where AWS refuses the call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from signpost.cli import control
from signpost.cli.connection import Connection
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]


class Refusing:
    """An AWS whose every function refuses to be invoked."""

    def __init__(self, code: str) -> None:
        self.code = code

    def get(self, service: str) -> Refusing:
        assert service == "lambda"
        return self

    def invoke(self, **_request: object) -> None:
        said = {"Error": {"Code": self.code, "Message": "User: arn:aws:iam::1:user/x is not"}}
        raise ClientError(said, "Invoke")


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda code: monkeypatch.setattr(control, "clients_of", lambda _: Refusing(code))


def connection(name: str) -> Connection:
    return Connection(bucket="a-bucket", control=name)


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
@pytest.mark.parametrize(
    ("name", "policy"),
    [("signpost-acme-control", " OperatorPolicy"), ("signpost-acme-signoff", "SignoffOperatorPo")],
)
def test_who_may_not_ask_is_told_which_right_they_lack(
    refuse: Callable[[str], None], code: str, name: str, policy: str
) -> None:
    refuse(code)
    with pytest.raises(control.ControlForbidden, match=f"`{name}`. Nothing was done") as caught:
        control.ask_control(connection(name), {"action": "stop"})
    assert policy in f" {caught.value.remedy}"
    assert "docs/security.md#roles" in caught.value.remedy
    assert "arn:aws" not in str(caught.value), "what AWS says in its own words helps nobody"


def test_every_other_refusal_stays_as_it_is(refuse: Callable[[str], None]) -> None:
    refuse("ResourceNotFoundException")
    with pytest.raises(ClientError):
        control.ask_control(connection("signpost-acme-control"), {"action": "stop"})


def test_the_command_shows_code_cause_and_remedy(
    refuse: Callable[[str], None],
    content: Path,
    signpost: Signpost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert content.is_dir()
    for name, value in {
        "SIGNPOST_BUCKET": "a-bucket", "SIGNPOST_REGION": "eu-central-1", "SIGNPOST_CONTROL": "c",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    refuse("AccessDeniedException")
    ran = signpost("stop")
    assert ran.code == 1
    assert ran.err.startswith("error CONTROL-FORBIDDEN: You have no right to invoke")
    assert "  remedy: Use a role that has the stack's OperatorPolicy" in ran.err
