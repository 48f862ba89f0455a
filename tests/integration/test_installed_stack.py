"""`signpost up` from an installed package: an editor without a checkout sees a post in the feed."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.demo_run import free_port
from tests.wheel import Installed, install_wheel

LIVE_S = 120.0


@pytest.fixture
def installed(project: Path, tmp_path: Path) -> Installed:
    folder = tmp_path / "installed"
    folder.mkdir()
    return install_wheel(project, folder)


@pytest.fixture
def workspace(installed: Installed, tmp_path: Path) -> Iterator[Path]:
    """A new workspace whose local stack is down at the end, whatever happened."""
    done = installed.run(tmp_path, "init", "acme", "--name", "Acme Räder", "--git")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "acme"
    (folder / ".signpost").mkdir()
    ports = {"emulator": free_port(), "network": free_port()}
    (folder / ".signpost" / "ports.json").write_text(json.dumps(ports))
    yield folder
    down = installed.run(folder, "down")
    assert down.returncode == 0, down.stderr


def test_a_first_post_is_live_in_the_local_feed(installed: Installed, workspace: Path) -> None:
    brand = workspace / "content/acme-rader/brand.yaml"
    # The test may run at night.
    brand.write_text(re.sub(r"(?m)^quiet:\n  - .*\n", "", brand.read_text(encoding="utf-8")))
    (post,) = workspace.glob("content/acme-rader/posts/*/*/*.md")
    text = re.sub(r"(?m)^(stage|status):.*\n", "", post.read_text(encoding="utf-8"))
    post.write_text(re.sub(r"(?m)^publish:.*$", "publish: now", text), encoding="utf-8")

    up = installed.run(workspace, "up")
    assert up.returncode == 0, up.stderr + up.stdout
    network = json.loads((workspace / ".signpost/local.json").read_text())["network"]
    pushed = installed.run(workspace, "push")
    assert pushed.returncode == 0, pushed.stderr + pushed.stdout

    deadline = time.monotonic() + LIVE_S
    found: list[dict[str, str]] = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.5)
        with urllib.request.urlopen(f"{network}/_local/posts", timeout=10) as answer:  # noqa: S310 - loopback
            found = json.loads(answer.read())["posts"]
    assert [item["text"].partition("\n")[0] for item in found] == [
        "Write here what your audience should read."
    ]
    assert (workspace / ".signpost/package/signpost/handlers").is_dir()
    assert not (installed.project / "build").exists()
