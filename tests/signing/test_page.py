"""docs/signing.md: its commands run, in their order, and its words are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from signpost.domain.signing import folder
from tests.signing.vector import read_vectors
from tests.signing.workspace import environment, found

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs/signing.md").read_text(encoding="utf-8")


def test_its_commands_run(home: Path, tmp_path: Path, project: Path, page: str) -> None:
    company = found(tmp_path / "acme", home / ".ssh")
    for name in ("ada", "ben", "cleo"):
        company.key(name)
    program = tmp_path / "bin" / "signpost"
    program.parent.mkdir()
    # Whoever reads the page answers yes to each question.
    program.write_text(f'#!/bin/sh\necho y | "{sys.executable}" -m signpost.cli.main "$@"\n')
    program.chmod(0o755)
    blocks = BLOCK.findall(page)
    assert len(blocks) >= 7
    known = environment()
    who = {f"GIT_{role}_{what}": "test@acme.example" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    script = tmp_path / "page.sh"
    script.write_text("set -eu\n" + "\n".join(blocks))
    done = subprocess.run(
        ["sh", str(script)], cwd=company.folder, text=True, check=False,
        capture_output=True,
        env=known | who | {"PATH": f"{program.parent}:{known['PATH']}",
                           "PYTHONPATH": str(project / "functions")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count('Good "strategy@acme.example" signature for') == 2
    assert done.stdout.count('Good "root@acme.example" signature for') == 2 + 4
    assert "acme 2026.1: IN FORCE" in done.stdout


def test_every_reason_is_on_it(project: Path, page: str) -> None:
    table = page.partition("| about | reasons |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`([a-z0-9-]+)`", table))
    used = {reason for vector in read_vectors() for reason in vector.reasons}
    assert used - told == set()
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (project / "functions/signpost/domain/signing").glob("*.py")
    )
    assert [word for word in told if f'"{word}"' not in source] == []
    assert set(folder._ODD) <= told


def test_it_counts_the_vectors(page: str) -> None:
    number = sum(1 for _ in read_vectors())
    assert f"{number} stored examples" in page
