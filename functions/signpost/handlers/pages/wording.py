"""What the stack calls by ids and numbers, in the words of those who read the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

Accounts = Mapping[str, tuple[str, str]]
"""Account → its handle and its channel's id, of those that this person may hear of."""

_STOPPED = re.compile(r"stopped \((.+)\)")
"""As `publish` writes it to a delivery that it holds."""


def channel_name(channel: str) -> str:
    """A channel's proper name, such as `Mastodon`; its id where this version does not have it."""
    # Pages that name no channel start without the registry.
    from signpost.connectors.registry import Registry

    try:
        return Registry().spec(channel).name
    except KeyError:
        return channel


def account_words(account: str, accounts: Accounts) -> str:
    """An account as people know it: `@larkfell on Mastodon`; else its id."""
    handle, channel = accounts.get(account, ("", ""))
    return f"{handle} on {channel_name(channel)}" if handle and channel else f"account {account}"


def scope_words(scope: str, accounts: Accounts) -> str:
    """What is stopped: `everything`, `brand larkfell` or `@larkfell on Mastodon`."""
    what, _, name = scope.partition(":")
    if what == "account":
        return account_words(name, accounts)
    return "everything" if scope == "*" else f"{what} {name}"


def reason_words(reason: str, accounts: Accounts) -> str:
    """Why something is held, with the scope of a stop in words."""
    found = _STOPPED.fullmatch(reason)
    return f"{scope_words(found[1], accounts)} was stopped" if found else reason


def sentence(words: str) -> str:
    """The words with a capital first letter; the others stay: a handle may have some."""
    return f"{words[:1].upper()}{words[1:]}"


def day(value: date) -> str:
    """A day as people write it: `15 Dec 2026`."""
    return f"{value.day} {value:%b %Y}"


def minute(text: str) -> str:
    """A time that a delivery or the ledger has as text: `Wed 2 Dec 2026, 09:00`; else the text."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{value:%a} {day(value)}, {value:%H:%M}"


def local_minute(text: str, zone: str) -> str:
    """An instant as UTC text, in a zone: `Wed 2 Dec 2026, 09:00`; what is none stays as it is."""
    from signpost.previews.times import zone_or_utc

    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return text
    return minute(value.astimezone(zone_or_utc(zone)).isoformat()) if value.tzinfo else text
