"""A delivery may be due: publish it, or settle what is unknown about it."""

from __future__ import annotations

from typing import Any

from signpost.bootstrap import Wiring, preload, wiring
from signpost.handlers._messages import Message, each_message
from signpost.observability import logger, observed, report


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run `usecases.publish` for each message (the event source sends one at a time)."""

    def handle(message: Message) -> None:
        delivery = str(message.body["delivery"])
        logger.append_keys(delivery=delivery)
        # The message id too, should a batch ever hold more than one.
        owner = f"publish:{context.aws_request_id}:{message.id[:8]}"
        remaining_s = context.get_remaining_time_in_millis() / 1000
        result = (
            wiring()
            .publisher()
            .run(delivery, owner=owner, remaining_s=remaining_s, again=message.received > 1)
        )
        report(result.row, result.did, reason=result.reason, alert=result.alert)

    return each_message(event, handle)


preload(Wiring.publisher)
