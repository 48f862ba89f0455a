"""Finds the key that somebody signs with, and whose it is by the trust root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from signpost.cli.signoff import keygen
from signpost.domain.signing.keys import PublicKey
from signpost.errors import SigningError


def find_signer(
    people: Mapping[str, Sequence[PublicKey]], person: str | None, file: Path | None
) -> tuple[str, PublicKey, Path | None]:
    """Who signs with which key; no file where only the agent holds it.

    Args:
        people: person → keys that may sign.
        person: who signs; None: whose key is found.
        file: the key's; None: it is searched in ~/.ssh and in the agent.

    Raises:
        SigningError: the key is nobody's, or none was found.
    """
    if person is not None and person not in people:
        raise SigningError(
            f"`{person}` is not in the trust root.",
            f"It has {', '.join(sorted(people))}.",
            reason="unknown-person",
        )
    mine = [key for name, keys in people.items() if person in {None, name} for key in keys]
    if file is None:
        found = keygen.find_key(mine)
        public = keygen.read_public(found) if found else keygen.agent_key(mine)
        if public is None:
            raise SigningError(
                "No key of the trust root is in ~/.ssh or in the agent.",
                "Name it with --key FILE.",
                reason="no-key",
            )
        file = found
    else:
        public = keygen.read_public(file)
    owner = next((name for name, keys in people.items() if public in keys), None)
    if owner is None or (person is not None and owner != person):
        raise SigningError(
            f"The key {public.fingerprint} is {owner or 'nobody'}'s in the trust root"
            + (f", not {person}'s." if person else "."),
            "Sign with the key that the trust root has; `signpost strategy root show` lists them.",
            reason="foreign-key" if owner else "unknown-key",
        )
    return owner, public, file
