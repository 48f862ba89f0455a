"""Counts tests by group and refuses a run in which a group did not run.

A group is a test's first folder under `tests/`. A whole run ends in a table that names what was left
out and why. With `SIGNPOST_REQUIRE_ALL=1` the run fails where a group of the ini option `groups` ran
no test, or left one out for a reason that `allowed_skips` does not begin with: a suite that is green
because half of it was skipped has proved half.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import PurePosixPath

import pytest

REQUIRE_ALL = "SIGNPOST_REQUIRE_ALL"
GROUPS = "SIGNPOST_GROUPS"
"""The groups that a part of the whole suite is made of (ci/suite.py), separated by commas."""
_ADDRESSES = ["127.0.0.0/8", "::1"]


class Fate(IntEnum):
    """What became of a test; of several reports on one test the worst counts."""

    PASSED = 0
    LEFT_OUT = 1
    FAILED = 2


@dataclass(slots=True)
class Group:
    """What happened in one group.

    Args:
        fates: node id to fate.
        reasons: node id to why it was left out.
        seconds: time spent, set-up and tear-down included.
    """

    fates: dict[str, Fate] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, nodeid: str, fate: Fate, reason: str = "") -> None:
        """Note one report."""
        self.fates[nodeid] = max(fate, self.fates.get(nodeid, Fate.PASSED))
        if fate is Fate.LEFT_OUT:
            self.reasons[nodeid] = reason

    def count(self, fate: Fate) -> int:
        """How many tests met this fate."""
        return sum(one is fate for one in self.fates.values())

    @property
    def ran(self) -> int:
        """How many tests ran, well or not."""
        return self.count(Fate.PASSED) + self.count(Fate.FAILED)

    def left_out(self) -> Counter[str]:
        """Reason to number of tests."""
        return Counter(
            reason for nodeid, reason in self.reasons.items() if self.fates[nodeid] is Fate.LEFT_OUT
        )


def group_of(nodeid: str) -> str:
    """The group of a node id: `tests/unit/test_x.py::test_y` is of `unit`."""
    parts = PurePosixPath(nodeid.partition("::")[0]).parts
    return parts[1] if len(parts) > 2 and parts[0] == "tests" else "(no group)"


def missing(
    groups: Mapping[str, Group], expected: Collection[str], allowed: Sequence[str]
) -> list[str]:
    """Why a run is not a whole one, a sentence each; empty where it is."""
    found = [
        f"{name}: no test ran" for name in expected if name not in groups or not groups[name].ran
    ]
    for name, group in sorted(groups.items()):
        found.extend(
            f"{name}: {number} left out: {reason}"
            for reason, number in sorted(group.left_out().items())
            if not reason.startswith(tuple(allowed))
        )
    return found


def table(groups: Mapping[str, Group], expected: Sequence[str]) -> list[str]:
    """The closing table, a line a group, each followed by what it left out."""
    lines = [f"{'group':14}{'passed':>8}{'failed':>8}{'left out':>10}{'time':>9}"]
    for name in [*expected, *sorted(set(groups) - set(expected))]:
        group = groups.get(name, Group())
        if not group.fates:
            lines.append(f"{name:14} not run: no test was collected")
            continue
        passed, failed, left_out = (
            group.count(fate) for fate in (Fate.PASSED, Fate.FAILED, Fate.LEFT_OUT)
        )
        lines.append(f"{name:14}{passed:8}{failed:8}{left_out:10}{group.seconds:7.1f} s")
        lines.extend(
            f"{'':14}  {number} x {reason}" for reason, number in sorted(group.left_out().items())
        )
    return lines


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    parser.addini("groups", "folders under tests/ that must each run a test", "args")
    parser.addini("loopback", "beginnings of paths whose tests may connect to loopback", "args")
    parser.addini("allowed_skips", "beginnings of reasons for which a test may be left out", "args")


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    config.pluginmanager.register(GroupCounter(config), "signpost-groups")


class GroupCounter:
    """Listens to a run. `config` is pytest's."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._part = os.environ.get(GROUPS, "")
        self._expected: list[str] = self._part.split(",") if self._part else config.getini("groups")
        self._loopback = tuple(config.getini("loopback"))
        self._allowed: list[str] = config.getini("allowed_skips")
        self._required = os.environ.get(REQUIRE_ALL) == "1"
        self._groups: dict[str, Group] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Open the loopback interface to the tests that may use it."""
        for item in items:
            if item.nodeid.startswith(self._loopback):
                item.add_marker(pytest.mark.allow_hosts(_ADDRESSES))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test's phase."""
        group = self._group(report.nodeid)
        group.seconds += report.duration
        if report.failed:
            group.add(report.nodeid, Fate.FAILED)
        elif report.skipped:
            group.add(report.nodeid, Fate.LEFT_OUT, _reason(report))
        elif report.when == "call":
            group.add(report.nodeid, Fate.PASSED)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a module that could not be read or that left itself out."""
        if report.failed:
            self._group(report.nodeid).add(report.nodeid, Fate.FAILED)
        elif report.skipped:
            self._group(report.nodeid).add(report.nodeid, Fate.LEFT_OUT, _reason(report))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that had to be whole and was not."""
        if self._missing() and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table after a whole run, and what makes it fail."""
        if self._whole() or self._required:
            terminalreporter.section("groups")
            for line in table(self._groups, self._expected):
                terminalreporter.write_line(line)
        for line in self._missing():
            terminalreporter.write_line(f"required, but not run: {line}", red=True)

    def _group(self, nodeid: str) -> Group:
        return self._groups.setdefault(group_of(nodeid), Group())

    def _missing(self) -> list[str]:
        if not self._required:
            return []
        return missing(self._groups, self._expected, self._allowed)

    def _whole(self) -> bool:
        option = self._config.option
        if self._part:
            return True
        named = self._config.args_source is pytest.Config.ArgsSource.ARGS
        return not (named or option.keyword or option.markexpr or option.collectonly)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was left out, in the words of who left it out."""
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)
