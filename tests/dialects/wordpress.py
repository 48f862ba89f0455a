"""What a WordPress site answers, as far as we rely on it: one suite for a real one and for ours.

A folder's conftest gives the fixture `blog`; a class there takes these tests on. What a theme or a
version decides (typographic signs, smaller sizes of images) is not asked.
More than 400 lines: one dialect, which the local network and the real server share.
"""

from __future__ import annotations

import uuid
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.dialects.exchange import Got, exchange, form_of
from tests.dialects.pictures import picture


@dataclass
class BlogSite:
    """A running site.

    Args:
        people: login → application password of `author` and `reader` (a subscriber), as roles.
    """

    url: str
    people: Mapping[str, str]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        person: str = "",
        password: str = "",
        raw: tuple[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        plain: bool = False,
        **query: Any,
    ) -> Got:
        """A call below wp/v2; as nobody unless a person is named."""
        sent = dict(headers or {})
        if person:
            pair = f"{person}:{password or self.people[person]}"
            sent["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        url = f"{self.url}/wp-json/wp/v2{path}"
        if plain:
            url, query = f"{self.url}/", {"rest_route": f"/wp/v2{path}", **query}
        return exchange(method, url, body, query=query, raw=raw, headers=sent)

    def post(self, **fields: Any) -> dict[str, Any]:
        """A new post of the author's; a draft with a slug of its own unless said otherwise."""
        slug = new_slug()
        body = {"title": f"About {slug}", "content": "<p>Text.</p>", "slug": slug, **fields}
        got = self.call("POST", "/posts", {"status": "draft", **body}, person="author")
        assert got.status == 201, got.text
        made: dict[str, Any] = got.json
        return made


def new_slug() -> str:
    """A slug that nobody used, as a site leaves it."""
    return f"post-{uuid.uuid4().hex[:12]}"


def refused(got: Got, status: int, code: str) -> None:
    """The answer is this refusal, in the API's form."""
    assert (got.status, got.json["code"]) == (status, code), got.text
    assert got.json["data"]["status"] == status
    assert isinstance(got.json["message"], str)


class WordPressDialect:
    """The suite."""

    # --- who asks ---------------------------------------------------------------------------

    def test_strangers(self, blog: BlogSite) -> None:
        refused(blog.call("POST", "/posts", {"title": "x"}), 401, "rest_cannot_create")
        refused(blog.call("GET", "/users/me"), 401, "rest_not_logged_in")
        drafts = blog.call("GET", "/posts", status="any")
        refused(drafts, 400, "rest_invalid_param")
        assert "status" in drafts.json["data"]["params"]
        draft = blog.post()["id"]
        refused(blog.call("GET", f"/posts/{draft}"), 401, "rest_forbidden")
        refused(blog.call("POST", f"/posts/{draft}", {"title": "x"}), 401, "rest_cannot_edit")
        refused(blog.call("DELETE", f"/posts/{draft}"), 401, "rest_cannot_delete")

    def test_a_wrong_password_is_a_stranger(self, blog: BlogSite) -> None:
        got = blog.call("GET", "/users/me", person="author", password="wrong wrong wrong")
        assert got.status == 401
        got = blog.call("POST", "/posts", {"title": "x"}, person="author", password="wrong")
        assert got.status == 401

    def test_spaces_in_a_password_do_not_matter(self, blog: BlogSite) -> None:
        password = blog.people["author"].replace(" ", "")
        for written in (password, " ".join(password[at : at + 4] for at in range(0, 24, 4))):
            got = blog.call("GET", "/users/me", person="author", password=written)
            assert got.json["slug"] == "author"

    def test_who_may_not_write(self, blog: BlogSite) -> None:
        refused(
            blog.call("POST", "/posts", {"title": "x"}, person="reader"), 403, "rest_cannot_create"
        )
        number = blog.post()["id"]
        edit = blog.call("POST", f"/posts/{number}", {"title": "x"}, person="reader")
        refused(edit, 403, "rest_cannot_edit")
        tag = blog.call("POST", "/tags", {"name": "x"}, person="reader")
        refused(tag, 403, "rest_cannot_create")

    # --- posts ------------------------------------------------------------------------------

    def test_a_draft_becomes_public_by_one_request_that_can_be_repeated(
        self, blog: BlogSite
    ) -> None:
        draft = blog.post(excerpt="Short &amp; good")
        slug, number = draft["slug"], draft["id"]
        assert (draft["status"], draft["type"]) == ("draft", "post")
        assert blog.call("GET", "/posts", slug=slug).json == []
        found = blog.call("GET", "/posts", slug=slug, status="any", person="author").json
        assert [(post["id"], post["status"]) for post in found] == [(number, "draft")]
        body = {"title": "Public", "content": "<p>Now.</p>", "slug": slug, "status": "publish"}
        seen = []
        for _ in range(3):
            got = blog.call("POST", f"/posts/{number}", body, person="author")
            assert got.status == 200, got.text
            seen.append({name: got.json[name] for name in ("id", "slug", "status", "link", "date")})
        assert seen[0] == seen[1] == seen[2]
        assert (seen[0]["id"], seen[0]["slug"], seen[0]["status"]) == (number, slug, "publish")
        (public,) = blog.call("GET", "/posts", slug=slug).json
        assert public["title"]["rendered"] == "Public"
        assert public["content"]["rendered"].strip() == "<p>Now.</p>"
        assert public["excerpt"]["rendered"] == "<p>Short &amp; good</p>\n"
        assert public["date_gmt"][10] == "T"
        page = exchange("GET", public["link"])
        assert page.status == 200
        assert "Public" in page.text
        assert "Now." in page.text
        assert public["link"].endswith(f"/{slug}/")

    def test_what_an_update_leaves_out_stays(self, blog: BlogSite) -> None:
        number = blog.post(status="publish", excerpt="Kept")["id"]
        got = blog.call("POST", f"/posts/{number}", {"title": "New"}, person="author").json
        assert (got["title"]["raw"], got["content"]["raw"]) == ("New", "<p>Text.</p>")
        assert (got["excerpt"]["raw"], got["status"]) == ("Kept", "publish")

    @pytest.mark.parametrize("first", ["draft", "publish"])
    def test_a_second_post_of_one_slug_gets_a_number(self, blog: BlogSite, first: str) -> None:
        slug = blog.post(status=first)["slug"]
        assert blog.post(slug=slug)["slug"] == f"{slug}-2"
        assert blog.post(slug=slug, status="publish")["slug"] == f"{slug}-3"
        assert blog.post(slug="feed")["slug"].startswith("feed-")

    def test_slugs_are_rewritten(self, blog: BlogSite) -> None:
        piece = uuid.uuid4().hex[:8]
        assert blog.post(slug=f"New  Boots, {piece}!")["slug"] == f"new-boots-{piece}"
        got = blog.post(title=f"Wool & wax {piece}", slug="", status="publish")
        assert got["slug"] == f"wool-wax-{piece}"

    def test_scripts_of_an_author_are_dropped(self, blog: BlogSite) -> None:
        html = (
            '<p>a <em>b</em></p><script>alert(1)</script><iframe src="https://x.example"></iframe>'
        )
        got = blog.post(content=html, title="<b>t</b><script>x</script>", status="publish")
        assert "<script" not in got["content"]["raw"]
        assert "<iframe" not in got["content"]["raw"]
        assert "<p>a <em>b</em></p>" in got["content"]["raw"]
        assert "<script" not in got["title"]["raw"]
        page = exchange("GET", got["link"]).text
        assert "alert(1)</script>" not in page

    def test_blocks_are_kept_and_not_shown(self, blog: BlogSite) -> None:
        html = (
            "<!-- wp:paragraph -->\n<p>&#091;x] &amp; &lt;y&gt; "
            '<a href="https://example.org/?a=1&amp;b=2">z</a></p>\n<!-- /wp:paragraph -->'
        )
        got = blog.post(content=html, status="publish")
        assert got["content"]["raw"] == html
        public = blog.call("GET", f"/posts/{got['id']}").json["content"]["rendered"]
        assert "wp:paragraph" not in public
        assert '<a href="https://example.org/?a=1&amp;b=2">z</a>' in public

    def test_statuses(self, blog: BlogSite) -> None:
        refused(
            blog.call("POST", "/posts", {"title": "x", "status": "nonsense"}, person="author"),
            400,
            "rest_invalid_param",
        )
        number = blog.post(status="publish")["id"]
        got = blog.call("POST", f"/posts/{number}", {"status": "draft"}, person="author")
        assert got.json["status"] == "draft"
        assert blog.call("GET", "/posts", include=number).json == []
        refused(blog.call("GET", f"/posts/{number}"), 401, "rest_forbidden")

    def test_the_trash(self, blog: BlogSite) -> None:
        made = blog.post(status="publish")
        path = f"/posts/{made['id']}"
        got = blog.call("DELETE", path, person="author")
        assert (got.status, got.json["status"]) == (200, "trash")
        assert got.json["slug"] == f"{made['slug']}__trashed"
        query: dict[str, Any] = {"slug": made["slug"], "status": "any"}
        assert blog.call("GET", "/posts", person="author", **query).json == []
        refused(blog.call("DELETE", path, person="author"), 410, "rest_already_trashed")
        assert blog.post(slug=made["slug"])["slug"] == made["slug"], "the slug is free again"
        gone = blog.call("DELETE", path, person="author", force="true")
        assert gone.json["deleted"] is True
        assert gone.json["previous"]["id"] == made["id"]
        refused(blog.call("GET", path, person="author"), 404, "rest_post_invalid_id")
        assert exchange("GET", made["link"]).status == 404

    def test_what_lies_in_the_trash_is_seen_by_its_author_alone(self, blog: BlogSite) -> None:
        """What tells a retracted post from a live one: `context=edit` shows its status."""
        made = blog.post(status="publish")
        path = f"/posts/{made['id']}"
        assert blog.call("GET", path).status == 200
        refused(blog.call("DELETE", path, person="reader"), 403, "rest_cannot_delete")
        assert blog.call("DELETE", path, person="author").status == 200
        seen = blog.call("GET", path, person="author", context="edit", _fields="id,status")
        assert seen.json == {"id": made["id"], "status": "trash"}
        refused(blog.call("GET", path), 401, "rest_forbidden")
        refused(blog.call("GET", path, context="edit"), 401, "rest_forbidden_context")
        assert blog.call("GET", "/posts", include=made["id"]).json == []
        assert exchange("GET", made["link"]).status == 404
        # An edit that comes late leaves it there; a person brings it back by its status.
        late = blog.call("POST", path, {"title": "Late"}, person="author")
        assert (late.status, late.json["status"]) == (200, "trash")
        back = blog.call("POST", path, {"status": "publish"}, person="author").json
        assert (back["status"], back["slug"]) == ("publish", made["slug"])
        assert exchange("GET", made["link"]).status == 200

    def test_a_post_is_trashed_once_by_many(self, blog: BlogSite) -> None:
        path = f"/posts/{blog.post(status='publish')['id']}"
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(blog.call, "DELETE", path, person="author") for _ in range(6)]
        seen = {(done.result().status, done.result().json.get("code")) for done in asked}
        assert seen <= {(200, None), (410, "rest_already_trashed"), (500, "rest_cannot_delete")}
        assert (200, None) in seen
        shown = blog.call("GET", path, person="author", context="edit").json
        assert shown["status"] == "trash"
        assert shown["slug"].count("__trashed") == 1

    def test_a_live_post_is_edited_in_its_place(self, blog: BlogSite) -> None:
        made = blog.post(status="publish", title="Bots", excerpt="Old")
        html = (
            '<!-- wp:paragraph -->\n<p>It\'s &lt;here&gt; &amp; "new" &#091;x] – 🥾</p>\n'
            '<!-- /wp:paragraph -->\n\n<!-- wp:code -->\n<pre class="wp-block-code"><code>if x:\n'
            "    y\n</code></pre>\n<!-- /wp:code -->"
        )
        body = {"title": "Boots &amp; A &lt; B", "content": html, "excerpt": "", "tags": []}
        path, fields = f"/posts/{made['id']}", "status,slug,link,title,content,excerpt,date"
        seen = []
        for _ in range(2):
            got = blog.call("POST", path, body, person="author")
            assert got.status == 200, got.text
            shown = blog.call("GET", path, person="author", context="edit", _fields=fields).json
            texts = {name: shown.pop(name)["raw"] for name in ("title", "content", "excerpt")}
            assert texts == {"title": body["title"], "content": html, "excerpt": ""}
            seen.append(shown)
        assert (
            seen[0] == seen[1] == {name: made[name] for name in ("status", "slug", "link", "date")}
        )
        page = exchange("GET", made["link"]).text
        assert "Boots &amp; A &lt; B" in page or "Boots &#038; A &lt; B" in page
        assert "Bots" not in page

    def test_what_is_not_there(self, blog: BlogSite) -> None:
        refused(blog.call("GET", "/posts/99999999"), 404, "rest_post_invalid_id")
        missing = blog.call("POST", "/posts/99999999", {"title": "x"}, person="author")
        refused(missing, 404, "rest_post_invalid_id")
        gone = blog.call("DELETE", "/posts/99999999", person="author")
        refused(gone, 404, "rest_post_invalid_id")
        refused(blog.call("GET", "/nonsense"), 404, "rest_no_route")
        empty = blog.call("POST", "/posts", {"status": "draft"}, person="author")
        assert (empty.status, empty.json["code"]) == (400, "empty_content")

    def test_an_image_that_is_not_there_is_left_out_without_a_word(self, blog: BlogSite) -> None:
        assert blog.post(featured_media=99999999)["featured_media"] == 0

    # --- lists ------------------------------------------------------------------------------

    def test_lists_say_how_many_there_are(self, blog: BlogSite) -> None:
        word = f"word{uuid.uuid4().hex[:8]}"
        made = [blog.post(title=f"{word} {n}", status="publish")["id"] for n in range(3)]
        query: dict[str, Any] = {"search": word, "per_page": 2}
        got = blog.call("GET", "/posts", **query)
        assert (got.headers["x-wp-total"], got.headers["x-wp-totalpages"]) == ("3", "2")
        assert len(got.json) == 2
        rest = blog.call("GET", "/posts", **query, page=2).json
        assert {post["id"] for post in [*got.json, *rest]} == set(made)
        beyond = blog.call("GET", "/posts", **query, page=3)
        refused(beyond, 400, "rest_post_invalid_page_number")
        refused(blog.call("GET", "/posts", per_page=101), 400, "rest_invalid_param")
        chosen = blog.call("GET", "/posts", include=made[0], _fields="id,slug").json
        assert [set(post) for post in chosen] == [{"id", "slug"}]

    def test_both_kinds_of_addresses_answer_alike(self, blog: BlogSite) -> None:
        made = blog.post(status="publish")
        pretty = blog.call("GET", "/posts", slug=made["slug"], _fields="id,status")
        plain = blog.call("GET", "/posts", slug=made["slug"], _fields="id,status", plain=True)
        assert pretty.json == plain.json
        body = {"title": "By the other address"}
        got = blog.call("POST", f"/posts/{made['id']}", body, person="author", plain=True)
        assert got.json["title"]["raw"] == "By the other address"

    # --- images -----------------------------------------------------------------------------

    def test_an_image_is_found_by_its_name(self, blog: BlogSite) -> None:
        data, name = picture(uuid.uuid4().int & 0xFFFFFF), uuid.uuid4().hex[:20]
        form = form_of(f"{name}.png", data, "image/png", slug=name, alt_text="A square & more")
        got = blog.call("POST", "/media", person="author", raw=form)
        assert got.status == 201, got.text
        assert got.json["slug"] == name
        found = blog.call("GET", "/media", slug=name, person="author").json
        assert [item["id"] for item in found] == [got.json["id"]]
        assert found[0]["source_url"] == got.json["source_url"]
        assert exchange("GET", found[0]["source_url"]).body == data
        number = blog.post(featured_media=got.json["id"], status="publish")
        assert number["featured_media"] == got.json["id"]
        shown = blog.call("GET", f"/media/{got.json['id']}").json
        assert (shown["mime_type"], shown["media_type"]) == ("image/png", "image")
        cleared = blog.call(
            "POST", f"/posts/{number['id']}", {"featured_media": 0}, person="author"
        )
        assert cleared.json["featured_media"] == 0

    def test_an_image_may_be_the_body_itself(self, blog: BlogSite) -> None:
        headers = {"Content-Disposition": 'attachment; filename="square.png"'}
        data = ("image/png", picture(uuid.uuid4().int & 0xFFFFFF))
        got = blog.call("POST", "/media", person="author", raw=data, headers=headers)
        assert got.status == 201, got.text
        alt = {"alt_text": "Said later"}
        done = blog.call("POST", f"/media/{got.json['id']}", alt, person="author")
        assert done.json["alt_text"] == "Said later"

    def test_what_is_no_image_of_an_author_is_refused(self, blog: BlogSite) -> None:
        form = form_of("x.exe", b"MZ....", "application/octet-stream")
        got = blog.call("POST", "/media", person="author", raw=form)
        assert got.json["code"] == "rest_upload_unknown_error"
        good = form_of("x.png", picture(1), "image/png")
        refused(blog.call("POST", "/media", raw=good), 401, "rest_cannot_create")
        refused(blog.call("POST", "/media", person="reader", raw=good), 403, "rest_cannot_create")

    # --- terms and users ---------------------------------------------------------------------

    def test_tags_are_made_once(self, blog: BlogSite) -> None:
        name = f"Wax & wool {uuid.uuid4().hex[:8]}"
        made = blog.call("POST", "/tags", {"name": name}, person="author")
        assert made.status == 201, made.text
        assert made.json["name"] == name.replace("&", "&amp;")
        again = blog.call("POST", "/tags", {"name": name}, person="author")
        refused(again, 400, "term_exists")
        assert again.json["data"]["term_id"] == made.json["id"]
        found = blog.call("GET", "/tags", search=name.partition("& ")[2], per_page=100).json
        assert [item["id"] for item in found] == [made.json["id"]]
        post = blog.post(tags=[made.json["id"], 99999999], status="publish")
        assert post["tags"] == [made.json["id"]]

    def test_an_author_makes_no_category(self, blog: BlogSite) -> None:
        got = blog.call("POST", "/categories", {"name": "Mine"}, person="author")
        refused(got, 403, "rest_cannot_create")
        (first,) = blog.call("GET", "/categories", slug="uncategorized").json
        assert blog.post()["categories"] == [first["id"]]

    def test_authors_are_shown_once_they_have_published(self, blog: BlogSite) -> None:
        own = blog.call("GET", "/users/me", person="author", _fields="id").json["id"]
        assert blog.post(status="publish")["author"] == own
        found = blog.call("GET", "/users", slug="author").json
        assert [user["id"] for user in found] == [own]
        assert blog.call("GET", "/users", slug="reader").json == []

    # --- comments ---------------------------------------------------------------------------

    def test_comments_are_counted(self, blog: BlogSite) -> None:
        number = blog.post(status="publish")["id"]
        none = blog.call("GET", "/comments", post=number)
        assert (none.json, none.headers["x-wp-total"]) == ([], "0")
        body = {"post": number, "content": f"Thank you for {number}!"}
        made = blog.call("POST", "/comments", body, person="reader")
        assert made.status == 201, made.text
        assert made.json["status"] == "approved"
        refused(blog.call("POST", "/comments", body, person="reader"), 409, "comment_duplicate")
        stranger = blog.call("POST", "/comments", {**body, "content": "Another"})
        refused(stranger, 401, "rest_comment_login_required")
        answer = {"post": number, "content": f"Welcome {number}", "parent": made.json["id"]}
        blog.call("POST", "/comments", answer, person="author")
        got = blog.call("GET", "/comments", post=number, per_page=1, _fields="id")
        assert (len(got.json), got.headers["x-wp-total"]) == (1, "2")
        oldest = blog.call("GET", "/comments", post=number, order="asc").json
        assert [item["parent"] for item in oldest] == [0, made.json["id"]]

    # --- at once ----------------------------------------------------------------------------

    def test_six_publications_of_one_draft_are_one_post(self, blog: BlogSite) -> None:
        draft = blog.post()
        body = {"title": "At once", "slug": draft["slug"], "status": "publish"}
        path = f"/posts/{draft['id']}"
        with ThreadPoolExecutor(6) as pool:
            found = list(
                pool.map(lambda _: blog.call("POST", path, body, person="author"), range(6))
            )
        assert {got.status for got in found} == {200}
        assert {(got.json["id"], got.json["slug"]) for got in found} == {
            (draft["id"], draft["slug"])
        }
        public = blog.call("GET", "/posts", slug=draft["slug"])
        assert public.headers["x-wp-total"] == "1"
