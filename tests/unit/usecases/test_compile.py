from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signpost.connectors.registry import Registry
from signpost.content.workspace_reader import ReadResult, read_workspace
from signpost.domain.delivery import About, Delivery, make_bundle, parse_bundle
from signpost.domain.lifecycle import State
from signpost.domain.picture.recipe import Change, Derivative, Refusal
from signpost.domain.plan import Action, Actual, make_plan
from signpost.domain.post import Post
from signpost.domain.timing import parse_local
from signpost.errors import ContentError
from signpost.usecases.compile import compile_posts, try_post
from tests.fakes.pictures import FakePictures
from tests.rules.reading import FIXTURES, lay_out

HEAD = "---\nid: onepost\npublish: 2026-12-01 09:00\naccounts: [main, side]\n"


def compiled(read: ReadResult, posts: Sequence[Post] | None = None) -> list[tuple[Delivery, About]]:
    assert read.workspace is not None
    chosen = read.posts if posts is None else posts
    return compile_posts(
        read.workspace, read.brands, chosen, Registry(), read.media, FakePictures(read.media)
    )


def written(tmp_path: Path, files: Mapping[str, str]) -> ReadResult:
    content = lay_out(FIXTURES / "FIL602" / "good", tmp_path)
    for old in (content / "shop/posts").glob("*.md"):
        old.unlink()
    for name, text in files.items():
        path = content / "shop/posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_workspace(content)


def test_a_post_becomes_a_delivery_for_each_account(tmp_path: Path) -> None:
    read = written(
        tmp_path,
        {
            "a.md": HEAD + "title: T\nlate: 45m\ntags: [x]\n"
            "media:\n  - {file: boots.png, alt: Boots., focus: [0, 1]}\n---\nText.  \n\nMore.\n"
        },
    )
    (first, about), (second, _) = compiled(read)
    assert [first.id, second.id] == ["fixtures/shop/onepost/main", "fixtures/shop/onepost/side"]
    assert first.due == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert (first.local, first.zone, first.tzdata) == (
        "2026-12-01 09:00",
        "Europe/Berlin",
        "+01:00",
    )
    assert (first.grace_s, first.on_ambiguous, first.language) == (2700, "hold", "en")
    (part,) = first.parts
    assert part.text == "Text.\n\nMore."
    assert part.payload["status"] == "Text.\n\nMore."
    (item,) = part.media
    assert (item.mime, item.width, item.height, item.focus) == ("image/png", 4, 3, (0.0, 1.0))
    assert item.sha256 == read.media["shop/posts/boots.png"].sha256
    assert about == About(title="T", source="shop/posts/a.md", tags=("x",))
    assert first.account.secret == "main"


def test_a_bundle_of_the_sample_brand_is_read_back() -> None:
    read = read_workspace(Path(__file__).parents[3] / "content")
    assert read.workspace is not None
    items = compiled(read)
    bundle = make_bundle(read.workspace.id, items, previous="")
    assert parse_bundle(bundle.data).lines == bundle.lines
    ready = [post for post in read.posts if post.status == "ready"]
    assert len(items) == sum(len(post.accounts) for post in ready)
    assert 0 < len(ready) < len(read.posts)


def test_compiling_twice_gives_the_same_revisions() -> None:
    def revisions() -> list[str]:
        read = read_workspace(Path(__file__).parents[3] / "content")
        return [delivery.revision for delivery, _ in compiled(read)]

    assert revisions() == revisions()


def test_own_texts_media_and_links_go_where_they_belong(tmp_path: Path) -> None:
    read = written(
        tmp_path,
        {
            "f/index.md": HEAD + "link: https://shop.example/a\n"
            "media:\n  - {file: ../boots.png, alt: Boots.}\n---\nShared.\n",
            "f/side.md": "---\nmedia: []\nlink: https://shop.example/b\n---\nOwn.\n",
        },
    )
    (main, _), (side, _) = compiled(read)
    assert (main.parts[0].text.split("\n")[0], len(main.parts[0].media)) == ("Shared.", 1)
    assert (side.parts[0].text.split("\n")[0], side.parts[0].media) == ("Own.", ())
    assert (main.link, side.link) == ("https://shop.example/a", "https://shop.example/b")


def test_a_thread_has_parts_and_media_on_the_first(tmp_path: Path) -> None:
    read = written(
        tmp_path,
        {
            "t.md": HEAD + "thread: true\nmedia:\n  - {file: boots.png, alt: Boots.}\n---\n"
            "One.\n\n---\n\nTwo.\n\nStill two.\n"
        },
    )
    delivery, _ = compiled(read)[0]
    assert [part.text for part in delivery.parts] == ["One.", "Two.\n\nStill two."]
    assert [len(part.media) for part in delivery.parts] == [1, 0]


@pytest.mark.parametrize(("brand_late", "grace_s"), [("", 1800), ("late: 2h\n", 7200)])
def test_grace_falls_back_to_brand_and_workspace(
    tmp_path: Path, brand_late: str, grace_s: int
) -> None:
    read = written(
        tmp_path, {"a.md": HEAD + "---\nText.\n", "../brand.yaml": "name: S\n" + brand_late}
    )
    assert compiled(read)[0][0].grace_s == grace_s


def test_now_has_no_instant_and_drafts_no_delivery(tmp_path: Path) -> None:
    now = "---\nid: {}\npublish: now\naccounts: [main]\nstatus: {}\n---\n{}\n"
    read = written(
        tmp_path,
        {"a.md": now.format("a", "ready", "A."), "b.md": now.format("b", "draft", "B.")},
    )
    ((delivery, _),) = compiled(read)
    assert (delivery.due, delivery.local, delivery.tzdata) == (None, "", "")
    assert delivery.wire()["due"] == "now"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"publish": None}, "YML502"),
        ({"publish": parse_local("2027-03-28 02:30")}, "TIM301"),
        ({"zone": "No/Where"}, "TIM302"),
        ({"accounts": ("nobody",)}, "REF401"),
        ({"bodies": {}}, "TXT101"),
        ({"id": "a/b"}, "REF402"),
        ({"link": "https://shop.example/" + "x" * 40}, "TXT101"),
    ],
)
def test_what_cannot_be_compiled_is_refused(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    text = "y" * 490
    read = written(tmp_path, {"a.md": HEAD.replace(", side", "") + f"---\n{text}\n"})
    post = read.posts[0]._replace(**changes)
    with pytest.raises(ContentError) as caught:
        compiled(read, [post])
    assert [item.code for item in caught.value.diagnostics] == [code]


def test_media_that_are_gone_are_refused(tmp_path: Path) -> None:
    head = HEAD + "media:\n  - {file: gone.png, alt: Gone.}\n---\nText.\n"
    with pytest.raises(ContentError) as caught:
        compiled(written(tmp_path, {"a.md": head}))
    assert {item.code for item in caught.value.diagnostics} == {"MED202"}


def test_a_draft_with_faults_is_tried_as_far_as_it_goes(tmp_path: Path) -> None:
    head = "---\nid: onepost\naccounts: [main, nobody]\nstatus: draft\n"
    media = "media:\n  - {file: boots.png, alt: Boots.}\n  - {file: gone.png, alt: Gone.}\n"
    read = written(tmp_path, {"a.md": f"{head}{media}---\n{'x' * 501}\n"})
    assert read.workspace is not None
    (post,) = read.posts
    tried = try_post(
        read.workspace, read.brands, post, Registry(), read.media, FakePictures(read.media)
    )
    ((delivery, about),) = tried.lines
    assert (delivery.account.id, about.source) == ("main", "shop/posts/a.md")
    assert len(delivery.parts[0].payload["status"]) == 501
    assert [item.alt for item in delivery.parts[0].media] == ["Boots."]
    assert [item.code for item in tried.findings] == ["YML502", "MED202", "TXT101", "REF401"]
    assert not tried.timed


@pytest.mark.parametrize(
    ("publish", "timed"), [("now", True), ("2026-12-01 09:00", True), ("2027-03-28 02:30", False)]
)
def test_a_trial_tells_whether_the_time_is_an_instant(
    tmp_path: Path, publish: str, *, timed: bool
) -> None:
    read = written(
        tmp_path, {"a.md": f"---\nid: onepost\npublish: {publish}\naccounts: [main]\n---\nText.\n"}
    )
    assert read.workspace is not None
    tried = try_post(
        read.workspace, read.brands, read.posts[0], Registry(), read.media, FakePictures(read.media)
    )
    assert tried.timed is timed
    assert len(tried.lines) == 1
    assert bool(tried.findings) is not timed


def test_a_trial_of_a_ready_post_is_what_a_push_would_send(tmp_path: Path) -> None:
    read = written(tmp_path, {"a.md": HEAD + "---\nText.\n", "b.md": HEAD + "---\nOther.\n"})
    assert read.workspace is not None
    post = read.posts[0]
    tried = try_post(
        read.workspace, read.brands, post, Registry(), read.media, FakePictures(read.media)
    )
    assert list(tried.lines) == compiled(read, [post])
    assert (tried.findings, tried.timed) == ((), True)


# --- pictures ---------------------------------------------------------------------------------------

PICTURED = HEAD + "media:\n  - {file: boots.png, alt: Boots., focus: [0.5, 0]}\n---\nText.\n"
MADE = Derivative("d" * 64, "image/jpeg", 99, 30, 20, (Change.RESIZED,), (0.25, 0.0))


def lines_of(
    read: ReadResult,
    pictures: FakePictures,
    actual: Mapping[str, Actual] | None = None,
) -> list[Delivery]:
    assert read.workspace is not None
    lines = compile_posts(
        read.workspace, read.brands, read.posts, Registry(), read.media, pictures, actual
    )
    return [delivery for delivery, _ in lines]


def pictured(tmp_path: Path, made: Derivative | Refusal = MADE) -> tuple[ReadResult, FakePictures]:
    read = written(tmp_path, {"a.md": PICTURED})
    return read, FakePictures(read.media, {"shop/posts/boots.png": made})


def test_what_was_made_of_a_picture_is_what_is_sent(tmp_path: Path) -> None:
    read, pictures = pictured(tmp_path)
    one, two = lines_of(read, pictures)
    (media,) = one.parts[0].media
    assert (media.sha256, media.mime, media.size) == ("d" * 64, "image/jpeg", 99)
    assert (media.width, media.height, media.alt, media.focus) == (30, 20, "Boots.", (0.25, 0.0))
    before, _ = lines_of(read, FakePictures(read.media))
    assert one.origin == before.revision != one.revision
    assert not one.unmade
    assert not before.made_from
    assert len(pictures.opened) == 1, "two accounts of a channel want the same"
    assert one.made_from != two.made_from
    bundle = make_bundle(one.workspace, [(one, About()), (two, About())], previous="")
    assert parse_bundle(bundle.data).lines[0].delivery == one


def test_a_picture_that_cannot_be_made_to_fit_is_told_at_its_place(tmp_path: Path) -> None:
    read, pictures = pictured(tmp_path, Refusal("it is damaged", "Export it again."))
    with pytest.raises(ContentError) as caught:
        lines_of(read, pictures)
    (finding,) = {(item.code, str(item.span)) for item in caught.value.diagnostics}
    assert finding == ("MED202", "shop/posts/a.md:6:5")
    assert "it is damaged" in caught.value.diagnostics[0].cause


@pytest.mark.parametrize(
    ("state", "touched", "opened"),
    [
        (State.PUBLISHED, True, 0),
        (State.SCHEDULED, False, 0),
        (State.HELD, False, 0),
        (State.CANCELLED, False, 1),
    ],
)
def test_no_picture_is_opened_for_what_the_stack_has(
    tmp_path: Path, state: State, opened: int, *, touched: bool
) -> None:
    read, pictures = pictured(tmp_path)
    sent = lines_of(read, pictures)
    pictures.opened.clear()
    actual = {
        one.id: Actual(state, one.revision, datetime.now(UTC), touched, made_from=one.made_from)
        for one in sent
    }
    again = lines_of(read, pictures, actual)
    assert len(pictures.opened) == opened
    assert all(one.unmade is (not opened) for one in again)
    plan = make_plan(again, actual)
    assert {change.action for change in plan.changes} == {Action.CREATE if opened else Action.KEEP}


def test_what_waits_since_before_pictures_were_made_is_made(tmp_path: Path) -> None:
    read, pictures = pictured(tmp_path)
    old = lines_of(read, FakePictures(read.media))
    for touched in (False, True):
        pictures.opened.clear()
        state = State.PUBLISHED if touched else State.SCHEDULED
        actual = {one.id: Actual(state, one.revision, datetime.now(UTC), touched) for one in old}
        again = lines_of(read, pictures, actual)
        assert bool(pictures.opened) is not touched
        actions = {change.action for change in make_plan(again, actual).changes}
        assert actions == {Action.KEEP if touched else Action.UPDATE}
