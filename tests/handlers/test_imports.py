"""What a cold start loads, counted in a fresh interpreter. Counts do not flake, milliseconds do.

Budget: 1.5 times the modules of boto3 with a DynamoDB client, and none of the libraries that are
for other rooms of the house. The use case is made, as in Lambda's init phase, with all its clients.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from signpost.settings import NAMES, SIGNOFF

BUDGET = 1.5
BASELINE = "import boto3; boto3.Session(region_name='eu-central-1').client('dynamodb')"
FORBIDDEN = (
    "yaml", "_yaml", "typer", "click", "jinja2", "pydantic", "requests", "httpx", "regex",
    "ministack", "signpost.cli", "signpost.content", "signpost.local", "aws_xray_sdk",
)  # fmt: skip
HANDLERS = ("schedule", "tick", "publish", "measure", "control", "signoff", "control_for_pages")


@cache
def modules_of(statement: str, functions: Path) -> frozenset[str]:
    """Modules that a statement loads into an interpreter that has nothing else."""
    code = (
        "import json, sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(functions),
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_LAMBDA_FUNCTION_NAME": "signpost-acme-test",
        **{name: f"value-of-{field}" for field, name in {**NAMES, **SIGNOFF}.items()},
        "SIGNPOST_AGES": "60",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def functions(project: Path) -> Path:
    return project / "functions"


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_loads_little(functions: Path, handler: str) -> None:
    ceiling = BUDGET * len(modules_of(BASELINE, functions))
    loaded = modules_of(f"import signpost.handlers.{handler}", functions)
    assert len(loaded) <= ceiling, sorted({name.split(".")[0] for name in loaded})
    assert "botocore.session" in loaded, "the use case was not made"


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_loads_nothing_of_other_rooms(functions: Path, handler: str) -> None:
    loaded = modules_of(f"import signpost.handlers.{handler}", functions)
    assert [name for name in FORBIDDEN if name in loaded] == []


@pytest.mark.parametrize("handler", HANDLERS)
def test_no_connector_is_loaded_before_it_is_needed(functions: Path, handler: str) -> None:
    loaded = modules_of(f"import signpost.handlers.{handler}", functions)
    registry = {"signpost.connectors", "signpost.connectors.registry"}
    found = {name for name in loaded if name.startswith("signpost.connectors")}
    assert found <= registry


def test_without_lambda_nothing_is_made_at_import(functions: Path) -> None:
    statement = (
        "import os; del os.environ['AWS_LAMBDA_FUNCTION_NAME']\nimport signpost.handlers.publish"
    )
    assert "botocore.session" not in modules_of(statement, functions)


def test_the_collector_rests_while_a_function_starts_and_works_afterwards(functions: Path) -> None:
    script = (
        "import gc, signpost.bootstrap as b\n"
        "resting = not gc.isenabled()\n"
        "b.end_of_start()\n"
        "assert resting and gc.isenabled() and gc.get_freeze_count() > 1000"
    )
    assert "signpost.bootstrap" in modules_of(script, functions)
    at_home = "import os; del os.environ['AWS_LAMBDA_FUNCTION_NAME']\n"
    usual = at_home + "import gc, signpost.bootstrap\nassert gc.isenabled()"
    assert "signpost.bootstrap" in modules_of(usual, functions)
