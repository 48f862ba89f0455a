"""The key of passes: by its version, kept for five minutes, never in a message."""

from __future__ import annotations

import pytest

from signpost.aws.pass_key import CACHE_S, SsmPassKey
from signpost.aws.session import Clients
from signpost.errors import SecretError
from tests.fakes.clock import FakeClock

NAME = "/signpost-site/acme/entrance"


def test_the_id_is_the_version_and_a_new_one_is_seen_in_five_minutes(
    clients: Clients, clock: FakeClock
) -> None:
    ssm = clients.get("ssm")
    key = SsmPassKey(ssm, NAME, clock)
    with pytest.raises(SecretError, match="ParameterNotFound"):
        key.current()
    ssm.put_parameter(Name=NAME, Value="a" * 43 + "\n", Type="SecureString")
    assert key.current() == ("v1", "a" * 43)
    ssm.put_parameter(Name=NAME, Value="b" * 43, Type="SecureString", Overwrite=True)
    assert key.current() == ("v1", "a" * 43)
    clock.advance(CACHE_S)
    assert key.current() == ("v2", "b" * 43)
    ssm.delete_parameter(Name=NAME)
