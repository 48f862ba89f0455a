"""What the sign-off pages remember, in a DynamoDB table of its own; the audit trail in S3 as well."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signpost.aws.faults import fault, was_met
from signpost.aws.objects import S3Objects
from signpost.domain.canonical import canonical_json, utc_text
from signpost.ports import Clock

_UNTIL = "until"
"""Seconds since 1970; the table's TTL drops what is past it, some day."""


class DynamoSignoff:
    """Implements ports.SignoffStore.

    Args:
        client: a boto3 DynamoDB client whose retries are off.
        table: its name.
        s3: a boto3 S3 client.
        archive: name of the write-once bucket.
        clock: says what is past its time.
    """

    def __init__(self, client: Any, table: str, s3: Any, archive: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._s3 = s3
        self._archive = archive
        self._clock = clock

    def add(
        self, kind: str, name: str, value: Mapping[str, Any], *, until: datetime | None = None
    ) -> bool:
        """Store unless there is one of that name; False where there was."""
        item = {**_key(kind, name), "value": _json(value)}
        if until is not None:
            item[_UNTIL] = {"N": str(int(until.timestamp()))}
        return self._put(item)

    def get(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """What is stored, read consistently."""
        found = self._ask("get_item", Key=_key(kind, name), ConsistentRead=True)
        return self._value(found.get("Item"))

    def take(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """Remove it, and give it to one caller only, however many ask at once."""
        answer = self._ask("delete_item", write=True, Key=_key(kind, name), ReturnValues="ALL_OLD")
        return self._value(answer.get("Attributes"))

    def change(self, kind: str, name: str, value: Mapping[str, Any]) -> bool:
        """Set members of what is there, the others stay; False where there is nothing.

        Two at once: the later of them finds the other's members, for the item must be as it was.
        """
        for _ in range(5):
            found = self._ask("get_item", Key=_key(kind, name), ConsistentRead=True).get("Item")
            have = self._value(found)
            if have is None or found is None:
                return False
            item = {**found, "value": _json({**have, **value})}
            same = {":was": found["value"]}
            if self._put(item, "#value = :was", same):
                return True
        return False

    def remove(self, kind: str, name: str) -> None:
        """Remove it; nothing where it is not there."""
        self._ask("delete_item", write=True, Key=_key(kind, name))

    def all(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Everything of a kind, by name, in order."""
        found: dict[str, Mapping[str, Any]] = {}
        start: dict[str, Any] = {}
        while True:
            answer = self._ask(
                "query",
                KeyConditionExpression="pk = :kind",
                ExpressionAttributeValues={":kind": {"S": kind}},
                ConsistentRead=True,
                **start,
            )
            for item in answer["Items"]:
                value = self._value(item)
                if value is not None:
                    found[item["sk"]["S"]] = value
            if not answer.get("LastEvaluatedKey"):
                return found
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def count(self, name: str, limit: int, window_s: int) -> bool:
        """Count something within the present window; False where the limit was reached."""
        now = int(self._clock.now().timestamp())
        window = now // window_s
        return was_met(
            self._client.update_item,
            TableName=self._table,
            Key=_key("rate", f"{name}/{window}"),
            UpdateExpression="ADD #used :one SET #until = :until",
            ConditionExpression="attribute_not_exists(#used) OR #used < :limit",
            ExpressionAttributeNames={"#used": "used", "#until": _UNTIL},
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":limit": {"N": str(limit)},
                ":until": {"N": str((window + 2) * window_s)},
            },
        )

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        """Append to the audit trail of the pages, and to its write-once copy."""
        day, name = at.date().isoformat(), f"{utc_text(at)}-{uuid.uuid4().hex[:12]}"
        entry = {"actor": actor, "action": action, "at": utc_text(at), "detail": dict(detail)}
        self._put({**_key(f"audit/{day}", name), "value": _json(entry)})
        if not self._archive:
            return
        try:
            # The name is of this entry alone: where it lies already, an answer was lost.
            S3Objects(self._s3, self._archive).create(
                f"signoff/{day}/{name}.json", canonical_json(entry), "application/json"
            )
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=True) from error

    def _put(
        self,
        item: dict[str, Any],
        condition: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> bool:
        """Write an item if the condition holds; left out: if none is there that still counts."""
        now = str(int(self._clock.now().timestamp()))
        # An item past its time is no obstacle: the table drops it up to days later.
        missing = "attribute_not_exists(pk) OR #until <= :now"
        given = dict(values or {":now": {"N": now}})
        names = {"#value": "value"} if condition else {"#until": _UNTIL}
        return was_met(
            self._client.put_item,
            TableName=self._table,
            Item=item,
            ConditionExpression=condition or missing,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=given,
        )

    def _ask(self, operation: str, *, write: bool = False, **request: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(
                TableName=self._table, **request
            )
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=write) from error
        return answer

    def _value(self, item: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        import json

        if not item or "value" not in item:
            return None
        until = item.get(_UNTIL, {}).get("N")
        if until is not None and int(until) <= self._clock.now().timestamp():
            return None
        value: dict[str, Any] = json.loads(item["value"]["S"])
        return value


def _key(kind: str, name: str) -> dict[str, Any]:
    return {"pk": {"S": kind}, "sk": {"S": name}}


def _json(value: Mapping[str, Any]) -> dict[str, str]:
    return {"S": canonical_json(dict(value)).decode()}
