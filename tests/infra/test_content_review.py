"""`ci/content.sh review` and `push` in a checkout, with a stand-in for `signpost`.

With the real command: tests/integration/test_content_hook.py. Here is what the script answers for when a
command fails, dies without a word, or has too much to say.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "ci" / "content.sh"
FAKE = """\
#!/bin/sh
# Does for each command what a script of its name says; without one, prints a section.
verb=$1
echo "$*" >>"$NOTES/calls"
[ ! -f "$NOTES/$verb" ] || . "$NOTES/$verb"
case "$*" in
    *markdown*) printf '## %s\\n\\nAll of it.\\n' "$verb" ;;
    *) echo "::warning::said by a file" ;;
esac
while [ $# -gt 0 ]; do [ "$1" = --html ] && echo page >"$2"; shift; done
exit 0
"""


@dataclass(frozen=True)
class Checkout:
    """A repository with two commits, and the stand-in."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "my checkout"

    @property
    def out(self) -> Path:
        return self.folder / "the review"

    def does(self, verb: str, script: str) -> None:
        """What the stand-in does when it is called so."""
        (self.folder / verb).write_text(script)

    def run(self, *words: str, github: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the script in the checkout."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GIT_", "SIGNPOST_", "GITHUB_"))
        }
        return subprocess.run(
            ["sh", str(SCRIPT), *words],
            cwd=self.root / "content",
            env={
                **kept,
                "NOTES": str(self.folder),
                "SIGNPOST_COMMAND": str(self.folder / "a tool"),
                **({"GITHUB_ACTIONS": "true"} if github else {}),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def review(self, *options: str, github: bool = False) -> subprocess.CompletedProcess[str]:
        return self.run("review", str(self.out), "--since", "HEAD^1", *options, github=github)

    def comment(self) -> str:
        return (self.out / "comment.md").read_text(encoding="utf-8")

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    found = Checkout(tmp_path)
    (found.root / "content").mkdir(parents=True)
    tool = tmp_path / "a tool"
    tool.write_text(FAKE)
    tool.chmod(0o755)
    who = ["-c", "user.name=Ed", "-c", "user.email=ed@localhost", "-c", "commit.gpgsign=false"]
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        [*who, "commit", "--quiet", "--allow-empty", "--message", "one"],
        [*who, "commit", "--quiet", "--allow-empty", "--message", "two"],
    ):
        subprocess.run(["git", *words], cwd=found.root, check=True)
    return found


def test_a_review_is_three_sections_below_the_marker(checkout: Checkout) -> None:
    done = checkout.review("--commit", "0123abc")
    assert done.returncode == 0, done.stderr
    assert checkout.comment() == (
        "<!-- signpost: review -->\n\n## check\n\nAll of it.\n\n## plan\n\nAll of it.\n\n"
        "## preview\n\nAll of it.\n\nOf commit 0123abc.\n"
    )
    assert (checkout.out / "preview.html").read_text() == "page\n"
    assert sorted(path.name for path in checkout.out.iterdir()) == ["comment.md", "preview.html"]
    assert checkout.calls() == [
        "check",
        "check --format markdown",
        "plan --format markdown",
        f"preview --since HEAD^1 --html {checkout.out}/preview.html --format markdown",
    ]


def test_what_is_no_commit_is_not_repeated(checkout: Checkout) -> None:
    checkout.review("--commit", "@everyone")
    assert "Of commit" not in checkout.comment()


def test_an_error_in_the_content_fails_the_review_and_is_in_the_comment(checkout: Checkout) -> None:
    checkout.does("check", 'echo "## Check: one error"; exit 1')
    assert checkout.review().returncode == 1
    assert "## Check: one error" in checkout.comment()
    assert "## preview" in checkout.comment()


def test_a_stack_that_cannot_be_asked_does_not_stop_a_merge(checkout: Checkout) -> None:
    checkout.does("plan", "echo '## Plan: no stack'; echo 'error AWS: away' >&2; exit 1")
    done = checkout.review()
    assert done.returncode == 0
    assert "error AWS: away" in done.stderr
    assert "there is no plan; the comment says why" in done.stderr
    assert "## Plan: no stack" in checkout.comment()


def test_a_plan_can_be_left_out_with_a_reason(checkout: Checkout) -> None:
    assert checkout.review("--no-plan", "A fork may not ask.").returncode == 0
    assert "## Plan\n\nA fork may not ask.\n" in checkout.comment()
    assert not [call for call in checkout.calls() if call.startswith("plan")]


@pytest.mark.parametrize("code", [0, 2, 70])
def test_a_command_that_dies_without_a_word_is_told(checkout: Checkout, code: int) -> None:
    checkout.does("preview", f"printf 'Oh @everyone\\r# no\\n```\\n' >&2; exit {code}")
    assert checkout.review().returncode == 1
    section = checkout.comment().partition("## Preview\n\n")[2].partition("\nOf commit")[0]
    lines = section.rstrip("\n").split("\n")
    assert lines[:2] == [f"This could not be made (exit code {code}):", ""]
    assert lines[2:] == ["    Oh @everyone # no", "    ```"], "all of it is indented, and so code"


def test_a_revision_that_is_not_there_is_told(checkout: Checkout) -> None:
    done = checkout.run("review", str(checkout.out), "--since", "0" * 40)
    assert done.returncode == 1
    assert "this clone does not have the revision" in checkout.comment()
    assert "is not in this clone" in done.stderr


def test_a_preview_that_is_too_long_gives_way(checkout: Checkout) -> None:
    checkout.does("preview", "echo '## Preview'; head -c 70000 /dev/zero | tr '\\0' x; exit 0")
    assert checkout.review().returncode == 0
    text = checkout.comment()
    assert len(text) < 65_000
    assert "## Preview\n\nIt is too long for a comment" in text


def test_an_old_review_is_not_taken_for_a_new_one(checkout: Checkout) -> None:
    checkout.review()
    checkout.does("preview", "echo no; exit 1")
    assert checkout.review().returncode == 1
    assert not (checkout.out / "preview.html").exists()


def test_githubs_log_takes_no_command_from_a_file(checkout: Checkout) -> None:
    checkout.does("plan", "echo '::add-mask::x' >&2; exit 1")
    done = checkout.review(github=True)
    found = re.search(r"::stop-commands::([0-9a-f]{32})\n(.*)\n::\1::", done.stderr, re.DOTALL)
    assert found, done.stderr
    assert "::add-mask::x" in found[2]
    assert "::add-mask::x" not in done.stderr.replace(found[0], "") + done.stdout
    assert checkout.calls()[0] == "check --format github"


def test_a_push_checks_first(checkout: Checkout) -> None:
    done = checkout.run("push", github=True)
    assert done.returncode == 0, done.stderr
    assert checkout.calls() == ["check --format github", "push"]
    said = done.stdout.partition("::stop-commands::")[2]
    token = said.partition("\n")[0]
    assert said.endswith(f"\n::{token}::\n")
    checkout.does("check", "exit 1")
    done = checkout.run("push")
    assert done.returncode == 1
    assert "so nothing was pushed" in done.stderr
    assert checkout.calls()[2:] == ["check"]


def test_a_push_that_the_stack_refuses_fails(checkout: Checkout) -> None:
    checkout.does("push", "exit 1")
    assert checkout.run("push", github=True).returncode == 1
    assert checkout.run("push").returncode == 1


@pytest.mark.parametrize(
    "words", [[], ["else"], ["review"], ["review", "x"], ["review", "x", "--since"], ["push", "x"]]
)
def test_a_wrong_call_is_told_how(checkout: Checkout, words: list[str]) -> None:
    done = checkout.run(*words)
    assert done.returncode == 2
    assert "ci/content.sh review FOLDER --since REV" in done.stderr
