"""Acknowledgements in the ledger's table: an item for each person and release, never changed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from signpost.aws import items
from signpost.aws.expressions import update_of
from signpost.aws.faults import fault, was_met
from signpost.aws.items import Item
from signpost.domain.people import Acknowledged
from signpost.errors import LedgerUnavailable

_FIELDS = {
    "release": items.TEXT,
    "person": items.TEXT,
    "version": items.TEXT,
    "at": items.MOMENT,
    "signature": items.TEXT,
}
"""How each member but the brand is stored."""


class DynamoAcknowledgements:
    """Implements ports.Acknowledgements.

    Args:
        client: a boto3 DynamoDB client whose retries are off.
        table: the ledger table's name.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, said: Acknowledged) -> bool:
        """Keep it, unless this person acknowledged this release before; False where they did."""
        attributes = {name: kind.encode(getattr(said, name)) for name, kind in _FIELDS.items()}
        request = update_of(attributes, "attribute_not_exists(pk)")
        key = {"pk": {"S": f"ACK#{said.brand}"}, "sk": {"S": f"{said.release}#{said.person}"}}
        return was_met(self._client.update_item, TableName=self._table, Key=key, **request)

    def of(self, brand: str) -> list[Acknowledged]:
        """Those of a brand, read consistently, in order of release and person."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"ACK#{brand}"}},
            "ConsistentRead": True,
        }
        found: list[Acknowledged] = []
        while True:
            try:
                answer = self._client.query(**request)
            except ParamValidationError:
                raise
            except (ClientError, BotoCoreError) as error:
                raise fault(error, write=False) from error
            found += [_said(brand, item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _said(brand: str, item: Item) -> Acknowledged:
    try:
        return Acknowledged(
            brand, **{name: kind.decode(item[name]) for name, kind in _FIELDS.items()}
        )
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerUnavailable(
            f"An acknowledgement of {brand} cannot be read by this version ({error!r}).",
            "Deploy the newest version of the functions.",
        ) from error
