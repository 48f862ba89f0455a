"""The work queues in SQS."""

from __future__ import annotations

import json
from typing import Any

MAX_DELAY_S = 900
"""The longest delay of a message.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
(2026-11-22).
"""


class SqsQueue:
    """Implements ports.Queue.

    A longer delay than SQS allows is cut: the worker that comes too early finds that it is.

    Args:
        client: a boto3 SQS client.
        publish_url: address of the publish queue.
        dead_url: address of the publish queue's dead-letter queue.
        measure_url: address of the measure queue.
    """

    def __init__(self, client: Any, publish_url: str, dead_url: str, measure_url: str) -> None:
        self._client = client
        self._publish_url = publish_url
        self._dead_url = dead_url
        self._measure_url = measure_url

    def publish(self, delivery: str, *, delay_s: int) -> None:
        """Ask a publish worker to look at a delivery."""
        self._send(self._publish_url, {"delivery": delivery}, delay_s)

    def measure(self, delivery: str, age_s: int, *, delay_s: int) -> None:
        """Ask a measure worker for a snapshot at an age."""
        self._send(self._measure_url, {"delivery": delivery, "age_s": age_s}, delay_s)

    def dead_letter(self, delivery: str, reason: str) -> None:
        """Put a poison delivery where the alarm sees it."""
        self._send(self._dead_url, {"delivery": delivery, "reason": reason}, 0)

    def _send(self, url: str, body: dict[str, Any], delay_s: int) -> None:
        self._client.send_message(
            QueueUrl=url,
            MessageBody=json.dumps(body, separators=(",", ":")),
            DelaySeconds=min(max(delay_s, 0), MAX_DELAY_S),
        )
