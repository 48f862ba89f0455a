"""What is WordPress' own: Markdown, slugs, drafts, images, names, edits.

More than 400 lines: one channel's whole behaviour in one place.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signpost
from signpost.connectors.wordpress.connector import WordPress
from signpost.connectors.wordpress.render import MAX_SLUG, slug_of
from signpost.domain.canonical import digest
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import Absent, Ambiguous, Found, Published, Rejected, Unknown
from signpost.domain.textlen import count_payload
from signpost.errors import AnswerLost, RefusedError, ThrottledError
from signpost.ports import Channel, Editor, Request, Response, Sent
from tests.connectors.scene import CANARY, PICTURE, PIXEL, SINCE, FakeMedia
from tests.connectors.scenes.wordpress import SCENE, SERVER, public, refused
from tests.connectors.wordpress_site import ME, Site
from tests.fakes.clock import FakeClock
from tests.fakes.transport import Answer, FakeTransport, answer

OTHER = b"GIF89a not much of a picture either"
SECOND = Media(digest(OTHER), "image/gif", len(OTHER), 'A "hat" [brown].')


def one(text: str = "# Boots\n\nNew.", *media: Media, link: str = "", **options: Any) -> Part:
    (part,) = WordPress().render([Part(text, media)], link=link, language="en", options=options)
    return part


def shown(text: str, **options: Any) -> str:
    """The content without the marks of the editor's blocks."""
    lines = one(text, **options).payload["content"].split("\n")
    return "\n".join(line for line in lines if line and not line.startswith("<!-- "))


def channel(transport: FakeTransport, **changes: Any) -> Channel:
    made = SCENE.channel(transport, FakeClock())
    return replace(made, media=FakeMedia(PIXEL, OTHER), **changes)


def asked(transport: FakeTransport) -> list[str]:
    prefix = f"{SERVER}/wp-json/wp/v2"
    return [f"{r.method} {r.url.removeprefix(prefix)}" for r in transport.requests]


def published(site: Site) -> list[dict[str, Any]]:
    return [post for post in site.posts.values() if post["status"] == "publish"]


# --- Markdown ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c** `d` ~~e~~", "<p>a <em>b</em> <strong>c</strong> <code>d</code> <s>e</s></p>"),
        ("## Two", '<h2 class="wp-block-heading">Two</h2>'),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("a\nb", "<p>a\nb</p>"),
        ("a  \nb", "<p>a<br />\nb</p>"),
        ("---", "<hr />"),
        ("<b>a</b> & c", "<p>&lt;b&gt;a&lt;/b&gt; &amp; c</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[a](https://b.example)", '<p><a href="https://b.example">a</a></p>'),
        ("[a](HTTPS://b.example)", '<p><a href="HTTPS://b.example">a</a></p>'),
        ("[a](javascript:alert)", "<p>&#091;a](javascript:alert)</p>"),
        ("[a](data:text/html,x)", "<p>&#091;a](data:text/html,x)</p>"),
        ("[a](/about)", "<p>&#091;a](/about)</p>"),
        ("<mailto:a@b.example>", '<p><a href="mailto:a@b.example">mailto:a@b.example</a></p>'),
        (
            "See https://b.example/x_y_z.",
            '<p>See <a href="https://b.example/x_y_z">https://b.example/x_y_z</a>.</p>',
        ),
        (
            "[https://b.example](https://b.example)",
            '<p><a href="https://b.example">https://b.example</a></p>',
        ),
        ("`https://b.example`", "<p><code>https://b.example</code></p>"),
        ("![a](https://b.example/c.png)", '<p>!<a href="https://b.example/c.png">a</a></p>'),
        ("[gallery ids=1]", "<p>&#091;gallery ids=1]</p>"),
        ("`[gallery]`", "<p><code>&#091;gallery]</code></p>"),
        (
            '[a](https://b.example "[gallery]")',
            '<p><a href="https://b.example" title="&#091;gallery]">a</a></p>',
        ),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert shown(text) == html


def test_every_outermost_element_is_a_block_of_the_editor() -> None:
    content = one("a\n\n## b\n\n### c\n\n- d").payload["content"]
    marks = [line for line in content.split("\n") if line.startswith("<!-- ")]
    assert marks == [
        "<!-- wp:paragraph -->",
        "<!-- /wp:paragraph -->",
        "<!-- wp:heading -->",
        "<!-- /wp:heading -->",
        '<!-- wp:heading {"level":3} -->',
        "<!-- /wp:heading -->",
        "<!-- wp:html -->",
        "<!-- /wp:html -->",
    ]


_TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em"),
    *("strong", "s", "a", "hr", "br", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"href", "title", "start", "class", "style"}
_ALIGNED = {"text-align:left", "text-align:center", "text-align:right"}


class _Reader(HTMLParser):
    """Reads HTML as a browser would, and notes what is not in the subset."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            scheme = (value or "").strip().lower().partition(":")[0]
            if name not in _ATTRIBUTES or (
                (name == "href" and scheme not in {"http", "https", "mailto"})
                or (name == "style" and value not in _ALIGNED)
            ):
                self.faults.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_decl(self, decl: str) -> None:
        self.faults.append(decl)

    def handle_pi(self, data: str) -> None:
        self.faults.append(data)

    def handle_comment(self, data: str) -> None:
        if data.split(maxsplit=1)[0].strip("/") not in {"wp:paragraph", "wp:heading", "wp:html"}:
            self.faults.append(data)


_PIECES = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=alert(1)>",
            "<!-- wp:html -->",
            "-->",
            "<?x",
        ),
        *("[a](", "](", ")", "<", ">", "javascript:alert(1)", "java\tscript:x", "&#106;avascript:"),
        *(
            "data:text/html,x",
            "vbscript:",
            "https://a.example/",
            "mailto:a@b.example",
            "//a.example",
        ),
        *(
            '"',
            "'",
            "`",
            "```",
            "\n",
            "\n\n",
            "# ",
            "- ",
            "1. ",
            "> ",
            "    ",
            "|",
            "|-|-|\n",
            "---",
        ),
        *(
            "*",
            "_",
            "~~",
            "\\",
            "![",
            "[a]: ",
            "[gallery]",
            "<a href='",
            " onclick=",
            "\x00",
            "\x85",
        ),
        *("&lt;script&gt;", "<https://", "<javascript:x>", "\r", "\u2028", "]]>", "<![CDATA["),
    ]
)
TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=30).map("".join)


@given(TEXTS, st.text(max_size=30))
def test_no_text_becomes_more_than_the_subset(text: str, link: str) -> None:
    payload = one(text, link=link).payload
    reader = _Reader()
    reader.feed(payload["content"])
    reader.close()
    assert reader.faults == []
    assert "[" not in payload["content"]
    for name in ("title", "content"):
        assert "<script" not in payload[name].lower()
    assert "<" not in payload["title"]


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "N", "Zs")), max_size=60))
def test_no_word_is_lost(text: str) -> None:
    reader = _Reader()
    reader.feed(shown(f"a {text} z", title="x"))
    assert reader.text.split() == f"a {text} z".split()


def test_publishing_needs_no_reader_of_markdown() -> None:
    """The library is no part of what runs in AWS."""
    code = (
        "import sys\n"
        "sys.modules['markdown_it'] = None\n"
        "import signpost.connectors.wordpress.connector, signpost.connectors.wordpress.drafts\n"
    )
    root = str(Path(signpost.__path__[0]).parent)
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": root}, timeout=60)


# --- the payload ------------------------------------------------------------------------------------


def test_a_first_heading_is_the_title_and_leaves_the_text() -> None:
    payload = one("# New *boots* & <paths>\n\nFor old.").payload
    assert payload["title"] == "New boots &amp; &lt;paths&gt;"
    assert "boots" not in payload["content"]
    assert "For old." in payload["content"]


def test_a_title_that_is_given_wins_and_the_text_stays() -> None:
    payload = one("# Boots\n\nNew.", title="Paths").payload
    assert payload["title"] == "Paths"
    assert "<h1" in payload["content"]
    assert "<h1" not in one("# Boots\n\nNew.", title="Boots").payload["content"]


@pytest.mark.parametrize(
    ("part", "title"),
    [
        (one("New boots.\n\nMore."), "New boots."),
        (one("## Below\n\nMore."), "Below"),
        (one("word " * 40), "word " * 15 + "word…"),
        (one("x" * 100), "x" * 80 + "…"),
        (one("", PICTURE), "Brown boots on a wet rock."),
        (one("---"), ""),
    ],
)
def test_a_text_without_a_title_lends_its_first_words(part: Part, title: str) -> None:
    assert part.payload["title"] == title


def test_options() -> None:
    payload = one(
        excerpt="Old & <new>", categories="News,  Boots ,News,", tags="a", author="ann"
    ).payload
    assert payload["excerpt"] == "Old &amp; &lt;new&gt;"
    assert payload["categories"] == ["News", "Boots"]
    assert payload["tags"] == ["a"]
    assert payload["author"] == "ann"


def test_without_options_nothing_is_said_about_them() -> None:
    payload = one(excerpt="", categories=" , ").payload
    assert set(payload) == {"title", "content", "slug", "status"}


def test_a_link_is_the_last_paragraph_unless_the_text_has_it() -> None:
    link = "https://acme.example/?a=1&b=2"
    part = one("New.", link=link)
    html = "https://acme.example/?a=1&amp;b=2"
    assert part.payload["content"].endswith(
        f'<!-- wp:paragraph -->\n<p>→ <a href="{html}">{html}</a></p>\n<!-- /wp:paragraph -->'
    )
    assert part.text == f"New.\n\n→ {link}"
    assert "→" not in one(f"New: [shop]({link})", link=link).payload["content"]


def test_the_limit_counts_the_html() -> None:
    limit = WordPress.spec.text[0]
    payload = one("# T\n\nä <").payload
    assert count_payload(payload, limit) == len(payload["content"].encode())


# --- slugs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("New Boots!", "new-boots"),
        ("Größe & Œuvre – Łódź", "grosse-oeuvre-lodz"),
        ("  --a__b--  ", "a-b"),
        ("新しい靴", ""),
        ("½ Preis", "1-2-preis"),
    ],
)
def test_slug(text: str, slug: str) -> None:
    assert slug_of(text) == slug


@given(st.text())
def test_a_slug_is_one_that_wordpress_leaves_alone(text: str) -> None:
    slug = slug_of(text)
    assert slug == slug_of(slug)
    assert len(slug) <= MAX_SLUG
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in slug


def test_a_slug_is_made_of_title_and_text_and_stays_the_same() -> None:
    slug = one("# News\n\nOne.").payload["slug"]
    assert slug.startswith("news-")
    assert len(slug) == len("news-") + 8
    assert slug == one("# News\n\nOne.", excerpt="x").payload["slug"]
    others = {
        one("# News\n\nTwo.").payload["slug"],
        one("# News\n\nOne.", PICTURE).payload["slug"],
        one("# News\n\nOne.", link="https://acme.example").payload["slug"],
    }
    assert len({slug, *others}) == 4
    assert one("# 新しい靴").payload["slug"].startswith("post-")


def test_a_slug_that_is_given_is_kept_and_a_long_title_is_cut_between_words() -> None:
    assert one(slug="New Boots").payload["slug"] == "new-boots"
    assert one(slug="靴").payload["slug"].startswith("boots-")
    long = one("# " + "word " * 30).payload["slug"]
    assert long.rpartition("-")[0] == "-".join(["word"] * 12)
    assert len(one("# " + "x" * 90).payload["slug"]) == 60 + 9


# --- prepare ----------------------------------------------------------------------------------------


def test_prepare_makes_a_draft_and_publish_is_one_request() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one()
    prepared = WordPress().prepare(channel(transport), part)
    assert asked(transport) == ["GET /posts", "POST /posts"]
    assert published(site) == []
    outcome = WordPress().publish(channel(transport), part, prepared, "k", "")
    slug = part.payload["slug"]
    assert outcome == Published(str(prepared["post"]), f"{SERVER}/{slug}/")
    assert len(transport.requests) == 3
    assert [post["slug"] for post in published(site)] == [slug]


def test_a_repeated_preparation_finds_the_draft_and_the_images() -> None:
    site = Site()
    part = one("# Boots", PICTURE, SECOND)
    first = WordPress().prepare(channel(FakeTransport(respond=site.respond)), part)
    transport = FakeTransport(respond=site.respond)
    assert WordPress().prepare(channel(transport), part) == first
    assert asked(transport) == ["GET /media", "GET /media", "GET /posts", "GET /users/me"]
    assert (len(site.posts), len(site.media)) == (1, 2)


def test_whatever_breaks_while_preparing_there_is_one_draft() -> None:
    """Each request in turn is applied and its answer lost; then it is tried again."""
    part = one("# Boots", PICTURE, SECOND, tags="winter", categories="News")
    for nth in range(1, 20):
        site, count = Site(), 0

        def respond(request: Request, nth: int = nth, site: Site = site) -> Answer:
            nonlocal count
            count += 1
            applied = site.respond(request)
            return AnswerLost("reset") if count == nth else applied

        transport = FakeTransport(respond=respond)
        try:
            WordPress().prepare(channel(transport), part)
        except AnswerLost:
            WordPress().prepare(channel(transport), part)
        assert [post["slug"] for post in site.posts.values()] == [part.payload["slug"]]
        assert (len(site.media), len(site.tags)) == (2, 1)
        if count < nth:
            return
    pytest.fail("preparing never ends")


def test_the_first_image_is_featured_and_the_others_follow_the_text() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one("# Boots\n\nNew.", PICTURE, SECOND)
    prepared = WordPress().prepare(channel(transport), part)
    WordPress().publish(channel(transport), part, prepared, "k", "")
    (post,) = site.posts.values()
    first, second = prepared["media"]
    assert post["featured_media"] == first["id"]
    assert post["content"].startswith(part.payload["content"])
    assert post["content"].endswith(
        f'<!-- wp:image {{"id":{second["id"]}}} -->\n<figure class="wp-block-image">'
        f'<img src="{second["url"]}" alt="A &quot;hat&quot; &#091;brown]." '
        f'class="wp-image-{second["id"]}" /></figure>\n<!-- /wp:image -->'
    )
    assert {item["alt_text"] for item in site.media.values()} == {PICTURE.alt, SECOND.alt}
    names = [item["source_url"].rpartition("/")[2] for item in site.media.values()]
    assert [name.partition(".")[2] for name in names] == ["png", "gif"]


def test_an_image_is_uploaded_again_where_its_alt_text_differs() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    for alt in ("One.", "Two."):
        WordPress().prepare_edit(channel(transport), one("a", replace(PICTURE, alt=alt)))
    assert len(site.media) == 2


def test_names_become_ids() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one(categories="a & b, news", tags="winter", author="ann")
    prepared = WordPress().prepare(channel(transport), part)
    assert prepared["categories"] == [4, 1]
    assert site.tags == {prepared["tags"][0]: "winter"}
    assert prepared["author"] == 5
    (post,) = site.posts.values()
    assert (post["categories"], post["tags"], post["author"]) == ([4, 1], prepared["tags"], 5)


def test_a_tag_that_the_search_did_not_show_is_used() -> None:
    exists = answer(400, {"code": "term_exists", "data": {"status": 400, "term_id": 9}})
    transport = FakeTransport([answer(200, {"id": ME}), answer(200, []), exists])
    assert WordPress().prepare_edit(channel(transport), one(tags="x"))["tags"] == [9]


@pytest.mark.parametrize(
    ("options", "cause"),
    [({"categories": "Nwes"}, "no category `Nwes`"), ({"author": "bob"}, "no author `bob`")],
)
def test_a_name_that_the_site_does_not_have_is_refused(options: dict[str, str], cause: str) -> None:
    site = Site()
    with pytest.raises(RefusedError, match=cause) as caught:
        WordPress().prepare(channel(FakeTransport(respond=site.respond)), one(**options))
    assert caught.value.permanent
    assert caught.value.remedy
    assert site.posts == {}


@pytest.mark.parametrize("status", ["publish", "future", "private", "pending"])
def test_a_slug_that_is_in_use_is_refused_before_anything_is_made(status: str) -> None:
    part, site = one(), Site()
    site.posts[7] = {"id": 7, "slug": part.payload["slug"], "status": status, "author": ME}
    with pytest.raises(RefusedError, match=f"Post 7 has the slug .* \\({status}\\)") as caught:
        WordPress().prepare(channel(FakeTransport(respond=site.respond)), part)
    assert caught.value.permanent
    assert list(site.posts) == [7]


def test_the_draft_of_another_author_is_not_ours() -> None:
    part, site = one(), Site()
    site.posts[7] = {"id": 7, "slug": part.payload["slug"], "status": "draft", "author": 99}
    with pytest.raises(RefusedError, match="another author's"):
        WordPress().prepare(channel(FakeTransport(respond=site.respond)), part)


def test_no_post_gets_a_number_behind_its_slug() -> None:
    """A post that we cannot see has the slug: the draft shows it, and goes."""
    part, site = one(), Site()
    site.hidden.add(part.payload["slug"])
    transport = FakeTransport(respond=site.respond)
    with pytest.raises(RefusedError, match="cannot see") as caught:
        WordPress().prepare(channel(transport), part)
    assert caught.value.permanent
    assert site.posts == {}
    assert (transport.requests[-2].query or {})["force"] == "true"


def test_two_workers_that_prepare_at_once_leave_one_draft() -> None:
    part, site = one(), Site()

    def respond(request: Request) -> Response:
        seen = site.respond(request)
        if request.method == "GET" and request.url.endswith("/posts") and not site.posts:
            WordPress().prepare(channel(FakeTransport(respond=site.respond)), part)
        return seen

    transport = FakeTransport(respond=respond)
    with pytest.raises(RefusedError) as caught:
        WordPress().prepare(channel(transport), part)
    assert not caught.value.permanent
    assert [post["slug"] for post in site.posts.values()] == [part.payload["slug"]]
    assert WordPress().prepare(channel(transport), part)["post"] in site.posts


def test_a_worker_that_wakes_late_takes_nothing_back() -> None:
    """It found the draft, and another one published it meanwhile: nothing is written to it."""
    part, site = one(), Site()
    prepared = WordPress().prepare(channel(FakeTransport(respond=site.respond)), part)

    def respond(request: Request) -> Response:
        seen = site.respond(request)
        if request.url.endswith("/users/me"):
            WordPress().publish(
                channel(FakeTransport(respond=site.respond)), part, prepared, "k", ""
            )
        return seen

    WordPress().prepare(channel(FakeTransport(respond=respond)), part)
    assert len(published(site)) == 1


@pytest.mark.parametrize(
    ("given", "kind", "permanent"),
    [
        (refused(403, "rest_cannot_create"), RefusedError, True),
        (answer(301, headers={"location": "https://www.x.example"}), RefusedError, True),
        (answer(429, headers={"retry-after": "9"}), ThrottledError, False),
        (answer(500), RefusedError, False),
        (answer(201, raw=b"<html>"), RefusedError, False),
        (answer(201, {"id": "7"}), RefusedError, False),
    ],
)
def test_a_draft_that_is_refused_says_why(
    given: Response, kind: type[RefusedError], *, permanent: bool
) -> None:
    transport = FakeTransport([answer(200, []), given])
    with pytest.raises(kind) as caught:
        WordPress().prepare(channel(transport), one())
    assert caught.value.permanent is permanent
    assert CANARY not in str(caught.value)
    if given.status == 403:
        assert "(rest_cannot_create)" in caught.value.cause


@pytest.mark.parametrize(
    "given",
    [
        answer(201, {"id": 1}),
        answer(201, {"id": 1, "source_url": "javascript:x"}),
        answer(200, []),
    ],
)
def test_an_upload_without_an_address_is_no_upload(given: Response) -> None:
    transport = FakeTransport([answer(200, []), given])
    with pytest.raises(RefusedError, match="no id and address") as caught:
        WordPress().prepare(channel(transport), one("a", PICTURE))
    assert not caught.value.permanent


@pytest.mark.parametrize("status", [404, 200])
def test_a_site_with_plain_permalinks_is_asked_by_its_query(status: int) -> None:
    """Where there is no `/wp-json`, a web server says so, or the site shows its front page."""
    site = Site(plain=status)
    transport = FakeTransport(respond=site.respond)
    part = one()
    prepared = WordPress().prepare(channel(transport), part)
    assert prepared["plain"] is True
    assert isinstance(WordPress().publish(channel(transport), part, prepared, "k", ""), Published)
    assert transport.requests[-1].url == f"{SERVER}/"
    assert transport.requests[-1].query == {"rest_route": f"/wp/v2/posts/{prepared['post']}"}
    found = WordPress().confirm(channel(transport), Sent(part, "k", SINCE))
    assert isinstance(found, Found)


@pytest.mark.parametrize(
    "given",
    [
        refused(401, "rest_forbidden"),
        answer(
            400,
            {
                "code": "rest_invalid_param",
                "message": "Invalid parameter(s): status",
                "data": {"status": 400, "params": {"status": "Status is forbidden."}},
            },
        ),
    ],
)
def test_a_wrong_password_is_called_so(given: Response) -> None:
    """WordPress calls the status wrong, since a stranger may not ask for drafts."""
    with pytest.raises(RefusedError, match="does not know the account") as caught:
        WordPress().prepare(channel(FakeTransport([given])), one())
    assert caught.value.permanent
    assert "application password" in caught.value.remedy


# --- publish and confirm ----------------------------------------------------------------------------


def test_publish_sends_what_was_approved_and_not_what_the_draft_became() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one()
    prepared = WordPress().prepare(channel(transport), part)
    site.posts[prepared["post"]] |= {"title": "Changed by hand", "content": "", "slug": "other"}
    WordPress().publish(channel(transport), part, prepared, "k", "")
    post = site.posts[prepared["post"]]
    assert {name: post[name] for name in part.payload} == part.payload


def test_a_repeated_send_publishes_the_same_post() -> None:
    """Why the key is usable: what is repeated names the draft."""
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one()
    prepared = WordPress().prepare(channel(transport), part)
    outcomes = {WordPress().publish(channel(transport), part, prepared, "k", "") for _ in range(3)}
    assert len(outcomes) == 1
    assert len(site.posts) == 1


def test_confirm_tells_a_draft_from_a_post() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one()
    sent = Sent(part, "k", SINCE)
    assert isinstance(WordPress().confirm(channel(transport), sent), Unknown)
    prepared = WordPress().prepare(channel(transport), part)
    assert WordPress().confirm(channel(transport), sent) == Absent()
    WordPress().publish(channel(transport), part, prepared, "k", "")
    found = WordPress().confirm(channel(transport), sent)
    assert isinstance(found, Found)
    assert found.external_id == str(prepared["post"])


def test_without_a_draft_nothing_is_sent() -> None:
    outcome = WordPress().publish(channel(FakeTransport()), one(), {}, "k", "")
    assert outcome == Rejected("No draft was made for this post.", permanent=False)


def test_a_payload_without_a_slug_cannot_be_confirmed() -> None:
    sent = Sent(Part("x"), "k", SINCE)
    assert isinstance(WordPress().confirm(channel(FakeTransport()), sent), Unknown)


@pytest.mark.parametrize("missing", ["username", "application_password"])
def test_a_secret_lacks_a_member(missing: str) -> None:
    token = {name: value for name, value in SCENE.token.items() if name != missing}
    with pytest.raises(RefusedError, match=f"no `{missing}`"):
        WordPress().prepare(channel(FakeTransport(), token=token), one())


def test_a_password_is_found_out_with_and_without_its_spaces() -> None:
    token = {"username": "u", "application_password": "ab cd ef"}
    said = answer(403, {"code": "rest_cannot_edit", "message": "abcdef or ab cd ef"})
    transport = FakeTransport([said])
    outcome = WordPress().publish(channel(transport, token=token), one(), {"post": 7}, "k", "")
    assert outcome == Rejected("HTTP 403: *** or *** (rest_cannot_edit)")


# --- measure and edit -------------------------------------------------------------------------------


def test_no_comments_are_believed_of_a_public_post_only() -> None:
    none = answer(200, [], headers={"x-wp-total": "0"})
    there = FakeTransport([none, answer(200, [{"id": 7}])])
    assert WordPress().measure(channel(there), ["7"]) == [{"replies": 0}]
    gone = FakeTransport([none, answer(200, [])])
    with pytest.raises(RefusedError) as caught:
        WordPress().measure(channel(gone), ["7"])
    assert caught.value.gone


def test_edit_changes_the_post_and_neither_its_address_nor_its_status() -> None:
    assert isinstance(WordPress(), Editor)
    site = Site()
    transport = FakeTransport(respond=site.respond)
    part = one("# Bots", PICTURE, excerpt="x")
    prepared = WordPress().prepare(channel(transport), part)
    WordPress().publish(channel(transport), part, prepared, "k", "")
    number = str(prepared["post"])
    better = one("# Boots", categories="News")
    found = WordPress().prepare_edit(channel(transport), better)
    before = len(transport.requests)
    outcome = WordPress().edit(channel(transport), number, better, found)
    assert outcome == Published(number, f"{SERVER}/{part.payload['slug']}/")
    assert len(transport.requests) == before + 1
    (post,) = site.posts.values()
    assert (post["title"], post["excerpt"], post["featured_media"]) == ("Boots", "", 0)
    assert (post["slug"], post["categories"]) == (part.payload["slug"], [1])


def test_a_post_that_was_withdrawn_stays_so_and_the_edit_says_it_does_not_know() -> None:
    transport = FakeTransport([public(status="draft")])
    outcome = WordPress().edit(channel(transport), "7", one(), {})
    assert isinstance(outcome, Ambiguous)
    assert "status" not in transport.requests[0].json


def test_an_id_that_is_none_is_refused_unsent() -> None:
    for wrong in ("", "7/../8", "x"):
        assert isinstance(WordPress().edit(channel(FakeTransport()), wrong, one(), {}), Rejected)


def test_the_title_reads_as_it_was_written() -> None:
    assert unescape(one("# A & B < C").payload["title"]) == "A & B < C"
