"""`signpost site publish`: a complete site, which says no more than it may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from signpost.cli import wiring
from signpost.cli.site import command
from signpost.cli.website.finished import content_type, read_finished
from signpost.cli.website.hosting import find_hosting
from signpost.domain.website.disclosure import findings
from signpost.errors import SettingsError, StackError
from tests.fakes.site import FakeSite
from tests.website.finished import HASH, INDEX, STATUS, VERSION, write_site

SEARCH = f"{VERSION}/search/search_index.json"


@pytest.fixture
def place(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a built site."""
    (tmp_path / "strategy-site/docs").mkdir(parents=True)
    (tmp_path / "content").symlink_to(project / "content")
    monkeypatch.setenv("SIGNPOST_SITE_BUCKET", "the-bucket")
    monkeypatch.setenv("SIGNPOST_SITE_DISTRIBUTION", "E1")
    write_site(tmp_path / "site")
    return tmp_path


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeSite:
    made = FakeSite()
    monkeypatch.setattr(wiring, "open_site", lambda _hosting: (made, made))
    return made


def publish(place: Path, *more: str) -> Result:
    words = [
        "publish",
        "--site",
        str(place / "strategy-site"),
        "--content",
        str(place / "content"),
        *more,
    ]
    done = CliRunner().invoke(command, words, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


def told(place: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(publish(place, "--format", "json", *more).stdout)
    return found


def test_everything_is_sent_with_its_type_and_its_policy(place: Path, store: FakeSite) -> None:
    said = publish(place)
    assert "Publication 1: 9 written, 0 removed." in said.output
    assert "The site is closed: nobody reads it without a pass" in said.output
    assert not any(path.startswith(".signpost") for path in store.files)
    page = store.files[f"{VERSION}/index.html"].file
    assert page.kind == "text/html; charset=utf-8"
    assert page.caching == "no-cache"
    assert f"script-src 'self' '{HASH}'" in page.policy
    style = store.files[f"{VERSION}/assets/main.57a0d79d.min.css"].file
    assert (style.kind, style.policy) == ("text/css; charset=utf-8", "")
    assert "immutable" in style.caching
    assert store.files["status.json"].file.caching == "no-cache"


def test_a_dry_run_shows_and_changes_nothing(place: Path, store: FakeSite) -> None:
    found = told(place, "--dry-run")
    assert (found["done"], found["number"], found["mode"]) == (False, 0, "closed")
    assert [step["step"] for step in found["written"]] == [
        "new files", "new pages", "lists", "status",
    ]  # fmt: skip
    assert "9 to write, 0 to remove" in publish(place, "--dry-run").output
    assert store.changes == 0


def test_what_did_not_change_is_not_sent_again(place: Path, store: FakeSite) -> None:
    publish(place)
    assert "Nothing to publish" in publish(place).output
    before = store.changes
    write_site(place / "site", {f"{VERSION}/index.html": "<p>other words</p>"})
    found = told(place)
    assert found["written"] == [{"step": "pages", "paths": [f"{VERSION}/index.html"]}]
    assert found["asked_again"] == [f"/{VERSION}/", f"/{VERSION}/index.html"]
    assert (found["done"], found["number"], found["removed"]) == (True, 2, [])
    assert "put index.html" not in store.log[before:]


def test_a_page_that_only_got_another_policy_is_sent_again(place: Path, store: FakeSite) -> None:
    publish(place)
    write_site(place / "site", {".signpost/headers.json": json.dumps(
        {"format": 1, "headers": {"Content-Security-Policy": "default-src 'none'"}})})  # fmt: skip
    paths = [path for step in told(place)["written"] for path in step["paths"]]
    assert sorted(paths) == sorted(path for path in store.files if path.endswith(".html"))


# --- what is not published ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda site: (site / f"{VERSION}/index.html").write_text("x"), "2026.2 was changed"),
        (lambda site: (site / SEARCH).unlink(), "2026.2 was changed"),
        (lambda site: (site / "status.json").write_text("{}"), "status.json was changed"),
        (lambda site: (site / "larkfell/versions.json").unlink(), "versions.json is missing"),
        (lambda site: (site / "notes.txt").write_text("x"), "notes.txt is not of the build"),
        (lambda site: (site / f"{VERSION}/more").symlink_to("/etc/hosts"), "is not of the build"),
        (lambda site: (site / ".signpost/headers.json").write_text("{}"), "older Signpost"),
        (lambda site: (site / ".signpost/build.json").write_text("{"), "is damaged"),
        (lambda site: (site / ".signpost/build.json").write_text('{"versions": {}}'), "older"),
    ],
)
def test_a_site_that_is_not_as_it_was_built_stays_here(
    place: Path, store: FakeSite, change: Any, why: str
) -> None:
    change(place / "site")
    with pytest.raises(StackError, match=why):
        publish(place)
    assert store.changes == 0


def test_no_site_at_all(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no site"):
        read_finished(tmp_path)


def test_a_policy_that_no_object_can_carry_is_refused(place: Path) -> None:
    hashes = " ".join(f"'sha256-{number:043}='" for number in range(40))
    sent = {"format": 1, "headers": {"Content-Security-Policy": f"script-src {hashes}"}}
    write_site(place / "site", {".signpost/headers.json": json.dumps(sent)})
    with pytest.raises(StackError, match="too long"):
        read_finished(place / "site")


# --- a public site --------------------------------------------------------------------------------


def in_search(words: str) -> dict[str, str]:
    docs = [*INDEX["docs"], {"location": "team/", "title": "Team", "text": words}]
    return {SEARCH: json.dumps({**INDEX, "docs": docs})}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (in_search("Ask <b>Juno</b> Abendrot."), r"search_index.json \(team/\) names Juno Abendrot"),
        (in_search("ask JUNO ABENDROT"), "names JUNO ABENDROT"),
        (in_search("Kasimir Nadel&ouml;hr knows"), "names Kasimir Nadelöhr"),
        (in_search("write to juno@larkfell.example"), "names juno@larkfell.example"),
        (in_search("We spend €1,200 a month."), "tells an amount of money"),
        (in_search("The budget is 40 000 EUR."), "tells an amount of money"),
        ({"status.json": json.dumps({**STATUS, "late": ["juno"]})}, "status.json has `late`"),
        ({"larkfell/status.json": json.dumps({"brands": {"larkfell": {"versions": [
            {"version": "2026.2", "signers": []}]}}})}, "has `signers`"),
        ({"larkfell/versions.json": '[{"version": "1", "spend": 3}]'}, "has `spend`"),
        ({f"{VERSION}/report.json": "{}"}, "nobody has decided to publish"),
    ],
)  # fmt: skip
def test_the_data_of_a_public_site_says_nothing_of_people_and_money(
    place: Path, store: FakeSite, more: dict[str, str], why: str
) -> None:
    write_site(place / "site", more)
    with pytest.raises(StackError, match=why):
        publish(place, "--as-public")
    assert store.changes == 0
    publish(place)  # closed, it may
    store.deployed = "public"
    with pytest.raises(StackError, match=why):
        publish(place, "--dry-run")


def test_a_public_site_says_so(place: Path, store: FakeSite) -> None:
    store.deployed = "public"
    write_site(place / "site", in_search("Junos Abendrot is a colour, in 2026, of 3 europallets."))
    assert "The site is public: everybody reads it." in publish(place).output


def test_who_may_sign_is_not_named_either(place: Path, store: FakeSite) -> None:
    root = place / "strategy-site/signoff/larkfell/roots/1/root.json"
    root.parent.mkdir(parents=True)
    root.write_text(json.dumps({"people": {"x": {"name": "Mechthild Oberlicht"}}}))
    write_site(place / "site", in_search("It was Mechthild Oberlicht who said so."))
    with pytest.raises(StackError, match="Mechthild Oberlicht"):
        publish(place, "--as-public")
    assert store.changes == 0


def test_what_is_no_json_is_said() -> None:
    assert findings("status.json", b"{", []) == ["status.json is no JSON."]


# --- where to -------------------------------------------------------------------------------------


def test_where_the_site_is_published(tmp_path: Path) -> None:
    deploy = {"region": "eu-north-1", "site_bucket": "b", "site_distribution": "E1"}
    found = find_hosting(tmp_path, deploy, {})
    assert (found.connection.bucket, found.connection.region) == ("b", "eu-north-1")
    assert found.distribution == "E1"
    env = {"SIGNPOST_SITE_BUCKET": "other", "SIGNPOST_ENDPOINT": "http://127.0.0.1:1"}
    found = find_hosting(tmp_path, deploy, env)
    assert (found.connection.bucket, found.distribution) == ("other", "")
    assert found.connection.endpoint == "http://127.0.0.1:1"
    with pytest.raises(SettingsError, match="SIGNPOST_SITE_DISTRIBUTION"):
        find_hosting(tmp_path, deploy, {"SIGNPOST_SITE_BUCKET": "other"})
    for lacking in ({}, {"site_bucket": "b"}, {"site_distribution": "E1"}):
        with pytest.raises(SettingsError, match="not known where"):
            find_hosting(tmp_path, lacking, {})


def test_beside_a_local_stack_nothing_goes_to_aws_by_itself(tmp_path: Path) -> None:
    (tmp_path / ".signpost").mkdir()
    (tmp_path / ".signpost/local.json").write_text("{}")
    with pytest.raises(SettingsError, match="local stack"):
        find_hosting(tmp_path, {"site_bucket": "b", "site_distribution": "E1"}, {})


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/index.html", "text/html; charset=utf-8"), ("a.js", "text/javascript; charset=utf-8"),
        ("a.json", "application/json; charset=utf-8"), ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.PNG", "image/png"), ("a.webp", "image/webp"), ("sitemap.xml", "application/xml; charset=utf-8"),
        ("a.pdf", "application/pdf"), ("LICENSE", "text/plain; charset=utf-8"),
    ],
)  # fmt: skip
def test_types(path: str, kind: str) -> None:
    assert content_type(path) == kind
