"""`infra/deploy.sh` asks, says what it will do, and tells the stack what the content says.

AWS is a script that writes down how it was called: the calls themselves are not executed here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

AWS = """\
#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
    *--query\\ Account*) echo 123456789012 ;;
    *--query\\ Arn*) echo arn:aws:iam::123456789012:user/ada ;;
    *OutputKey*) echo an-output ;;
esac
"""


@pytest.fixture
def checkout(project: Path, tmp_path: Path) -> Path:
    """As much of a checkout as the script touches, with an AWS command line that only writes."""
    for name in ("infra", "content"):
        shutil.copytree(project / name, tmp_path / name)
    (tmp_path / "functions").symlink_to(project / "functions")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/lambda.zip").write_bytes(b"a package")
    for name, text in (
        (".venv/bin/python", f'#!/bin/sh\nexec {sys.executable} "$@"\n'),
        ("bin/aws", AWS),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
        path.chmod(0o755)
    return tmp_path


def deploy(checkout: Path, *answers: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run it with these answers; what it printed, and its calls to AWS."""
    calls = checkout / "calls"
    calls.touch()
    path = f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(checkout / "infra/deploy.sh")],
        input="".join(f"{answer}\n" for answer in answers),
        env={"PATH": path, "CALLS": str(calls), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done, calls.read_text().splitlines()


def the_deployment(calls: list[str]) -> str:
    (found,) = [call for call in calls if "infra/github" not in call and " deploy " in f" {call} "]
    return found


def test_workspace_and_ages_come_from_the_content(checkout: Path) -> None:
    path = checkout / "content/signpost.yaml"
    text = path.read_text()
    before, _, after = text.partition("ages:")
    path.write_text(f"{before}ages: [5m, 2h]{after[after.index(chr(10)) :]}")
    workspace = next(
        line.partition(":")[2].strip()
        for line in text.splitlines()
        if line.startswith("workspace:")
    )
    done, calls = deploy(checkout, "", "", "", "", "y")
    assert done.returncode == 0, done.stderr
    call = the_deployment(calls)
    assert f"--stack-name signpost-{workspace} " in call
    assert "Ages=300,7200" in call
    assert "300,7200 seconds after publication" in done.stdout


def test_ages_of_another_workspace_are_not_taken(checkout: Path) -> None:
    done, calls = deploy(checkout, "elsewhere", "", "", "", "y")
    assert done.returncode == 0, done.stderr
    assert "Workspace=elsewhere" in the_deployment(calls)
    assert "Ages=" not in the_deployment(calls)


@pytest.mark.parametrize(
    "answers", [("", "", "", "", "n"), ("", "", "", "", ""), ("Bad Name", *[""] * 4)]
)
def test_without_a_yes_nothing_is_done(checkout: Path, answers: tuple[str, ...]) -> None:
    done, calls = deploy(checkout, *answers)
    assert done.returncode == 1
    assert "deploy: " in done.stderr
    assert all(call.startswith("sts get-caller-identity") for call in calls)
