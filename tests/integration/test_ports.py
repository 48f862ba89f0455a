"""Choosing ports on loopback."""

from __future__ import annotations

import socket

from signpost.local.ports import choose, is_free


def test_the_wanted_port_else_another() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = int(squatter.getsockname()[1])
        assert not is_free(taken)
        other = choose(taken)
        assert other not in {0, taken}
        assert is_free(other)
        assert choose(other) == other
        assert choose(other, frozenset({other})) != other


def test_a_port_that_just_closed_is_free_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)) as client:
            peer, _address = server.accept()
            peer.close()  # first to close: its end lingers in TIME_WAIT
            assert client.recv(1) == b""
    assert is_free(port)


def test_no_such_port_is_not_free() -> None:
    assert not is_free(70_000)
