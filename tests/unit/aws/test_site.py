"""The site's bucket as S3 keeps it."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

import pytest

from signpost.aws.session import Clients
from signpost.aws.site import FILES, MODE, RECORD, CloudFront, S3Site
from signpost.domain.website.publication import File
from signpost.errors import StackError
from signpost.usecases.publish_site import SitePublisher
from tests.fakes.clock import FakeClock
from tests.fakes.site import FakeSite

PAGE = File(hashlib.sha256(b"<p>").hexdigest(), "text/html; charset=utf-8", "no-cache",
            "script-src 'sha256-a'")  # fmt: skip
STYLE = File(hashlib.sha256(b"p{}").hexdigest(), "text/css; charset=utf-8", "public, immutable")
_numbers = count()


@pytest.fixture
def s3(clients: Clients) -> Any:
    return clients.get("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"site-{next(_numbers)}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return name


@pytest.fixture
def site(s3: Any, bucket: str) -> S3Site:
    return S3Site(s3, bucket)


@pytest.fixture(params=["S3", "fake"])
def either(request: pytest.FixtureRequest, s3: Any, bucket: str) -> S3Site | FakeSite:
    return S3Site(s3, bucket) if request.param == "S3" else FakeSite()


def tag(s3: Any, bucket: str, value: str) -> None:
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": MODE, "Value": value}]})


def test_only_one_of_two_writes_the_record(either: S3Site | FakeSite) -> None:
    assert either.record() is None
    first = either.replace_record(b"one", None)
    assert first is not None
    assert either.replace_record(b"two", None) is None
    second = either.replace_record(b"two", first)
    assert second not in {None, first}
    assert either.replace_record(b"three", first) is None
    found = either.record()
    assert found is not None
    assert (found.data, found.etag) == (b"two", second)


def test_an_answer_that_was_lost_is_recognised(site: S3Site) -> None:
    """The SDK sends the write again, and hears that somebody was faster: it was itself."""
    first = site.replace_record(b"one", None)
    assert site.replace_record(b"one", None) == first


def test_what_is_not_there_can_be_removed(either: S3Site | FakeSite) -> None:
    either.put("a/index.html", b"<p>", PAGE)
    either.remove(["a/index.html", "b/index.html"])
    either.remove([])


def test_a_file_lies_with_its_headers(site: S3Site, s3: Any, bucket: str) -> None:
    site.put("acme/next/index.html", b"<p>", PAGE)
    site.put("acme/next/look.css", b"p{}", STYLE)
    page = s3.head_object(Bucket=bucket, Key=f"{FILES}acme/next/index.html")
    assert page["ContentType"] == PAGE.kind
    assert page["CacheControl"] == PAGE.caching
    assert page["Metadata"] == {"csp": PAGE.policy}
    style = s3.head_object(Bucket=bucket, Key=f"{FILES}acme/next/look.css")
    assert (style["CacheControl"], style["Metadata"]) == ("public, immutable", {})


def test_more_files_than_fit_into_a_request_are_removed(
    site: S3Site, s3: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signpost.aws.site._MOST_AT_ONCE", 2)
    paths = [f"acme/next/{number}.css" for number in range(5)]
    for path in paths:
        site.put(path, b"p{}", STYLE)
    site.remove(paths)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_the_bucket_says_whether_the_site_is_closed(site: S3Site, s3: Any, bucket: str) -> None:
    with pytest.raises(StackError, match="not the bucket of a site"):
        site.mode()
    for mode in ("closed", "public"):
        tag(s3, bucket, mode)
        assert site.mode() == mode
    tag(s3, bucket, "open")
    with pytest.raises(StackError, match="not the bucket of a site"):
        site.mode()


def test_a_site_is_published_and_asked_for_again(
    site: S3Site, s3: Any, bucket: str, clients: Clients
) -> None:
    cloudfront = clients.get("cloudfront")
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "one", "Comment": "", "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{"Id": "bucket", "DomainName": "b.s3.amazonaws.com",
                                                  "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
            "DefaultCacheBehavior": {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "https-only"},
        }
    )["Distribution"]["Id"]  # fmt: skip
    publisher = SitePublisher(site, CloudFront(cloudfront, made), FakeClock(), "ada")
    built = {"index.html": PAGE, "acme/next/look.css": STYLE}
    data = {"index.html": b"<p>", "acme/next/look.css": b"p{}"}
    assert publisher.publish(built, data.__getitem__).number == 1
    again = {**built, "acme/next/look.css": File(STYLE.sha256, STYLE.kind, "no-cache")}
    done = publisher.publish(again, data.__getitem__)
    assert done.told == ("/acme/next/look.css",)
    listed = cloudfront.list_invalidations(DistributionId=made)["InvalidationList"]["Items"]
    sent = cloudfront.get_invalidation(DistributionId=made, Id=listed[0]["Id"])["Invalidation"]
    assert sent["InvalidationBatch"]["Paths"]["Items"] == ["/acme/next/look.css"]
    keys = {item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {RECORD, f"{FILES}index.html", f"{FILES}acme/next/look.css"}
