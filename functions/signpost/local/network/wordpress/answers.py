"""Forms of answers: lists with their totals, chosen fields, a post's text in both its forms.

Source: https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/ and
…/pagination/, 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any, TypeVar

from signpost.local.network.drafts import number
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request

Item = TypeVar("Item")


def listed(
    request: Request, items: Sequence[Item], form: Callable[[Item], Mapping[str, Any]]
) -> Answer:
    """A page of a list, with the totals in its headers.

    Raises:
        Refused: the page's size or number is not one.
    """
    size = _number(request, "per_page", 10)
    page = _number(request, "page", 1)
    if size > 100:
        raise invalid_param(
            "per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)"
        )
    pages = ceil(len(items) / size)
    if page > max(pages, 1):
        raise Refused(
            400,
            "The page number requested is larger than the number of pages available.",
            "rest_post_invalid_page_number",
        )
    shown = items[(page - 1) * size : page * size]
    headers = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(pages)}
    return Answer.json([chosen(request, form(item)) for item in shown], headers=headers)


def one(
    request: Request,
    value: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    note: Mapping[str, Any] | None = None,
) -> Answer:
    """One object."""
    return Answer.json(chosen(request, value), status, headers, note)


def chosen(request: Request, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members that `_fields` names; all without it."""
    asked = request.items("_fields") or (request.text("_fields") or "").split(",")
    names = {name.strip().partition(".")[0] for name in asked if name.strip()}
    return {key: item for key, item in value.items() if key in names} if names else value


def invalid_param(name: str, why: str, details: Mapping[str, Any] | None = None) -> Refused:
    """A parameter that the route does not take."""
    data: dict[str, Any] = {"params": {name: why}}
    if details:
        data["details"] = {name: details}
    return Refused(400, f"Invalid parameter(s): {name}", "rest_invalid_param", data)


def instant(text: str) -> str:
    """An instant as the site writes it: UTC to the second, without a zone."""
    return text[:19]


def words(request: Request, name: str) -> list[str]:
    """A parameter that is a list, or a text of names and commas."""
    given = request.items(name) or (request.text(name) or "").split(",")
    return [item.strip() for item in given if item.strip()]


def _number(request: Request, name: str, default: int) -> int:
    text = request.text(name)
    if text is None:
        return default
    value = number(text)
    if not value:
        raise invalid_param(name, f"{name} must be greater than or equal to 1")
    return value
