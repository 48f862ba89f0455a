"""The handbook of the sample brand builds, and says what the content folder says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml


def test_the_site_builds_without_a_warning(project: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=project / "strategy-site",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "larkfell" / "strategy" / "index.html").read_text(encoding="utf-8")
    assert "Be known for repair" in page


def test_the_strategy_names_the_targets_of_kpis(project: Path) -> None:
    page = project / "strategy-site" / "docs" / "larkfell" / "strategy" / "index.md"
    text = page.read_text(encoding="utf-8")
    kpis = yaml.safe_load((project / "content/larkfell/kpis.yaml").read_text(encoding="utf-8"))
    titles = {kpi["id"]: kpi["title"] for kpi in kpis["kpis"]}
    baselines = {kpi["id"]: kpi["baseline"] for kpi in kpis["kpis"]}
    rows = [line for line in text.splitlines() if line.startswith("|")]
    dates = {"2027-03-31", "2027-11-30"}
    shown = 0
    for target in kpis["targets"]:
        lines = [row for row in rows if titles[target["kpi"]] in row]
        if not lines or str(target["by"]) not in dates:
            continue
        cells = [cell.strip() for cell in lines[0].split("|")]
        assert str(target["value"]) in cells
        assert str(baselines[target["kpi"]]) in cells
        shown += 1
    assert shown == 8
