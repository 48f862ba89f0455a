"""HTTP over real loopback sockets, with servers that misbehave on purpose.

More than 400 lines: each misbehaviour brings its own server.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.errors import AnswerLost, NotSent, TransportError
from signpost.ports import FilePart, Request
from signpost.transport import HttpTransport, is_loopback

CANARY = "canary-3f9c"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: Yes\r\n\r\n{}"

Behaviour = Callable[[socket.socket, int], None]


def read_request(line: socket.socket) -> bytes:
    """Everything up to the end of the request's body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for field in head.lower().split(b"\r\n"):
        if field.startswith(b"content-length:"):
            length = int(field.split(b":")[1])
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


class Server:
    """Accepts connections one after another and leaves each to a behaviour."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._behaviour = behaviour
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with contextlib.suppress(OSError), line:
                line.settimeout(5)
                if self._tls is None:
                    self._behaviour(line, self.connections)
                else:
                    with self._tls.wrap_socket(line, server_side=True) as wrapped:
                        self._behaviour(wrapped, self.connections)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


Serve = Callable[[Behaviour], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def start(behaviour: Behaviour) -> Server:
        servers.append(Server(behaviour))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    made = HttpTransport()
    yield made
    made.close()


def post(server: Server, timeout_s: float = 5.0) -> Request:
    return Request(
        "POST",
        f"{server.url}/api",
        secret_headers={"Authorization": f"Bearer {CANARY}"},
        query={"token": CANARY},
        json={"a": "ü"},
        timeout_s=timeout_s,
    )


def answering(data: bytes, seen: list[bytes] | None = None) -> Behaviour:
    def behave(line: socket.socket, _: int) -> None:
        request = read_request(line)
        if seen is not None:
            seen.append(request)
        line.sendall(data)

    return behave


def test_an_exchange(serve: Serve, transport: HttpTransport) -> None:
    seen: list[bytes] = []
    response = transport.send(post(serve(answering(OK, seen))))
    assert (response.status, response.body, response.headers["x-two"]) == (200, b"{}", "Yes")
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api?token=canary-3f9c HTTP/1.1")
    assert b"\r\nAuthorization: Bearer canary-3f9c" in head
    assert b"\r\nContent-Type: application/json" in head
    assert body == '{"a":"ü"}'.encode()


def test_a_form_is_sent_as_multipart(serve: Serve, transport: HttpTransport) -> None:
    seen: list[bytes] = []
    server = serve(answering(OK, seen))
    form: dict[str, str | FilePart] = {
        "file": FilePart("a.png", b"\x89PNG", "image/png"),
        "description": "Böots",
    }
    transport.send(Request("POST", f"{server.url}/m", form=form))
    assert b"multipart/form-data; boundary=" in seen[0]
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in seen[0]
    assert "Böots".encode() in seen[0]


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 429, 500, 503])
def test_no_retry_and_no_redirect_of_a_send(
    serve: Serve, transport: HttpTransport, status: int
) -> None:
    server = serve(
        answering(
            f"HTTP/1.1 {status} X\r\nLocation: /b\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".encode()
        )
    )
    assert transport.send(post(server)).status == status
    assert server.connections == 1


def hang_up(line: socket.socket, _: int) -> None:
    line.close()


def hang_up_after_request(line: socket.socket, _: int) -> None:
    read_request(line)


def reset(line: socket.socket, _: int) -> None:
    read_request(line)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_a_body(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def half_a_chunk(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")


def half_a_head(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def not_http(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"220 mail.example ESMTP\r\n")


def bad_gzip(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")


def too_long(line: socket.socket, _: int) -> None:
    read_request(line)
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000)


@pytest.mark.parametrize(
    "behaviour",
    [
        hang_up,
        hang_up_after_request,
        reset,
        half_a_body,
        half_a_chunk,
        not_http,
        bad_gzip,
        too_long,
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_ends_without_an_answer_is_lost(
    serve: Serve, behaviour: Behaviour, method: str
) -> None:
    transport = HttpTransport(max_body_bytes=100_000)
    server = serve(behaviour)
    with pytest.raises(AnswerLost) as caught:
        transport.send(replace(post(server), method=method))
    assert server.connections == 1
    assert_no_canary(caught.value)
    transport.close()


def test_a_head_that_breaks_off_is_no_success(serve: Serve, transport: HttpTransport) -> None:
    """http.client takes it for a complete head; the body then is empty, which no one accepts."""
    response = None
    with contextlib.suppress(AnswerLost):
        response = transport.send(post(serve(half_a_head)))
    assert response is None or response.json() is None


def silence(line: socket.socket, _: int) -> None:
    time.sleep(1)


def drip(data: bytes, pause_s: float) -> Behaviour:
    def behave(line: socket.socket, _: int) -> None:
        read_request(line)
        for byte in data:
            line.sendall(bytes([byte]))
            time.sleep(pause_s)

    return behave


@pytest.mark.parametrize(
    "behaviour",
    [
        drip(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500, 0.05),
        drip(OK.replace(b": 2", b": 500") + b" " * 500, 0.05),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.05),
        silence,
    ],
    ids=["head", "body", "continue", "silence"],
)
def test_the_deadline_is_for_the_whole_exchange(
    serve: Serve, transport: HttpTransport, behaviour: Behaviour
) -> None:
    server = serve(behaviour)
    start = time.monotonic()
    with pytest.raises(AnswerLost, match=r"within 0\.4 s"):
        transport.send(post(server, timeout_s=0.4))
    assert 0.3 < time.monotonic() - start < 1.5


def test_a_server_that_does_not_read_is_left_at_the_deadline(
    serve: Serve, transport: HttpTransport
) -> None:
    server = serve(silence)
    start = time.monotonic()
    with pytest.raises(AnswerLost):
        transport.send(Request("POST", f"{server.url}/m", data=b"x" * 30_000_000, timeout_s=0.4))
    assert time.monotonic() - start < 1.5


def test_no_time_left_means_not_sent(serve: Serve, transport: HttpTransport) -> None:
    server = serve(answering(OK))
    with pytest.raises(NotSent):
        transport.send(post(server, timeout_s=0.0))
    assert server.connections == 0


def test_a_refused_connection_is_not_sent(transport: HttpTransport) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NotSent, match="connection refused") as caught:
        transport.send(Request("POST", f"http://127.0.0.1:{port}/", query={"t": CANARY}))
    assert_no_canary(caught.value)


def test_an_unknown_name_is_not_sent(transport: HttpTransport) -> None:
    # Longer than a label of a name may be: refused before a resolver is asked.
    with pytest.raises(NotSent):
        transport.send(Request("POST", f"https://{'a' * 64}.example/", timeout_s=5))


def test_a_header_that_cannot_be_sent_is_not_quoted(serve: Serve, transport: HttpTransport) -> None:
    """http.client quotes the whole header, token included, when it refuses one."""
    server = serve(answering(OK))
    with pytest.raises(NotSent) as caught:
        transport.send(
            Request("GET", server.url, secret_headers={"Authorization": f"{CANARY}\nX: y"})
        )
    assert_no_canary(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "ftp://localhost/",
        "https://user:secret@localhost/",
        "https:///path",
        "localhost",
    ],
)
def test_addresses_that_are_not_spoken_to(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent) as caught:
        transport.send(Request("GET", url))
    assert "secret" not in str(caught.value.cause)


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",  # the first one as one number
    ],
)
def test_what_describes_the_machine_is_not_spoken_to(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent, match="metadata"):
        transport.send(Request("POST", url, timeout_s=5))


def test_a_name_that_leads_there_is_not_followed(
    serve: Serve, transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither alone nor beside an honest address; nor on the way of a redirect."""
    stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    inside = (*stream, ("169.254.169.254", 443))
    server = serve(answering(OK))
    known = {"inside.example": [inside], "both.localhost": [inside, (*stream, ("127.0.0.1", 0))]}

    def resolve(host: str, port: int) -> list[Any]:
        found = known.get(host, [(*stream, ("127.0.0.1", port))])
        return [(*head, (to[0], port)) for *head, to in found]

    monkeypatch.setattr("signpost.transport._resolve", resolve)
    with pytest.raises(NotSent, match="metadata"):
        transport.send(Request("GET", "https://inside.example/", timeout_s=5))
    assert transport.send(Request("GET", f"http://both.localhost:{server.port}/")).status == 200
    lured = serve(answering(redirect("https://inside.example/")))
    with pytest.raises(TransportError, match="metadata"):
        transport.send(Request("GET", lured.url, timeout_s=5))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("signoff.localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("example.com", False),
        ("notlocalhost", False),
    ],
)
def test_loopback(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_names_under_localhost_are_this_machine(serve: Serve, transport: HttpTransport) -> None:
    server = serve(answering(OK))
    url = f"http://feed.signpost.localhost:{server.port}/"
    assert transport.send(Request("GET", url)).status == 200


def redirect(target: str) -> bytes:
    # The server closes after each answer and has to say so, or the next request races the close.
    head = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nConnection: close\r\n"
    return f"{head}Content-Length: 0\r\n\r\n".encode()


def test_a_get_follows_redirects_and_keeps_its_token_at_home(
    serve: Serve, transport: HttpTransport
) -> None:
    there: list[bytes] = []
    here: list[bytes] = []
    other = serve(answering(OK, there))

    def behave(line: socket.socket, number: int) -> None:
        here.append(read_request(line))
        line.sendall(redirect("/again" if number == 1 else f"{other.url}/there"))

    server = serve(behave)
    request = Request("GET", server.url, secret_headers={"Authorization": f"Bearer {CANARY}"})
    assert transport.send(request).status == 200
    assert [CANARY.encode() in head for head in here] == [True, True]
    assert here[1].startswith(b"GET /again ")
    assert CANARY.encode() not in there[0]


def test_redirects_end(serve: Serve, transport: HttpTransport) -> None:
    server = serve(answering(redirect("/round")))
    with pytest.raises(AnswerLost, match="redirects"):
        transport.send(Request("GET", server.url))
    assert server.connections == 6


def test_a_redirect_to_plain_http_elsewhere_is_refused(
    serve: Serve, transport: HttpTransport
) -> None:
    server = serve(answering(redirect("http://example.com/")))
    with pytest.raises(NotSent):
        transport.send(Request("GET", server.url))


def keep_alive(line: socket.socket, _: int) -> None:
    for _request in range(3):
        read_request(line)
        line.sendall(OK)


def test_a_connection_is_used_again(serve: Serve, transport: HttpTransport) -> None:
    server = serve(keep_alive)
    for _ in range(3):
        assert transport.send(post(server)).status == 200
    assert server.connections == 1


def test_a_connection_that_lay_idle_is_not_used_again(
    serve: Serve, transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function thaws after minutes: the server has long gone, the line does not know it."""
    monkeypatch.setattr("signpost.transport.REUSE_IDLE_S", 0.05)
    server = serve(keep_alive)
    assert transport.send(post(server)).status == 200
    time.sleep(0.1)
    assert transport.send(post(server)).status == 200
    assert server.connections == 2


def test_the_rest_of_a_lost_answer_does_not_meet_the_next_request(
    serve: Serve, transport: HttpTransport
) -> None:
    def behave(line: socket.socket, number: int) -> None:
        read_request(line)
        if number == 1:
            line.sendall(OK.replace(b": 2", b": 9"))
            time.sleep(0.5)
        line.sendall(OK)

    server = serve(behave)
    with pytest.raises(AnswerLost):
        transport.send(post(server, timeout_s=0.2))
    assert transport.send(post(server)).body == b"{}"


def test_nothing_secret_is_logged(
    serve: Serve, transport: HttpTransport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    request = post(serve(answering(OK)))
    transport.send(request)
    with pytest.raises(AnswerLost):
        transport.send(post(serve(reset)))
    with pytest.raises(AnswerLost):
        transport.send(post(serve(not_http)))
    assert CANARY not in caplog.text
    assert CANARY not in repr(request)


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost and its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Callable[[Behaviour], Server]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    servers: list[Server] = []

    def start(behaviour: Behaviour) -> Server:
        servers.append(Server(behaviour, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def test_tls(tls_server: Serve, certificate: Path) -> None:
    transport = HttpTransport(ca_file=str(certificate))
    assert transport.send(post(tls_server(answering(OK)))).status == 200
    with pytest.raises(AnswerLost):
        transport.send(post(tls_server(half_a_body)))
    with pytest.raises(AnswerLost, match=r"within 0\.6 s"):
        transport.send(post(tls_server(drip(OK, 0.2)), timeout_s=0.6))
    transport.close()


def test_a_certificate_nobody_vouches_for_is_not_sent(tls_server: Serve) -> None:
    transport = HttpTransport()
    seen: list[bytes] = []
    with pytest.raises(NotSent, match="certificate") as caught:
        transport.send(post(tls_server(answering(OK, seen))))
    assert seen == []
    assert_no_canary(caught.value)
    transport.close()


def test_a_certificate_for_another_name_is_not_sent(tls_server: Serve, certificate: Path) -> None:
    transport = HttpTransport(ca_file=str(certificate))
    server = tls_server(answering(OK))
    with pytest.raises(NotSent, match="certificate"):
        transport.send(Request("POST", f"https://127.0.0.1:{server.port}/", json={}))
    transport.close()


def slow_handshake(line: socket.socket, _: int) -> None:
    line.recv(65536)
    for byte in b"\x16\x03\x03\x10\x00" + b"\x02" * 4000:  # a handshake record without an end
        line.sendall(bytes([byte]))
        time.sleep(0.05)


def test_a_handshake_that_drips_ends_at_the_deadline_and_nothing_was_sent(serve: Serve) -> None:
    transport = HttpTransport()
    server = serve(slow_handshake)
    start = time.monotonic()
    with pytest.raises(NotSent) as caught:
        transport.send(Request("POST", f"https://localhost:{server.port}/", json={}, timeout_s=0.5))
    assert time.monotonic() - start < 1.5
    assert_no_canary(caught.value)
    transport.close()


def assert_no_canary(error: TransportError) -> None:
    """Neither in what it says, nor in the errors behind it that a logger may print."""
    assert CANARY not in str(error) + repr(error) + error.cause + error.remedy
    assert CANARY not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None
