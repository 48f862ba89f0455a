"""How each account stands: its last check, what it may still send, and when its token ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from signpost.cli.statefile import StateFile
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.channel import ChannelSpec
from signpost.domain.expiry import days_left, is_warned
from signpost.domain.workspace import Brand


def accounts_document(
    brands: Iterable[Brand],
    state: StateFile,
    spec_of: Callable[[str], ChannelSpec],
    now: datetime,
) -> dict[str, Any]:
    """What `status --accounts` shows, for machines: every account of the content and of the stack.

    Args:
        brands: of the content.
        state: what the stack knows.
        spec_of: a channel's spec; raises KeyError for one that has no connector here.
        now: UTC.
    """
    heads = {
        account.id: {
            "brand": brand.id,
            "channel": account.channel,
            "handle": account.handle,
        }
        for brand in brands
        for account in brand.accounts
    }
    for name, entry in state.accounts.items():
        known = {key: entry["account"][key] for key in ("brand", "channel", "handle")}
        heads.setdefault(name, known)
    order = sorted(heads, key=lambda name: (heads[name]["brand"], name))
    found = []
    for name in order:
        head = {"account": name, **heads[name]}
        kept = state.accounts.get(name)
        try:
            spec: ChannelSpec | None = spec_of(head["channel"])
        except KeyError:
            spec = None
        found.append({**head, "pushed": kept is not None, **_standing(kept or {}, spec, now)})
    return {
        "at": state.raw.get("at"),
        "workspace": state.raw.get("workspace"),
        "accounts": found,
    }


def _standing(entry: Mapping[str, Any], spec: ChannelSpec | None, now: datetime) -> dict[str, Any]:
    check = entry.get("check")
    return {
        "check": check and {key: check.get(key) for key in ("at", "may_post", "faults", "notes")},
        "budget": _budget(entry.get("budget"), now),
        "sent": _sent(entry, spec, now),
        "waits_until": _waits_until(entry, now),
        "token": _token(entry.get("token_until"), spec, now),
    }


def _budget(budget: Mapping[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """What the channel said is left; all of it once its window is over."""
    if not budget:
        return None
    over = budget["resets_at"] is not None and parse_utc(budget["resets_at"]) <= now
    return {**budget, "left": budget["limit"] if over else budget["left"], "over": over}


def _sent(
    entry: Mapping[str, Any], spec: ChannelSpec | None, now: datetime
) -> dict[str, Any] | None:
    """Our own count in the present window of the channel's spec."""
    if spec is None:
        return None
    window = int(now.timestamp()) // spec.rate.window_s
    used = entry.get("used", 0) if entry.get("window", 0) >= window else 0
    ends_at = datetime.fromtimestamp((window + 1) * spec.rate.window_s, UTC)
    return {
        "used": used,
        "limit": spec.rate.limit,
        "window_s": spec.rate.window_s,
        "ends_at": utc_text(ends_at),
    }


def _waits_until(entry: Mapping[str, Any], now: datetime) -> str | None:
    """Until when nothing is sent, as the channel asked or because nothing is left; None: it is."""
    moments = [entry.get("blocked_until")]
    budget = entry.get("budget")
    if budget and budget["left"] == 0:
        moments.append(budget["resets_at"])
    future = [text for text in moments if text and parse_utc(text) > now]
    return max(future, default=None)


def _token(until: str | None, spec: ChannelSpec | None, now: datetime) -> dict[str, Any]:
    """When the token ends: `ends` is `at`, `never`, or `not reported`."""
    if until is None:
        never = spec is not None and not spec.tokens_end
        ends, days, soon, ended = "never" if never else "not reported", None, False, False
    else:
        moment = parse_utc(until)
        ends, days = "at", days_left(moment, now)
        soon, ended = is_warned(moment, now), moment <= now
    return {"ends": ends, "until": until, "days_left": days, "soon": soon, "ended": ended}
