"""The site's bucket in S3, and its distribution in CloudFront."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.faults import code_of
from signpost.aws.objects import ABSENT, CONFLICTS, REFUSED
from signpost.domain.website.publication import File
from signpost.errors import StackError
from signpost.ports import StoredObject

FILES = "site/"
RECORD = "publication.json"
MODE = "signpost-site"
"""Tag of the bucket that says whether the site is closed."""
POLICY = "csp"
"""Metadata of a page; `SiteHeaders` in infra/template.yaml makes a header of it."""
_MOST_AT_ONCE = 1000
"""Objects in one request to delete.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html (2026-11-22).
"""
_TRIES = 4


class S3Site:
    """Implements ports.SiteStore.

    Args:
        client: a boto3 S3 client.
        bucket: the bucket's name.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def mode(self) -> str:
        """`closed` or `public`, as it was deployed.

        Raises:
            StackError: it is no bucket of a site.
        """
        try:
            tags = self._client.get_bucket_tagging(Bucket=self._bucket)["TagSet"]
        except ClientError as error:
            if code_of(error) != "NoSuchTagSet":
                raise
            tags = []
        found = {tag["Key"]: tag["Value"] for tag in tags}.get(MODE)
        if found not in {"closed", "public"}:
            raise StackError(
                f"The bucket {self._bucket} is not the bucket of a site.",
                "Name the stack's output `SiteBucket`.",
            )
        return str(found)

    def record(self) -> StoredObject | None:
        """What is published, as it was written; None before the first publication."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=RECORD)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return None
            raise
        return StoredObject(answer["Body"].read(), answer["ETag"])

    def replace_record(self, data: bytes, etag: str | None) -> str | None:
        """Write it if its etag is still this one (None: if there is none); its new etag.

        Returns:
            None where somebody else was faster.
        """
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        for left in reversed(range(_TRIES)):
            try:
                answer = self._client.put_object(
                    Bucket=self._bucket, Key=RECORD, Body=data, ContentType="application/json",
                    **condition,
                )  # fmt: skip
                return str(answer["ETag"])
            except ClientError as error:
                if code_of(error) in REFUSED | ABSENT:
                    break
                if not left or code_of(error) not in CONFLICTS:
                    raise
        # The SDK sends again what it got no answer to: the one that was faster may be we.
        found = self.record()
        return found.etag if found is not None and found.data == data else None

    def put(self, path: str, data: bytes, file: File) -> None:
        """Write a file of the site, with its headers."""
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"{FILES}{path}",
            Body=data,
            ContentType=file.kind,
            CacheControl=file.caching,
            Metadata={POLICY: file.policy} if file.policy else {},
        )

    def remove(self, paths: Iterable[str]) -> None:
        """Take files away, in this order; those that are not there are no fault.

        Raises:
            StackError: some are still there.
        """
        keys = [{"Key": f"{FILES}{path}"} for path in paths]
        for start in range(0, len(keys), _MOST_AT_ONCE):
            answer = self._client.delete_objects(
                Bucket=self._bucket,
                Delete={"Objects": keys[start : start + _MOST_AT_ONCE], "Quiet": True},
            )
            for fault in answer.get("Errors", ()):
                raise StackError(
                    f"{fault.get('Key', 'A file')} could not be removed: {fault.get('Code', '')}.",
                    "Publish again; the policy `SitePublisherPolicy` of the stack has the rights.",
                )


class CloudFront:
    """Implements ports.Distribution.

    Args:
        client: a boto3 CloudFront client.
        distribution: its id.
    """

    def __init__(self, client: Any, distribution: str) -> None:
        self._client = client
        self._distribution = distribution

    def invalidate(self, addresses: Iterable[str], reference: str) -> None:
        """Have addresses asked for again, at every edge."""
        items = list(addresses)
        self._client.create_invalidation(
            DistributionId=self._distribution,
            InvalidationBatch={
                "Paths": {"Quantity": len(items), "Items": items},
                "CallerReference": reference,
            },
        )
