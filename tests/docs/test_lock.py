"""The requirement files and the check that finds them stale (ci/lock.py)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ci import lock

PROJECT: dict[str, Any] = {
    "name": "signpost",
    "requires-python": ">=3.11",
    "optional-dependencies": {
        "lambda": ["boto3>=1.40"],
        "cli": ["signpost[lambda]", "click>=8.2", "ministack; python_version >= '3.12'"],
    },
}
BODY = """\
boto3==1.43.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
click==8.3.1 \\
    --hash=sha256:cc
ministack==1.5.33 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
"""


def file(body: str = BODY) -> str:
    return lock.stamped(body, lock.inputs_digest(PROJECT, "cli"))


def test_a_file_as_it_was_written_has_no_fault() -> None:
    assert lock.faults(file(), PROJECT, "cli") == []


def test_a_changed_range_makes_the_file_stale() -> None:
    changed = {**PROJECT["optional-dependencies"], "lambda": ["boto3>=1.44"]}
    found = lock.faults(file(), {**PROJECT, "optional-dependencies": changed}, "cli")
    assert found == [
        "pyproject.toml has changed since: run `make lock`",
        "no line satisfies boto3>=1.44",
    ]


def test_an_added_package_makes_the_file_stale() -> None:
    changed = {**PROJECT["optional-dependencies"], "lambda": ["boto3>=1.40", "regex"]}
    found = lock.faults(file(), {**PROJECT, "optional-dependencies": changed}, "cli")
    assert "no line satisfies regex" in found


def test_another_range_of_pythons_makes_the_file_stale() -> None:
    assert lock.faults(file(), {**PROJECT, "requires-python": ">=3.12"}, "cli")


def test_the_order_of_a_set_does_not_matter() -> None:
    turned = {
        name: list(reversed(lines)) for name, lines in PROJECT["optional-dependencies"].items()
    }
    assert lock.faults(file(), {**PROJECT, "optional-dependencies": turned}, "cli") == []


def test_a_line_edited_by_hand_is_seen() -> None:
    assert lock.faults(file().replace("8.3.1", "8.3.2"), PROJECT, "cli") == [
        "lines were edited by hand: change pyproject.toml, then run `make lock`"
    ]


def test_a_pin_without_a_hash_is_seen() -> None:
    body = BODY.replace(" \\\n    --hash=sha256:cc", "")
    assert lock.faults(file(body), PROJECT, "cli") == ["no hash for click==8.3.1"]


def test_an_option_in_place_of_a_pin_is_seen() -> None:
    assert lock.faults(file("--pre\n" + BODY), PROJECT, "cli") == ["no hash for --pre"]


@pytest.mark.parametrize(
    "line", ["--index-url https://mirror.example/simple\n", "# from FILE:///srv/wheels\n"]
)
def test_an_address_is_seen(line: str) -> None:
    found = lock.faults(file(line + BODY), PROJECT, "cli")
    assert "holds an address: a lock has to install from any mirror" in found


@pytest.mark.parametrize("text", ["", BODY, "\n\n\n" + BODY])
def test_a_file_of_another_hand_is_seen(text: str) -> None:
    assert lock.faults(text, PROJECT, "cli") == ["not written by `make lock`"]


def test_a_missing_file_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = {**PROJECT, "optional-dependencies": {name: ["boto3>=1.40"] for name in lock.SETS}}
    assert lock.check_all(tmp_path, project) == 1
    assert "requirements/cli.txt: missing: run `make lock`" in capsys.readouterr().out


def test_pins_of_several_pythons_are_all_read() -> None:
    body = "a==1 ; python_version < '3.12' \\\n    --hash=sha256:aa\n" + BODY + "A==2\n"
    assert lock.pinned(body)["a"] == ["1", "2"]


# --- this project's own files -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def declared(project: Path) -> dict[str, Any]:
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


@pytest.mark.parametrize("name", lock.SETS)
def test_our_files_are_current(project: Path, declared: dict[str, Any], name: str) -> None:
    text = (project / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert lock.faults(text, declared, name) == []


def test_our_sets_agree_on_each_version(project: Path) -> None:
    pins = {
        name: lock.pinned((project / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
        for name in lock.SETS
    }
    for name in lock.SETS:
        assert pins[name].items() <= pins["dev"].items(), f"{name}.txt is not a part of dev.txt"


def test_what_runs_in_aws_stays_small(project: Path) -> None:
    pins = lock.pinned((project / "requirements/lambda.txt").read_text(encoding="utf-8"))
    assert set(pins) == {
        "aws-lambda-powertools",
        "boto3",
        "botocore",
        "cffi",
        "cryptography",
        "jmespath",
        "pycparser",
        "python-dateutil",
        "regex",
        "s3transfer",
        "six",
        "typing-extensions",
        "tzdata",
        "urllib3",
    }
