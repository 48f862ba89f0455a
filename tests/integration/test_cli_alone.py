"""The command line where the stack it knows of is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.integration.demo_run import environment, free_port


def test_a_stack_that_is_gone_is_told(tmp_path: Path) -> None:
    values = dict.fromkeys(("control", "access_key", "secret_key", "network"), "x") | {
        "workspace": "sample",
        "endpoint": f"http://127.0.0.1:{free_port()}",
        "region": "eu-central-1",
        "bucket": "some-bucket",
    }
    (tmp_path / ".signpost").mkdir()
    (tmp_path / ".signpost" / "local.json").write_text(json.dumps(values))
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "signpost.yaml").write_text(
        "workspace: sample\nzone: UTC\nbrands: []\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "signpost.cli.main", "status"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 1, done.stderr
    assert "cannot be reached" in done.stderr
    assert "signpost up" in done.stderr
    assert "Traceback" not in done.stderr
