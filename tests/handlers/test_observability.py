"""What is in a log, and what never is. Invariant 46: no token in logs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from signpost.aws.token import Token
from signpost.observability import MAX_TEXT, logger, redact

CANARY = "canary-9f31c2"


@pytest.mark.parametrize(
    "value",
    [
        {"access_token": CANARY},
        {"headers": {"Authorization": f"Bearer {CANARY}"}},
        {"deep": [{"client_secret": CANARY}]},
        {"text": f"sent with Bearer {CANARY} to the server"},
        {"text": f"https://x.test/?access_token={CANARY}&a=1"},
        {"text": f'{{"access_token": "{CANARY}"}}'},
        {"text": f"token={CANARY}"},
        {"token": Token({"access_token": CANARY})},
        {"anything": Token({"access_token": CANARY})},
    ],
)
def test_secrets_are_replaced(value: dict[str, Any]) -> None:
    shown = json.dumps(redact(value))
    assert CANARY not in shown
    assert "***" in shown


def test_what_is_no_secret_stays() -> None:
    value = {"delivery": "acme/shop/p/fedi", "n": 3, "ok": True, "none": None, "f": 1.5, "l": ["a"]}
    assert redact(value) == value


def test_long_texts_are_cut() -> None:
    text = redact({"post": "x" * 5000})["post"]
    assert text.startswith("x" * MAX_TEXT)
    assert len(text) < MAX_TEXT + 30
    assert "5000" in text


def test_exceptions_are_logged_without_secrets(log: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        int(f"Bearer {CANARY}")
    except ValueError:
        logger.exception("failed")
    (entry,) = log()
    assert CANARY not in json.dumps(entry)
    assert entry["exception_name"] == "ValueError"
