"""Workflows are pinned, may do the least, and are watched by a linter and a scanner that can see."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*"))
CONTENT = ROOT / ".github/workflows/content.yaml"
TOOLS = Path(sys.executable).parent
MARKER = "<!-- signpost: review -->"


def read(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 takes its `on` for true."""
    value: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value[key] for key in value}


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        yield from ((f"{path.stem}.{name}", job) for name, job in read(path)["jobs"].items())


JOBS = dict(jobs())
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]


def lint(path: Path, schema: str, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["--builtin-schema", f"vendor.{schema}", *options, str(path)]
    return run(str(TOOLS / "check-jsonschema"), *words)


def scan(path: Path) -> subprocess.CompletedProcess[str]:
    """As ci/lint does."""
    return run(
        *(str(TOOLS / "zizmor"), "--offline", "--no-progress", "--quiet", "--no-config"),
        *("--no-ignores", "--strict-collection", "--persona", "auditor", str(path)),
    )


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


# --- the tools see ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_has_githubs_form(path: Path) -> None:
    done = lint(path, "github-workflows")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timeout-minutes: 15", "timeout-minutse: 15"),
        ("id-token: write", "id-token: always"),
        ("    runs-on: ubuntu-24.04\n", ""),
        ("  pull_request:\n", "  pull_requests:\n"),
    ],
)
def test_the_linter_sees_a_fault(tmp_path: Path, old: str, new: str) -> None:
    assert lint(sown(tmp_path, old, new), "github-workflows").returncode == 1


def test_the_scanner_finds_nothing() -> None:
    done = scan(ROOT / ".github")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("old", "new", "audit"),
    [
        (
            "run: sh ci/content.sh push",
            "run: echo ${{ github.event.head_commit.message }}",
            "template-injection",
        ),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        ("  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
        ("          persist-credentials: false\n", "", "artipacked"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
    ],
)
def test_the_scanner_sees_a_fault(tmp_path: Path, old: str, new: str, audit: str) -> None:
    done = scan(sown(tmp_path, old, new))
    assert done.returncode > 10, done.stdout
    assert audit in done.stdout


def sown(folder: Path, old: str, new: str) -> Path:
    """The content workflow with one fault in it."""
    text = CONTENT.read_text(encoding="utf-8")
    assert old in text
    path = folder / ".github" / "workflows" / "content.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_gitlabs_example_has_gitlabs_form(tmp_path: Path) -> None:
    path = ROOT / "ci/gitlab.yaml"
    options = ("--data-transform", "gitlab-ci")
    done = lint(path, "gitlab-ci", *options)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "gitlab.yaml"
    wrong.write_text(path.read_text(encoding="utf-8").replace("paths:", "path:"))
    assert lint(wrong, "gitlab-ci", *options).returncode == 1


def test_lint_calls_both() -> None:
    text = (ROOT / "ci/lint").read_text(encoding="utf-8")
    assert "check 'workflow forms'" in text
    assert "check 'workflow security'" in text


# --- what no tool knows of us ----------------------------------------------------------------------


def test_every_action_is_pinned_and_says_its_version() -> None:
    uses = [
        line
        for path in FILES
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert uses
    pinned = r" +(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [line for line in uses if not re.fullmatch(pinned, line)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_allowed_that_a_job_does_not_name(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert set(workflow["on"]) <= {"pull_request", "push"}
    assert "secrets." not in path.read_text(encoding="utf-8")


def test_each_job_may_do_just_this() -> None:
    read_only = {"contents": "read"}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "ci.ci": read_only,
        "content.review": {**read_only, "id-token": "write"},
        "content.comment": {"pull-requests": "write"},
        "content.push": {**read_only, "id-token": "write"},
    }
    assert all(job["timeout-minutes"] <= 60 for job in JOBS.values())


def test_who_may_write_runs_nothing_of_the_pull_request() -> None:
    steps = JOBS["content.comment"]["steps"]
    assert [step.get("uses", "").partition("@")[0] for step in steps] == [
        "actions/download-artifact",
        "",
    ]
    assert "sh ci/" not in steps[1]["run"]


def test_only_main_pushes_and_one_at_a_time() -> None:
    job = JOBS["content.push"]
    assert job["if"].startswith("github.event_name == 'push'")
    assert read(CONTENT)["on"]["push"] == {"branches": ["main"]}
    assert job["environment"] == "publish"
    assert job["concurrency"] == {"group": "content-push", "cancel-in-progress": False}
    assert job["steps"][0]["with"] == {
        "ref": "main",
        "fetch-depth": 0,
        "persist-credentials": False,
    }


def test_a_fork_gets_no_role_and_no_comment() -> None:
    job = JOBS["content.review"]
    role = next(step for step in job["steps"] if "aws-actions/" in step.get("uses", ""))
    assert "env.GUEST == 'false'" in role["if"]
    for word in ("head.repo.full_name != github.repository", "== 'dependabot[bot]'"):
        assert word in job["env"]["GUEST"]
    for word in ("head.repo.full_name == github.repository", "!= 'dependabot[bot]'"):
        assert word in JOBS["content.comment"]["if"]


@pytest.mark.parametrize(
    ("name", "script"),
    [(f"{name}: {step['name']}", step["run"]) for name, step in STEPS if "run" in step],
)
def test_a_step_holds_no_expression_and_is_a_good_script(
    tmp_path: Path, name: str, script: str
) -> None:
    assert "${{" not in script, name
    path = tmp_path / "step.sh"
    path.write_text(f"#!/bin/bash -e\n{script}")
    assert run("bash", "-n", str(path)).returncode == 0
    if not (TOOLS / "shellcheck").exists():
        pytest.skip("shellcheck has no wheel for this processor")
    # SC2016: backticks are Markdown there.
    done = run(str(TOOLS / "shellcheck"), "--exclude", "SC2016", str(path))
    assert done.returncode == 0, done.stdout


# --- the comment, with a stand-in for gh ------------------------------------------------------------

GH = """\
#!/bin/sh
# Comments are files in $GITHUB: a number, holding JSON. Speaks the four calls that the step makes.
set -eu
method=GET address='' jq='' body=''
[ "$1" = api ]; shift
while [ $# -gt 0 ]; do
    case $1 in
        --paginate|--silent) ;;
        --method) method=$2; shift ;;
        --jq) jq=$2; shift ;;
        --field) body=${2#body=@}; shift ;;
        *) address=$1 ;;
    esac
    shift
done
echo "$method $address" >>"$GITHUB/calls"
case $method in
    GET) exec "$PYTHON" "$GITHUB/select.py" "$jq" ;;
    POST) cp "$body" "$GITHUB/posted" ;;
    PATCH) cp "$body" "$GITHUB/patched" ;;
esac
"""
SELECT = """\
import json, os, sys
assert '.user.login == "github-actions[bot]"' in sys.argv[1], sys.argv
assert 'startswith("<!-- signpost: review -->")' in sys.argv[1], sys.argv
for comment in json.load(open(os.environ["GITHUB"] + "/comments")):
    if comment["user"] == "github-actions[bot]" and comment["body"].startswith("<!-- signpost: rev"):
        print(comment["id"])
"""


def comment(folder: Path, text: str, *there: dict[str, object]) -> tuple[int, list[str], Path]:
    """Run the comment's step: exit code, calls, and where what was written lies."""
    github = folder / "github"
    github.mkdir()
    (github / "comments").write_text(json.dumps(there))
    (github / "select.py").write_text(SELECT)
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)
    (folder / "comment.md").write_text(text)
    script = JOBS["content.comment"]["steps"][1]["run"]
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "GITHUB": str(github),
        "PYTHON": sys.executable,
        "GITHUB_REPOSITORY": "acme/social",
        "NUMBER": "7",
        "RUN": "https://github.example/acme/social/actions/runs/5",
    }
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    calls = github / "calls"
    return done.returncode, calls.read_text().splitlines() if calls.exists() else [], github


def test_the_first_review_makes_a_comment(tmp_path: Path) -> None:
    others = [
        {"id": 1, "user": "mallory", "body": f"{MARKER}\nlooks like ours"},
        {"id": 2, "user": "github-actions[bot]", "body": "of another workflow"},
    ]
    code, calls, github = comment(tmp_path, f"{MARKER}\n\n## Check\n", *others)
    assert code == 0
    assert calls[-1] == "POST repos/acme/social/issues/7/comments"
    assert (github / "posted").read_text() == (
        f"{MARKER}\n\n## Check\n\n"
        "[Preview page and log](https://github.example/acme/social/actions/runs/5)\n"
    )


def test_the_next_review_brings_it_up_to_date(tmp_path: Path) -> None:
    ours = {"id": 41, "user": "github-actions[bot]", "body": f"{MARKER}\nold"}
    code, calls, github = comment(tmp_path, f"{MARKER}\n\nnew\n", ours)
    assert code == 0
    assert calls == [
        "GET repos/acme/social/issues/7/comments",
        "PATCH repos/acme/social/issues/comments/41",
    ]
    assert "new" in (github / "patched").read_text()


@pytest.mark.parametrize("text", ["no marker\n", f"{MARKER}\n{'x' * 65_000}\n", ""])
def test_what_is_no_review_is_not_posted(tmp_path: Path, text: str) -> None:
    code, calls, _ = comment(tmp_path, text)
    assert code == 1
    assert calls == []


def test_script_and_workflow_mean_the_same_marker() -> None:
    assert f"MARKER='{MARKER}'" in (ROOT / "ci/content.sh").read_text(encoding="utf-8")
    assert f"marker='{MARKER}'" in CONTENT.read_text(encoding="utf-8")
