"""One suite for everything that calls itself an ObjectStore."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest
from botocore.exceptions import ClientError

from signpost.aws.objects import S3Objects
from signpost.aws.session import Clients
from signpost.errors import BundleError
from signpost.ports import ObjectStore
from tests.fakes.objects import FakeObjects

JSON = "application/json"
_numbers = count()


@pytest.fixture(params=["fake", "s3"])
def objects(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "fake":
        return FakeObjects()
    clients: Clients = request.getfixturevalue("clients")
    bucket = f"bucket-{next(_numbers)}"
    clients.get("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return S3Objects(clients.get("s3"), bucket)


def test_what_is_not_there_is_none(objects: ObjectStore) -> None:
    assert objects.get("verdicts/a.json") is None
    assert not objects.exists("verdicts/a.json")


def test_create_writes_once(objects: ObjectStore) -> None:
    assert objects.create("bundles/a.jsonl", b"first", JSON)
    assert not objects.create("bundles/a.jsonl", b"second", JSON)
    stored = objects.get("bundles/a.jsonl")
    assert stored is not None
    assert stored.data == b"first"
    assert objects.exists("bundles/a.jsonl")


def test_replace_needs_the_present_etag(objects: ObjectStore) -> None:
    assert not objects.replace("state/a.json", b"0", JSON, '"nothing"')
    assert objects.replace("state/a.json", b"1", JSON, None)
    assert not objects.replace("state/a.json", b"2", JSON, None)
    first = objects.get("state/a.json")
    assert first is not None
    assert objects.replace("state/a.json", b"2", JSON, first.etag)
    assert not objects.replace("state/a.json", b"3", JSON, first.etag)
    second = objects.get("state/a.json")
    assert second is not None
    assert second.data == b"2"
    assert second.etag != first.etag


def test_a_range_is_exact(objects: ObjectStore) -> None:
    objects.create("bundles/a.jsonl", b"0123456789", JSON)
    assert objects.get_range("bundles/a.jsonl", 0, 1) == b"0"
    assert objects.get_range("bundles/a.jsonl", 4, 6) == b"456789"


@pytest.mark.parametrize(
    ("key", "offset", "length"),
    [("a", 8, 3), ("a", 10, 1), ("a", 0, 0), ("a", -1, 2), ("missing", 0, 1)],
)
def test_a_range_that_is_not_there_is_an_error(
    objects: ObjectStore, key: str, offset: int, length: int
) -> None:
    objects.create("a", b"0123456789", JSON)
    with pytest.raises(BundleError):
        objects.get_range(key, offset, length)


def test_media_is_checked_against_its_digest(objects: ObjectStore) -> None:
    data = b"\x89PNG"
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(BundleError, match="missing"):
        objects.media(digest)
    objects.create(f"media/{digest}", data, "image/png")
    assert objects.media(digest) == data
    objects.create(f"media/{'0' * 64}", data, "image/png")
    with pytest.raises(BundleError, match="does not match"):
        objects.media("0" * 64)


@pytest.mark.parametrize("code", ["AccessDenied", "403"])
def test_forbidden_is_an_error_but_for_roles_that_may_not_list(code: str) -> None:
    class Forbidding:
        def get_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetObject")

        head_object = get_object

    with pytest.raises(ClientError):
        S3Objects(Forbidding(), "bucket").get("verdicts/a.json")
    with pytest.raises(ClientError):
        S3Objects(Forbidding(), "bucket").exists("media/a")
    ci = S3Objects(Forbidding(), "bucket", forbidden_is_absent=True)
    assert ci.get("verdicts/a.json") is None
    assert not ci.exists("media/a")


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "OperationAborted"])
def test_a_write_that_met_another_asks_again_instead_of_taking_it_for_there(code: str) -> None:
    class Busy:
        def __init__(self, conflicts: int) -> None:
            self.conflicts = conflicts

        def put_object(self, **_: object) -> None:
            self.conflicts -= 1
            if self.conflicts >= 0:
                raise ClientError({"Error": {"Code": code, "Message": ""}}, "PutObject")

    assert S3Objects(Busy(2), "bucket").create("verdicts/a.json", b"{}", JSON)
    with pytest.raises(ClientError):
        S3Objects(Busy(99), "bucket").create("verdicts/a.json", b"{}", JSON)


@pytest.mark.parametrize("service", ["dynamodb", "lambda"])
def test_the_sdk_repeats_no_write_and_no_order_by_itself(service: str) -> None:
    client = Clients(region="eu-central-1", access_key="k", secret_key="s").get(service)
    assert client.meta.config.retries["total_max_attempts"] == 1
