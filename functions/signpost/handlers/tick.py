"""A minute has passed: find what is due."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent

from signpost.bootstrap import Wiring, preload, wiring
from signpost.errors import LedgerError
from signpost.observability import count, logger, observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.tick`; its event carries nothing but an id."""
    logger.append_keys(correlation_id=EventBridgeEvent(event).get_id)
    result = wiring().ticker().run()
    count("TickRan")
    count("Overdue", result.overdue)
    _export()
    logger.info("ticked", extra=asdict(result))
    return asdict(result)


def _export() -> None:
    """Copy the audit trail; what cannot be copied now is copied later, and publishing goes on."""
    trail = wiring().trail()
    if trail is None:
        return
    from signpost.usecases.trail import export

    try:
        export(trail, wiring().clock.now())
    except LedgerError as error:
        count("TrailBehind")
        logger.error("the trail is not copied", extra={"reason": str(error)})


preload(Wiring.ticker)
