"""A brand's letterhead, from whatever its brand.yaml was when it was signed."""

from __future__ import annotations

import pytest

from signpost.content.letterhead import read_letterhead
from signpost.domain.letterhead import INK, Letterhead


def test_all_of_it() -> None:
    data = (
        b'name: A\nlanguage: de-AT\nletterhead:\n  color: "#1F4d3a"\n  address: [B, 1 C Street]\n'
    )
    assert read_letterhead(data, "a") == Letterhead("A", ("B", "1 C Street"), "#1F4d3a", "de-AT")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "acme"),
        (b"\xff", "acme"),
        (b"a: &x 1\nb: *x\n", "acme"),
        (b"[1]", "acme"),
        (b"name: Acme\nof_another_time: 1\n", "Acme"),
        (b"name: Acme\nletterhead: {color: red, address: 3}\n", "Acme"),
    ],
)
def test_as_far_as_it_can_be_read(data: bytes, name: str) -> None:
    head = read_letterhead(data, "acme")
    assert head.name == name
    assert head.color == INK
