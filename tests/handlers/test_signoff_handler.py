"""The function `signoff` as Lambda calls it: pages by the API, acts by operators, and no mixing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signpost import bootstrap
from signpost.bootstrap import Wiring
from tests.cloudformation import table_arguments
from tests.handlers.conftest import Context

ORIGIN = "https://signoff.acme.example"


@pytest.fixture
def handler(wired: Wiring, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    wired.clients.get("dynamodb").create_table(**table_arguments("Signoff", "Signoff"))
    for name, value in {
        "SIGNOFF_TABLE": "Signoff",
        "SIGNOFF_ORIGIN": ORIGIN,
        "CONTROL": "c",
    }.items():
        monkeypatch.setenv(f"SIGNPOST_{name}", value)
    bootstrap.wiring.cache_clear()
    from signpost.handlers.signoff import handler

    return handler


def event(path: str, **more: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"host": "signoff.acme.example"},
        "requestContext": {"http": {"method": "GET", "sourceIp": "192.0.2.7"}},
        **more,
    }


def test_a_page_is_shown_and_an_operator_is_heard(
    handler: Callable[..., dict[str, Any]], context: Context
) -> None:
    shown = handler(event("/enrol"), context)
    assert (shown["statusCode"], "Make a passkey" in shown["body"]) == (200, True)
    head = event("/enrol")
    head["requestContext"]["http"]["method"] = "HEAD"
    assert handler(head, context)["body"] == ""
    asked = {"action": "invite", "brand": "shop", "person": "ada", "name": "Ada", "actor": "me"}
    assert handler(asked, context)["link"].startswith(f"{ORIGIN}/enrol#")
    refused = handler({"action": "invite", "actor": "me"}, context)
    assert (refused["ok"], refused["code"]) == (False, "INVITE")


def test_who_comes_by_the_api_asks_for_no_act(
    handler: Callable[..., dict[str, Any]], context: Context
) -> None:
    """API Gateway adds `requestContext` to whatever is sent: members of an act beside it mean nothing."""
    asked = event("/", action="invite", brand="shop", person="ada", name="Ada", actor="me")
    answer = handler(asked, context)
    assert "link" not in answer
    assert "Sign in with a passkey" in answer["body"]


def test_a_body_that_is_too_large_is_not_read(
    handler: Callable[..., dict[str, Any]], context: Context
) -> None:
    assert handler(event("/api/login/begin", body="x" * 200_000), context)["statusCode"] == 413
