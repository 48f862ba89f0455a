"""An age was reached: ask the channel for a delivery's metrics."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from signpost.bootstrap import Wiring, preload, wiring
from signpost.handlers._messages import each_message
from signpost.observability import logger, observed, report


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.measure` for each message (the event source sends one at a time)."""

    def handle(record: SQSRecord) -> None:
        delivery, age_s = str(record.json_body["delivery"]), int(record.json_body["age_s"])
        logger.append_keys(delivery=delivery, age_s=age_s)
        result = wiring().measurer().run(delivery, age_s)
        report(result.row, result.did, reason=result.reason, alert=result.alert)

    return each_message(event, handle)


preload(Wiring.measurer)
