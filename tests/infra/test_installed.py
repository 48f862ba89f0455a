"""Signpost as a wheel, where no checkout is near: it founds a workspace and works on it.

That the local stack runs from it, too, is tried in tests/integration/test_installed_stack.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wheel import Installed, install_wheel

SAMPLE = (
    *("content", "strategy-site", ".vscode", ".editorconfig"),
    *(".github/workflows/content.yaml", "ci/content.sh", "ci/gitlab.yaml"),
)


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install_wheel(project, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def workspace(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company's workspace, as `init` leaves it."""
    folder = tmp_path_factory.mktemp("somewhere") / "acme"
    done = installed.run(
        folder.parent, "init", "acme", "--name", 'Müller & Söhne: "Käse" <i>', "--git"
    )
    assert done.returncode == 0, done.stderr
    return folder


def files(folder: Path, *names: str) -> dict[str, bytes]:
    """Every file below the names, by its path."""

    def below(place: Path) -> Iterator[Path]:
        yield from [place] if place.is_file() else place.rglob("*")

    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in names
        for path in below(folder / name)
        if path.is_file()
    }


# --- what the wheel holds -------------------------------------------------------------------------


def test_every_data_file_of_the_package_is_in_the_wheel(
    project: Path, installed: Installed
) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        held = set(archive.namelist())
    functions = project / "functions"
    wanted = {
        path.relative_to(functions).as_posix()
        for path in (functions / "signpost").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".mypy_cache" not in path.parts
    }
    assert any(name.endswith("/brand.yaml") for name in wanted)
    assert sorted(wanted - held) == []


def test_what_is_brought_along_lies_as_it_lies_in_git(project: Path, installed: Installed) -> None:
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    named = settings["tool"]["signpost"]["brought-along"]
    assert files(installed.project, *named) == files(project, *named)
    assert set(files(installed.project, ".")) == set(files(project, *named))


def test_git_holds_no_second_copy(project: Path) -> None:
    assert not (project / "functions" / "signpost" / "_project").exists()


def test_it_says_its_version(project: Path, installed: Installed, tmp_path: Path) -> None:
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    done = installed.run(tmp_path, "--version")
    assert done.stdout == f"signpost {settings['project']['version']}\n", done.stderr


def test_the_shell_completes_its_commands(installed: Installed, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signpost.cli.main"],
        cwd=tmp_path,
        env=installed.environment(
            _SIGNPOST_COMPLETE="bash_complete", COMP_WORDS="signpost ini", COMP_CWORD="1"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "plain,init\n", done.stderr


# --- an editor's first minutes --------------------------------------------------------------------


def test_a_new_workspace_has_no_finding(installed: Installed, workspace: Path) -> None:
    done = installed.run(workspace, "check", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["findings"] == []
    assert installed.run(workspace, "schema").returncode == 0


def test_a_post_can_be_written_and_looked_at(installed: Installed, workspace: Path) -> None:
    made = installed.run(workspace, "new", "--title", "Käse im Winter", "--format", "json")
    assert made.returncode == 0, made.stderr
    path = json.loads(made.stdout)["path"]
    shown = installed.run(workspace, "preview", path)
    assert shown.returncode == 0, shown.stderr
    assert "Mastodon" in shown.stdout
    Path(path).unlink()


def test_no_stack_is_told_as_such(installed: Installed, workspace: Path) -> None:
    done = installed.run(workspace, "plan")
    assert done.returncode == 1
    assert "signpost up" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["queue", "calendar"])
def test_lists_show_the_placeholder(installed: Installed, workspace: Path, command: str) -> None:
    done = installed.run(workspace, command)
    assert done.returncode == 0, done.stderr


def test_the_handbook_builds_without_a_warning(workspace: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=workspace / "strategy-site",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    # The name is text, whatever it looks like.
    assert "Müller &amp; Söhne: &#34;Käse&#34; &lt;i&gt;" in page or "Käse&quot; &lt;i&gt;" in page
    assert "signed by nobody" in page


def test_nothing_of_the_installation_was_written_to(
    project: Path, installed: Installed, workspace: Path
) -> None:
    assert workspace.is_dir()
    assert files(installed.project, *SAMPLE) == files(project, *SAMPLE)


# --- the sample -----------------------------------------------------------------------------------


def test_our_own_sample_is_what_init_writes(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    done = installed.run(tmp_path, "init", "sample", "--sample")
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "sample", *SAMPLE) == files(project, *SAMPLE)
    assert set(files(tmp_path / "sample", ".")) - set(files(project, *SAMPLE)) == {
        "README.md",
        ".gitignore",
        "ci/requirements.txt",
    }


# --- what checks and pushes use --------------------------------------------------------------------


def set_up(installed: Installed, workspace: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """What the workflow calls first."""
    return subprocess.run(
        ["sh", "ci/content.sh", "setup"],
        cwd=workspace,
        env=installed.environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_sets_up_what_the_list_names(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    """A wheel in the repository: its dependencies are there already, so no index is needed."""
    folder = tmp_path / "my company"
    source = f"./vendor/{installed.wheel.name}"
    done = installed.run(tmp_path, "init", folder.name, "--source", source, "--name", "Acme")
    assert done.returncode == 0, done.stderr
    (folder / "vendor").mkdir()
    (folder / "vendor" / installed.wheel.name).write_bytes(installed.wheel.read_bytes())
    here = sysconfig.get_path("purelib")
    done = set_up(
        installed, folder, PYTHON=sys.executable, PYTHONPATH=here, PIP_NO_INDEX="1", PIP_NO_DEPS="1"
    )
    assert done.returncode == 0, done.stderr
    version = tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"]
    assert done.stdout.endswith(f"signpost {version}\n")
    assert (folder / ".venv" / "bin" / "signpost").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no"),
        ("# signpost[cli] @ git+https://ADDRESS\n", "does not say yet where"),
    ],
)
def test_a_list_that_names_nothing_is_refused(
    installed: Installed, tmp_path: Path, text: str | None, said: str
) -> None:
    assert installed.run(tmp_path, "init", "acme").returncode == 0
    (tmp_path / "acme/ci/requirements.txt").unlink()
    if text is not None:
        (tmp_path / "acme/ci/requirements.txt").write_text(text)
    done = set_up(installed, tmp_path / "acme", PYTHON=sys.executable)
    assert done.returncode == 1
    assert said in done.stderr
    assert "remedy:" in done.stderr
    assert not (tmp_path / "acme/.venv").exists()


def test_an_old_python_is_named(installed: Installed, tmp_path: Path) -> None:
    assert installed.run(tmp_path, "init", "acme", "--source", "git+https://x@1").returncode == 0
    done = set_up(installed, tmp_path / "acme", PYTHON="false")
    assert done.returncode == 1
    assert "false is not Python 3.11 or newer" in done.stderr


def test_the_functions_are_packed_from_the_installation(
    installed: Installed, tmp_path: Path
) -> None:
    """What `signpost up` deploys: our package without what is for people, and what it needs."""
    done = subprocess.run(
        [
            *(sys.executable, str(installed.project / "infra" / "package.py")),
            *("--local", "--into", str(tmp_path / "package")),
        ],
        env=installed.environment(PYTHONPATH=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    held = {path.name for path in (tmp_path / "package" / "signpost").iterdir()}
    assert {"handlers", "domain", "connectors"} <= held
    assert not {"cli", "content", "local", "_project"} & held
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'package')!r})\n"
    code += "import boto3, urllib3, regex, tzdata, aws_lambda_powertools, signpost.domain.post"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_aws_runs_is_built_in_a_checkout(installed: Installed) -> None:
    done = subprocess.run(
        [sys.executable, str(installed.project / "infra" / "package.py")],
        env=installed.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "checkout" in done.stderr
