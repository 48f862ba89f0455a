"""A delivery may be due: publish it, or settle what is unknown about it."""

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
    """Run `usecases.publish` for each message (the event source sends one at a time)."""

    def handle(record: SQSRecord) -> None:
        logger.append_keys(correlation_id=record.message_id)
        try:
            delivery = str(record.json_body["delivery"])
            logger.append_keys(delivery=delivery)
            result = (
                wiring()
                .publisher()
                .run(
                    delivery,
                    # The message id too, should a batch ever hold more than one.
                    owner=f"publish:{context.aws_request_id}:{record.message_id[:8]}",
                    remaining_s=context.get_remaining_time_in_millis() / 1000,
                )
            )
        except Exception as error:
            count("WorkerFailed")
            logger.exception("will come again", extra={"error": str(error)})
            raise
        report(result.row, result.did, reason=result.reason, alert=result.alert)

    return process_partial_response(event, handle, _processor, context)


preload(Wiring.publisher)
