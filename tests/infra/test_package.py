"""What Lambda gets: complete, small, without what is for other rooms, and equal for equal inputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import package
from signpost.settings import NAMES
from tests.cloudformation import load

HANDLERS = ("schedule", "tick", "publish", "measure", "control", "control_for_pages")

AARCH64 = (183).to_bytes(2, "little")
"""e_machine of an ELF file. Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
and the registry it points to (read 2026-11-22)."""


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not the folder that the local stack runs from: its tests may be running at the same time."""
    return package.build_local(tmp_path_factory.mktemp("package") / "lambda-local")


@pytest.fixture(scope="module")
def aws() -> Path:
    """The artefact for AWS, with its zip beside it."""
    try:
        folder = package.build_aws()
    except package.PackageError as error:
        if "There is no Python" in str(error) or "No matching distribution" in str(error):
            pytest.skip(f"the AWS package cannot be built here: {error}")
        raise
    package.make_zip(folder, folder.with_suffix(".zip"))
    return folder


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_needs_nothing_beside_the_package(local: Path, handler: str) -> None:
    """Isolated, without site-packages: only what the package holds can be imported."""
    code = (
        f"import sys; sys.path.insert(0, {str(local)!r}); import signpost.handlers.{handler}\n"
        "from signpost.connectors.registry import Registry\n"
        "[Registry().get(channel) for channel in Registry().ids()]\n"
        f"import json; print(json.dumps([m.__file__ for m in list(sys.modules.values())"
        " if getattr(m, '__file__', None)]))"
    )
    environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        **dict.fromkeys(NAMES.values(), "value"),
        "SIGNPOST_AGES": "60",
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout.splitlines()[-1])
    assert [file for file in files if "site-packages" in file] == []


def test_every_source_has_its_bytecode(local: Path) -> None:
    sources = [path for path in local.rglob("*.py") if "__pycache__" not in path.parts]
    assert len(sources) > 500
    cached = sys.implementation.cache_tag
    missing = [
        path
        for path in sources
        if not (path.parent / "__pycache__" / f"{path.stem}.{cached}.pyc").is_file()
    ]
    assert missing == []


def test_bytecode_is_valid_whatever_the_times_are(local: Path) -> None:
    """Flag 1 of a .pyc's header: checked by hash, and `unchecked`: not even that."""
    for path in (local / "signpost").rglob("*.pyc"):
        assert int.from_bytes(path.read_bytes()[4:8], "little") == 1, path


def test_what_is_for_people_stays_at_home(local: Path) -> None:
    for name in package.LEFT_OUT:
        assert not (local / "signpost" / name).exists()
    tops = {path.name for path in local.iterdir()}
    assert not {"yaml", "click", "jinja2", "ministack", "samtranslator", "tests"} & tops
    assert {"signpost", "boto3", "botocore", "aws_lambda_powertools", "regex", "tzdata"} <= tops


def test_botocore_knows_the_services_that_we_use_and_no_other(local: Path) -> None:
    data = local / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == set(package.SERVICES)
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    assert size < 3_000_000


def test_a_changed_source_is_in_the_next_build(local: Path, project: Path) -> None:
    for path in (project / "functions" / "signpost" / "handlers").glob("*.py"):
        assert (local / "signpost" / "handlers" / path.name).read_bytes() == path.read_bytes()


def test_a_zip_is_reproducible(local: Path, tmp_path: Path) -> None:
    package.make_zip(local / "signpost", tmp_path / "a.zip")
    for path in (local / "signpost").rglob("*.py"):
        os.utime(path, (0, 0))
    package.make_zip(local / "signpost", tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_runtime_is_the_templates() -> None:
    function = load("template.yaml")["Globals"]["Function"]
    version, processor = package.target()
    assert function["Runtime"] == f"python{version}"
    assert function["Architectures"] == [processor]


def test_a_missing_interpreter_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(package.PackageError, match=r"no Python 3\.99"):
        package.find_python("3.99")
    with pytest.raises(package.PackageError, match="--python"):
        package.find_python("3.99", sys.executable)


def test_the_locked_versions_are_installed() -> None:
    assert {"boto3", "aws-lambda-powertools", "urllib3"} <= {name for name, _ in package.pinned()}


def test_the_aws_package_is_small_and_for_its_processor(aws: Path) -> None:
    packed = aws.with_suffix(".zip")
    assert packed.stat().st_size <= package.MAX_ZIP_BYTES
    libraries = list(aws.rglob("*.so"))
    assert libraries
    # By its head, not its name: a library for every Python from some version on names neither.
    machines = {path.name: path.read_bytes()[18:20] for path in libraries}
    assert set(machines.values()) == {AARCH64}, machines
    version = package.target()[0].replace(".", "")
    assert all(f"cpython-{version}" in path.name for path in aws.rglob("*.pyc"))
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
    assert any(re.fullmatch(r"signpost/handlers/__pycache__/publish\..*\.pyc", n) for n in names)
