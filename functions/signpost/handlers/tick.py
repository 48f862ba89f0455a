"""A minute has passed: find what is due."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent

from signpost.bootstrap import Wiring, preload, wiring
from signpost.observability import count, logger, observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.tick`; its event carries nothing but an id."""
    logger.append_keys(correlation_id=EventBridgeEvent(event).get_id)
    result = wiring().ticker().run()
    count("TickRan")
    count("Overdue", result.overdue)
    logger.info("ticked", extra=asdict(result))
    return asdict(result)


preload(Wiring.ticker)
