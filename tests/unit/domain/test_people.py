"""Who is to have read what until when, and who may see which brand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.people import (
    Member,
    Read,
    Reader,
    Standing,
    may_see,
    members_of,
    parse_member,
    readers,
    reading_reminders,
    visible_to,
)
from signpost.domain.workspace import Brand, Holder, People, Person, Position

NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = Released("2026.1", "sha256:1", NOW - 200 * DAY, NOW + 100 * DAY, ("ottilie",))
NEW = Released("2026.2", "sha256:2", NOW - 10 * DAY, NOW + 100 * DAY, ("ottilie",))
COMING = Released("2026.10", "sha256:10", NOW + 5 * DAY, NOW + 300 * DAY)
GATE = ReleaseGate("larkfell", releases=(OLD, NEW, COMING))
JUNO = Member("larkfell", "juno", "Juno Abendrot")


def one(member: Member = JUNO, *reads: Read, gate: ReleaseGate = GATE, **how: Any) -> Reader:
    (found,) = readers([member], gate, reads, how.pop("now", NOW), **how)
    return found


def test_a_signature_under_the_release_in_force_is_reading_it() -> None:
    found = one(Member("larkfell", "ottilie", "Ottilie"))
    assert (found.standing, found.version) == (Standing.READ, "2026.2")
    assert found.read is not None
    assert found.read.how == "signed"


def test_who_read_the_version_before_is_asked_for_the_new_one_only() -> None:
    found = one(JUNO, Read("juno", OLD.digest, "2026.1", NOW - 150 * DAY))
    assert (found.standing, found.due) == (Standing.OPEN, date(2026, 12, 24))
    assert found.before is not None
    assert found.before.version == "2026.1"


def test_the_newest_version_read_before_is_the_one_to_compare_with() -> None:
    words = [Read("juno", f"sha256:old-{number}", f"2025.{number}") for number in (9, 10, 2)]
    assert getattr(one(JUNO, *words).before, "version", "") == "2025.10"


def test_who_read_a_coming_version_has_read_the_present_one() -> None:
    assert one(JUNO, Read("juno", COMING.digest, "2026.10", NOW)).standing is Standing.READ


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        (None, date(2026, 12, 24)),  # the release's first day, and 14 days
        (date(2026, 12, 15), date(2027, 1, 14)),  # the first day of work, and 30
        (date(2020, 1, 1), date(2026, 12, 24)),
    ],
)
def test_newcomers_have_the_days_of_their_checklist(starts: date | None, due: date) -> None:
    assert one(replace(JUNO, starts=starts)).due == due


@pytest.mark.parametrize(
    ("days", "standing", "notify"),
    [
        (0, Standing.OPEN, None),
        (1, Standing.SOON, True),  # three days left
        (2, Standing.SOON, False),
        (3, Standing.SOON, True),
        (4, Standing.SOON, True),  # the day itself
        (5, Standing.LATE, False),
        (11, Standing.LATE, True),  # a week later
    ],
)
def test_reminders_before_and_after(days: int, standing: Standing, *, notify: bool | None) -> None:
    now = NOW + days * DAY
    gate = replace(GATE, releases=(OLD, NEW))
    found = one(gate=gate, now=now)
    assert found.standing is standing
    told = [item["notify"] for item in reading_reminders([found], now)]
    assert told == ([] if notify is None else [notify])


def test_nobody_is_asked_before_the_first_day_or_without_a_release() -> None:
    assert one(replace(JUNO, starts=date(2027, 1, 1))).standing is Standing.STARTS
    nothing = one(gate=ReleaseGate("larkfell", releases=(COMING,)))
    assert (nothing.standing, nothing.due, nothing.version) == (Standing.NOTHING, None, "")
    client = one(replace(JUNO, client=True, asked=False))
    assert (client.standing, client.due) == (Standing.NOT_ASKED, None)


def test_who_has_no_key_is_known_only_where_the_trust_root_is() -> None:
    assert one().has_key is None
    assert one(keyed={"juno"}).has_key is True
    assert one(keyed=set()).has_key is False


def test_the_most_urgent_come_first() -> None:
    late = replace(JUNO, id="a", reading_days=1)
    soon = replace(JUNO, id="b", reading_days=11)
    later = replace(JUNO, id="c")
    signed = replace(JUNO, id="ottilie")
    found = readers([signed, later, soon, late], GATE, (), NOW)
    assert [item.member.id for item in found] == ["a", "b", "c", "ottilie"]
    assert found[0].wire(NOW)["days"] == -9


def test_a_brands_people_are_told_without_their_addresses() -> None:
    brand = Brand(
        id="larkfell", name="L", zone="UTC",
        positions=(Position("lead", "Lead"), Position("contact", "Contact", client=True)),
        people=People(
            people=(
                Person("juno", "Juno", "juno@larkfell.example", brands=("kolk",)),
                Person("finn", "Finn", starts=date(2026, 12, 1), checklist="copywriter"),
                Person("hanka", "Hanka", brands=("kolk",)),
            ),
            holders=(Holder("lead", "juno"), Holder("contact", "hanka")),
            reading_s=7 * 86_400,
        ),
    )  # fmt: skip
    finn, hanka, juno = members_of(brand, {"copywriter": 20})
    assert (juno.brands, juno.positions, juno.reading_days) == (("kolk", "larkfell"), ("lead",), 7)
    assert (finn.due_days, finn.asked, finn.starts) == (20, True, date(2026, 12, 1))
    assert (hanka.client, hanka.asked, hanka.brands) == (True, False, ("larkfell",))
    assert "@" not in json.dumps([item.wire() for item in (finn, hanka, juno)])


def test_a_client_sees_the_brands_that_list_them_and_nobody_sees_a_namesakes() -> None:
    ours = Member("larkfell", "juno", "Juno", brands=("kolk", "larkfell"))
    client = Member("larkfell", "hanka", "Hanka", client=True, brands=("larkfell",))
    namesake = Member("kolk", "hanka", "Another Hanka", brands=("kolk", "larkfell"))
    everybody = [ours, client, namesake]
    assert may_see(everybody, "juno", ["larkfell"]) == ("kolk", "larkfell")
    assert may_see(everybody, "hanka", ["larkfell"]) == ("larkfell",)
    assert may_see(everybody, "hanka", ["kolk"]) == ("kolk", "larkfell")
    assert may_see(everybody, "hanka", ["kolk", "larkfell"]) == ("kolk", "larkfell")
    assert may_see(everybody, "finn", ["larkfell"]) == ()
    assert may_see(everybody, "juno", []) == ()
    assert may_see([], "juno", ["larkfell"]) == ()


def test_managers_see_those_below_them_also_through_others() -> None:
    tree = {"a": "", "b": "a", "c": "b", "d": "a", "e": "f", "f": "e"}
    found = readers(
        [replace(JUNO, id=name, manager=by) for name, by in tree.items()], GATE, (), NOW
    )
    seen = {
        name: {item.member.id for item in visible_to(found, name, whole=False)} for name in tree
    }
    assert seen["a"] == {"a", "b", "c", "d"}
    assert seen["b"] == {"b", "c"}
    assert seen["e"] == {"e", "f"}  # a circle, which check refuses, ends all the same
    assert len(visible_to(found, "c", whole=True)) == 6


days = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
ids = st.from_regex("[a-z][a-z0-9-]{0,8}", fullmatch=True)
members = st.builds(
    Member,
    brand=ids,
    id=ids,
    name=st.text(max_size=20),
    positions=st.lists(ids, max_size=3).map(tuple),
    manager=st.one_of(st.just(""), ids),
    starts=days,
    client=st.booleans(),
    brands=st.lists(ids, max_size=3).map(tuple),
    asked=st.booleans(),
    due_days=st.integers(0, 400),
    reading_days=st.integers(1, 400),
)


@given(members)
def test_a_person_arrives_as_they_were_sent(member: Member) -> None:
    assert parse_member(json.loads(json.dumps(member.wire()))) == member


@given(
    member=members,
    key=st.sampled_from(sorted(Member("b", "p", "n").wire())),
    value=st.integers(),
    missing=st.booleans(),
)
def test_what_is_no_person_is_refused(
    member: Member, key: str, value: int, *, missing: bool
) -> None:
    wire = member.wire()
    if missing:
        del wire[key]
    else:
        wire[key] = value if key not in {"due_days", "reading_days"} else str(value)
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_member(wire)


@given(members, st.lists(st.booleans(), min_size=3, max_size=3), st.integers(-300, 300))
def test_who_read_is_never_late_and_who_did_not_is_never_said_to_have(
    member: Member, read: list[bool], shift: int
) -> None:
    now = NOW + shift * DAY
    words = [
        Read(member.id, item.digest, item.version, now)
        for item, done in zip(GATE.releases, read, strict=True)
        if done
    ]
    found = one(member, *words, now=now)
    present = GATE.present(now)
    if present is None:
        assert found.standing is Standing.NOTHING
        return
    done = any(
        item.digest in {word.release for word in words}
        for item in GATE.releases
        if item.start >= present.start
    )
    signed = member.id in present.signers
    assert (found.standing is Standing.READ) is (done or signed)
    if found.standing is Standing.LATE:
        assert found.due is not None
        assert found.due < now.date()
