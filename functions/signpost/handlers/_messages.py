"""Messages of an SQS event source, one by one, and the partial batch answer.

Not powertools' batch processor: it imports asyncio, 36 modules more at each cold start, for batches
that hold one message (docs/adr).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.data_classes import SQSEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from signpost.observability import count, logger


def each_message(event: dict[str, Any], handle: Callable[[SQSRecord], None]) -> dict[str, Any]:
    """Handle every message; the answer names those that shall come again."""
    failed: list[dict[str, str]] = []
    for record in SQSEvent(event).records:
        logger.append_keys(correlation_id=record.message_id)
        try:
            handle(record)
        except Exception as error:  # noqa: BLE001 - whatever it is, its neighbours are handled
            count("WorkerFailed")
            logger.exception("will come again", extra={"error": str(error)})
            failed.append({"itemIdentifier": record.message_id})
    return {"batchItemFailures": failed}
