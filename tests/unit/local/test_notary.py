"""Who signs in the demo, with which keys, and which version comes next."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from signpost.cli.docs import command as docs
from signpost.content.workspace_reader import read_workspace
from signpost.errors import StackError
from signpost.local import notary
from signpost.local.layout import Layout
from signpost.local.notary import Notary, in_force, overdue, parties, past_review, signoff_root
from signpost.local.scratch import Scratch, git

TODAY = date(2026, 11, 22)


def test_three_holders_sign_each_once_and_say_that_it_is_a_demo(project: Path) -> None:
    (party,) = parties(read_workspace(project / "content"), project)
    assert party.domain == "larkfell.example"
    assert [person for person, _role, _title in party.signers] == ["ottilie", "juno", "finn"]
    assert all(title.endswith("(demo)") for _person, _role, title in party.signers)


def test_without_keys_or_handbook_it_is_said_why(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no strategy-site" in notary.why_not(tmp_path / "content")
    assert notary.why_not(project / "content") == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "ssh-keygen is not installed" in notary.why_not(project / "content")


def test_the_dates_of_each_follow_each_other() -> None:
    """The next release may begin on no day before the one that is in force."""
    for before, after in ((overdue, in_force), (in_force, past_review), (past_review, in_force)):
        assert before(TODAY)[0] <= after(TODAY)[0]
    assert in_force(TODAY)[0] <= TODAY <= in_force(TODAY)[1]
    for past in (overdue, past_review):
        assert past(TODAY)[1] < TODAY


def test_the_hut_signs_a_strategy_and_the_next(tmp_path: Path, project: Path) -> None:
    layout = Layout(tmp_path / ".signpost")
    layout.make()
    scratch = Scratch(layout.workspace, layout.root / "pushed")
    scratch.copy(project / "content", handbook=True)
    places = (
        "--docs",
        scratch.draft / "strategy-site/docs",
        "--content",
        scratch.draft / "content",
    )
    checked = CliRunner().invoke(docs, ["check", *map(str, places)], standalone_mode=False)
    assert checked.return_value == 0, checked.output
    told: list[str] = []
    made = Notary(layout, scratch.draft, told.append)
    found = parties(read_workspace(scratch.draft / "content"), scratch.draft)
    hut = next(party for party in found if party.brand == "nebelstein")
    digests = made.open([hut])
    assert signoff_root(layout) == digests["nebelstein"]
    key = layout.keys / "nebelstein" / "hanka"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "demo key of hanka" in key.with_suffix(".pub").read_text()
    made.sign_root("nebelstein")
    assert made.release("nebelstein", *overdue(TODAY)) == "2025.1"
    assert made.release("nebelstein", *in_force(TODAY)) == "2026.1"
    assert git(scratch.draft, "status", "--porcelain") == ""
    assert all(line.startswith("signpost strategy ") for line in told)
    with pytest.raises(StackError, match="holds no keys of `acme`"):
        made.release("acme", *in_force(TODAY))
    with pytest.raises(StackError, match="could not be signed"):
        made.release("nebelstein", *overdue(TODAY))
