"""Publishing the site. Invariant 54: a deployment that dies half-way leaves the old site whole."""

from __future__ import annotations

import hashlib
import posixpath
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from signpost.domain.website import headers
from signpost.domain.website.publication import (
    CLAIM,
    File,
    Record,
    addresses,
    make_plan,
    read_record,
)
from signpost.errors import StackError
from signpost.usecases.publish_site import Published, SitePublisher
from tests.fakes.clock import FakeClock
from tests.fakes.site import Died, FakeSite

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOADS = re.compile(r'(?:href|src)="([^"]+)"')
Site = dict[str, bytes]


def page(path: str, words: str, *, loads: Iterable[str] = (), links: Iterable[str] = ()) -> bytes:
    """A page that loads files and leads to pages, all as paths of the site."""
    up = posixpath.dirname(path)
    said = [f'<link href="{posixpath.relpath(item, up or ".")}">' for item in loads]
    said += [f'<a href="{posixpath.relpath(item, up or ".")}">' for item in links]
    return f"<title>{words}</title>{''.join(said)}".encode()


def site(versions: Mapping[str, int], script: str, *, more: Iterable[str] = ()) -> Site:
    """A site as it is built: versions with pages that load each their own files.

    Args:
        versions: version → how many pages it has.
        script: the script of all pages; its name has its digest, as ours.
        more: pages that only this site has, below the first version.
    """
    made: Site = {}
    asset = f"assets/main.{hashlib.sha256(script.encode()).hexdigest()[:8]}.js"
    for version, many in versions.items():
        folder = f"acme/{version}"
        own = [f"{folder}/{asset}", f"{folder}/assets/look.css"]
        made[own[0]] = script.encode()
        made[own[1]] = f"body {{ /* {script} */ }}".encode()
        names = [f"{folder}/p{number}/index.html" for number in range(many)]
        if version == next(iter(versions)):
            names += [f"{folder}/{name}/index.html" for name in more]
        for name in names:
            made[name] = page(name, f"{script} {name}", loads=own, links=names)
        made[f"{folder}/index.html"] = page(f"{folder}/index.html", script, loads=own, links=names)
        made[f"{folder}/search/search_index.json"] = f"{script}: {' '.join(names)}".encode()
    lists = " ".join(versions).encode()
    tops = [f"acme/{version}/index.html" for version in versions]
    made["acme/index.html"] = page("acme/index.html", "lead", links=tops[:1])
    made["acme/versions.json"] = lists
    made["acme/status.json"] = made["status.json"] = lists + b" today"
    made["index.html"] = page("index.html", "first", links=["acme/index.html"])
    made["404.html"] = page("404.html", "none")
    return made


OLD = site({"2026.1": 2, "next": 3}, "old", more=["gone"])
NEW = site({"2026.1": 2, "2026.2": 3, "next": 2}, "new", more=["fresh"])
THIRD = site({"2026.2": 3, "next": 2}, "third")


def files(built: Site) -> dict[str, File]:
    return {
        path: File(
            hashlib.sha256(data).hexdigest(),
            "text/html; charset=utf-8" if path.endswith(".html") else "text/plain",
            headers.caching(path),
            "default-src 'none'" if path.endswith(".html") else "",
        )
        for path, data in built.items()
    }


def publisher(store: FakeSite, clock: FakeClock, by: str = "ada") -> SitePublisher:
    return SitePublisher(store, store, clock, by, workers=1)


def publish(store: FakeSite, built: Site, clock: FakeClock | None = None) -> Published:
    return publisher(store, clock or FakeClock(NOON)).publish(files(built), built.__getitem__)


def lying(store: FakeSite) -> Site:
    return {path: item.data for path, item in store.files.items()}


def holes(present: Site, known: Iterable[str] = ()) -> list[str]:
    """What a reader finds missing: of all pages that can be reached, what they load and lead to.

    Args:
        known: pages whose addresses readers have already.
    """
    found: list[str] = []
    waiting = [path for path in ("index.html", "404.html", *known) if path in present]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        if not path.endswith(".html"):
            continue
        for link in LOADS.findall(present[path].decode()):
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
            if wanted not in present:
                found.append(f"{path} -> {wanted}")
            elif wanted not in seen:
                seen.add(wanted)
                waiting.append(wanted)
    return found


def mixed(present: Site, *sites: Site) -> list[str]:
    """Pages that are of none of the sites."""
    return [
        path
        for path, data in present.items()
        if path.endswith(".html") and all(data != built.get(path) for built in sites)
    ]


@pytest.mark.parametrize(
    ("first", "second"), [(OLD, NEW), (NEW, OLD), (NEW, THIRD)], ids=["on", "back", "fewer"]
)
def test_invariant_54_killed_after_any_request_every_page_works(first: Site, second: Site) -> None:
    """Each page that is there, of the old site or the new, has all that it loads, and no dead link."""
    reference = FakeSite()
    publish(reference, first)
    begun = reference.changes
    publish(reference, second)
    assert reference.changes - begun > 20
    for dies_after in range(reference.changes - begun + 1):
        store, clock = FakeSite(), FakeClock(NOON)
        publish(store, first, clock)
        store.dies_at = begun + dies_after
        if dies_after < reference.changes - begun:
            with pytest.raises(Died):
                publish(store, second, clock)
        here = lying(store)
        # Once pages are taken away, the new site is complete, and whole it stays.
        known = first if set(first) <= set(here) else second
        assert holes(here, known) == [], dies_after
        assert mixed(here, first, second) == [], dies_after
        assert set(here) >= set(first) & set(second), dies_after
        # Whoever publishes next, the same site or another, ends with just that one.
        store.dies_at = None
        clock.advance(CLAIM.total_seconds())
        final = second if dies_after % 2 else THIRD
        publish(store, final, clock)
        here = lying(store)
        assert {path: here[path] for path in final} == final, dies_after
        assert holes(here, here) == []
        assert [path for path in here if path.endswith(".html") and path not in final] == []


def test_invariant_54_whatever_the_order_within_a_step() -> None:
    for seed in range(30):
        order = random.Random(seed)
        store = FakeSite()
        publish(store, OLD)
        plan = make_plan(read_record(store.stored or b""), files(NEW))
        for _step, paths in plan.steps:
            for path in order.sample(paths, len(paths)):
                store.put(path, NEW[path], files(NEW)[path])
                assert holes(lying(store), OLD) == [], (seed, path)
        for path in order.sample(plan.removed, len(plan.removed)):
            store.remove([path])
            assert holes(lying(store), NEW) == [], (seed, path)


def test_what_the_edge_shows_first_is_what_was_sent_first() -> None:
    store = FakeSite()
    publish(store, OLD)
    store.log.clear()
    publish(store, NEW)
    puts = [line.removeprefix("put ") for line in store.log if line.startswith("put ")]
    kinds = ["lists" if path.count("/") < 2 else "page" if path.endswith(".html") else "file"
             for path in puts]  # fmt: skip
    assert kinds[0] == "file"
    assert puts.index("acme/2026.1/fresh/index.html") < puts.index("acme/2026.1/p0/index.html")
    first_list = kinds.index("lists")
    assert set(kinds[first_list:]) == {"lists"}
    assert [path.rpartition("/")[2] for path in puts[-2:]] == ["status.json", "status.json"]
    last_put = max(n for n, line in enumerate(store.log) if line.startswith("put "))
    assert all(n > last_put for n, line in enumerate(store.log) if line.startswith("remove "))


def test_files_of_the_publication_before_stay_for_one_more() -> None:
    store = FakeSite()
    publish(store, OLD)
    publish(store, NEW)
    script = next(path for path in OLD if path.startswith("acme/2026.1/assets/main."))
    assert script not in NEW
    assert script in store.files, "somebody may have a page of the old site open"
    assert "acme/2026.1/gone/index.html" not in store.files
    assert publish(store, NEW).plan.empty
    assert script in store.files, "publishing the same again is no publication"
    publish(store, THIRD)
    assert script not in store.files


def test_publishing_the_same_again_does_nothing() -> None:
    store = FakeSite()
    assert publish(store, OLD).number == 1
    before, changes = store.stored, store.changes
    again = publish(store, OLD)
    assert (again.number, again.plan.empty, again.told) == (1, True, ())
    assert (store.stored, store.changes) == (before, changes)


def test_other_headers_are_a_change_of_the_file() -> None:
    store = FakeSite()
    publish(store, OLD)
    wanted = files(OLD)
    wanted["index.html"] = replace(wanted["index.html"], policy="default-src 'self'")
    done = publisher(store, FakeClock(NOON)).publish(wanted, OLD.__getitem__)
    assert done.plan.written == ("index.html",)
    assert store.files["index.html"].file.policy == "default-src 'self'"
    assert done.told == ("/", "/index.html")


# --- two at once ----------------------------------------------------------------------------------


def test_the_second_of_two_publishers_is_refused_before_it_writes_anything() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    reading = iter([True])

    def read(path: str) -> bytes:
        if next(reading, False):  # in the middle of the first, the second comes
            before = store.changes
            with pytest.raises(StackError, match="ada is publishing"):
                publisher(store, clock, "bob").publish(files(THIRD), THIRD.__getitem__)
            assert store.changes == before
        return NEW[path]

    publisher(store, clock).publish(files(NEW), read)
    assert {path: lying(store)[path] for path in NEW} == NEW
    assert not read_record(store.stored or b"").claim


def test_of_two_that_begin_in_the_same_moment_one_wins() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    bob = publisher(store, clock, "bob")

    class Late(FakeSite):
        """Has read the record just before somebody else wrote it."""

        def replace_record(self, data: bytes, etag: str | None) -> str | None:
            if not self.log:
                self.log.append("overtaken")
                bob.publish(files(THIRD), THIRD.__getitem__)
                self.stored = store.stored
            return super().replace_record(data, etag)

    ours = Late()
    ours.stored = store.stored
    with pytest.raises(StackError, match="Somebody else"):
        publish(ours, NEW, clock)
    assert ours.files == {}
    assert {path: lying(store)[path] for path in THIRD} == THIRD


def test_who_was_taken_over_from_stops_before_the_lists() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    reading = iter([True])

    def read(path: str) -> bytes:
        if next(reading, False):
            bob = publisher(store, clock, "bob")
            bob.publish(files(THIRD), THIRD.__getitem__, take_over=True)
        return NEW[path]

    with pytest.raises(StackError, match="Somebody else"):
        publisher(store, clock).publish(files(NEW), read)
    assert lying(store)["acme/versions.json"] == THIRD["acme/versions.json"]
    assert holes(lying(store), OLD) == []


def test_a_publication_that_died_is_waited_for_fifteen_minutes_or_taken_over() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    store.dies_at = store.changes + 5
    with pytest.raises(Died):
        publish(store, NEW, clock)
    store.dies_at = None
    with pytest.raises(StackError, match="--take-over"):
        publish(store, NEW, clock)
    publisher(store, clock).publish(files(NEW), NEW.__getitem__, take_over=True)
    assert {path: lying(store)[path] for path in NEW} == NEW


def test_one_that_failed_can_be_repeated_at_once() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)

    def read(path: str) -> bytes:
        if path == "acme/2026.1/p0/index.html":
            return b"built anew meanwhile"
        return NEW[path]

    with pytest.raises(StackError, match="changed just now"):
        publisher(store, clock).publish(files(NEW), read)
    assert holes(lying(store), OLD) == []
    done = publish(store, NEW, clock)
    assert done.number == 2
    assert {path: lying(store)[path] for path in NEW} == NEW


# --- what the edge is told ------------------------------------------------------------------------


def test_only_what_changed_is_asked_for_again() -> None:
    store = FakeSite()
    publish(store, OLD)
    assert store.told == [], "nothing of a first publication lies at an edge"
    changed = {**OLD, "acme/next/p1/index.html": page("acme/next/p1/index.html", "other words")}
    publish(store, changed)
    assert store.told == ["/acme/next/p1/", "/acme/next/p1/index.html"]


def test_many_changed_files_of_a_version_are_one_path() -> None:
    wanted = [f"acme/next/p{number}/index.html" for number in range(50)] + ["acme/x/index.html"]
    assert addresses(wanted[:5], wanted) == tuple(
        sorted(f"/acme/next/p{number}/{name}" for number in range(5) for name in ("", "index.html"))
    )
    assert addresses(wanted[:11], wanted) == ("/acme/next/*",)
    assert addresses([*wanted[:11], "status.json"], wanted) == ("/acme/next/*", "/status.json")
    assert addresses(wanted, wanted) == ("/*",)
    many = [f"acme/{version}/p{page}.css" for version in range(12) for page in range(11)]
    assert addresses(many, [*many, *wanted]) == ("/*",)
    assert addresses(["acme/next/a b/ä.png"], wanted) == ("/acme/next/a%20b/%C3%A4.png",)
    assert addresses([], wanted) == ()


def test_what_died_unheard_is_told_by_the_next() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    changed = {**OLD, "acme/next/p1/index.html": page("acme/next/p1/index.html", "other words")}
    store.dies_at = store.changes + 3  # the claim, the page, the claim; not the edge
    with pytest.raises(Died):
        publish(store, changed, clock)
    assert lying(store) == changed
    store.dies_at = None
    clock.advance(CLAIM.total_seconds())
    publish(store, changed, clock)
    assert store.told == ["/acme/next/p1/", "/acme/next/p1/index.html"]


# --- the record -----------------------------------------------------------------------------------


def test_a_record_reads_as_it_was_written() -> None:
    store, clock = FakeSite(), FakeClock(NOON)
    publish(store, OLD, clock)
    record = read_record(store.stored or b"")
    assert record.number == 1
    assert record.at == NOON
    assert read_record(record.wire()) == record
    assert read_record(Record().wire()) == Record()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": 2}', b"\xff", b'{"format":1,"number":1}']
)
def test_a_record_that_is_none_stops_everything(data: bytes) -> None:
    store = FakeSite()
    store.stored = data
    with pytest.raises(StackError, match="cannot be read"):
        publish(store, OLD)
    assert store.changes == 0
