"""The sign-off pages, behind an HTTP API; and what an operator asks of them, invoked directly.

    an event of an HTTP API (format 2.0): a page, or an act of one
    {"action": "invite", "brand", "person", "name", "actor"}: a link that serves once
    {"action": "pending", "brand"}: passkeys that were made, with their keys; revoked ones, too
    {"action": "revoke", "brand", "person", "actor", "keys"}: end passkeys, sessions and invites
API Gateway puts every request into `requestContext`, so that nobody on the network can send an act.
"""

from __future__ import annotations

from typing import Any

from signpost.bootstrap import Wiring, preload, wiring
from signpost.errors import LedgerError, SignpostError
from signpost.handlers.pages import web
from signpost.handlers.pages.operating import operate
from signpost.handlers.pages.routes import Pages
from signpost.observability import logger, observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Answer a request, or do what an operator asks."""
    if "requestContext" in event:
        return _page(event)
    logger.append_keys(action=str(event.get("action", "")), actor=str(event.get("actor", "")))
    try:
        answer = operate(wiring().signoff(), event)
    except LedgerError:
        raise
    except SignpostError as error:
        logger.warning("refused", extra={"reason": str(error)})
        return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
    return {"ok": True, **answer}


def _page(event: dict[str, Any]) -> dict[str, Any]:
    pages = Pages(wiring().signoff(), wiring().objects.media)
    origin = pages.desk.origin
    try:
        request = web.parse(event)
    except web.Refused as error:
        return web.written(web.Answer(str(error), error.status, "text/plain"), origin, body=True)
    answer = pages.answer(request)
    # No path: a brand's or a post's name is nobody's business in a log, and neither is an address.
    logger.info("answered", extra={"method": request.method, "status": int(answer.status)})
    return web.written(answer, origin, body=request.method != "HEAD")


preload(Wiring.signoff)
