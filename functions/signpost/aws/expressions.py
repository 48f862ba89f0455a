"""Conditions and updates of the ledger's items, and what DynamoDB's refusals of them mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.items import Item
from signpost.domain.row import Row
from signpost.errors import LedgerUnavailable
from signpost.ports import Write

CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})

Attributes = Mapping[str, dict[str, Any] | None]

ROOM = "attribute_not_exists(#resets_at) OR #resets_at <= :now OR #taken < #cap"
"""The channel's own budget, as far as it is known, has room for another send."""

REFUSALS = frozenset({"AccessDeniedException", "ResourceNotFoundException", "ValidationException"})


def update_of(
    attributes: Attributes, condition: str = "", values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The UpdateItem arguments that set what is given and remove what is None."""
    present = {name: value for name, value in attributes.items() if value is not None}
    absent = [name for name, value in attributes.items() if value is None]
    clauses = [
        "SET " + ", ".join(f"#{name} = :{name}" for name in present) if present else "",
        "REMOVE " + ", ".join(f"#{name}" for name in absent) if absent else "",
    ]
    given = {**{f":{name}": value for name, value in present.items()}, **(values or {})}
    request = {
        "UpdateExpression": " ".join(filter(None, clauses)),
        "ExpressionAttributeNames": {f"#{name}": name for name in attributes},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if given:  # DynamoDB refuses an empty map
        request["ExpressionAttributeValues"] = given
    return {**request, "ConditionExpression": condition} if condition else request


def fence_of(row: Row) -> dict[str, str]:
    """The fence as an attribute."""
    return {"N": str(row.fence)}


def is_ours(item: Item | None, row: Row) -> bool:
    """Whether the item is the row that we meant to write: an earlier answer was lost."""
    if not item:
        return False
    owner = item.get("owner", {}).get("S", "")
    return (item["fence"]["N"], owner) == (str(row.fence), row.owner)


def cancelled(error: ClientError, row: Row) -> Write:
    """What a cancelled intent means.

    Raises:
        LedgerUnavailable: cancelled for a reason that says nothing about the row.
    """
    reasons = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons}
    if "ConditionalCheckFailed" in codes:
        return Write.DONE if reasons and is_ours(reasons[0].get("Item"), row) else Write.LOST
    if codes & CONFLICTS:
        return Write.CONFLICT
    raise LedgerUnavailable(f"The intent was refused ({', '.join(map(str, codes))}).") from error


def server_time(answer: Mapping[str, Any]) -> datetime | None:
    """DynamoDB's own time, by the Date header of an answer; None where it gave none."""
    text = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
