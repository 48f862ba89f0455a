"""The tools of these tests do what they say: else a green run would prove nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from signpost.errors import AnswerLost
from signpost.ports import Request, Response
from signpost.transport import HttpTransport
from tests.servers.processes import GUARD, Program, ServerError, free_ports
from tests.servers.proof import Line, Proof, tables
from tests.servers.proxy import RETRY_AFTER_S, Fault, Proxy

ANSWER = b'{"made": "a thing with a long enough answer"}'


class _Counting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies: list[bytes]

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(201)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def bodies() -> list[bytes]:
    """What the server behind the proxy was handed."""
    return []


@pytest.fixture
def proxy(bodies: list[bytes]) -> Iterator[Proxy]:
    handler = type("Counting", (_Counting,), {"bodies": bodies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
    yield proxy
    proxy.close()
    server.shutdown()
    server.server_close()


def _send(proxy: Proxy, timeout_s: float = 5.0) -> Response:
    transport = HttpTransport()
    try:
        return transport.send(
            Request(
                "POST", f"{proxy.url}/things?a=1", json={"a": "b" * 100_000}, timeout_s=timeout_s
            )
        )
    finally:
        transport.close()


def test_it_passes_what_it_is_given(proxy: Proxy, bodies: list[bytes]) -> None:
    answer = _send(proxy)
    assert (answer.status, answer.body) == (201, ANSWER)
    assert len(bodies) == 1
    (exchange,) = proxy.sent("POST", r"/things\?a=1$")
    assert (exchange.fault, exchange.answers) == (Fault.NONE, [201])


@pytest.mark.parametrize(
    ("fault", "reason", "handed_over"),
    [
        (Fault.DROPPED, "hung up", 1),
        (Fault.LATE_ANSWER, "within 0.3 s", 1),
        (Fault.LATE_APPLY, "within 0.3 s", 0),
        (Fault.RESET_BEFORE_BODY, "may have been received", 0),
        (Fault.RESET_AFTER_BODY, "reset", 0),
        (Fault.RESET_AFTER_APPLY, "reset", 1),
        (Fault.TRUNCATED, "cut off", 1),
    ],
)
def test_no_answer(
    proxy: Proxy, bodies: list[bytes], fault: Fault, reason: str, handed_over: int
) -> None:
    proxy.spoil("POST", "/things", fault)
    waits = fault in {Fault.LATE_ANSWER, Fault.LATE_APPLY}
    with pytest.raises(AnswerLost, match=reason):
        _send(proxy, 0.3 if waits else 5.0)
    assert len(bodies) == handed_over
    if fault is Fault.LATE_APPLY:
        assert proxy.hand_over() == 1
        assert len(bodies) == 1
        assert proxy.hand_over() == 0
    assert _send(proxy).status == 201  # once only


@pytest.mark.parametrize(
    ("fault", "status", "handed_over"),
    [
        (Fault.THROTTLED, 429, 0),
        (Fault.ERROR_BEFORE, 503, 0),
        (Fault.ERROR_AFTER, 500, 1),
        (Fault.PORTAL, 200, 0),
        (Fault.TWICE, 201, 2),
    ],
)
def test_another_answer(
    proxy: Proxy, bodies: list[bytes], fault: Fault, status: int, handed_over: int
) -> None:
    proxy.spoil("POST", "/things", fault)
    answer = _send(proxy)
    assert (answer.status, len(bodies)) == (status, handed_over)
    if fault is Fault.THROTTLED:
        assert answer.headers["retry-after"] == str(RETRY_AFTER_S)


def test_every_fault_is_tried_here() -> None:
    marks = [*_params(test_no_answer), *_params(test_another_answer)]
    assert set(marks) == set(Fault) - {Fault.NONE}


def _params(test: object) -> list[Fault]:
    mark = next(one for one in test.pytestmark if one.name == "parametrize")  # type: ignore[attr-defined] # pytest adds it
    return [case[0] for case in mark.args[1]]


def test_skip_and_times(proxy: Proxy) -> None:
    proxy.spoil("POST", "/things", Fault.ERROR_BEFORE, skip=1, times=2)
    assert [_send(proxy).status for _ in range(4)] == [201, 503, 503, 201]


# --- server programs ------------------------------------------------------------------------------


def test_a_program_ends_with_its_parent(tmp_path: Path) -> None:
    """Even after kill -9 of whoever started it: the guard sees the pipe close, and ends the program."""
    pid_file = tmp_path / "pid"
    inner = (
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    outer = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, {str(GUARD)!r}, '-', sys.executable, '-c', {inner!r}],\n"
        "    stdin=subprocess.PIPE)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", outer]) as parent:
        _wait(lambda: pid_file.exists() and bool(pid_file.read_text()))
        pid = int(pid_file.read_text())
        parent.send_signal(signal.SIGKILL)
    _wait(lambda: not _runs(pid))


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    program = Program("broken", [sys.executable, "-c", "raise SystemExit('no disk')"], tmp_path)
    with pytest.raises(ServerError, match="no disk"):
        program.wait_for(lambda: False, 20)
    program.stop()


def test_a_program_that_is_not_up_in_time_is_an_error(tmp_path: Path) -> None:
    program = Program("slow", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    with pytest.raises(ServerError, match="not up"):
        program.wait_for(lambda: False, 0.1)
    program.stop()


def test_ports_differ() -> None:
    assert len(set(free_ports(5))) == 5


def test_tables_keep_order_and_show_gaps() -> None:
    seen = [Line("S", "b", "x", "1"), Line("S", "a", "y", "2")]
    assert tables(Proof({}, seen)) == {
        "S": ["|  | x | y |", "|---|---|---|", "| b | 1 | – |", "| a | – | 2 |"]
    }


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended; nobody has asked for its exit code yet.
    return ") Z " not in Path(f"/proc/{pid}/stat").read_text()


def _wait(reached: object, timeout_s: float = 30.0) -> None:
    assert callable(reached)
    deadline = time.monotonic() + timeout_s
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
