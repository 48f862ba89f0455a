"""`infra/deploy.sh` asks, says what it will do, and tells the stack what the content says.

AWS is a script that writes down how it was called: the calls themselves are not executed here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signpost.domain.entrance.passes import Keyring, Pass, Use, issue, verify
from tests.cloudformation import load

AWS = """\
#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
    *--query\\ Account*) echo 123456789012 ;;
    *--query\\ Arn*) echo arn:aws:iam::123456789012:user/ada ;;
    *OutputKey*) echo an-output ;;
    *put-parameter*) cat >"$CALLS.key"; echo v >>"$CALLS.versions" ;;
    *Parameter.Version*) grep -c v "$CALLS.versions" ;;
    *Parameter.Value*) python3 -c 'import json, sys; print(json.load(sys.stdin)["Value"])' <"$CALLS.key" ;;
    *get-parameter*) [ -f "$CALLS.key" ] ;;
    *put-key*) cat >"$CALLS.kept"; [ -s "$CALLS.kept" ] || exit 252 ;;
    *list-keys*) echo key/k0 ;;
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


def deploy(
    checkout: Path, *answers: str, options: tuple[str, ...] = (), **environment: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run it with these answers; what it printed, and its calls to AWS."""
    calls = checkout / "calls"
    calls.touch()
    path = f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(checkout / "infra/deploy.sh"), *options],
        input="".join(f"{answer}\n" for answer in answers),
        env={"PATH": path, "CALLS": str(calls), "LANG": "C.UTF-8", **environment},
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


# --- the site -------------------------------------------------------------------------------------

YES = ("", "", "", "", "y")
WORKSPACE = "sample"
"""As content/signpost.yaml calls it."""


def kept(checkout: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((checkout / f"calls.{name}").read_text())
    return found


def test_the_site_is_closed_and_that_is_said(checkout: Path) -> None:
    done, calls = deploy(checkout, *YES)
    assert done.returncode == 0, done.stderr
    assert "Site=closed" in the_deployment(calls)
    assert "keep the strategy site closed" in done.stdout.partition("Go on?")[0]
    assert "It is closed: nobody reads it without a pass" in done.stdout
    assert "  site_bucket: an-output" in done.stdout
    assert "  site_distribution: an-output" in done.stdout


def test_only_who_says_so_opens_the_site(checkout: Path) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/a"
    done, calls = deploy(checkout, *YES, options=("--public-site",),
                         SIGNPOST_SITE_DOMAIN="handbook.example",
                         SIGNPOST_SITE_CERTIFICATE=certificate)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Site=public" in the_deployment(calls)
    assert f"SiteDomain=handbook.example SiteCertificate={certificate}" in the_deployment(calls)
    assert "OPEN THE STRATEGY SITE TO EVERYBODY" in done.stdout.partition("Go on?")[0]
    assert "It is public: everybody reads it." in done.stdout


def test_the_key_for_passes_is_made_once_and_is_never_an_argument(checkout: Path) -> None:
    done, calls = deploy(checkout, *YES)
    assert done.returncode == 0, done.stderr
    stored, held = kept(checkout, "key"), kept(checkout, "kept")
    key, key_id = stored["Value"], "v1"
    # Not below /signpost/, which the functions may read.
    assert stored["Name"] == f"/signpost-site/{WORKSPACE}/entrance"
    variables = load("template.yaml")["Resources"]["SignoffFunction"]["Properties"]["Environment"]
    assert variables["Variables"]["SIGNPOST_SITE_KEY"] == {
        "Fn::Sub": "/signpost-site/${Workspace}/entrance"
    }
    assert (stored["Type"], stored["Overwrite"]) == ("SecureString", False)
    assert (held["Key"], held["Value"]) == (f"key/{key_id}", key)
    given = Pass("juno", ("*",), 1, 2)
    ring = Keyring({key_id: held["Value"]})
    assert verify(issue(given, key_id, key), Use.PASS, 1, ring) == given
    assert not any(key in text for text in (*calls, done.stdout, done.stderr))
    done, calls = deploy(checkout, *YES)
    assert kept(checkout, "kept") == held
    assert len([call for call in calls if "put-parameter" in call]) == 1, "by the first alone"


def test_a_new_key_ends_all_passes(checkout: Path) -> None:
    deploy(checkout, *YES)
    before = kept(checkout, "kept")
    (checkout / "calls").unlink()
    done, calls = deploy(checkout, *YES, options=("--new-site-key",))
    assert done.returncode == 0, done.stderr
    assert "whoever has one has to sign in again" in done.stdout.partition("Go on?")[0]
    held = kept(checkout, "kept")
    assert (before["Key"], held["Key"]) == ("key/v1", "key/v2")
    assert held["Value"] != before["Value"]
    assert kept(checkout, "key")["Overwrite"] is True
    (put,) = (n for n, call in enumerate(calls) if "put-key" in call)
    (drop,) = (n for n, call in enumerate(calls) if "delete-key" in call)
    assert put < drop, "the door is never without a key"
    assert calls[drop].endswith("--key key/k0")


@pytest.mark.parametrize("value", ["", "short"])
def test_a_key_that_is_none_is_not_put_at_the_door(checkout: Path, value: str) -> None:
    (checkout / "calls.key").write_text(json.dumps({"Value": value}))
    (checkout / "calls.versions").write_text("v\n")
    done, _calls = deploy(checkout, *YES)
    assert done.returncode == 252, "AWS refuses a request without members"
    assert "the key for passes cannot be read" in done.stderr
    assert (checkout / "calls.kept").read_text() == ""


@pytest.mark.parametrize(
    ("options", "environment", "why"),
    [
        (("--publc-site",), {}, "there is no option --publc-site"),
        ((), {"SIGNPOST_SITE_DOMAIN": "handbook.example"}, "go together"),
    ],
)
def test_half_a_wish_is_refused(
    checkout: Path, options: tuple[str, ...], environment: dict[str, str], why: str
) -> None:
    done, calls = deploy(checkout, *YES, options=options, **environment)
    assert done.returncode == 1
    assert why in done.stderr
    assert calls == []
