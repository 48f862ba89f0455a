"""The budgets that are counts hold in every run; those that are times are for `make bench`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from signpost.checks.registry import run_checks
from signpost.connectors.registry import Registry
from signpost.content.workspace_reader import read_workspace
from tests.perf import bench
from tests.perf.cold import imported
from tests.perf.counted import counted
from tests.perf.craft import make_workspace
from tests.perf.figure import Figure, paired


def test_a_normal_delivery_costs_four_dynamodb_requests_and_what_it_may() -> None:
    requests, cost = counted(posts=5)
    assert (requests.value, requests.over) == (4.0, False)
    # Five posts share one push, so each bears more of it than in the bench; still near the goal.
    assert 0.005 < cost.value < 0.02


def test_handlers_import_little_and_nothing_forbidden() -> None:
    figures = list(imported())
    assert [figure.name for figure in figures if figure.over] == []
    assert len(figures) == 5


def test_the_bench_measures_clean_content(tmp_path: Path) -> None:
    content = make_workspace(tmp_path, 20)
    registry = Registry()
    specs = {name: registry.get(name).spec for name in registry.ids()}
    read = read_workspace(content)
    assert len(read.posts) == 20
    assert run_checks(read, specs, datetime.now(UTC)) == []


def test_a_figure_over_its_budget_fails_the_bench(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def figure(value: float) -> Figure:
        return Figure("x", value, "ratio", 1.2, "itself", {})

    monkeypatch.setitem(bench.FIGURES, "start", lambda: iter([figure(1.1)]))
    assert bench.main(["start"]) == 0
    monkeypatch.setitem(bench.FIGURES, "start", lambda: iter([figure(1.3)]))
    assert bench.main(["start"]) == 1
    assert '"ok": false' in capsys.readouterr().out
    assert bench.main(["nonsense"]) == 2


def test_pairs_are_compared_round_by_round() -> None:
    ours, theirs = iter([9.0, 2.0, 4.0, 6.0]), iter([9.0, 1.0, 2.0, 3.0])
    result = paired(lambda: next(ours), lambda: next(theirs), 3)
    assert result["ratio"] == 2.0
    assert result["ours_ms"] == 4000.0
