"""The ledger's audit trail in DynamoDB, and its copies in a write-once bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from signpost.aws import items
from signpost.aws.faults import fault
from signpost.aws.objects import S3Objects
from signpost.domain.canonical import canonical_json, parse_utc, utc_text
from signpost.ports import TrailEntry

PLACE = "ledger"
"""Folder of the bucket; the sign-off pages' own trail lies beside it."""
_MARK = "TRAIL"


class DynamoTrail:
    """Implements ports.Trail.

    Args:
        client: a boto3 DynamoDB client whose retries are off.
        table: the ledger table's name.
        workspace: its id.
        s3: a boto3 S3 client.
        archive: name of the write-once bucket.
    """

    def __init__(self, client: Any, table: str, workspace: str, s3: Any, archive: str) -> None:
        self._client = client
        self._table = table
        self._workspace = workspace
        self._copies = S3Objects(s3, archive)

    def mark(self) -> datetime | None:
        """Up to when all is copied; None before the first time."""
        key = items.workspace_key(self._workspace, _MARK)
        item = self._reading("get_item", Key=key, ConsistentRead=True).get("Item")
        return items.MOMENT.decode(item["at"]) if item else None

    def set_mark(self, at: datetime) -> None:
        """Remember it."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=items.workspace_key(self._workspace, _MARK),
                UpdateExpression="SET #at = :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={":at": items.MOMENT.encode(at)},
            )
        except ParamValidationError:
            raise
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=True) from error

    def entries(self, day: date, since: datetime) -> Iterator[TrailEntry]:
        """Those of a day from a moment on, in the order of their times."""
        request: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk AND sk >= :since",
            "ExpressionAttributeValues": {
                ":pk": {"S": f"AUDIT#{day.isoformat()}"},
                ":since": {"S": utc_text(since)},
            },
            "ConsistentRead": True,
        }
        while True:
            answer = self._reading("query", **request)
            yield from map(_entry, answer["Items"])
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def keep(self, entry: TrailEntry) -> None:
        """Copy it, unless there is a copy."""
        document = {
            "at": utc_text(entry.at),
            "actor": entry.actor,
            "action": entry.action,
            "detail": dict(entry.detail),
        }
        key = f"{PLACE}/{entry.at.date().isoformat()}/{entry.name}.json"
        try:
            self._copies.create(key, canonical_json(document), "application/json")
        except ParamValidationError:
            raise
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=True) from error

    def _reading(self, operation: str, **request: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, operation)(
                TableName=self._table, **request
            )
        except ParamValidationError:
            raise
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=False) from error
        return answer


def _entry(item: Mapping[str, Any]) -> TrailEntry:
    moment, _, number = item["sk"]["S"].partition("#")
    return TrailEntry(
        name=f"{moment}-{number}",
        at=parse_utc(moment),
        actor=items.TEXT.decode(item["actor"]),
        action=items.TEXT.decode(item["action"]),
        detail=items.JSON.decode(item["detail"]),
    )
