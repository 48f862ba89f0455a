"""The table of groups, and the refusal of a run that is not whole (tests/plugins/groups.py)."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

import pytest

from tests.plugins.groups import GROUPS, REQUIRE_ALL, Fate, Group, group_of, missing, table

INI = """
[pytest]
testpaths = tests
groups = unit browser
loopback = tests/browser/
allowed_skips = "../shared is absent"
"""
PASSES = "def test_it(): pass"


def skips(reason: str) -> str:
    return f"import pytest\ndef test_it(): pytest.skip({reason!r})"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a group `unit` that passes and the plugin at work."""
    monkeypatch.delenv(REQUIRE_ALL, raising=False)
    monkeypatch.delenv(GROUPS, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # Hypothesis takes a second to load
    pytester.makefile(".ini", pytest=INI)
    add(pytester, "unit", PASSES)
    return pytester


def add(pytester: pytest.Pytester, group: str, code: str, name: str = "test_one") -> None:
    folder = pytester.path / "tests" / group
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(code, encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugins = ["-p", "tests.plugins.groups", "-p", "pytest_socket", "-p", "no:cacheprovider"]
    return pytester.runpytest_inprocess(*plugins, "--import-mode=importlib", *arguments)


@pytest.fixture
def outside(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arguments for a run in a process of its own: this one's sockets are closed."""
    monkeypatch.setenv("PYTHONPATH", str(project))
    plugins = ["-p", "tests.plugins.groups", "-p", "pytest_socket"]
    return [*plugins, "--import-mode=importlib", "--disable-socket"]


def test_a_part_of_the_suite_requires_its_own_groups_only(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    monkeypatch.setenv(GROUPS, "unit")
    result = run(suite, "tests/unit")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["unit * 1 * 0 * 0 *"])
    monkeypatch.setenv(GROUPS, "unit,browser")
    assert run(suite, "tests/unit").ret == pytest.ExitCode.TESTS_FAILED


def test_the_lanes_of_the_suite_are_all_of_it(project: Path) -> None:
    suite = runpy.run_path(str(project / "ci" / "suite.py"))
    lanes = suite["lanes"]()
    groups = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["pytest"]
    every = [name for lane in lanes for name in lane]
    assert sorted(every) == sorted(groups["ini_options"]["groups"])
    assert all(lanes)
    assert len(lanes) == len(suite["NICE"])


def test_a_whole_run_passes(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    add(suite, "browser", PASSES)
    result = run(suite)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["unit * 1 * 0 * 0 *", "browser * 1 * 0 * 0 *"])
    result.stdout.fnmatch_lines(["*2 passed in*"])


def test_a_group_without_tests_fails_the_run(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    result = run(suite)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["required, but not run: browser: no test ran"])


def test_a_group_that_left_all_out_fails_the_run(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    add(suite, "browser", skips("no Chromium"))
    result = run(suite)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "required, but not run: browser: no test ran",
            "required, but not run: browser: 1 left out: no Chromium",
        ]
    )


def test_one_test_left_out_fails_the_run(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    add(suite, "browser", PASSES)
    add(suite, "browser", skips("flaky"), "test_two")
    assert run(suite).ret == pytest.ExitCode.TESTS_FAILED


def test_an_allowed_reason_does_not_fail_the_run(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    add(suite, "browser", PASSES)
    add(suite, "browser", skips("../shared is absent: no recordings"), "test_two")
    result = run(suite)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*1 x ../shared is absent: no recordings"])


def test_an_expected_failure_counts_as_left_out(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    xfails = "import pytest\n@pytest.mark.xfail(reason='later')\ndef test_it(): assert 0"
    add(suite, "browser", PASSES)
    add(suite, "browser", xfails, "test_two")
    result = run(suite)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*browser: 1 left out: expected to fail: later"])


def test_a_module_that_leaves_itself_out_is_counted(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    add(suite, "browser", "import pytest\npytest.skip('no root', allow_module_level=True)")
    result = run(suite)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*browser: 1 left out: no root"])


def test_without_the_variable_what_is_missing_is_named_only(suite: pytest.Pytester) -> None:
    add(suite, "browser", skips("no Chromium"))
    result = run(suite)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["browser * 0 * 0 * 1 *", "*1 x no Chromium"])
    assert "required" not in result.stdout.str()


def test_a_group_nobody_listed_appears_too(suite: pytest.Pytester) -> None:
    add(suite, "extra", PASSES)
    run(suite).stdout.fnmatch_lines(["browser * not run: no test was collected", "extra * 1 *"])


def test_a_part_of_the_suite_prints_no_table(suite: pytest.Pytester) -> None:
    assert "left out" not in run(suite, "tests/unit").stdout.str()
    assert "left out" not in run(suite, "-k", "it").stdout.str()


def test_a_failure_stays_a_failure(suite: pytest.Pytester) -> None:
    add(suite, "unit", "def test_it(): assert 0", "test_two")
    result = run(suite)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["unit * 1 * 1 * 0 *"])


def test_a_broken_fixture_is_one_failure(suite: pytest.Pytester) -> None:
    fixture = "import pytest\n@pytest.fixture\ndef it():\n    yield\n    raise OSError\n"
    add(suite, "unit", f"{fixture}def test_it(it): pass", "test_two")
    run(suite).stdout.fnmatch_lines(["unit * 1 * 1 * 0 *"])


DIALS = """
import socket
def test_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""


@pytest.mark.parametrize(("group", "passed"), [("browser", 1), ("unit", 0)])
def test_only_named_tests_reach_the_loopback_interface(
    suite: pytest.Pytester, group: str, passed: int, outside: list[str]
) -> None:
    add(suite, group, DIALS, "test_dial")
    result = suite.runpytest_subprocess(*outside, f"tests/{group}/test_dial.py")
    result.assert_outcomes(passed=passed, failed=1 - passed)


def test_no_test_reaches_further_than_the_loopback_interface(
    suite: pytest.Pytester, outside: list[str]
) -> None:
    code = "import socket\ndef test_it():\n    socket.create_connection(('192.0.2.1', 9), 1)\n"
    add(suite, "browser", code)
    result = suite.runpytest_subprocess(*outside, "tests/browser/test_one.py")
    result.stdout.fnmatch_lines(
        ["*A test tried to use socket.socket.connect() with host*192.0.2.1*"]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/unit/domain/test_x.py::test_y[a::b/c]", "unit"),
        ("tests/rules/test_x.py::TestY::test_z", "rules"),
        ("tests/test_x.py::test_y", "(no group)"),
        ("", "(no group)"),
    ],
)
def test_group_of(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_the_worst_report_on_a_test_counts() -> None:
    group = Group()
    group.add("a", Fate.PASSED)
    group.add("a", Fate.FAILED)
    group.add("a", Fate.LEFT_OUT, "why")
    assert (group.ran, group.count(Fate.FAILED), group.left_out().total()) == (1, 1, 0)


def test_all_that_is_missing_is_said_at_once() -> None:
    group = Group()
    group.add("a", Fate.LEFT_OUT, "no root")
    found = missing({"unit": group}, ["unit", "perf"], [])
    assert found == ["unit: no test ran", "perf: no test ran", "unit: 1 left out: no root"]


def test_the_table_keeps_the_order_of_the_list() -> None:
    names = [line.split()[0] for line in table({"zebra": Group()}, ["unit", "browser"])]
    assert names == ["group", "unit", "browser", "zebra"]
