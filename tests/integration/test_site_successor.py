"""The site's sources build with Zensical, too: mkdocs-material ends in May 2027.

Source: https://squidfunk.github.io/mkdocs-material/blog/ ("Zensical", noted 2026-11-22).
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from signpost.cli.website.gather import gather
from signpost.cli.wiring import site_sources
from tests.website.house import PRESENT, build_house


def test_the_same_sources_build_with_zensical(project: Path, tmp_path: Path) -> None:
    site = build_house(project, tmp_path)
    material = gather(site, tmp_path / "content", date(2026, 11, 22))
    version = next(item for item in material.versions if item.name == PRESENT)
    work = tmp_path / "work"
    for path, data in site_sources(version, material.settings, material.assets).items():
        file = work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "-f", "mkdocs.yml"],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    page = (work / "site" / "onboarding" / "copywriter" / "index.html").read_text(encoding="utf-8")
    assert "Signed</strong> by Head of marketing and Managing director" in page
    assert 'id="copy-meet"' in page
    assert "data-due" in page
    assert re.search(r"assets/signpost/signpost\.[0-9a-f]{8}\.js", page)
    certificate = (work / "site" / "certificate" / "index.html").read_text(encoding="utf-8")
    assert "ssh-keygen" in certificate
