from __future__ import annotations

import pytest

from signpost.domain.addresses import describes_the_machine


@pytest.mark.parametrize(
    ("number", "described"),
    [
        ("169.254.169.254", True),
        ("169.254.170.2", True),  # containers' credentials
        ("169.254.0.1", True),
        ("fe80::1", True),
        ("fe80::1%eth0", True),
        ("fd00:ec2::254", True),
        ("fd00:0ec2:0:0:0:0:0:23", True),
        ("::ffff:169.254.169.254", True),
        ("64:ff9b::a9fe:a9fe", True),
        ("64:ff9b::8.8.8.8", False),
        ("169.253.255.255", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("10.0.0.1", False),
        ("fd00::1", False),
        ("2606:4700::1", False),
    ],
)
def test_where_a_machine_is_described(number: str, *, described: bool) -> None:
    assert describes_the_machine(number) is described


def test_a_name_is_no_address() -> None:
    with pytest.raises(ValueError, match="localhost"):
        describes_the_machine("localhost")
