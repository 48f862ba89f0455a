"""Faults on demand: what a platform does wrong, as rules that match requests.

*Outcome* effects decide how a request ends; of several that match, the oldest rule's counts.
*Modifier* effects (slow, ignore_keys, list_lag) all apply together and go with any outcome.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Effect(StrEnum):
    """What goes wrong."""

    DROP = "drop"
    THROTTLE = "throttle"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    TRUNCATE = "truncate"
    LATE_APPLY = "late_apply"
    SLOW = "slow"
    IGNORE_KEYS = "ignore_keys"
    LIST_LAG = "list_lag"


MEANINGS: Mapping[Effect, str] = {
    Effect.DROP: "accept the request, then close the connection without an answer",
    Effect.THROTTLE: "answer 429, reset in so many seconds; nothing is applied",
    Effect.ERROR_BEFORE: "answer 500; nothing is applied",
    Effect.ERROR_AFTER: "apply the request, then answer 500",
    Effect.TRUNCATE: "apply the request, then send half of the answer",
    Effect.LATE_APPLY: "close the connection, apply the request so many seconds later",
    Effect.SLOW: "wait so many seconds before doing anything",
    Effect.IGNORE_KEYS: "take no notice of Idempotency-Key",
    Effect.LIST_LAG: "leave what is younger than so many seconds out of listings",
}

MODIFIERS = frozenset({Effect.SLOW, Effect.IGNORE_KEYS, Effect.LIST_LAG})
NEED_SECONDS = frozenset({Effect.THROTTLE, Effect.LATE_APPLY, Effect.SLOW, Effect.LIST_LAG})
MAX_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault.

    Args:
        endpoint: name of the route it applies to; `*` for every one of every channel.
        account: username or handle it applies to; empty for all.
        skip: how many matching requests pass first.
        times: how many requests it hits after that; None for every one.
        probability: chance, 0 to 1, that a matching request is hit.
        seconds: duration, for the effects that have one.
        status: the 500 to 504 of `error_before` and `error_after`.
    """

    id: int
    effect: Effect
    endpoint: str = "*"
    account: str = ""
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    status: int = 500
    hits: int = 0

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": self.id,
            "effect": self.effect.value,
            "endpoint": self.endpoint,
            "account": self.account,
            "skip": self.skip,
            "times": self.times,
            "probability": self.probability,
            "seconds": self.seconds,
            "status": self.status,
            "hits": self.hits,
        }


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What the rules make of one request."""

    outcome: Rule | None = None
    slow_s: float = 0.0
    ignore_keys: bool = False
    list_lag_s: float = 0.0
    names: tuple[str, ...] = ()
    """Effects that hit, for the request log."""


class FaultBook:
    """The rules in force. In memory: a restart is without faults.

    Args:
        endpoints: names that a rule may have.
        seed: makes `probability` repeatable.
    """

    def __init__(self, endpoints: frozenset[str], seed: int) -> None:
        self.endpoints = endpoints
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._ids = itertools.count(1)
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def add(self, wish: Mapping[str, Any]) -> Rule:
        """Make a rule of its JSON form.

        Raises:
            ValueError: a member is unknown, malformed or missing; says which.
        """
        rule = _read_rule(wish, self.endpoints)
        with self._lock:
            made = replace(rule, id=next(self._ids))
            self._rules.append(made)
        return made

    def rules(self) -> list[Rule]:
        """The rules in force, oldest first."""
        with self._lock:
            return list(self._rules)

    def remove(self, rule_id: int | None) -> int:
        """Lift one rule, or all of them for None; returns how many went."""
        with self._lock:
            kept = [] if rule_id is None else [rule for rule in self._rules if rule.id != rule_id]
            gone = len(self._rules) - len(kept)
            self._rules = kept
        return gone

    def judge(self, endpoint: str, account: str) -> Spoiled:
        """What happens to this request; counts it against the rules that match."""
        spoiled = Spoiled()
        with self._lock:
            for at, rule in enumerate(self._rules):
                if not _matches(rule, endpoint, account):
                    continue
                if rule.effect not in MODIFIERS and spoiled.outcome is not None:
                    continue
                if rule.skip > 0:
                    self._rules[at] = replace(rule, skip=rule.skip - 1)
                    continue
                if rule.probability < 1 and self._random.random() >= rule.probability:
                    continue
                left = None if rule.times is None else rule.times - 1
                self._rules[at] = replace(rule, times=left, hits=rule.hits + 1)
                spoiled = _add(spoiled, rule)
            self._rules = [rule for rule in self._rules if rule.times != 0]
        return spoiled


def _matches(rule: Rule, endpoint: str, account: str) -> bool:
    return rule.endpoint in {"*", endpoint} and rule.account in {"", account}


def _add(spoiled: Spoiled, rule: Rule) -> Spoiled:
    names = (*spoiled.names, rule.effect.value)
    match rule.effect:
        case Effect.SLOW:
            return replace(spoiled, slow_s=spoiled.slow_s + rule.seconds, names=names)
        case Effect.IGNORE_KEYS:
            return replace(spoiled, ignore_keys=True, names=names)
        case Effect.LIST_LAG:
            return replace(spoiled, list_lag_s=max(spoiled.list_lag_s, rule.seconds), names=names)
        case _:
            return replace(spoiled, outcome=rule, names=names)


def _read_rule(wish: Mapping[str, Any], endpoints: frozenset[str]) -> Rule:
    known = {*Rule.__dataclass_fields__} - {"id", "hits"}
    unknown = sorted(set(wish) - known)
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}. A rule has: {', '.join(sorted(known))}.")
    if wish.get("effect") not in list(Effect):
        raise ValueError(f"`effect` is one of: {', '.join(Effect)}.")
    effect = Effect(wish["effect"])
    endpoint = str(wish.get("endpoint") or "*")
    if endpoint != "*" and endpoint not in endpoints:
        raise ValueError(f"`endpoint` is * or one of: {', '.join(sorted(endpoints))}.")
    times = wish.get("times")
    seconds = _number(wish, "seconds", 0.0, 0.0, MAX_SECONDS)
    if effect in NEED_SECONDS and seconds <= 0:
        raise ValueError(f"`{effect}` needs `seconds`, more than 0.")
    return Rule(
        id=0,
        effect=effect,
        endpoint=endpoint,
        account=str(wish.get("account") or ""),
        skip=int(_number(wish, "skip", 0, 0, 1_000_000)),
        times=None if times is None else int(_number(wish, "times", 1, 1, 1_000_000)),
        probability=_number(wish, "probability", 1.0, 0.0, 1.0),
        seconds=seconds,
        status=int(_number(wish, "status", 500, 500, 504)),
    )


def _number(wish: Mapping[str, Any], name: str, default: float, least: float, most: float) -> float:
    value = wish.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"`{name}` is a number from {least:g} to {most:g}.")
    return value
