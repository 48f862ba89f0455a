"""Names that an author writes → ids that WordPress wants: categories, tags, authors."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from signpost.connectors.wordpress.session import Session, code_of
from signpost.errors import RefusedError

_SPECIAL = re.compile(r"[&<>\"']")


def category(session: Session, name: str) -> int:
    """The id of a category that the site has. A typing error must not make a new one.

    Raises:
        RefusedError: there is none, or it could not be asked for.
        ThrottledError, TransportError: it could not be asked for.
    """
    found = find(session, "categories", name)
    if found is None:
        raise RefusedError(
            f"The site has no category `{name}`.",
            "Make it there (an author may not), or correct `categories:`.",
        )
    return found


def tag(session: Session, name: str) -> int:
    """The id of a tag; one that the site does not have is made.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for, or made.

    Source: https://developer.wordpress.org/rest-api/reference/tags/, 2026-11-22;
    WP_REST_Terms_Controller (400 `term_exists` names the id of the one there is).
    """
    found = find(session, "tags", name)
    if found is not None:
        return found
    response = session.send(session.request("POST", "/tags", json={"name": name}))
    value = response.json()
    if response.status in (200, 201) and isinstance(value, dict):
        number: Any = value.get("id")
    elif code_of(response) == "term_exists":
        data = value.get("data")
        number = data.get("term_id") if isinstance(data, dict) else None
    else:
        raise session.refusal(response, f"making the tag `{name}`")
    if not isinstance(number, int):
        raise RefusedError(f"Making the tag `{name}`: the site gave no id.", permanent=False)
    return number


def author(session: Session, slug: str) -> int:
    """The id of an author by the name in the address of their page.

    Raises:
        RefusedError: there is none that this account can see, or it could not be asked for.
        ThrottledError, TransportError: it could not be asked for.
    """
    query = {"slug": slug, "_fields": "id,slug"}
    found = session.items("/users", doing=f"looking for author {slug}", query=query)
    ids = [item["id"] for item in found if item.get("slug") == slug]
    if not ids:
        raise RefusedError(
            f"The site shows no author `{slug}`.",
            "Write the last part of the address of the author's page, …/author/NAME/.",
        )
    return int(ids[0])


def own_id(session: Session) -> int:
    """The id of the account itself.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for.
    """
    answer = session.read("/users/me", doing="asking who the account is", query={"_fields": "id"})
    value = answer.json()
    number = value.get("id") if isinstance(value, dict) else None
    if not isinstance(number, int):
        raise RefusedError("The site did not say who the account is.", permanent=False)
    return number


def find(session: Session, kind: str, name: str) -> int | None:
    """The id of a term by its name; None where the site has none.

    Args:
        kind: `categories` or `tags`.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for.
    """
    # WordPress stores `&` as `&amp;` and searches as it is asked: search for a plain piece.
    piece = max(_SPECIAL.split(name), key=len).strip()
    query = {"search": piece, "per_page": "100", "_fields": "id,name"}
    for item in session.items(f"/{kind}", doing=f"looking for {kind} `{name}`", query=query):
        if unescape(str(item.get("name", ""))).casefold() == name.casefold():
            return int(item["id"])
    return None
