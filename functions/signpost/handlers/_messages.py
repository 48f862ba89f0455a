"""Messages of an SQS event source, one by one, and the partial batch answer.

Neither powertools' batch processor nor its SQS event class: importing either loads the classes of
all its events, or asyncio, at each cold start of a worker, for batches that hold one message
(docs/adr/0023-no-batch-processor.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signpost.observability import count, logger


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a work queue.

    Args:
        body: its JSON members.
        received: how often it was received, this time included.
    """

    id: str
    body: dict[str, Any]
    received: int


def each_message(event: dict[str, Any], handle: Callable[[Message], None]) -> dict[str, Any]:
    """Handle every message; the answer names those that shall come again."""
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        name = str(record["messageId"])
        logger.append_keys(correlation_id=name)
        try:
            received = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
            handle(Message(name, json.loads(record["body"]), received))
        except Exception as error:  # noqa: BLE001 - whatever it is, its neighbours are handled
            count("WorkerFailed")
            logger.exception("will come again", extra={"error": str(error)})
            failed.append({"itemIdentifier": name})
    return {"batchItemFailures": failed}
