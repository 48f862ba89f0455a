"""Where a workspace gets Signpost from, and how `init` asks."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.answers import asked, brand_id, id_of, machine_language, name_of, requirement

UNKNOWN = "# signpost[cli] @ git+https://ADDRESS-OF-SIGNPOST@v9.9"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def origin(folder: Path, direct: object, *, installer: str | None = "pip") -> None:
    """An installation as pip leaves it: version 9.9, from there."""
    info = folder / "signpost-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: signpost\nVersion: 9.9\n")
    if installer is not None:
        (info / "INSTALLER").write_text(f"{installer}\n")
    if direct is not None:
        text = direct if isinstance(direct, str) else json.dumps(direct)
        (info / "direct_url.json").write_text(text)


def vcs(url: str, revision: str = "") -> dict[str, object]:
    info = {"vcs": "git", "commit_id": COMMIT}
    return {"url": url, "vcs_info": {**info, "requested_revision": revision} if revision else info}


@pytest.mark.parametrize(
    ("direct", "line"),
    [
        (None, "signpost[cli]==9.9"),
        (vcs("https://git.example/s"), f"signpost[cli] @ git+https://git.example/s@{COMMIT}"),
        (vcs("https://git.example/s", "v9.9"), "signpost[cli] @ git+https://git.example/s@v9.9"),
        # A branch moves: what is checked today would be something else tomorrow.
        (
            vcs("https://git.example/s", "main"),
            f"signpost[cli] @ git+https://git.example/s@{COMMIT}",
        ),
        (
            vcs("https://me:password@git.example/s", "v9.9"),
            "signpost[cli] @ git+https://git.example/s@v9.9",
        ),
        (
            vcs("ssh://git@git.example/s", "9.9"),
            "signpost[cli] @ git+ssh://git@git.example/s@9.9",
        ),
        (vcs("file:///home/me/signpost"), UNKNOWN),
        ({"url": "file:///tmp/signpost-9.9-py3-none-any.whl", "archive_info": {}}, UNKNOWN),
        ({"url": "file:///home/me/signpost", "dir_info": {"editable": True}}, UNKNOWN),
        ("not JSON", UNKNOWN),
        ("[]", UNKNOWN),
    ],
)
def test_others_get_signpost_from_where_this_one_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct: object, line: str
) -> None:
    origin(tmp_path, direct)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert requirement(None) == line


def test_an_installation_that_nobody_made_is_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a public index somebody else's package may have the name; so it is not written."""
    origin(tmp_path, None, installer=None)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert requirement(None) == UNKNOWN


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("git+https://git.example/s@v2", "signpost[cli] @ git+https://git.example/s@v2"),
        ("./vendor/signpost-2-py3-none-any.whl", "./vendor/signpost-2-py3-none-any.whl[cli]"),
        ("https://x.example/signpost-2.whl", "signpost[cli] @ https://x.example/signpost-2.whl"),
    ],
)
def test_a_source_that_is_named_counts(source: str, line: str) -> None:
    assert requirement(source) == line


@given(st.text(max_size=90))
def test_every_name_is_refused_or_has_an_id(text: str) -> None:
    try:
        name = name_of(text)
    except click.BadParameter:
        return
    assert name == name.strip()
    assert brand_id(id_of(name)) == id_of(name)


def test_a_wrong_answer_is_asked_again() -> None:
    @click.command()
    def command() -> None:
        click.echo(f"took {asked('Its id', 'acme', brand_id)}")

    ran = CliRunner().invoke(command, input="Not So\nnul\n\n")
    assert ran.exit_code == 0, ran.output
    assert "`Not So` is no id" in ran.output
    assert "Windows" in ran.output
    assert ran.output.endswith("took acme\n")


@pytest.mark.parametrize(
    ("value", "language"), [("de_AT.UTF-8", "de"), ("C.UTF-8", "en"), ("", "en"), ("pt_BR", "pt")]
)
def test_the_machines_language(monkeypatch: pytest.MonkeyPatch, value: str, language: str) -> None:
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("LANG", raising=False)
    monkeypatch.setenv("LC_ALL", value)
    assert machine_language() == language
