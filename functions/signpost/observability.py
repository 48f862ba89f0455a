"""The one Logger and the one Metrics of the functions, and what may never be in a log.

Logs are JSON lines. Every text is cut to 500 characters, so that no whole post is in them, and what
looks like a secret is replaced: secrets do not get here (a token's repr is `***`), this is the net
below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from signpost.bootstrap import end_of_start, wiring
from signpost.domain.lifecycle import State
from signpost.domain.row import Row

NAMESPACE = "Signpost"
SERVICE = "signpost"
MAX_TEXT = 500

_SECRET_KEY = re.compile(r"token|secret|password|authorization|cookie|api_?key", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(?i)(bearer\s+|basic\s+|(?:access_|refresh_|id_)?token[\"']?\s*[=:]\s*[\"']?"
    r"|client_secret[\"']?\s*[=:]\s*[\"']?|password[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}]{4,}"
)


def redact(value: Any, key: str = "") -> Any:
    """The value as it may be logged.

    Args:
        value: a JSON value, or something whose text will stand for it.
        key: the name it goes by; members called like a secret are hidden whatever they hold.
    """
    if _SECRET_KEY.search(key) and value not in (None, "", 0, False):
        return "***"
    if isinstance(value, dict):
        return {name: redact(member, str(name)) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(member) for member in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _SECRET_TEXT.sub(r"\1***", str(value))
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… ({len(text)} characters)"


def _serialise(record: dict[str, Any]) -> str:
    return json.dumps(redact(record), ensure_ascii=False)


logger = Logger(service=SERVICE, json_serializer=_serialise, log_uncaught_exceptions=False)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)

Handler = Callable[[dict[str, Any], Any], Any]


def observed(handler: Handler) -> Handler:
    """Give a handler the request's context in its logs, and write out its metrics.

    An exception is logged with its cause and raised again, so that Lambda counts it.
    """

    @wraps(handler)
    def run(event: dict[str, Any], context: Any) -> Any:
        metrics.set_default_dimensions(workspace=wiring().settings.workspace)
        try:
            return handler(event, context)
        except Exception as error:
            logger.exception("failed", extra={"error": str(error)})
            raise
        finally:
            # Powertools warns about every invocation that counted nothing; most count nothing.
            if metrics.metric_set:
                metrics.flush_metrics()
            end_of_start()

    injected: Handler = logger.inject_lambda_context(run, clear_state=True)
    return injected


def count(name: str, value: float = 1, unit: MetricUnit = MetricUnit.Count) -> None:
    """Add to a metric of the workspace (CloudWatch namespace Signpost).

    `BadEnd`: deliveries that a person must hear of. `TickRan`: ticks. `Overdue`: deliveries that
    should have been handled minutes ago. `PublishLagSeconds`: from due to public. `WorkerFailed`:
    messages that will come again because their worker could not handle them.
    """
    metrics.add_metric(name=name, unit=unit, value=value)


def report(row: Row | None, did: str, *, reason: str, alert: bool) -> None:
    """Log what a worker did with a delivery, and count what alarms and dashboards need."""
    state = row.state if row else ""
    if alert:
        count("BadEnd")
        logger.warning(did, extra={"state": state, "reason": reason, "alert": True})
        return
    if row and row.state is State.PUBLISHED and did == "published" and row.published_at:
        lag_s = max(0.0, (row.published_at - row.due).total_seconds())
        count("PublishLagSeconds", lag_s, MetricUnit.Seconds)
        logger.info(did, extra={"state": state, "lag_s": lag_s})
        return
    logger.info(did, extra={"state": state, "reason": reason})
