"""Tiers, authors and thresholds: what needs approval, and when it is enough."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.approval import (
    ApprovalGate,
    Authors,
    Bound,
    Decision,
    Need,
    Tier,
    gate_wire,
    moved,
    needs_of,
    next_look,
    parse_approval,
    parse_authors,
    parse_tier,
)
from signpost.domain.signing.approvals import tier_standing
from signpost.domain.signing.root import Threshold
from signpost.domain.workspace import Brand, Holder, People, Person
from signpost.usecases.tiers import resolve
from tests.craft_row import NOON, a_row
from tests.signing import office

NAMES = ("juno", "kasimir", "ottilie")
WORDS = st.sampled_from(("a", "b", "c"))
SOME = st.lists(WORDS, max_size=2, unique=True).map(tuple)
BOUND = {"acme/shop/p/fedi": Bound("a" * 64, "now", "b" * 64)}
BRAND = Brand(
    "shop", "Shop", "UTC",
    people=People(
        people=(Person("ada", "Ada", "Ada@Acme.example"), Person("ben", "Ben")),
        holders=(Holder("editor", "ben"),),
    ),
)  # fmt: skip


@given(brands=SOME, types=SOME, accounts=SOME, tags=SOME, post=st.tuples(WORDS, WORDS, SOME, SOME))
def test_a_tier_fits_where_all_that_is_given_fits(
    brands: tuple[str, ...],
    types: tuple[str, ...],
    accounts: tuple[str, ...],
    tags: tuple[str, ...],
    post: tuple[str, str, tuple[str, ...], tuple[str, ...]],
) -> None:
    brand, kind, there, words = post
    tier = Tier("t", brands=brands, types=types, accounts=accounts, tags=tags)
    wanted = (
        (not brands or brand in brands)
        and (not types or kind in types)
        and (not accounts or bool({*accounts} & {*there}))
        and (not tags or bool({*tags} & {*words}))
    )
    assert bool(needs_of([tier], brand, kind, there, words)) is wanted
    assert parse_tier(json.loads(json.dumps(tier.wire()))) == tier


@given(
    yes=st.sets(st.sampled_from(NAMES)),
    no=st.sets(st.sampled_from(NAMES)),
    authors=st.sets(st.sampled_from((*NAMES, "finn"))),
    strangers=st.integers(0, 3),
    least=st.integers(1, 3),
    needs=st.integers(1, 3),
    narrow=st.sampled_from(((), ("head-of-sales",), ("head-of-sales", "head-of-marketing"))),
    role=st.booleans(),
)
def test_it_is_enough_only_where_everything_is(
    yes: set[str],
    no: set[str],
    authors: set[str],
    strangers: int,
    least: int,
    needs: int,
    narrow: tuple[str, ...],
    *,
    role: bool,
) -> None:
    """The root's number and roles, the content's, strangers, authors, and nobody against."""
    roles = {**office.ANY, "managing-director": int(role)}
    root = office.usual_root(approval={"t": Threshold(least, roles)})
    need = Need("t", needs, narrow)
    said = [
        Decision(name, "t", name not in no, f"sha256:{name}", NOON, name,
                 roles=root.people[name].roles, bound=BOUND)
        for name in sorted(yes | no)
    ]  # fmt: skip
    gate = ApprovalGate(
        "acme/shop/p", needs=(need,), authors=Authors(tuple(sorted(authors)), strangers),
        bound=BOUND, decisions=tuple(said),
    )  # fmt: skip
    counted = yes - no
    able = {n for n in counted if not narrow or {*root.people[n].roles} & {*narrow}}
    enough = (
        not no
        and len(counted) >= max(least, needs) + strangers
        and len(able) >= needs
        and (not role or "ottilie" in counted)
        and bool(counted - authors)
    )
    standing = tier_standing(gate, need, root)
    assert (standing.lacking == "") is enough
    assert {person.id for person in standing.missing} <= {*NAMES} - counted
    assert parse_approval(gate.post, json.loads(json.dumps(gate_wire(gate)))) == gate


@pytest.mark.parametrize(
    ("emails", "owner", "authors"),
    [
        (["ADA@acme.example", "ada@acme.example "], "", Authors(("ada",))),
        (["ada@acme.example"], "editor", Authors(("ada", "ben"))),
        (["x@y.example"], "ben", Authors(("ben",), 1)),
        (["x@y.example", "X@y.example", "z@y.example", ""], "ghost", Authors((), 3)),
        ([], "", Authors()),
    ],
)
def test_who_is_behind_an_address(emails: list[str], owner: str, authors: Authors) -> None:
    assert resolve(emails, owner, BRAND) == authors
    assert parse_authors(authors.wire()) == authors


def test_who_is_known_through_another_brand_only_is_a_stranger() -> None:
    """The other brand's ben is somebody else; its ada is the same, by another address."""
    others = People(
        people=(
            Person("ben", "Benedikt", "benedikt@acme.example"),
            Person("ada", "Ada", "ada@home.example"),
            Person("ben", "Ben", "ada@acme.example"),
            Person("zoe", "Zoe", "zoe@acme.example"),
        )
    )
    other = Brand("other", "Other", "UTC", people=others)
    assert resolve(["benedikt@acme.example"], "", BRAND, [other]) == Authors((), 1)
    assert resolve(["zoe@acme.example"], "", BRAND, [other]) == Authors((), 1)
    assert resolve(["ada@home.example"], "", BRAND, [other]) == Authors(("ada",))
    assert resolve(["ada@acme.example"], "", BRAND, [other]) == Authors(("ada",))
    assert resolve(["zoe@acme.example"], "", None, [other]) == Authors((), 1)


def test_what_moved() -> None:
    one = {"d": Bound("1", "t1", "body")}
    assert moved(one, dict(one)) == ""
    assert moved(one, {"d": Bound("2", "t2", "body")}) == "time"
    assert moved(one, {"d": Bound("2", "t1", "other")}) == "content"
    assert moved(one, {**one, "e": Bound("3", "t1", "body")}) == "content"


@given(ahead_s=st.integers(-4000, 90_000), lead_s=st.integers(0, 86_400))
def test_every_look_comes_later_and_the_last_is_when_it_is_over(ahead_s: int, lead_s: int) -> None:
    row = a_row()
    now = row.due - timedelta(seconds=ahead_s)
    last = row.due + timedelta(seconds=row.grace_s + 1)
    looks = []
    while now < last:
        look = next_look(row, lead_s, now)
        assert look > now
        looks.append(look)
        now = look
    assert not looks or looks[-1] == last
    after = [look for look in looks if look > row.due]
    assert len(looks) - len(after) <= 2
    minute = timedelta(seconds=60)
    assert all(b - a <= max(minute, a - row.due) for a, b in pairwise(after))
    assert len(after) <= 12


@pytest.mark.parametrize("broken", [{"id": ""}, {"needs": 0}, {"types": "x"}, {"more": 1}])
def test_a_tier_that_cannot_be_read(broken: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        parse_tier({**Tier("t").wire(), **broken})
