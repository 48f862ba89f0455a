"""An age was reached: ask the channel for a delivery's metrics."""

from __future__ import annotations

from typing import Any

from signpost.bootstrap import Wiring, preload, wiring
from signpost.handlers._messages import Message, each_message
from signpost.observability import logger, observed, report


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.measure` for each message (the event source sends one at a time)."""

    def handle(message: Message) -> None:
        delivery, age_s = str(message.body["delivery"]), int(message.body["age_s"])
        logger.append_keys(delivery=delivery, age_s=age_s)
        result = wiring().measurer().run(delivery, age_s)
        report(result.row, result.did, reason=result.reason, alert=result.alert)

    return each_message(event, handle)


preload(Wiring.measurer)
