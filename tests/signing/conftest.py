"""What tests of the sign-off ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from signpost.cli.strategy import command
from tests.signing.workspace import DATES, Company, Strategy, found


@pytest.fixture(scope="session")
def ssh_keygen() -> str:
    """The program; CI fails without it."""
    found = shutil.which("ssh-keygen")
    if found is None:
        pytest.skip("no ssh-keygen: apt-get install openssh-client")
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without keys, pins or agent; the present folder is theirs."""
    for name in ("SSH_AUTH_SOCK", "SIGNPOST_ROOT", "SIGNPOST_CONTENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def openssh(ssh_keygen: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bool]:
    """Whether `ssh-keygen -Y verify` accepts a signature."""
    folder = tmp_path_factory.mktemp("openssh")

    def accepts(
        lines: bytes, principal: str, namespace: str, signature: bytes, message: bytes
    ) -> bool:
        (folder / "allowed").write_bytes(lines)
        (folder / "sig").write_bytes(signature)
        done = subprocess.run(
            [ssh_keygen, "-Y", "verify", "-f", str(folder / "allowed"), "-I", principal,
             "-n", namespace, "-s", str(folder / "sig")],
            input=message, capture_output=True, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )  # fmt: skip
        return done.returncode == 0

    return accepts


@pytest.fixture(scope="session")
def strategy() -> Callable[..., tuple[int, str]]:
    """Runs `signpost strategy …` in this process: exit code and standard output."""

    def call(*words: str, answer: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(command, words, input=answer, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return (done.return_value if isinstance(done.return_value, int) else 0), done.stdout

    return call


@pytest.fixture
def company(
    home: Path, tmp_path: Path, ssh_keygen: str, monkeypatch: pytest.MonkeyPatch
) -> Company:
    """A repository; ada's and ben's keys lie in their ~/.ssh."""
    assert ssh_keygen
    made = found(tmp_path / "acme", home / ".ssh")
    monkeypatch.chdir(made.folder)
    made.key("ada")
    made.key("ben", "ecdsa", "-b", "384")
    return made


@pytest.fixture
def rooted(company: Company, strategy: Strategy) -> Company:
    """Trust root 1 is in force: ada and ben sign a strategy together."""
    signers = [
        word
        for name, role in (("ada", "director"), ("ben", "lead"))
        for word in ("--signer", f"{name}:{role}:{company.keys / name}.pub")
    ]
    assert strategy("root", "init", *signers, "--role", "director=Managing director")[0] == 0
    for name in ("ada", "ben"):
        assert strategy("sign", "root", "--as", name, "--yes")[0] == 0
    company.commit("Trust root")
    return company


@pytest.fixture
def signed(rooted: Company, strategy: Strategy) -> Company:
    """Release 2026.1 is in force."""
    strategy("release", "2026.1", *DATES)
    for name in ("ada", "ben"):
        strategy("sign", "2026.1", "--as", name, "--yes")
    rooted.commit("2026.1")
    return rooted
