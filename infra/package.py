"""Builds what AWS Lambda runs: our package, its locked requirements, and the bytecode of both.

    python infra/package.py            build/lambda and build/lambda.zip, for the runtime and
                                       processor that infra/template.yaml names
    python infra/package.py --local    build/lambda-local, for this interpreter and machine: what
                                       the local stack runs (--into DIR: there)

The wheel brings this file along, below `signpost/_project/`. There it builds for the local stack
only, from what is installed, whatever the versions: nothing is locked on an editor's machine.

The bytecode matters: `/var/task` is read-only, so without it every cold start compiles everything
again. Bytecode belongs to one minor version of Python, so an interpreter of the runtime's version
must be on this machine; without one the build ends with an error rather than with a slow package.
`.pyc` files are of the kind `unchecked-hash`: valid whatever times a zip gives their sources.

The zip is reproducible: sorted names, one time, one mode; the same inputs give the same bytes.
Needs nothing but the standard library and pip.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKOUT = (ROOT / "functions" / "signpost").is_dir()
OURS = ROOT / "functions" / "signpost" if CHECKOUT else ROOT.parent
REQUIREMENTS = ROOT / "requirements" / "lambda.txt"
TEMPLATE = ROOT / "infra" / "template.yaml"
MAX_ZIP_BYTES = 14 * 1024 * 1024
"""Lambda takes 50 MB; half of ours is the library that verifies signatures (docs/adr/0052)."""

PLATFORMS = {
    # Lambda's Python 3.12 and newer run on Amazon Linux 2023, glibc 2.34. Source:
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (2026-11-22).
    "arm64": ("manylinux2014_aarch64", "manylinux_2_28_aarch64"),
    "x86_64": ("manylinux2014_x86_64", "manylinux_2_28_x86_64"),
}

# What the functions speak to; `sts` is what the SDK asks for credentials of a role.
SERVICES = ("dynamodb", "lambda", "s3", "sqs", "ssm", "sts")

# Of our own package: what runs on a person's machine only.
LEFT_OUT = ("cli", "content", "local", "__main__.py", "_project")

_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Build; 0 when the package stands."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--local", action="store_true", help="for this interpreter and machine")
    parser.add_argument("--into", type=Path, help="folder for the local package")
    parser.add_argument("--python", help="interpreter that makes the bytecode")
    chosen = parser.parse_args()
    started = time.monotonic()
    try:
        folder = build_local(chosen.into) if chosen.local else build_aws(chosen.python)
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shown = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
    print(f"{shown}: {size / 1e6:.1f} MB", end="")
    if not chosen.local:
        target = folder.with_suffix(".zip")
        packed = make_zip(folder, target)
        print(f"; {target.relative_to(ROOT)}: {packed / 1e6:.2f} MB", end="")
        if packed > MAX_ZIP_BYTES:
            print(f"\npackage: over {MAX_ZIP_BYTES / 1e6:.1f} MB.", file=sys.stderr)
            return 1
    print(f"; {time.monotonic() - started:.1f} s")
    return 0


class PackageError(Exception):
    """The package could not be built; the text says why and what to do."""


def build_local(into: Path | None = None) -> Path:
    """Build for this interpreter from what its environment holds already: no network is needed.

    Args:
        into: the folder that is made; `build/lambda-local` of the checkout where left out.

    Raises:
        PackageError: the environment does not hold what is needed: in a checkout the locked
            versions, elsewhere any.
    """
    folder = into or ROOT / "build" / "lambda-local"
    packages = pinned() if CHECKOUT else installed()
    stamp = _stamp(sys.version, repr(packages), Path(__file__).read_text(encoding="utf-8"))
    if not _is_current(folder, stamp):
        _fresh(folder)
        for name, version in packages:
            _copy_installed(name, version, folder)
        _trim(folder)
        _compile(folder, folder, sys.executable)
        (folder / ".stamp").write_text(stamp)
    _add_ours(folder, sys.executable)
    return folder


def build_aws(python: str | None = None) -> Path:
    """Build for the template's runtime and processor; pip verifies every hash.

    Args:
        python: the interpreter that makes the bytecode; looked for where left out.

    Raises:
        PackageError: no interpreter of that version, pip failed, or this is no checkout.
    """
    if not CHECKOUT:
        raise PackageError(
            "What AWS runs is built in a checkout of Signpost: `make package` there."
        )
    version, processor = target()
    compiler = find_python(version, python)
    folder = ROOT / "build" / "lambda"
    _fresh(folder)
    platforms = [word for name in PLATFORMS[processor] for word in ("--platform", name)]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--target", str(folder), *platforms, "--implementation", "cp",
        "--python-version", version, "--only-binary=:all:", "--no-compile",
        "--require-hashes", "-r", str(REQUIREMENTS),
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"pip could not install the requirements.\n{done.stderr.strip()}")
    _trim(folder)
    _compile(folder, folder, compiler)
    _add_ours(folder, compiler)
    return folder


def target() -> tuple[str, str]:
    """Python version and processor that the template names, such as ("3.13", "arm64")."""
    text = TEMPLATE.read_text(encoding="utf-8")
    runtime = re.search(r"^ +Runtime: python(\d+\.\d+)$", text, re.MULTILINE)
    processor = re.search(r"^ +Architectures: \[(\w+)\]$", text, re.MULTILINE)
    if runtime is None or processor is None:
        raise PackageError(f"{TEMPLATE} names no runtime and processor.")
    return runtime[1], processor[1]


def find_python(version: str, asked: str | None = None) -> str:
    """An interpreter of the version.

    Raises:
        PackageError: there is none here.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [asked] if asked else [
        sys.executable,
        shutil.which(f"python{version}"),
        *sorted(map(str, pyenv.glob(f"{version}.*/bin/python{version}"))),
    ]  # fmt: skip
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in candidates:
        if candidate is None:
            continue
        try:
            done = subprocess.run(
                [candidate, "-c", show], check=False, capture_output=True, text=True
            )
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.strip() == version:
            return candidate
    raise PackageError(
        f"There is no Python {version} here, which infra/template.yaml names as the runtime; its "
        f"bytecode can only be made by it. Install Python {version}, or name one with --python."
    )


def pinned() -> list[tuple[str, str]]:
    """Names and versions that requirements/lambda.txt locks."""
    text = REQUIREMENTS.read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.MULTILINE)


def installed() -> list[tuple[str, str]]:
    """Names and versions of what our package needs in Lambda, and of all that this needs.

    Requirements for other systems, and those of extras, are named by nobody's metadata alone: they
    count where they are installed.

    Raises:
        PackageError: something that we need ourselves is not installed.
    """
    beside = metadata.Distribution.discover(name="signpost", path=[str(OURS.parent)])
    ours = next(iter(beside), None)
    wanted = [line for line in (ours.requires or () if ours else ()) if 'extra == "lambda"' in line]
    waiting = [(_name_in(line), True) for line in wanted]
    found: dict[str, str] = {}
    while waiting:
        name, ours_too = waiting.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if ours_too:
                raise PackageError(
                    f"{name} is not installed. Install Signpost as `signpost[cli]`."
                ) from None
            continue
        if name not in found:
            found[name] = package.version
            lines = package.requires or ()
            waiting += [(_name_in(line), False) for line in lines if "extra ==" not in line]
    if not found:
        raise PackageError(f"What Signpost needs is not named beside {OURS}. Install it anew.")
    return sorted(found.items())


def _name_in(requirement: str) -> str:
    """The name that a requirement begins with, in the one form that is compared.

    Source: https://packaging.python.org/en/latest/specifications/name-normalization/ (2026-11-22).
    """
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def make_zip(folder: Path, target: Path) -> int:
    """Write a reproducible zip; its size in bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return target.stat().st_size


def _files(folder: Path) -> Iterator[Path]:
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != ".stamp")
    yield from sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def _stamp(*inputs: str) -> str:
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()


def _is_current(folder: Path, stamp: str) -> bool:
    kept = folder / ".stamp"
    return kept.is_file() and kept.read_text() == stamp


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _copy_installed(name: str, version: str, folder: Path) -> None:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        found = None
    if found is None or found.version != version:
        have = found.version if found else "none"
        raise PackageError(f"{name} {version} is locked, {have} is installed. Run `make setup`.")
    if found.files is None:
        raise PackageError(f"{name} has no list of its files. Install Signpost with pip or pipx.")
    for file in found.files:
        if ".." in file.parts or "__pycache__" in file.parts:
            continue
        source, goal = Path(str(found.locate_file(file))), folder / file
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, goal)


def _trim(folder: Path) -> None:
    """Drop what no function reads; botocore's data goes from 17 MB to under 3 MB."""
    for name in ("bin", "boto3/data", "boto3/examples", "botocore/docs/examples"):
        shutil.rmtree(folder / name, ignore_errors=True)
    data = folder / "botocore" / "data"
    for path in data.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
    for path in data.rglob("*"):
        # Examples, paginators and waiters are for documentation and for calls that we do not make.
        if path.name.startswith(("examples-", "paginators-", "waiters-")):
            path.unlink()
    for path in folder.rglob("__pycache__"):
        shutil.rmtree(path, ignore_errors=True)
    for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
        for path in folder.glob(f"*.dist-info/{name}"):
            path.unlink()


def _add_ours(folder: Path, compiler: str) -> None:
    ours = folder / "signpost"
    shutil.rmtree(ours, ignore_errors=True)

    def left_out(path: str, names: list[str]) -> set[str]:
        top = Path(path) == OURS
        return {n for n in names if n == "__pycache__" or (top and n in LEFT_OUT)}

    shutil.copytree(OURS, ours, ignore=left_out)
    _compile(ours, folder, compiler)


def _compile(folder: Path, root: Path, compiler: str) -> None:
    """Make the bytecode; tracebacks name files as they lie in Lambda."""
    command = [
        compiler, "-I", "-m", "compileall", "-q", "-j", "0", "-s", str(root), "-p", "/var/task",
        "--invalidation-mode", "unchecked-hash", str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"The bytecode could not be made.\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
