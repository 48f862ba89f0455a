"""The stack's folder: one owner, and what happens to a lost ledger's leftovers."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from signpost.errors import StackError
from signpost.local.layout import Claim, Layout, holder, read_json, write_private


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / ".signpost")
    made.make()
    return made


def test_one_owner_at_a_time(layout: Layout) -> None:
    assert holder(layout) == 0
    claim = Claim(layout)
    assert holder(layout) == os.getpid()
    with pytest.raises(StackError, match="running already"):
        Claim(layout)
    claim.release()
    assert holder(layout) == 0
    Claim(layout).release()


def test_a_dead_owner_holds_nothing(layout: Layout, project: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from signpost.local.layout import Claim, Layout\n"
        "Claim(Layout(Path(sys.argv[1]))); os.kill(os.getpid(), 9)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(layout.root)],
        check=False,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
    )
    assert layout.lock.read_text().strip().isdigit(), "the id of the dead one is still there"
    assert holder(layout) == 0
    Claim(layout).release()


def test_what_a_lost_ledger_leaves_is_kept_aside(layout: Layout) -> None:
    assert layout.set_aside() is None
    for number in range(3):
        layout.network.mkdir()
        (layout.network / "feed").write_text(str(number))
        layout.workspace.mkdir()
        aside = layout.set_aside()
        assert aside is not None
        assert (aside / "network" / "feed").read_text() == str(number)
        assert not layout.network.exists()
        assert not layout.workspace.exists()
    assert len(list((layout.root / "lost").iterdir())) == 3


def test_private_files_are_private_and_whole(layout: Layout) -> None:
    write_private(layout.local, {"secret_key": "x"})
    assert stat.S_IMODE(layout.local.stat().st_mode) == 0o600
    assert read_json(layout.local) == {"secret_key": "x"}
    layout.local.write_text("{")
    assert read_json(layout.local) == {}
    assert read_json(layout.root / "nothing") == {}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match="cannot be written") as caught:
        Layout(tmp_path / "file" / ".signpost").make()
    assert caught.value.remedy
