"""What `control` takes as "I have read this release", and what it does not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.signing.root import TrustRoot
from signpost.domain.signing.statement import Acknowledgement, Approval
from signpost.errors import LedgerUnavailable
from signpost.ports import StoredObject, Write
from signpost.signatures import check
from signpost.usecases.acknowledging import Acknowledging, NotAcknowledged
from signpost.usecases.onboarding import acknowledged, read_reads, reading_key
from tests.fakes.acknowledgements import FakeAcknowledgements
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.objects import FakeObjects
from tests.signing.keysmith import Assertion, TestKey
from tests.signing.office import (
    BRAND,
    DOMAIN,
    JUNO,
    KASIMIR,
    OTTILIE,
    PASSKEY,
    STRANGER,
    people,
    usual_root,
)  # fmt: skip

NOW = FakeClock().now()
DAY = timedelta(days=1)
OLD, NEW, COMING = (f"sha256:{digit * 64}" for digit in "123")
SPACE = f"acknowledge@{DOMAIN}"


class Office:
    """A control function whose stack accepted a trust root and three releases."""

    def __init__(self, root: TrustRoot | None = None, *, ends: int = 100) -> None:
        self.clock = FakeClock()
        self.ledger = FakeLedger(self.clock)
        self.objects = FakeObjects()
        self.book = FakeAcknowledgements()
        self.root = root or usual_root()
        releases = (
            Released("2026.1", OLD, NOW - 200 * DAY, NOW + 100 * DAY),
            Released("2026.2", NEW, NOW - 10 * DAY, NOW + ends * DAY),
            Released("2026.3", COMING, NOW + 20 * DAY, NOW + 300 * DAY),
        )
        gate = ReleaseGate(BRAND, root="sha256:root", releases=releases)
        assert self.ledger.swap_gate(gate, expected=None) is Write.DONE
        self.desk = Acknowledging(
            self.ledger, self.book, self.objects, self.clock, lambda _gate: self.root, check
        )

    def take(
        self, person: str = "juno", release: str = NEW, *, key: TestKey = JUNO, **how: Any
    ) -> dict[str, Any]:
        space = how.pop("namespace", SPACE)
        said = how.pop("said", None) or Acknowledgement(BRAND, person, release)
        made = key.sign(said.write(), space, **how)
        return self.desk.take(
            BRAND, person, release, signature=made.decode(), actor="larkfell/juno"
        )


def test_it_is_kept_told_and_on_the_audit_trail() -> None:
    office = Office()
    answer = office.take()
    assert (answer["person"], answer["version"], answer["again"]) == ("juno", "2026.2", False)
    (read,) = read_reads(office.objects, BRAND)
    assert (read.person, read.release, read.at) == ("juno", NEW, NOW)
    (entry,) = office.ledger.trail
    assert (entry.action, entry.actor) == ("acknowledge", "larkfell/juno")
    assert entry.detail["release"] == NEW


def test_a_second_time_changes_nothing_and_tells_again() -> None:
    office = Office()
    first = office.take()
    del office.objects.content[reading_key(BRAND)]  # as if the first run had died here
    office.clock.advance(60)
    again = office.take()
    assert (again["again"], again["at"]) == (True, first["at"])
    assert len(read_reads(office.objects, BRAND)) == 1
    assert len(office.ledger.trail) == 1


def test_with_a_passkey() -> None:
    office = Office(usual_root(people=people(juno=PASSKEY)))
    assert office.take(key=PASSKEY, assertion=Assertion())["version"] == "2026.2"
    (kept,) = acknowledged(office.objects, BRAND)
    assert kept.signature.startswith("-----BEGIN SSH SIGNATURE-----")


def test_a_coming_release_may_be_read_before_its_day_and_one_past_review_after() -> None:
    assert Office().take(release=COMING)["version"] == "2026.3"
    assert Office(ends=-1).take()["version"] == "2026.2"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"release": OLD}, "Read 2026.2"),  # superseded
        ({"release": f"sha256:{'9' * 64}"}, "is no release of larkfell"),
        ({"release": "2026.2"}, "is no release of larkfell"),
        ({"said": Acknowledgement(BRAND, "juno", COMING)}, "another text"),
        ({"said": Acknowledgement("kolk", "juno", NEW)}, "another text"),
        ({"said": Acknowledgement(BRAND, "ottilie", NEW)}, "another text"),
        ({"said": Approval(BRAND, "offers", "p", {"d": "r"})}, "another text"),
        ({"key": OTTILIE}, "ottilie's key"),
        ({"key": STRANGER}, "nobody's key"),
        ({"person": "kasimir"}, "juno's key"),
        ({"person": "mallory"}, "not in trust root"),
        ({"person": "../juno"}, "is no name of a signature"),
        ({"namespace": f"strategy@{DOMAIN}"}, "not as `acknowledge@"),
    ],
)
def test_what_does_not_count_is_refused_and_leaves_no_trace(how: dict[str, Any], said: str) -> None:
    office = Office()
    with pytest.raises(NotAcknowledged) as refused:
        office.take(**how)
    assert said in str(refused.value)
    assert refused.value.remedy
    assert not office.book.kept
    assert not office.objects.content
    assert not office.ledger.trail


@pytest.mark.parametrize(
    "assertion",
    [Assertion(origin="https://evil.example"), Assertion(flags=0x01)],
    ids=["another origin", "nobody verified"],
)
def test_a_passkeys_answer_of_elsewhere_is_refused(assertion: Assertion) -> None:
    office = Office(usual_root(people=people(juno=PASSKEY)))
    with pytest.raises(NotAcknowledged):
        office.take(key=PASSKEY, assertion=assertion)


def test_without_a_trust_root_nobody_can() -> None:
    office = Office()
    with pytest.raises(NotAcknowledged, match="accepted no trust root of kolk"):
        office.desk.take("kolk", "juno", NEW, signature="x", actor="a")


def test_a_key_that_left_the_trust_root_counts_no_more() -> None:
    office = Office()
    office.root = usual_root(people=people(juno=TestKey("new")))
    with pytest.raises(NotAcknowledged, match="nobody's key"):
        office.take()


def test_several_people_at_once_are_all_in_the_file() -> None:
    class Racing(FakeObjects):
        """Somebody else's acknowledgement comes between reading and writing, once."""

        def get(self, key: str) -> StoredObject | None:
            found = super().get(key)
            if not raced:
                raced.append(key)
                office.take("kasimir", key=KASIMIR)
            return found

    office, raced = Office(), ["not yet"]
    office.take("ottilie", key=OTTILIE)
    objects = Racing()
    objects.content = office.objects.content
    raced.clear()
    office.desk = Acknowledging(
        office.ledger, office.book, objects, office.clock, lambda _gate: office.root, check
    )
    office.take()
    assert [item.person for item in read_reads(objects, BRAND)] == ["juno", "kasimir", "ottilie"]


def test_who_is_always_overtaken_gives_up_and_says_so() -> None:
    class Busy(FakeObjects):
        def replace(self, *_arguments: object) -> bool:
            return False

    office = Office()
    office.desk = Acknowledging(
        office.ledger, office.book, Busy(), office.clock, lambda _gate: office.root, check
    )
    with pytest.raises(LedgerUnavailable):
        office.take()


def test_the_file_names_no_more_than_it_must() -> None:
    office = Office()
    office.take()
    document = json.loads(office.objects.content[reading_key(BRAND)])
    assert set(document) == {"schema", "brand", "acknowledgements"}
    assert set(document["acknowledgements"][0]) == {
        "brand", "person", "release", "version", "at", "signature",
    }  # fmt: skip
