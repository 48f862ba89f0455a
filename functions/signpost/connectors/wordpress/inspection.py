"""Who the application password is, and whether its role may publish."""

from __future__ import annotations

from signpost.connectors._http import budget
from signpost.connectors.wordpress.session import Session
from signpost.domain.inspection import AccountReport, Fault
from signpost.errors import RefusedError

_NEEDED = {"publish_posts": "publish posts", "upload_files": "upload images"}


def inspect(session: Session) -> AccountReport:
    """What the site says of the account. Its handle is for people, and not compared.

    Raises:
        RefusedError, ThrottledError, TransportError: the site does not know the account, or did
            not answer.

    Source: https://developer.wordpress.org/rest-api/reference/users/#retrieve-a-user-2 and
    https://wordpress.org/documentation/article/roles-and-capabilities/, 2026-11-22.
    """
    response = session.read(
        "/users/me",
        doing="asking who the account is",
        query={"context": "edit", "_fields": "id,slug,username,roles,capabilities"},
    )
    who = response.json()
    if not isinstance(who, dict) or not isinstance(who.get("id"), int):
        raise RefusedError(
            "Asking who the account is: the answer is no user.",
            "Is `server:` in accounts.yaml the address of a blog on WordPress?",
        )
    able = who.get("capabilities")
    faults: list[Fault] = []
    if isinstance(able, dict):
        lacking = [words for name, words in _NEEDED.items() if able.get(name) is not True]
        if lacking:
            roles = who.get("roles")
            role = ", ".join(map(str, roles)) if isinstance(roles, list) and roles else "none"
            faults.append(
                Fault(
                    f"The user may not {' or '.join(lacking)} (its role: {role[:60]}).",
                    "Give it the role Author, in the blog's administration under Users.",
                )
            )
    return AccountReport(
        handle=str(who.get("username") or who.get("slug") or ""),
        may_post=not faults if isinstance(able, dict) else None,
        budget=budget(response.headers, session.channel.clock.now()),
        faults=tuple(faults),
    )
