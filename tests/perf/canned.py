"""A local endpoint that answers AWS and channel calls at once, with fixed answers.

It lets a process be timed without the time of a database: what is left is the process's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from signpost.aws import items
from signpost.connectors.registry import Registry
from signpost.domain.delivery import About, Account, Delivery, Part, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.row import BundleRef, Row

WORKSPACE = "bench"
TABLE = "Ledger"
BUCKET = "bucket"


def delivery(server: str, *, post: str = "post", account: str = "main") -> Delivery:
    """A delivery that is due now: one text to a Mastodon account at the given address."""
    due = datetime.now(UTC).replace(microsecond=0)
    bare = Delivery(
        workspace=WORKSPACE,
        brand="brand",
        post=post,
        account=Account(account, "mastodon", "@brand@social.example", server, account),
        due=due,
        zone="UTC",
        local=due.replace(tzinfo=None).isoformat(sep=" "),
        tzdata="+00:00",
        grace_s=1800,
        on_ambiguous="hold",
        link="",
        language="en",
        parts=(Part("Fresh snow above 1,800 m. Wax first, then walk."),),
    )
    connector = Registry().get("mastodon")
    parts = connector.render(bare.parts, link="", language="en", options={})
    return replace(bare, parts=parts)


def row(wanted: Delivery, bundle: BundleRef) -> Row:
    """The ledger's row of an accepted delivery."""
    due = wanted.due or datetime.now(UTC)
    return Row(
        delivery=wanted.id,
        brand=wanted.brand,
        account=wanted.account.id,
        state=State.SCHEDULED,
        revision=wanted.revision,
        bundle=bundle,
        due=due,
        next_at=due - timedelta(seconds=1),
        grace_s=wanted.grace_s,
        on_ambiguous=wanted.on_ambiguous,
        parts_total=len(wanted.parts),
        changed_at=due,
        fence=1,
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer(206 if "Range" in self.headers else 200, self.server.line)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if not target:
            self._answer(200, self.server.status)
        elif target == "BatchGetItem":
            self._answer(200, self.server.rows)
        elif target == "GetParameter":
            value = {"Parameter": {"Value": '{"access_token": "bench"}', "Type": "SecureString"}}
            self._answer(200, json.dumps(value).encode())
        else:
            self.server.writes += bool(body)
            self._answer(200, b"{}")

    def _answer(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    line: bytes
    rows: bytes
    status: bytes
    writes = 0


@contextmanager
def canned() -> Iterator[tuple[str, Delivery, _Server]]:
    """Serve on loopback; gives the address, the delivery that is due, and the server."""
    server = _Server(("127.0.0.1", 0), _Handler)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    wanted = delivery(address)
    bundle = make_bundle(WORKSPACE, [(wanted, About())], previous="")
    line = bundle.lines[0]
    server.line = bundle.data[line.offset : line.offset + line.length]
    stored = row(wanted, BundleRef(bundle.digest, line.offset, line.length))
    attributes = {k: v for k, v in items.row_attributes(stored).items() if v is not None}
    switch = {
        **items.workspace_key(WORKSPACE, "STOP"),
        "version": {"N": "1"},
        "scopes": {"S": "[]"},
    }
    found = [{**items.row_key(wanted.id), **attributes}, switch]
    server.rows = json.dumps({"Responses": {TABLE: found}, "UnprocessedKeys": {}}).encode()
    server.status = json.dumps({"id": "1", "url": f"{address}/@brand/1"}).encode()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address, wanted, server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
