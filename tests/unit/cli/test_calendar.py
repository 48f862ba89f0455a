"""`signpost calendar` as a command: options, formats, the file, and the stack it may ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from signpost.cli import wiring
from signpost.cli.output import deliveries
from signpost.domain.canonical import canonical_json
from tests.fakes.objects import FakeObjects
from tests.unit.cli.calendars import known, public, write_post
from tests.unit.cli.conftest import Ran

WAX = "7k2m9q4x1v3b"


@pytest.fixture(autouse=True)
def now(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day and the terminal of all tests."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(deliveries, "utc_now", lambda: datetime(2090, 12, 4, 12, tzinfo=UTC))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> FakeObjects:
    """A stack in which the post of the content is public."""
    objects = FakeObjects()
    state = canonical_json(known(**{WAX: public()}).raw)
    objects.replace("state/deliveries.json", state, "application/json", None)
    monkeypatch.setenv("SIGNPOST_BUCKET", "b")
    monkeypatch.setattr(wiring, "connect", lambda _content, _workspace: (None, objects))
    return objects


def test_it_shows_this_month_without_a_stack(signpost: Callable[..., Ran]) -> None:
    ran = signpost("calendar")
    assert ran.code == 0
    assert ran.out.startswith("December 2090\nShop. Times in Europe/Vienna.\n")
    assert "4 today" in ran.out
    assert "+09:00" in ran.out
    assert "It is not known which stack" in ran.out


def test_it_asks_the_stack(signpost: Callable[..., Ran], stack: FakeObjects) -> None:
    ran = signpost("calendar", "--view", "agenda", "--from", "2090-12")
    assert "09:00  PUBLISHED  fedi  Wax your boots\n    https://x/1\n" in ran.out
    assert "States are of 2090-12-04 12:00." in ran.out


def test_a_stack_that_knows_nothing_yet(
    signpost: Callable[..., Ran], stack: FakeObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "connect", lambda _content, _workspace: (None, FakeObjects()))
    ran = signpost("calendar", "--view", "agenda", "--from", "2090-12-01")
    assert "not pushed" in ran.out
    assert "Nothing has been pushed to the stack yet." in ran.out


def test_a_stack_that_does_not_answer_hides_nothing(
    signpost: Callable[..., Ran], stack: FakeObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_content: object, _workspace: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(wiring, "connect", fail)
    ran = signpost("calendar")
    assert ran.code == 0
    assert "+ ready" in ran.out
    assert "The stack did not answer:" in ran.out


def test_for_machines(signpost: Callable[..., Ran], stack: FakeObjects, content: Path) -> None:
    (content / "shop" / "roadmap.yaml").write_text("months: [{month: 2090-12, title: Long}]\n")
    ran = signpost("calendar", "--format", "json", "--zone", "America/New_York")
    told = json.loads(ran.out)
    assert (told["schema"], told["view"], told["from"], told["to"]) == (
        1, "month", "2090-11-27", "2090-12-31",
    )  # fmt: skip
    assert told["stack"] == {"asked": True, "at": "2090-12-04T11:00:00.000Z", "why_not": ""}
    assert told["mottos"] == [{"brand": "shop", "month": "2090-12", "title": "Long"}]
    (post,) = told["posts"]
    assert (post["at"], post["local"], post["zone"], post["state"]) == (
        "2090-12-01T08:00:02.500Z",
        "2090-12-01T03:00:02-05:00",
        "Europe/Vienna",
        "PUBLISHED",
    )
    assert post["deliveries"] == [
        {
            "account": "fedi",
            "channel": "mastodon",
            "delivery": f"acme/shop/{WAX}/fedi",
            "state": "PUBLISHED",
            "reason": "",
            "permalinks": ["https://x/1"],
        }
    ]


def test_an_account_or_a_brand_narrows_it(signpost: Callable[..., Ran], content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-02 09:00", accounts="[second]", title="Other")
    ran = signpost("calendar", "--view", "agenda", "--account", "second", "--from", "2090-12-01")
    assert "Other" in ran.out
    assert "Wax" not in ran.out
    assert "Wax" in signpost("calendar", "--brand", "shop").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--zone", "Europe/Wien"), 2, "not a zone"),
        (("--from", "yesterday"), 2, "Write it as 2026-12-01"),
        (("--from", "2090-13"), 2, "Write it as 2026-12-01"),
        (("--from", "9999-12"), 2, "a year from 1970 to 2999"),
        (("--view", "year"), 2, "agenda"),
        (("--brand", "shopp"), 2, "Did you mean `shop`?"),
        (("--account", "fed"), 2, "Did you mean `fedi`?"),
        (("--ics", "-", "--format", "json"), 2, "both want standard output"),
        (("--ics", "nowhere/plan.ics"), 1, "cannot be written"),
    ],
)
def test_what_is_not_understood_has_a_remedy(
    signpost: Callable[..., Ran], words: tuple[str, ...], code: int, said: str
) -> None:
    ran = signpost("calendar", *words)
    assert ran.code == code
    assert said in ran.err


def test_files_that_cannot_be_read_are_counted(signpost: Callable[..., Ran], content: Path) -> None:
    (content / "shop/posts/broken.md").write_text("no front matter")
    ran = signpost("calendar")
    assert "Not shown: 1 post that cannot be placed; `signpost check` says why." in ran.out
    (content / "signpost.yaml").write_text(
        "workspace: acme\nzone: Europe/Vienna\nbrands: [shop, cafe]\n"
    )
    ran = signpost("calendar")
    assert ran.code == 0
    assert "The brand `cafe` cannot be read; `signpost check` says why." in ran.err


def test_the_file(signpost: Callable[..., Ran], content: Path) -> None:
    write_post(content, "aaaaaaaaaaaa", "2090-12-09 09:00")
    ran = signpost("calendar", "--ics", "plan.ics")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Wrote 2 events to plan.ics.")
    assert "What happened is not in it" in ran.out
    data = (content.parent / "plan.ics").read_bytes()
    assert data.count(b"BEGIN:VEVENT\r\n") == 2
    assert signpost("calendar", "--ics", "-").out.encode().count(b"BEGIN:VEVENT") == 2
    ran = signpost("calendar", "--ics", "plan.ics", "--from", "2090-12-02", "--format", "json")
    assert json.loads(ran.out) == {"schema": 1, "file": "plan.ics", "events": 1}
    signpost("calendar", "--ics", "plan.ics")
    assert (content.parent / "plan.ics").read_bytes() == data
