"""What an error of the SDK says about a request to a table: not done, or not known.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
(2026-11-22): 4xx answers are refusals, nothing was done; a 5xx answer leaves a write's fate open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)

from signpost.errors import LedgerError, LedgerUnavailable, LedgerUnknown

NOT_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)
"""Errors that arise before a byte of the request was written."""

_OPEN_CODES = frozenset({"TransactionInProgressException", "RequestTimeout", "InternalServerError"})


def code_of(error: ClientError) -> str:
    """The service's error code, such as `ConditionalCheckFailedException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def fault(error: ClientError | BotoCoreError, *, write: bool) -> LedgerError:
    """The ledger error that an SDK error means.

    Args:
        error: what the SDK raised.
        write: whether the request could have changed something.
    """
    if isinstance(error, ClientError):
        code = code_of(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        # The text is the service's; it names resources, never values of an item.
        cause = f"DynamoDB answered {code or status}."
        done_is_open = code in _OPEN_CODES or status >= 500
    else:
        cause = f"DynamoDB gave no answer ({type(error).__name__})."
        done_is_open = not isinstance(error, NOT_SENT)
    if write and done_is_open:
        return LedgerUnknown(cause, "The row will be read again before anything else is done.")
    return LedgerUnavailable(cause, "It will be tried again; if it stays, look at the table.")


def was_met(write: Callable[..., object], **request: Any) -> bool:
    """Send a conditional write, once; False where its condition was not met.

    Args:
        write: a method of a DynamoDB client, such as its `put_item`.
        request: its arguments.

    Raises:
        LedgerUnavailable: nothing was written.
        LedgerUnknown: the answer was lost.
    """
    try:
        write(**request)
    except ParamValidationError:  # a mistake of ours, found before anything is sent
        raise
    except ClientError as error:
        if code_of(error) == "ConditionalCheckFailedException":
            return False
        raise fault(error, write=True) from error
    except BotoCoreError as error:
        raise fault(error, write=True) from error
    return True
