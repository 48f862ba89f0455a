"""Tokens: read once in a while, never shown. Invariant 46: no token in any text."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from signpost.aws.secrets import CACHE_S, SsmSecrets
from signpost.aws.session import Clients
from signpost.aws.token import Token
from signpost.errors import SecretError
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeSecrets

CANARY = "canary-9f31c2"
_numbers = count()


@pytest.fixture
def path() -> str:
    return f"/signpost/acme{next(_numbers)}"


def refusal(code: str, status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "GetParameter")


def put(clients: Clients, name: str, value: str) -> None:
    clients.get("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def test_a_token_is_its_members(clients: Clients, clock: FakeClock, path: str) -> None:
    put(clients, f"{path}/shop-fedi", json.dumps({"access_token": CANARY}))
    token = SsmSecrets(clients.get("ssm"), path, clock).token("shop-fedi")
    assert dict(token) == {"access_token": CANARY}
    assert len(token) == 1


def test_it_is_kept_for_five_minutes(clients: Clients, clock: FakeClock, path: str) -> None:
    secrets = SsmSecrets(clients.get("ssm"), path, clock)
    put(clients, f"{path}/t", json.dumps({"access_token": "old"}))
    assert secrets.token("t")["access_token"] == "old"
    put(clients, f"{path}/t", json.dumps({"access_token": "new"}))
    clock.advance(CACHE_S - 1)
    assert secrets.token("t")["access_token"] == "old"
    clock.advance(2)
    assert secrets.token("t")["access_token"] == "new"


def test_a_missing_secret_says_where_it_belongs(
    clients: Clients, clock: FakeClock, path: str
) -> None:
    with pytest.raises(SecretError) as caught:
        SsmSecrets(clients.get("ssm"), path, clock).token("none")
    assert f"{path}/none" in str(caught.value)
    assert "ParameterNotFound" in str(caught.value)


@pytest.mark.parametrize("value", [CANARY, f'["{CANARY}"]', f'{{"a": ["{CANARY}"]}}', "{}"])
def test_a_malformed_secret_is_refused_and_not_shown(
    clients: Clients, clock: FakeClock, path: str, value: str
) -> None:
    put(clients, f"{path}/t", value)
    with pytest.raises(SecretError) as caught:
        SsmSecrets(clients.get("ssm"), path, clock).token("t")
    shown = f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert CANARY not in shown
    assert caught.value.__context__ is None


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, "%s".__mod__])
def test_no_form_of_a_token_shows_it(show: object) -> None:
    token = Token({"access_token": CANARY})
    assert callable(show)
    assert show(token) == "***"
    assert CANARY not in repr([token])
    with pytest.raises(KeyError) as caught:
        token["refresh_token"]
    assert CANARY not in repr(caught.value)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (refusal("ThrottlingException"), True),
        (refusal("InternalServerError", 500), True),
        (ReadTimeoutError(endpoint_url="https://ssm.test"), True),
        (refusal("AccessDeniedException"), False),
        (refusal("ParameterNotFound"), False),
        (NoCredentialsError(), False),
    ],
    ids=str,
)
def test_a_store_that_does_not_answer_is_told_from_a_secret_that_is_wrong(
    error: Exception, *, passing: bool, clock: FakeClock
) -> None:
    class Failing:
        def get_parameter(self, **_: object) -> None:
            raise error

    with pytest.raises(SecretError) as caught:
        SsmSecrets(Failing(), "/signpost/acme", clock).token("t")
    assert caught.value.passing is passing


def test_the_fake_answers_alike() -> None:
    secrets = FakeSecrets({"t": {"access_token": CANARY}})
    assert repr(secrets.token("t")) == "***"
    with pytest.raises(SecretError):
        secrets.token("none")
