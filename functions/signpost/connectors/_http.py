"""What connectors read alike from answers: waits, budgets, refusals, a server's words, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from signpost.domain.budget import Budget
from signpost.errors import RefusedError, ThrottledError
from signpost.ports import Response

MIN_WAIT_S = 1.0
MAX_WAIT_S = 86_400.0

_MAX_WORDS = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_TAG = re.compile(r"<[^<>]*>")
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<,]*\brel="?next"?')


def wait_s(headers: Mapping[str, str], now: datetime, *, default: float) -> float:
    """Seconds that a channel wants us to wait, by Retry-After or X-RateLimit-Reset.

    Both may be a time of the server's clock, so its Date header counts as now where it gave one.

    Args:
        headers: names in lower case.
        now: our clock, UTC.
        default: seconds, where the channel says nothing that can be read.

    Source: RFC 9110 section 10.2.3 (seconds or a date); docs.joinmastodon.org/api/rate-limits
    (ISO 8601), 2026-11-22; other servers send seconds since 1970.
    """
    server_now = _moment(headers.get("date", "")) or now
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        value = headers.get(name, "").strip()
        if not value:
            continue
        if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", value):
            seconds = float(value)
            # A number this large is a time, not a span.
            wait = seconds - server_now.timestamp() if seconds > 1e9 else seconds
        else:
            moment = _moment(value)
            if moment is None:
                continue
            wait = (moment - server_now).total_seconds()
        return min(max(wait, MIN_WAIT_S), MAX_WAIT_S)
    return default


def budget(headers: Mapping[str, str], now: datetime) -> Budget | None:
    """What is left of the account's requests; None where the headers do not say.

    Args:
        headers: names in lower case.
        now: our clock, UTC; spans count from it, and so do times of the server's clock where its
            Date header says what that clock shows.

    Source: docs.joinmastodon.org/api/rate-limits (X-RateLimit-*, reset in ISO 8601),
    https://docs.bsky.app/docs/advanced-guides/rate-limits (RateLimit-*, reset in seconds since
    1970), 2026-11-22; https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-03
    (the same names, reset in seconds from now).
    """
    for prefix in ("x-ratelimit-", "ratelimit-"):
        limit, left = (_count(headers.get(prefix + name, "")) for name in ("limit", "remaining"))
        if limit is not None and left is not None:
            return Budget(limit, left, _reset(headers, f"{prefix}reset", now))
    return None


def _count(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _reset(headers: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    text = headers.get(name, "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 11:
        seconds = int(text)
        if seconds <= 1e9:
            return now + timedelta(seconds=seconds)
        theirs: datetime | None = datetime.fromtimestamp(seconds, UTC)
    else:
        theirs = moment(text)
    date = moment(headers.get("date"))
    try:
        return theirs + (now - date) if theirs and date else theirs
    except OverflowError:  # a time at the end of all times
        return None


def words(response: Response, secrets: Iterable[str]) -> str:
    """What the channel said went wrong: status and its own text, cut, without secrets.

    Args:
        response: a refusal.
        secrets: values that must not appear, should the channel repeat one.
    """
    value = response.json()
    text = ""
    if isinstance(value, dict):
        text = next(
            (
                str(value[key])
                for key in ("error_description", "error", "message", "detail")
                if value.get(key) and isinstance(value[key], str)
            ),
            "",
        )
    elif value is None and "html" not in response.headers.get("content-type", ""):
        text = response.body[:2000].decode("utf-8", "replace")
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _UNPRINTABLE.sub(" ", _TAG.sub(" ", text)).strip()
    if len(text) > _MAX_WORDS:
        text = text[: _MAX_WORDS - 1] + "…"
    return f"HTTP {response.status}: {text}" if text else f"HTTP {response.status}"


def refusal(
    response: Response, *, doing: str, now: datetime, secrets: Iterable[str]
) -> RefusedError:
    """The error for an answer to a read or an upload that was not the one hoped for.

    Args:
        response: the answer.
        doing: what was tried, such as "uploading boots.jpg".
        now: our clock, UTC.
        secrets: values that must not appear.
    """
    cause = f"{doing}: {words(response, secrets)}"
    if response.status == 429:
        return ThrottledError(cause, wait_s(response.headers, now, default=300.0))
    permanent = 400 <= response.status < 500 and response.status not in (408, 409, 425)
    return RefusedError(cause, permanent=permanent, gone=response.status in {404, 410})


def next_link(headers: Mapping[str, str]) -> str:
    """The address of the next page by the Link header; empty where there is none."""
    match = _NEXT.search(headers.get("link", "")[:4000])
    return match[1] if match else ""


def _moment(text: str) -> datetime | None:
    """A time as ISO 8601 or as an HTTP date; None where it is neither."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def moment(value: object) -> datetime | None:
    """A time out of an answer, aware UTC; None where it is missing or unreadable."""
    found = _moment(value) if isinstance(value, str) and value else None
    try:
        return found.astimezone(UTC) if found else None
    except OverflowError:  # in the first or the last hours of all times
        return None
