"""What a function verifies without the texts: the same people, and nothing older comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from signpost.domain.gate import ReleaseGate
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import judge_evidence, pack, unpack
from signpost.domain.signing.folder import Folder
from signpost.errors import SigningError
from signpost.signatures import check
from signpost.usecases.gatekeeper import ReleaseJudge
from tests.signing.office import BRAND, JUNO, ON, STRANGER, Office, next_root, usual_root

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
NOTHING = ReleaseGate(BRAND)


def folder(office: Office, place: str) -> Folder:
    found = {
        path.removeprefix(f"{place}/"): data
        for path, data in office.tree.items()
        if path.startswith(f"{place}/") and isinstance(data, bytes)
    }
    return Folder(found)


def packed(office: Office) -> bytes:
    roots = {n: folder(office, f"signoff/{BRAND}/roots/{n}") for n in office.roots}
    releases = {version: folder(office, office.place(version)) for version in office.sealed}
    return pack(roots, releases)


def judged(office: Office, before: ReleaseGate = NOTHING, on: date = ON) -> ReleaseGate:
    found = unpack(packed(office))
    return judge_evidence(found, before, anchor=sha256(office.roots[1]), today=on, check=check)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.root()
    made.release()
    return made


def test_a_signed_release_is_in_force_between_its_days(office: Office) -> None:
    gate = judged(office)
    (only,) = gate.releases
    assert (only.version, only.digest, only.review_by) == ("2026.1", gate.head, "2027-05-31")
    assert only.digest == sha256(office.sealed["2026.1"])
    assert gate.shut(NOW) == ""
    assert "2026.1 takes effect on 2026-12-01" in gate.shut(datetime(2026, 11, 30, 23, tzinfo=UTC))
    assert gate.shut(datetime(2027, 5, 31, 23, 59, tzinfo=UTC)) == ""
    assert "past its review date (2027-05-31)" in gate.shut(datetime(2027, 6, 1, tzinfo=UTC))


def test_texts_are_left_out_and_the_same_folders_make_the_same_bytes(office: Office) -> None:
    data = packed(office)
    assert data == packed(office)
    assert b"We mend before we sell" not in data


def test_who_is_missing_is_said(office: Office) -> None:
    office.release("2026.2", previous="2026.1", signers={"juno": JUNO})
    gate = judged(office)
    assert [item.version for item in gate.releases] == ["2026.1"]
    assert gate.lacking == "signatures of 2026.2 are missing: Managing director"
    assert gate.shut(NOW) == ""
    assert gate.shut(datetime(2027, 6, 1, tzinfo=UTC)).endswith(gate.lacking)


def test_an_altered_manifest_is_not_signed(office: Office) -> None:
    place = f"{office.place()}/manifest.txt"
    line = office.tree[place]
    assert isinstance(line, bytes)
    office.tree[place] = line.replace(b"a", b"b", 1)
    assert judged(office).releases == ()


def test_a_release_json_that_is_not_that_of_the_manifest_does_not_count(office: Office) -> None:
    other = Office()
    other.root()
    other.release(review_by=date(2099, 1, 1))
    place = f"{office.place()}/release.json"
    office.tree[place] = other.tree[place]
    gate = judged(office)
    assert gate.releases == ()
    assert "altered" in gate.lacking


def test_a_stranger_does_not_count(office: Office) -> None:
    office.release(signers={"juno": JUNO, "ottilie": STRANGER})
    assert judged(office).releases == ()


def test_the_one_before_is_in_force_until_the_next_begins(office: Office) -> None:
    office.release(
        "2026.2", previous="2026.1", effective=date(2027, 1, 10), review_by=date(2027, 12, 31)
    )
    gate = judged(office)
    assert [item.version for item in gate.releases] == ["2026.1", "2026.2"]
    now = gate.present(NOW)
    later = gate.present(datetime(2027, 1, 10, tzinfo=UTC))
    assert now is not None
    assert later is not None
    assert (now.version, later.version) == ("2026.1", "2026.2")


def test_an_older_release_or_root_cannot_come_back(office: Office) -> None:
    before = judged(office)
    office.release("2026.2", previous="2026.1")
    after = judged(office, before)
    older = Office()
    older.root()
    older.release()
    with pytest.raises(SigningError) as caught:
        judged(older, after)
    assert caught.value.reason == "rollback"
    kept = tuple(sha256(data) for data in office.sealed.values())
    office.root(next_root(office.roots[1], accepted=kept), shown=False)
    rotated = judged(office, after)
    assert (rotated.root_version, rotated.head) == (2, after.head)
    del office.roots[2]
    with pytest.raises(SigningError) as caught:
        judged(office, rotated)
    assert caught.value.reason == "rollback"


def test_a_new_root_may_drop_a_release(office: Office) -> None:
    before = judged(office)
    office.root(next_root(office.roots[1]), shown=False)
    gate = judged(office, before)
    assert (gate.root_version, gate.releases, gate.head) == (2, (), "")
    assert gate.lacking.startswith("2026.1 is not valid")


def test_a_root_that_nobody_signed_is_refused() -> None:
    office = Office()
    office.root(signers={"juno": JUNO})
    office.release()
    with pytest.raises(SigningError) as caught:
        judged(office)
    assert caught.value.reason in {"release", "rollback"}


def test_a_root_that_the_stack_does_not_know_counts_for_nothing(office: Office) -> None:
    data = packed(office)
    judge = ReleaseJudge((f"sha256:{'0' * 64}",), check)
    found = judge.judge(data, NOTHING, ON)
    assert "SignoffRoot" in found.shut(NOW)
    anchor = sha256(office.roots[1])
    known = ReleaseJudge((anchor,), check).judge(data, NOTHING, ON)
    assert known.shut(NOW) == ""
    other = Office()
    other.root(usual_root(domain="other.example"))
    with pytest.raises(SigningError) as caught:
        ReleaseJudge((anchor,), check).judge(packed(other), known, ON)
    assert caught.value.reason == "rollback"


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"schema":2}', b'{"schema":1,"roots":{"x":{}},"releases":{}}',
     b'{"schema":1,"roots":{"1":{"root.json":"\\ud800"}},"releases":{}}',
     b'{"schema":1,"roots":{"1":[]},"releases":{}}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(SigningError):
        unpack(data)


def test_a_gate_of_another_brand_is_not_taken(office: Office) -> None:
    with pytest.raises(SigningError):
        judged(office, replace(NOTHING, brand="other"))
