from __future__ import annotations

import gc
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.registry import run_checks
from signpost.content.files import split
from signpost.content.schema import FRONT_MATTER
from signpost.content.workspace_reader import read_workspace
from signpost.domain.diagnostics import Span
from signpost.domain.post import Source
from signpost.domain.timing import parse_local
from signpost.errors import ContentError, SignpostError
from tests.rules.reading import FIXTURES, NOW, SPECS, findings, lay_out

SAMPLE = Path(__file__).parents[3] / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return lay_out(FIXTURES / "TXT101" / "good", tmp_path)


def test_the_sample_brand_has_no_findings() -> None:
    read = read_workspace(SAMPLE)
    early = datetime(2026, 11, 1, tzinfo=NOW.tzinfo)
    assert run_checks(read, SPECS, early) == []
    assert len(read.posts) >= 20
    assert read.workspace is not None
    brand = read.brands[read.workspace.brands[0]]
    assert brand.accounts
    assert brand.people.holders
    assert brand.objectives
    assert any(len(post.bodies) > 1 for post in read.posts)
    assert any(post.status == "draft" for post in read.posts)
    assert any(post.thread for post in read.posts)


def test_every_key_of_a_post_arrives(content: Path) -> None:
    (content / "shop/posts/all.md").write_text(
        "---\n"
        "id: everykey0001\npublish: 2026-12-01T09:00:30\ntimezone: Asia/Tokyo\n"
        "accounts: [main, side, main]\ntitle: 'T: 1'\nsummary: S\ntype: story\n"
        "objective: o\ncampaign: winter\ntheme: t\npersona: p\nowner: w\n"
        "link: https://shop.example/?a=b#c\n"
        "media:\n  - file: boots.png\n    alt: Boots.\n    focus: [-1, 0.25]\n"
        "thread: true\nlanguage: de\ntags: [no, 2026]\nlate: 2h\non_ambiguous: retry\n"
        "stage: text\nsource: {from: Hut, rights: All, until: 2027-06-30}\n"
        "status: ready\noptions:\n  mastodon:\n    visibility: private\n    sensitive: true\n"
        '    spoiler: "true"\n'
        "---\n\n\nOne.\n"
    )
    post = next(post for post in read_workspace(content).posts if post.id == "everykey0001")
    assert set(FRONT_MATTER.by_name) <= set(post.spans)
    assert post.publish == parse_local("2026-12-01 09:00:30")
    assert (post.zone, post.late_s, post.thread) == ("Asia/Tokyo", 7200, True)
    assert post.accounts == ("main", "side")
    assert (post.stage, post.idea) == ("text", False)
    assert post.source == Source("Hut", "All", date(2027, 6, 30))
    assert post.tags == ("no", "2026")
    assert post.media[0].path == "shop/posts/boots.png"
    assert post.media[0].focus == (-1.0, 0.25)
    assert post.media[0].span == Span("shop/posts/all.md", 16, 5)
    mine = {"visibility": "private", "sensitive": True, "spoiler": "true"}
    assert post.options == {"mastodon": mine}
    assert post.span("options.mastodon.sensitive") == Span("shop/posts/all.md", 30, 5)
    assert post.span("title") == Span("shop/posts/all.md", 6, 8)
    assert post.span("nothing") == Span("shop/posts/all.md")
    assert (post.bodies[""].text, post.bodies[""].first_line) == ("One.", 35)


def test_an_own_text_may_have_front_matter_of_its_own(content: Path) -> None:
    own = content / "shop/posts/folder/main.md"
    own.write_text("---\nmedia: []\nlink: https://shop.example/own\n---\nOwn.\n")
    post = next(p for p in read_workspace(content).posts if p.path.endswith("folder/index.md"))
    body = post.body_for("main", "mastodon")
    assert (body.text, body.media, body.link, body.first_line) == (
        "Own.",
        (),
        "https://shop.example/own",
        5,
    )
    assert post.body_for("side", "mastodon").text == "Short for Mastodon."
    own.write_text("---\nid: nope\n---\nOwn.\n")
    assert [item.code for item in findings(content)] == ["YML501"]


def test_paths_choose_whose_findings_are_shown_but_all_files_are_read(content: Path) -> None:
    for name in ("a", "b"):
        (content / f"shop/posts/{name}.md").write_text(
            f"---\nid: sameid\npublish: now\naccounts: [main]\n---\nPost {name}.\n"
        )
    for path, count in [("a.md", 0), ("b.md", 1), (".", 1), ("folder", 0)]:
        read = read_workspace(content, [content / "shop/posts" / path])
        assert len(run_checks(read, SPECS, NOW)) == count, path
    for bad in ("nowhere.md", "../../../.."):
        with pytest.raises(SignpostError):
            read_workspace(content, [content / "shop/posts" / bad])


def test_the_known_home_of_an_id_keeps_it(content: Path) -> None:
    for name in ("a", "b"):
        (content / f"shop/posts/{name}.md").write_text(
            f"---\nid: sameid\npublish: now\naccounts: [main]\n---\nPost {name}.\n"
        )
    read = read_workspace(content)
    (found,) = run_checks(read, SPECS, NOW, {"sameid": "shop/posts/b.md"})
    assert found.span.path == "shop/posts/a.md"


def test_a_post_that_is_known_may_be_in_the_past(content: Path) -> None:
    (content / "shop/posts/old.md").write_text(
        "---\nid: oldpost\npublish: 2025-01-01 09:00\naccounts: [main]\n---\nOld.\n"
    )
    read = read_workspace(content)
    assert [item.code for item in run_checks(read, SPECS, NOW)] == ["TIM303"]
    assert run_checks(read, SPECS, NOW, {"oldpost"}) == []


def test_without_a_workspace_file_the_finding_says_so(tmp_path: Path) -> None:
    read = read_workspace(tmp_path)
    assert read.workspace is None
    assert [item.span.path for item in read.diagnostics] == ["signpost.yaml"]
    with pytest.raises(SignpostError):
        read_workspace(tmp_path / "none")


def test_all_faults_of_all_files_come_in_one_run_and_in_order(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "YML502" / "bad", tmp_path)
    found = findings(content)
    assert len(found) > 20
    assert [item.span for item in found] == sorted(item.span for item in found)
    assert len({item.span.path for item in found}) > 8


def test_dates_and_periods_of_the_configuration(content: Path) -> None:
    (content / "shop/people.yaml").write_text(
        "people:\n  - {id: a, name: A}\n"
        "absences:\n  - {person: a, from: 2026-12-01, to: 2026-12-03}\n"
    )
    (absence,) = read_workspace(content).brands["shop"].people.absences
    assert (absence.start, absence.end) == (date(2026, 12, 1), date(2026, 12, 3))


def test_reading_leaves_the_collector_as_it_was(content: Path) -> None:
    assert gc.isenabled()
    read_workspace(content)
    assert gc.isenabled()


def test_ideas_are_read_apart_and_need_no_time(content: Path) -> None:
    (content / "shop/ideas/a.md").write_text("---\nid: idea00000001\ntitle: A\n---\nMaybe.\n")
    read = read_workspace(content)
    assert [post.path for post in read.ideas] == ["shop/ideas/a.md", "shop/ideas/boots.md"]
    assert (read.ideas[0].idea, read.ideas[0].status) == (True, "draft")
    assert "shop/ideas/a.md" not in [post.path for post in read.posts]
    assert run_checks(read, SPECS, NOW) == []


bodies = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=200)


@given(bodies, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
def test_the_body_stands_where_it_says(body: str, newline: str, bom: str) -> None:
    text = f"---\nid: a\n---\n{body}".replace("\n", newline)
    parts = split(bom + text, "f")
    assert parts.body.strip() == body.strip()
    assert parts.head == f"id: a{newline}"
    if parts.body_start >= 0:
        assert (bom + text)[parts.body_start :].startswith(parts.body)
    if parts.body:
        line = text.split("\n")[parts.body_line - 1]
        assert line.strip().startswith(parts.body.split("\n", maxsplit=1)[0].strip()[:1])


@given(st.text(max_size=200))
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        split(text, "f")
    except ContentError as error:
        (found,) = error.diagnostics
        assert found.code == ("FIL602" if text.strip("\ufeff \t\r\n") else "FIL607")


@pytest.mark.parametrize(
    ("text", "head", "body"),
    [
        ("---\na: b\n---\nOne.\n---\nTwo.", "a: b\n", "One.\n---\nTwo."),
        ("---\na: b\n---  \nOne.\n---\nTwo.", "a: b\n", "One.\n---\nTwo."),
        ("---\na: |\n  x\n----\n---\nOne.", "a: |\n  x\n----\n", "One."),
        ("---\n---\nOne.", "", "One."),
        ("---\na: b\n---", "a: b\n", ""),
    ],
)
def test_the_first_line_of_three_hyphens_closes(text: str, head: str, body: str) -> None:
    for newline in ("\n", "\r\n"):
        parts = split(text.replace("\n", newline), "f")
        assert parts.head == head.replace("\n", newline)
        assert parts.body == body


@pytest.mark.parametrize(
    ("line", "cause", "remedy"),
    [
        (
            'thread: "true"',
            "`thread` is the text `true`, because of its quotation marks.",
            "Write `thread: true` without them.",
        ),
        (
            "media: [{file: boots.png, alt: Boots., focus: [2, 0]}]",
            "`focus` is `[2, 0]`, and each number lies between -1 and 1.",
            "Write 0 for the middle, -1 for the left or lower edge, 1 for the other one.",
        ),
        (
            'options: {mastodon: {sensitive: "true"}}',
            "`sensitive` is the text `true`, because of its quotation marks.",
            "Write `sensitive: true` without them.",
        ),
    ],
)
def test_a_value_is_refused_for_what_is_wrong_with_it(
    content: Path, line: str, cause: str, remedy: str
) -> None:
    (content / "shop/posts/wrong.md").write_text(
        f"---\nid: wrong0000001\npublish: 2026-12-01 09:00\naccounts: [main]\n{line}\n---\nWrong.\n"
    )
    (found,) = findings(content)
    assert (found.code, found.cause, found.remedy) == ("YML502", cause, remedy)


def unused(content: Path) -> list[str]:
    return [item.span.path for item in run_checks(read_workspace(content), SPECS, NOW)
            if item.code == "MED210"]  # fmt: skip


def test_a_picture_among_posts_is_one_that_some_post_names(content: Path) -> None:
    posts = content / "shop" / "posts"
    picture = (posts / "boots.png").read_bytes()
    assert unused(content) == []
    for name in ("2026/a.png", "shared/b.png", "post/c.png", "../ideas/d.png", "2026/notes.pdf"):
        (posts / name).parent.mkdir(parents=True, exist_ok=True)
        (posts / name).write_bytes(picture)
    text = "---\nid: {}\nstatus: draft\n{}---\nA text of its own, {}.\n"
    (posts / "2026/one.md").write_text(text.format("unused000001", "", 1))
    assert unused(content) == ["shop/posts/2026/a.png"]
    # Named from anywhere, by a draft or an idea, through a link too, it is used.
    named = "media:\n  - {file: ../posts/2026/a.png, alt: Two boots.}\n"
    idea = content / "shop/ideas/e.md"
    idea.write_text(text.format("unused000002", named, 2))
    assert unused(content) == []
    (content / "shop/posts/again").symlink_to("2026")
    idea.write_text(text.format("unused000002", named.replace("2026", "again"), 2))
    assert unused(content) == []
    idea.unlink()
    # What cannot be read may name it.
    (posts / "2026/two.md").write_text("---\nmedia: [\n---\nA text.\n")
    assert unused(content) == []
    (posts / "2026/two.md").unlink()
    assert unused(content) == ["shop/posts/2026/a.png"]
