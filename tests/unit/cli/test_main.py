"""The command as a whole: help, mistakes, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signpost.cli import main as module
from signpost.cli.main import COMMANDS
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]


def test_help_lists_every_command_and_succeeds(signpost: Signpost) -> None:
    ran = signpost("--help")
    assert ran.code == 0
    assert all(f"  {name} " in ran.out for name in COMMANDS)


def test_without_a_command_it_shows_help(signpost: Signpost) -> None:
    assert signpost() == signpost("--help")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(signpost: Signpost, name: str) -> None:
    ran = signpost(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: signpost {name}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "Did you mean `check`?"),
        (["frobnicate"], "There is no command `frobnicate`."),
        (["plan", "--fromat", "json"], "--format"),
        (["plan", "--format", "xml"], "'xml'"),
        (["resume"], "--reason"),
        (["resume", "--reason", " "], "--reason is missing or empty"),
        (["resume", "--reason", "x", "--checked", "absent"], "--checked goes with POST"),
        (["stop", "--brand", "a", "--account", "b"], "not both"),
        (["push", "--wait", "0"], "--wait"),
    ],
)
def test_usage_errors_are_two(signpost: Signpost, words: list[str], said: str) -> None:
    ran = signpost(*words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("words", [["check"], ["plan"], ["push"], ["status"], ["new"], ["up"]])
def test_no_content_is_told_with_a_remedy(
    signpost: Signpost, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIGNPOST_CONTENT", raising=False)
    ran = signpost(*words)
    assert ran.code == 1
    assert "error SETTINGS: No signpost.yaml was found" in ran.err
    assert "remedy: " in ran.err


@pytest.mark.parametrize("words", [["plan"], ["push"], ["status"], ["stop"]])
def test_no_stack_is_told_with_a_remedy(
    signpost: Signpost, content: Path, words: list[str]
) -> None:
    assert content.is_dir()
    ran = signpost(*words)
    assert ran.code == 1
    assert "not known which stack" in ran.err
    assert "signpost up" in ran.err


def test_help_imports_neither_commands_nor_yaml_nor_boto3(project: Path) -> None:
    code = (
        "import sys; sys.argv = ['signpost', '--help']\n"
        "from signpost.cli.main import COMMANDS, run\n"
        "run()\n"
        "heavy = {'yaml', 'boto3', 'botocore', 'regex'}\n"
        "ours = {'signpost.cli.' + name for name in COMMANDS}\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in heavy or m in ours]\n"
        "assert not bad, bad"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
    )
    assert done.returncode == 0, done.stderr


def test_an_interruption_is_130(signpost: Signpost, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.cli, "main", interrupted)
    ran = signpost("status")
    assert ran.code == 130
    assert "Interrupted" in ran.err


def test_the_version_is_told_installed_or_not(signpost: Signpost) -> None:
    ran = signpost("--version")
    assert ran.code == 0
    assert ran.out.startswith("signpost ")


@pytest.mark.parametrize("words", [["--format", "json"], ["--format=json"]])
def test_a_machine_is_told_of_a_failure_in_json(
    signpost: Signpost, content: Path, words: list[str]
) -> None:
    ran = signpost("plan", *words)
    assert ran.code == 1
    error = json.loads(ran.out)["error"]
    assert error["code"] == "SETTINGS"
    assert error["remedy"] in ran.err
    (content / "signpost.yaml").write_text("zone: UTC\n")
    ran = signpost("status", *words)
    assert ran.code == 1
    assert {item["code"] for item in json.loads(ran.out)["findings"]} == {"YML502"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["--help"], ["explain"], ["explain", "--format", "json"]])
def test_a_full_disk_is_told_without_a_traceback(project: Path, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "signpost.cli.main", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(project / "functions")},
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error DISK: Nothing can be written: ")
    assert "remedy: " in done.stderr
    assert "Traceback" not in done.stderr


def _left(project: Path, before: str) -> subprocess.CompletedProcess[str]:
    """A process that wrote much, and leaves with the exit code 7."""
    words = f"import atexit, sys, threading, time\nfrom signpost.cli.main import leave\n{before}\n"
    return subprocess.run(
        [sys.executable, "-c", f"{words}sys.stdout.write('x' * 1_000_000)\nleave(7)"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
    )


def test_what_was_written_arrives_and_what_was_promised_is_done(project: Path) -> None:
    done = _left(project, "atexit.register(print, 'promised')")
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == "x" * 1_000_000 + "promised\n"


def test_a_thread_that_still_works_is_waited_for(project: Path) -> None:
    work = "lambda: (time.sleep(0.2), print('worked', file=sys.stderr))"
    done = _left(project, f"threading.Thread(target={work}).start()")
    assert (done.returncode, done.stderr, len(done.stdout)) == (7, "worked\n", 1_000_000)
