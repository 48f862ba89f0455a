"""The bucket in S3."""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.faults import code_of
from signpost.errors import BundleError
from signpost.ports import StoredObject

ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_FORBIDDEN = frozenset({"AccessDenied", "403", "Forbidden"})
REFUSED = frozenset({"PreconditionFailed", "412"})
"""Answers to a conditional write whose condition does not hold."""
CONFLICTS = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
"""Answers to a write that met another one. It says nothing about the condition: ask again.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (2026-11-22).
"""
CONFLICT_TRIES = 4


class S3Objects:
    """Implements ports.ObjectStore.

    Args:
        client: a boto3 S3 client.
        bucket: the bucket's name.
        forbidden_is_absent: for roles that may not list the bucket (CI): to them S3 answers 403
            for what does not exist, so a verdict that is not there yet looks forbidden.
    """

    def __init__(self, client: Any, bucket: str, *, forbidden_is_absent: bool = False) -> None:
        self._client = client
        self._bucket = bucket
        self._absent = ABSENT | _FORBIDDEN if forbidden_is_absent else ABSENT

    def get(self, key: str) -> StoredObject | None:
        """The object, or None where there is none."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in self._absent:
                return None
            raise
        return StoredObject(answer["Body"].read(), answer["ETag"])

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Part of an object.

        Raises:
            BundleError: missing, or shorter than that.
        """
        if offset < 0 or length < 1:
            raise BundleError(f"{key} has no bytes {offset}+{length}.", "Push again.")
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={offset}-{offset + length - 1}"
            )
        except ClientError as error:
            if code_of(error) in self._absent:
                raise BundleError(f"{key} is missing.", "Push again.") from error
            if code_of(error) in {"InvalidRange", "416"}:
                raise _short(key, offset + length) from error
            raise
        data: bytes = answer["Body"].read()
        if len(data) != length:
            raise _short(key, offset + length)
        return data

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in self._absent:
                return False
            raise
        return True

    def create(self, key: str, data: bytes, content_type: str) -> bool:
        """Write unless it exists; False where it did."""
        return self.replace(key, data, content_type, None)

    def replace(self, key: str, data: bytes, content_type: str, etag: str | None) -> bool:
        """Write if its etag is still this one (None: if it does not exist); False if not."""
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, **condition
                )
            except ClientError as error:
                # IfMatch on an object that is gone is answered with 404.
                if code_of(error) in REFUSED | ABSENT:
                    return False
                if not left or code_of(error) not in CONFLICTS:
                    raise
            else:
                break
        return True

    def media(self, sha256: str) -> bytes:
        """The bytes; checked against the digest.

        Raises:
            BundleError: missing, or the bytes do not match.
        """
        key = f"media/{sha256}"
        stored = self.get(key)
        if stored is None:
            raise BundleError(f"{key} is missing.", "Push again.")
        if hashlib.sha256(stored.data).hexdigest() != sha256:
            raise BundleError(f"{key} does not match its digest.", "Push again.")
        return stored.data


def _short(key: str, length: int) -> BundleError:
    return BundleError(f"{key} is shorter than {length} bytes.", "Push again.")
