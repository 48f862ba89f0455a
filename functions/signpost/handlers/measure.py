"""An age was reached: ask the channel for a delivery's metrics."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from signpost.bootstrap import Wiring, preload, wiring
from signpost.observability import count, logger, observed, report

_processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@observed
def handler(event: dict[str, Any], context: Any) -> Any:
    """Run `usecases.measure` for each message (the event source sends one at a time)."""

    def handle(record: SQSRecord) -> None:
        logger.append_keys(correlation_id=record.message_id)
        try:
            delivery, age_s = str(record.json_body["delivery"]), int(record.json_body["age_s"])
            logger.append_keys(delivery=delivery, age_s=age_s)
            result = wiring().measurer().run(delivery, age_s)
        except Exception as error:
            count("WorkerFailed")
            logger.exception("will come again", extra={"error": str(error)})
            raise
        report(result.row, result.did, reason=result.reason, alert=result.alert)

    return process_partial_response(event, handle, _processor, context)


preload(Wiring.measurer)
