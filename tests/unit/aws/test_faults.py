"""What became of a conditional write, by the SDK's answer to it."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from signpost.aws.faults import was_met
from signpost.errors import LedgerUnavailable, LedgerUnknown

WHERE = "https://dynamodb.test"


def answered(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutItem"
    )


def test_a_write_that_is_done_met_its_condition() -> None:
    sent: list[object] = []
    assert was_met(lambda **request: sent.append(request), TableName="t", Item={})
    assert sent == [{"TableName": "t", "Item": {}}]


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (answered("ConditionalCheckFailedException", 400), None),
        (answered("AccessDeniedException", 400), LedgerUnavailable),
        (answered("InternalServerError", 500), LedgerUnknown),
        (EndpointConnectionError(endpoint_url=WHERE), LedgerUnavailable),
        (ReadTimeoutError(endpoint_url=WHERE), LedgerUnknown),
        (ParamValidationError(report="no table"), ParamValidationError),
    ],
)
def test_each_answer_has_one_meaning(error: Exception, means: type[Exception] | None) -> None:
    def write(**_request: object) -> None:
        raise error

    if means is None:
        assert not was_met(write)
        return
    with pytest.raises(means) as raised:
        was_met(write)
    assert raised.type is means
