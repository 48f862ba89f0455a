"""The comment on a pull request: whatever files hold, it can only be read."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from signpost.cli.output import markdown
from signpost.domain.delivery import About
from signpost.domain.diagnostics import Diagnostic, Severity, Span
from signpost.domain.plan import Action, Change, Plan
from tests.unit.cli.conftest import Ran

DUE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")
HARMLESS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
    *("text", "code_inline", "strong_open", "strong_close", "softbreak"),
}
"""What our own Markdown is made of: no link, image, HTML, list, quote or rule."""
EVIL = (
    *("@everyone", "@octo-org/team", "#1", "GH-1", "octo/repo#1", "owner/repo@0123456", "![x](y)"),
    *("<img src=x>", "<!-- ", "-->", "</details>", "[a](https://e.example)", "https://e.example"),
    *("www.e.example", "a@e.example", "<https://e.example>", "[a]: https://e.example", "&commat;x"),
    *("```", "````", "~~~", "`", "``", "|", "\\|", "\\", "\n", "\r", "\r\n", "\n\n", "    x", "\t"),
    *("# head", "> quote", "- item", "1. item", "---", "===", "$$x$$", "/merge", ":tada:", "**b**"),
    *(
        "\x00",
        "\x0b",
        "\x0c",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\u202e",
        "\u200b",
        "é",
        "🦊",
        "\ud800",
    ),
)

texts = st.lists(
    st.one_of(st.sampled_from(EVIL), st.text(max_size=8), st.sampled_from(string.punctuation)),
    max_size=24,
).map("".join)


def tokens(text: str) -> list[Token]:
    """What a reader of GitHub's Markdown makes of it, all levels in one list."""
    parsed = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    return [token for top in parsed for token in (top, *(top.children or ()))]


def prose(text: str) -> str:
    """What stands in it outside code: where a mention or an address would act."""
    return "\n".join(token.content for token in tokens(text) if token.type == "text")


def diagnostic(text: str, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(Span(f"shop/{text}.md", 3, 1), "YML502", text, text, severity)


def changes(names: list[str]) -> Plan:
    """A plan that creates a delivery of each name."""
    return Plan(tuple(Change(Action.CREATE, f"acme/shop/{name}/fedi", "r", DUE) for name in names))


@given(texts)
def test_a_span_is_code_and_nothing_else(text: str) -> None:
    made = markdown.code(text)
    assert "\n" not in made
    assert "|" not in made
    found = [token.type for token in tokens(made)]
    assert found == ["paragraph_open", "inline", *found[2:-1], "paragraph_close"]
    assert found[2:-1] in (["code_inline"], ["text"])
    if found[2] == "text":
        assert made == "–"


@given(texts)
def test_a_block_cannot_be_left(text: str) -> None:
    found = tokens(f"before\n\n{markdown.block(text)}\n\nafter\n")
    kinds = [token.type for token in found]
    assert kinds.count("fence") == 1
    assert set(kinds) <= {"paragraph_open", "inline", "text", "paragraph_close", "fence"}
    assert [token.content for token in found if token.type == "text"] == ["before", "after"]


@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_a_plan_holds_nothing_that_acts(titles: list[str], source: str) -> None:
    names = [f"post{number}" for number in range(len(titles))]
    about = {
        f"acme/shop/{name}/fedi": About(title=title, source=source)
        for name, title in zip(names, titles, strict=True)
    }
    text = markdown.plan_text(changes(names), about, ZONE, "")
    assert {token.type for token in tokens(text)} <= HARMLESS
    assert text.count("\n| create |") == len(titles)
    cells = [token for token in tokens(text) if token.type == "td_open"]
    assert len(cells) == 5 * len(titles), "a title made a cell of its own"
    assert not set("@#<[") & set(prose(text))


@given(st.lists(texts, min_size=1, max_size=4))
def test_findings_hold_nothing_that_acts(said: list[str]) -> None:
    text = markdown.findings_text([diagnostic(item) for item in said], 3)
    assert {token.type for token in tokens(text)} <= HARMLESS
    assert not set("@#<[") & set(prose(text))


@given(texts, texts)
def test_an_error_holds_nothing_that_acts(cause: str, remedy: str) -> None:
    text = markdown.error_text("plan", cause, remedy)
    assert {token.type for token in tokens(text)} <= HARMLESS
    assert prose(text) == "Plan\nThis could not be made:"


@given(st.lists(st.text(max_size=60), max_size=30), st.integers(40, 400))
def test_a_cut_is_made_between_pieces(pieces: list[str], limit: int) -> None:
    text = markdown.clip(pieces, "The rest.", max_bytes=limit)
    assert len(text.encode("utf-8", "replace")) <= limit
    if not text.endswith("The rest.\n"):
        assert text == "\n\n".join(pieces) + "\n"


def test_a_long_plan_is_cut_between_rows_and_says_so() -> None:
    names = [f"post{number:04}" for number in range(3000)]
    text = markdown.plan_text(changes(names), {}, ZONE, "")
    assert len(text.encode()) <= markdown.MAX_BYTES
    rows = text.count("\n| create |")
    assert rows > 100
    assert f"{3000 - rows} more: `signpost plan` shows all." in text
    assert "3000 to create, 0 to update, 0 to cancel; 0 kept, 0 drift." in text
    assert f"Plan `{changes(names).digest}`" in text


def test_long_findings_are_cut_between_findings_and_say_so() -> None:
    many = [diagnostic(f"cause {number}") for number in range(2000)]
    text = markdown.findings_text(many, 2000)
    assert len(text.encode()) <= markdown.MAX_BYTES
    assert "2000 errors and no warnings" in text
    assert "more: `signpost check` shows all." in text
    assert [token.type for token in tokens(text)].count("fence") == 1


def test_errors_come_before_warnings() -> None:
    found = [diagnostic("late", Severity.WARNING), diagnostic("soon")]
    text = markdown.findings_text(found, 1)
    assert text.index("shop/soon.md:3:1: error YML502") < text.index("shop/late.md:3:1: warning")
    assert "**This cannot go live yet.**" in text
    assert "can go live" in markdown.findings_text(found[:1], 1)


def test_nothing_found_is_said() -> None:
    assert markdown.findings_text([], 1) == "## Check\n\n1 post checked: nothing found.\n"


def test_each_kind_of_change_has_its_row() -> None:
    plan = Plan(
        (
            Change(Action.CANCEL, "acme/shop/gone/fedi", "", None, DUE, "gone from git"),
            Change(Action.CREATE, "acme/shop/new/fedi", "r", None),
            Change(Action.DRIFT, "acme/shop/old/fedi", "r", DUE, DUE, "edited, but public"),
            Change(Action.KEEP, "acme/shop/same/fedi", "r", DUE, DUE),
            Change(Action.UPDATE, "acme/shop/edit/fedi", "r", DUE, DUE - timedelta(hours=1)),
        )
    )
    about = {"acme/shop/new/fedi": About(title="Wax | @team", source="shop/posts/wax.md")}
    text = markdown.plan_text(plan, about, ZONE, "2 of them are due within 15 minutes")
    assert "| create | now | `fedi` | `Wax ¦ @team` | `shop/posts/wax.md` |" in text
    assert "| update | 2026-12-01 08:00 → 2026-12-01 09:00 | `fedi` | `edit` | – |" in text
    assert "| cancel | 2026-12-01 09:00 | `fedi` | `gone` | `gone from git` |" in text
    assert "| drift | 2026-12-01 09:00 | `fedi` | `old` | `edited, but public` |" in text
    assert "same" not in text
    assert f"`Signpost-Approve: {plan.digest}`" in text
    assert "Drift: what is public stays as it is" in text


def test_an_empty_plan_says_so() -> None:
    text = markdown.plan_text(Plan(()), {}, ZONE, "")
    assert text == (
        "## Plan\n\nNothing to do: the stack has what the content says (0 kept, 0 drift).\n"
    )


def test_a_plan_without_a_stack_says_so_in_markdown(
    content: Path, signpost: Callable[..., Ran]
) -> None:
    ran = signpost("plan", "--content", str(content), "--format", "markdown")
    assert ran.code == 1
    assert ran.out.startswith("## Plan\n\nThis could not be made:\n\n```text\nIt is not known")
    assert "error SETTINGS" in ran.err


def test_a_preview_of_a_post_full_of_traps_holds_nothing_that_acts(
    content: Path, signpost: Callable[..., Ran]
) -> None:
    trap = "@everyone #1 GH-1 ![x](y) <img src=x> [a](b) ``` | `a` https://e.example :tada:"
    post = content / "shop" / "posts" / "2090" / "12" / "wax.md"
    said = f"{trap}\n\n````\n</details><!--\n# head\n> quote\n- item\n/merge\n~~~\n"
    post.write_text(
        "---\nid: 7k2m9q4x1v3b\npublish: 2090-12-01 09:00\naccounts: [fedi]\n"
        f"title: '{trap}'\nlink: https://e.example/@everyone\n"
        f"mastodon:\n  content_warning: '{trap}'\n---\n\n{said}",
        encoding="utf-8",
    )
    ran = signpost("preview", "--content", str(content), str(post), "--format", "markdown")
    assert ran.code == 0, ran.err
    assert "@everyone" in ran.out
    lists = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    found = tokens(ran.out)
    assert {token.type for token in found} <= HARMLESS | lists
    assert not set("@#<[") & set(prose(ran.out)), prose(ran.out)
    assert "e.example" not in prose(ran.out)
    heads = [token for token in found if token.type == "heading_open"]
    assert [token.tag for token in heads] == ["h2", "h3"]
