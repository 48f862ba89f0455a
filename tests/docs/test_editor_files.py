"""What a clone brings for editors works: tasks, problem matcher, snippets, schemas by file name."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.hints import HINTS
from signpost.cli.output.human import Terminal, show_findings
from signpost.content.posts import PostFiles, read_post
from signpost.content.schema import CONFIG_FILES
from signpost.domain.diagnostics import Diagnostic, Severity, Span
from tests.docs.test_documents import known
from tests.rules.reading import FIXTURES, findings, lay_out

ROOT = Path(__file__).parents[2]
EDITOR = ROOT / ".vscode"


def read(name: str) -> Any:
    return json.loads((EDITOR / name).read_text(encoding="utf-8"))


TASKS = {task["label"]: task for task in read("tasks.json")["tasks"]}
MATCHER = TASKS["Signpost: check"]["problemMatcher"]


@dataclass(frozen=True)
class Problem:
    """What the editor would list."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str


def problems(output: str) -> Iterator[Problem]:
    """The problems that VS Code finds in a task's output with our matcher.

    Source: https://code.visualstudio.com/docs/debugtest/tasks (noted 2026-11-22): one pattern a line,
    each has to match the line after the one before; messages of several lines are joined. Without a
    severity a problem is an error.
    """
    first, second = MATCHER["pattern"]
    lines = output.split("\n")
    for head, tail in zip(lines, [*lines[1:], ""], strict=True):
        match, rest = re.search(first["regexp"], head), re.search(second["regexp"], tail)
        if match and rest:
            group = {name: match[first[name]] for name in first if name != "regexp"}
            yield Problem(
                group["file"],
                int(group["line"]),
                int(group["column"]),
                group["severity"] or "error",
                group["code"],
                f"{group['message']}\n{rest[second['message']]}",
            )


def printed(items: Sequence[Diagnostic]) -> str:
    out = io.StringIO()
    show_findings(Terminal(out), items)
    return out.getvalue()


def expected(items: Sequence[Diagnostic]) -> list[Problem]:
    return [
        Problem(
            item.span.path,
            item.span.line,
            item.span.column,
            str(item.severity),
            item.code,
            f"{item.cause}\n{item.remedy}",
        )
        for item in items
    ]


@pytest.mark.parametrize("code", ["YML501", "YML502", "YML504", "YML505", "FIL602", "TXT102"])
def test_every_finding_becomes_a_problem_and_nothing_else(code: str, tmp_path: Path) -> None:
    found = findings(lay_out(FIXTURES / code / "bad", tmp_path))
    assert list(problems(printed(found))) == expected(found)


WORDS = st.from_regex(r"\A[A-Z`][ -~äöü:]{0,30}[.?]\Z")
DIAGNOSTICS = st.builds(
    Diagnostic,
    st.builds(
        Span,
        st.from_regex(r"\A[a-z][a-z0-9 ._/-]{0,20}[.](md|yaml)\Z"),
        st.integers(1, 9999),
        st.integers(1, 999),
    ),
    st.sampled_from(["TXT101", "REF402", "YML505"]),
    WORDS,
    WORDS,
    st.sampled_from(list(Severity)),
)


@given(st.lists(DIAGNOSTICS, max_size=5))
def test_whatever_a_finding_says(items: list[Diagnostic]) -> None:
    assert list(problems(printed(items))) == expected(items)


@pytest.mark.parametrize("label", sorted(TASKS))
def test_a_task_calls_a_command_that_exists(label: str) -> None:
    task = TASKS[label]
    words = [word.replace("${file}", "file.md") for word in task["args"]]
    assert known(" ".join([task["command"], *words]).replace(" --no-color", ""))


SNIPPETS = read("signpost.code-snippets")


def filled(body: Sequence[str]) -> str:
    """The text of a snippet whose reader presses Tab until the end."""
    text = "\n".join(body)
    values = {"RANDOM_HEX": "1e4567", "CURRENT_YEAR": "2090", "CURRENT_MONTH": "12",
              "CURRENT_DATE": "01"}  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    text = re.sub(r"\$\{\d+:([^{}]*)\}", r"\1", text)
    assert "$" not in text
    return text + "\n"


POSTS = [
    name
    for name, item in SNIPPETS.items()
    if item["body"][:1] == ["---"] and "id: " in item["body"][1]
]


@pytest.mark.parametrize("name", POSTS)
def test_a_post_from_a_snippet_can_be_read_as_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    path.write_text(filled(SNIPPETS[name]["body"]))
    files = PostFiles("shop", "post.md", str(path), {})
    got = read_post(files, "UTC", lambda _folder, file, _span, _findings: file)
    assert [str(item) for item in got.findings] == []
    assert got.post is not None
    assert got.post.id == "1e45671e4567"
    assert got.post.status == "draft"
    assert got.post.bodies[""].text


def test_there_is_a_snippet_for_each_type_with_the_words_of_new() -> None:
    for kind, hint in HINTS.items():
        text = filled(SNIPPETS[f"Signpost: {kind}"]["body"])
        assert f"\ntype: {kind}\n" in text
        assert text.endswith(f"\n{hint}\n")


def test_the_other_snippets_fit_into_a_post(tmp_path: Path) -> None:
    def part(name: str) -> str:
        return filled(SNIPPETS[f"Signpost: {name}"]["body"])

    head = f"---\nid: a1b2c3\nstatus: draft\n{part('source')}{part('silence')}{part('media')}"
    text = f"{head}{part('one more medium')}thread: true\n---\nOne.\n\n{part('thread part')}"
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "index.md").write_text(text)
    (folder / "main.md").write_text(part("own text"))
    own = {"main": ("post/main.md", str(folder / "main.md"))}
    files = PostFiles("shop", "post/index.md", str(folder / "index.md"), own)
    got = read_post(files, "UTC", lambda _folder, file, _span, _findings: file)
    assert [str(item) for item in got.findings] == []
    assert got.post is not None
    assert len(got.post.media) == 2
    assert got.post.source is not None
    assert got.post.bodies["main"].link == "https://www.example.org"
    assert [item.text for item in got.silences] == ["# signpost: allow CODE reason in words"]


def test_every_configuration_file_has_its_schema_by_settings_and_by_modeline() -> None:
    schemas = read("settings.json")["yaml.schemas"]
    for shape in CONFIG_FILES:
        place = "content" if shape.name == "signpost.yaml" else "content/larkfell"
        path = ROOT / place / shape.name
        (mine,) = (
            schema
            for schema, glob in schemas.items()
            if fnmatch(path.relative_to(ROOT).as_posix(), glob)
        )
        schema = (ROOT / mine).resolve()
        assert schema.is_file()
        first = path.read_text(encoding="utf-8").splitlines()[0]
        modeline = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert modeline is not None, path
        assert (path.parent / modeline[1]).resolve() == schema


def test_only_one_extension_is_recommended_and_nothing_names_this_project() -> None:
    assert read("extensions.json") == {"recommendations": ["redhat.vscode-yaml"]}
    for path in (*EDITOR.iterdir(), ROOT / ".editorconfig"):
        text = path.read_text(encoding="utf-8")
        assert "larkfell" not in text.lower()
        assert "functions/" not in text
        assert ".venv" not in text
