"""An object was created in `bundles/`: accept it or refuse it, and write the verdict."""

from __future__ import annotations

import re
from typing import Any

from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent

from signpost.bootstrap import Wiring, preload, wiring
from signpost.domain.approval import AWAITING
from signpost.domain.lifecycle import BAD_ENDS
from signpost.errors import BundleError
from signpost.observability import count, logger, observed

_KEY = re.compile(r"bundles/([0-9a-f]{64})\.jsonl")


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run `usecases.schedule` for the bundle that the event names."""
    notification = S3EventBridgeNotificationEvent(event)
    key = notification.detail.object.key
    logger.append_keys(correlation_id=notification.get_id, key=key)
    found = _KEY.fullmatch(key)
    if found is None or notification.detail.bucket.name != wiring().settings.bucket:
        logger.warning("not a bundle of this workspace")
        return {"accepted": False, "code": "ignored"}
    owner = f"schedule:{context.aws_request_id}"
    try:
        verdict = wiring().scheduler().run(found[1], owner=owner)
    except BundleError as error:
        # The event names a bundle that is not there; nobody can be answered.
        logger.error("unusable", extra={"reason": str(error)})
        count("BadEnd")
        return {"accepted": False, "code": "unusable"}
    # That a post awaits approval is how it should be; people are warned in time, by a worker.
    bad = [
        change
        for change in verdict.changes
        if change.state in BAD_ENDS and not change.reason.startswith(AWAITING)
    ]
    if bad or verdict.code == "bundle":
        count("BadEnd", len(bad) or 1)
    logger.info(
        "verdict",
        extra={
            "accepted": verdict.accepted,
            "code": verdict.code,
            "reason": verdict.reason,
            "changes": len(verdict.changes),
            "bad": [change.delivery for change in bad[:20]],
        },
    )
    return {"accepted": verdict.accepted, "code": verdict.code}


preload(Wiring.scheduler)
