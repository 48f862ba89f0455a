"""One suite for everything that calls itself Acknowledgements: the first of a release stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ReadTimeoutError

from signpost.aws.acknowledgements import DynamoAcknowledgements
from signpost.domain.people import Acknowledged
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.ports import Acknowledgements
from tests.fakes.acknowledgements import FakeAcknowledgements
from tests.unit.aws.conftest import Table

AT = datetime(2026, 12, 1, 9, 30, 0, 123_456, tzinfo=UTC)
SAID = Acknowledged("larkfell", "juno", "sha256:2", "2026.2", AT, "-----BEGIN SSH SIGNATURE-----\n")
KEPT = replace(SAID, at=AT.replace(microsecond=123_000))


@pytest.fixture(params=["fake", "dynamo"])
def book(request: pytest.FixtureRequest) -> Acknowledgements:
    if request.param == "fake":
        return FakeAcknowledgements()
    table: Table = request.getfixturevalue("ledger_table")
    return DynamoAcknowledgements(table.client, table.name)


def test_the_first_stays(book: Acknowledgements) -> None:
    assert book.of("larkfell") == []
    assert book.keep(SAID)
    assert not book.keep(replace(SAID, signature="another", at=AT.replace(year=2027)))
    assert book.of("larkfell") == [KEPT]


def test_they_come_by_release_and_person_and_a_brand_sees_its_own(book: Acknowledgements) -> None:
    for brand, person, release in (
        ("larkfell", "kasimir", "sha256:1"), ("larkfell", "finn", "sha256:2"),
        ("larkfell", "finn", "sha256:1"), ("kolk", "finn", "sha256:1"),
    ):  # fmt: skip
        assert book.keep(replace(SAID, brand=brand, person=person, release=release))
    found = [(item.release, item.person) for item in book.of("larkfell")]
    assert found == [("sha256:1", "finn"), ("sha256:1", "kasimir"), ("sha256:2", "finn")]
    assert [item.brand for item in book.of("kolk")] == ["kolk"]


class _Silent:
    def __getattr__(self, _name: str) -> object:
        def call(**_arguments: object) -> object:
            raise ReadTimeoutError(endpoint_url="https://test.example")

        return call


def test_an_answer_that_is_lost_is_not_taken_for_one() -> None:
    book = DynamoAcknowledgements(_Silent(), "t")
    with pytest.raises(LedgerUnknown):
        book.keep(SAID)
    with pytest.raises(LedgerUnavailable):
        book.of("larkfell")


def test_what_another_version_wrote_says_so(ledger_table: Table) -> None:
    book = DynamoAcknowledgements(ledger_table.client, ledger_table.name)
    key = {"pk": {"S": "ACK#larkfell"}, "sk": {"S": "sha256:2#juno"}}
    ledger_table.client.put_item(TableName=ledger_table.name, Item=key)
    with pytest.raises(LedgerUnavailable, match="cannot be read by this version"):
        book.of("larkfell")
