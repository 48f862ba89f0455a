from __future__ import annotations

from typing import Any

import pytest

from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client, png


def test_a_status_has_what_was_sent(client: Client) -> None:
    got = client.post(
        "Hello #World", visibility="unlisted", spoiler_text="Care", language="de", sensitive=False
    )
    assert got.status == 200
    status = got.json
    assert status["content"] == (
        f'<p>Hello <a href="{client.url}/tags/World" class="mention hashtag" rel="tag">'
        "#<span>World</span></a></p>"
    )
    assert (status["visibility"], status["spoiler_text"], status["language"]) == (
        "unlisted",
        "Care",
        "de",
    )
    assert status["sensitive"] is True, "a warning makes a status sensitive"
    assert status["tags"][0]["name"] == "world"
    assert status["url"].startswith(f"{client.url}/@account_")
    assert client.call("GET", f"/api/v1/statuses/{status['id']}").json == status


def test_a_form_means_the_same_as_json(client: Client) -> None:
    picture = client.upload(png()).json["id"]
    got = client.call(
        "POST",
        "/api/v1/statuses",
        form={"status": "As a form", "media_ids[]": [picture], "visibility": "private"},
    )
    assert got.json["content"] == "<p>As a form</p>"
    assert got.json["media_attachments"][0]["id"] == picture
    assert got.json["visibility"] == "private"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br />two</p><p>three</p>"),
        ("<b>&\"'", "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"),
        ("#1 is no tag, nor is a#b", "<p>#1 is no tag, nor is a#b</p>"),
        ("@nobody and @mara_lind@else.where", "<p>@nobody and @mara_lind@else.where</p>"),
        (
            "see https://www.example.org/a/very/long/path/to/somewhere, please",
            (
                '<p>see <a href="https://www.example.org/a/very/long/path/to/somewhere"'
                ' target="_blank" rel="nofollow noopener" translate="no">'
                '<span class="invisible">https://www.</span>'
                '<span class="ellipsis">example.org/a/very/long/path/t</span>'
                '<span class="invisible">o/somewhere</span></a>, please</p>'
            ),
        ),
    ],
)
def test_text_becomes_the_html_of_mastodon(client: Client, text: str, html: str) -> None:
    assert client.post(text).json["content"] == html


def test_a_mention_of_an_account_here_is_a_link(client: Client) -> None:
    status = client.post("Thanks, @mara_lind!").json
    assert f'href="{client.url}/@mara_lind"' in status["content"]
    assert [item["acct"] for item in status["mentions"]] == ["mara_lind"]


@pytest.mark.parametrize(
    ("wish", "code", "message"),
    [
        ({"status": "  "}, 422, "Text can't be blank"),
        ({"status": "x" * 501}, 422, "character limit of 500"),
        ({"status": "x" * 300, "spoiler_text": "y" * 201}, 422, "character limit of 500"),
        ({"status": "x", "visibility": "loud"}, 422, "not a valid visibility"),
        ({"status": "x", "in_reply_to_id": "77"}, 404, "reply to does not exist"),
        ({"status": "x", "media_ids": ["77"]}, 422, "not found or already attached"),
        ({"status": "x", "media_ids": list("12345")}, 422, "more than 4 files"),
    ],
)
def test_a_refusal_says_why_and_makes_nothing(
    client: Client, network: NetworkProcess, wish: dict[str, Any], code: int, message: str
) -> None:
    before = len(network.control("GET", "/_local/posts")["posts"])
    got = client.call("POST", "/api/v1/statuses", wish)
    assert got.status == code
    assert message in got.json["error"]
    assert len(network.control("GET", "/_local/posts")["posts"]) == before


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦" * 500,
        f"https://example.org/{'a' * 900} {'x' * 476}",
        f"@me@{'h' * 80}.org {'x' * 496}",
    ],
)
def test_the_limit_is_counted_as_mastodon_counts(client: Client, text: str) -> None:
    assert client.post(text).status == 200
    assert client.post(text + "x").status == 422


def test_without_a_valid_token_nothing_is_written(network: NetworkProcess) -> None:
    for client in (Client(network.url), Client(network.url, "guessed")):
        for method, path in (
            ("POST", "/api/v1/statuses"),
            ("POST", "/api/v2/media"),
            ("GET", "/api/v1/accounts/verify_credentials"),
        ):
            got = client.call(method, path)
            assert (got.status, got.json) == (401, {"error": "The access token is invalid"})


def test_only_the_author_edits_and_deletes(client: Client, other: Client) -> None:
    path = f"/api/v1/statuses/{client.post('Mine').json['id']}"
    assert other.call("PUT", path, {"status": "Theirs"}).status == 404
    assert other.call("DELETE", path).status == 404
    edited = client.call("PUT", path, {"status": "Still mine"}).json
    assert edited["content"] == "<p>Still mine</p>"
    assert edited["edited_at"] is not None
    assert client.call("GET", f"{path}/source").json["text"] == "Still mine"
    assert client.call("DELETE", path).json["text"] == "Still mine"
    assert client.call("GET", path).status == 404


def test_an_edit_changes_alt_text_and_keeps_what_it_does_not_name(client: Client) -> None:
    picture = client.upload(png(), description="Before").json["id"]
    made = client.post("Text", media_ids=[picture], spoiler_text="Warning").json
    got = client.call(
        "PUT",
        f"/api/v1/statuses/{made['id']}",
        {"status": "New", "media_attributes": [{"id": picture, "description": "After"}]},
    ).json
    assert got["media_attachments"][0]["description"] == "After"
    assert got["spoiler_text"] == "Warning"


def test_private_posts_are_for_their_author(client: Client, other: Client) -> None:
    made = client.post("Between us", visibility="private").json
    me = client.call("GET", "/api/v1/accounts/verify_credentials").json["id"]
    assert other.call("GET", f"/api/v1/statuses/{made['id']}").status == 404
    assert other.call("GET", f"/api/v1/accounts/{me}/statuses").json == []
    assert len(client.call("GET", f"/api/v1/accounts/{me}/statuses").json) == 1
    page = Client(client.url).call("GET", "/").body
    assert b"Between us" in page, "the page is the editor's own view of their own network"


def test_likes_boosts_and_replies_are_counted_once_a_person(client: Client, other: Client) -> None:
    made = client.post("Count me").json
    path = f"/api/v1/statuses/{made['id']}"
    for _ in range(2):
        assert other.call("POST", f"{path}/favourite").json["favourited"] is True
        assert other.call("POST", f"{path}/reblog").json["reblog"]["id"] == made["id"]
    other.post("An answer", in_reply_to_id=made["id"])
    seen = client.call("GET", path).json
    assert (seen["favourites_count"], seen["reblogs_count"], seen["replies_count"]) == (1, 1, 1)
    other.call("POST", f"{path}/unfavourite")
    other.call("POST", f"{path}/unreblog")
    seen = client.call("GET", path).json
    assert (seen["favourites_count"], seen["reblogs_count"]) == (0, 0)


def test_a_context_holds_ancestors_and_descendants(client: Client) -> None:
    ids = [client.post("first").json["id"]]
    for word in ("second", "third"):
        ids.append(client.post(word, in_reply_to_id=ids[-1]).json["id"])
    got = client.call("GET", f"/api/v1/statuses/{ids[1]}/context").json
    assert [item["id"] for item in got["ancestors"]] == [ids[0]]
    assert [item["id"] for item in got["descendants"]] == [ids[2]]


def test_a_listing_is_paged_in_both_directions(client: Client, other: Client) -> None:
    me = client.call("GET", "/api/v1/accounts/verify_credentials").json["id"]
    ids = [client.post(f"number {n}").json["id"] for n in range(7)]
    boosted = other.post("of another").json["id"]
    client.call("POST", f"/api/v1/statuses/{boosted}/reblog")
    path = f"/api/v1/accounts/{me}/statuses"

    def listed(query: str) -> list[str]:
        return [item["id"] for item in client.call("GET", f"{path}?{query}").json]

    assert listed("exclude_reblogs=true&limit=3") == ids[:3:-1]
    assert listed(f"max_id={ids[4]}&limit=3") == ids[3:0:-1]
    assert listed(f"min_id={ids[1]}&limit=2") == [ids[3], ids[2]]
    assert listed(f"since_id={ids[4]}&exclude_reblogs=1") == [ids[6], ids[5]]
    assert len(listed("limit=80")) == 8

    seen: list[str] = []
    following = f"{path}?exclude_reblogs=true&limit=3"
    while following:
        got = client.call("GET", following)
        seen += [item["id"] for item in got.json]
        links = {
            part.split("; ")[1]: part.split("; ")[0].strip(" <>")
            for part in got.headers.get("link", "").split(", ")
            if part
        }
        following = links.get('rel="next"', "").removeprefix(client.url)
    assert seen == ids[::-1]


def test_rate_headers_count_down_and_the_limit_refuses(client: Client) -> None:
    first = client.upload(png())
    assert first.headers["x-ratelimit-limit"] == "30"
    assert first.headers["x-ratelimit-remaining"] == "29"
    assert first.headers["x-ratelimit-reset"].endswith("Z")
    for _ in range(29):
        assert client.upload(png()).status == 200
    refused = client.upload(png())
    assert (refused.status, refused.json) == (429, {"error": "Too many requests"})
    assert refused.headers["x-ratelimit-remaining"] == "0"


def test_an_edit_that_changes_nothing_is_none(client: Client) -> None:
    picture = client.upload(png(), description="Old").json["id"]
    made = client.post("Boots", media_ids=[picture]).json
    path = f"/api/v1/statuses/{made['id']}"
    whole = {"status": "Boots", "spoiler_text": "", "sensitive": False, "media_ids": [picture]}
    assert client.call("PUT", path, whole).json["edited_at"] is None
    better = client.call("PUT", path, {**whole, "status": "Boots."}).json
    assert better["edited_at"] is not None
    assert client.call("PUT", path, {**whole, "status": "Boots."}).json == better
    same = [{"id": picture, "description": "Old"}]
    again = client.call("PUT", path, {**whole, "status": "Boots.", "media_attributes": same}).json
    assert again == better
    new = [{"id": picture, "description": "New"}]
    told = client.call("PUT", path, {**whole, "status": "Boots.", "media_attributes": new}).json
    assert told["media_attachments"][0]["description"] == "New"
    assert told["edited_at"] > better["edited_at"]


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?delete_media=true", 422)])
def test_media_go_with_their_status_if_that_is_said(
    client: Client, query: str, status: int
) -> None:
    picture = client.upload(png()).json["id"]
    made = client.post("Boots", media_ids=[picture]).json
    assert client.call("DELETE", f"/api/v1/statuses/{made['id']}{query}").status == 200
    assert client.post("Again", media_ids=[picture]).status == status


def test_a_token_tells_what_it_may(client: Client, network: NetworkProcess) -> None:
    app = client.call("GET", "/api/v1/apps/verify_credentials").json
    assert app["scopes"] == ["read:accounts", "read:statuses", "write:statuses", "write:media"]
    assert Client(network.url).call("GET", "/api/v1/apps/verify_credentials").status == 401


def test_the_page_shows_what_was_edited_and_not_what_was_deleted(
    client: Client, network: NetworkProcess
) -> None:
    kept, gone = (client.post(text).json["id"] for text in ("Kept bots", "Gone boots"))
    answer = client.post("An answer", in_reply_to_id=gone).json["id"]

    def page(path: str = "/") -> str:
        return Client(network.url).call("GET", path).body.decode()

    name = client.call("GET", "/api/v1/accounts/verify_credentials").json["username"]
    assert "Gone boots" in page(f"/@{name}")
    assert "edited" not in page(f"/@{name}/{kept}")
    client.call("PUT", f"/api/v1/statuses/{kept}", {"status": "Kept boots"})
    client.call("DELETE", f"/api/v1/statuses/{gone}")
    assert '<span class="mark">edited</span>' in page(f"/@{name}/{kept}")
    assert "Kept bots" not in page(f"/@{name}")
    assert "Gone boots" not in page(f"/@{name}") + page()
    assert Client(network.url).call("GET", f"/@{name}/{gone}").status == 404
    assert "An answer" in page(f"/@{name}/{answer}"), "answers of others stay"
    log = network.control("GET", "/_local/log?endpoint=delete_status")["requests"]
    assert [one["path"] for one in log if one["path"].endswith(gone)] != []
