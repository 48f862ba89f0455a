"""Releases in words: what a plan would have held, and what ends soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from signpost.cli.output.human import amount, plain
from signpost.domain.delivery import About

_TITLES_SHOWN = 5


def shut_lines(shut: Mapping[str, str], about: Mapping[str, About]) -> list[str]:
    """A sentence for each reason: which deliveries find no release in force at their time.

    Args:
        shut: delivery → why.
        about: title of each.
    """
    reasons: dict[str, list[str]] = {}
    for delivery, why in shut.items():
        title = about.get(delivery, About()).title or delivery.split("/")[2]
        reasons.setdefault(why, []).append(title)
    return [_line(why, titles) for why, titles in sorted(reasons.items())]


def _line(why: str, titles: Sequence[str]) -> str:
    names = list(dict.fromkeys(titles))
    shown = ", ".join(plain(name) for name in names[:_TITLES_SHOWN])
    more = f" and {len(names) - _TITLES_SHOWN} more" if len(names) > _TITLES_SHOWN else ""
    number = amount(len(titles), "delivery")
    return f"{number} would be held, {plain(why)}: {shown}{more}."


def shut_document(shut: Mapping[str, str]) -> list[dict[str, str]]:
    """The same for machines."""
    return [{"delivery": name, "reason": shut[name]} for name in sorted(shut)]


def reminder_lines(reminders: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each brand whose release ends soon, or that has none though it needs one."""
    lines = []
    for item in reminders:
        if item["standing"] == "shut":
            then = "Nothing of it goes out." if item["required"] else "Nothing depends on it."
            lines.append(f"{_capital(item['reason'])}. {then}")
        else:
            left = "1 day" if item["days"] == 1 else f"{item['days']} days"
            then = " Then nothing of it goes out." if item["required"] else ""
            lines.append(
                f"{item['brand']}: release {item['reason']}, {left} left.{then} Review it and "
                "sign the next: `signpost strategy release`."
            )
    return [plain(line) for line in lines]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
