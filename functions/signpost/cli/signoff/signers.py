"""Reads what a person writes on the command line about signers, roles and thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from signpost.cli.signoff.keygen import read_public
from signpost.domain.signing.document import is_id
from signpost.domain.signing.root import Person, Threshold, TrustRoot

_THRESHOLD = re.compile(r"(strategy|root|resume|approval\.[a-z0-9-]+)=(\d+)(?::(.+))?")


def signers(words: Iterable[str], names: Mapping[str, str]) -> dict[str, Person]:
    """People of `ID:ROLE[+ROLE]:KEYFILE`; the same id again adds a key.

    Args:
        names: id → name as people.yaml has it.

    Raises:
        click.BadParameter: a word is of another form.
    """
    found: dict[str, Person] = {}
    for word in words:
        name, _, rest = word.partition(":")
        roles, _, file = rest.partition(":")
        held = tuple(sorted(set(roles.split("+"))))
        if not file or not all(map(is_id, (name, *held))):
            raise click.BadParameter(f"`{word}` is not ID:ROLE[+ROLE]:KEYFILE.")
        key = read_public(Path(file).expanduser())
        before = found.get(name)
        found[name] = Person(
            name,
            names.get(name, name),
            (*(before.keys if before else ()), key),
            tuple(sorted({*held, *(before.roles if before else ())})),
        )
    return found


def titles(
    people: Iterable[Person], given: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """A title for each role: as given, as positions.yaml has it, or made of its id."""
    roles = sorted({role for person in people for role in person.roles})
    return {
        role: given.get(role) or known.get(role) or role.replace("-", " ").capitalize()
        for role in roles
    }


def pairs(words: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` words.

    Raises:
        click.BadParameter: a word is of another form.
    """
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not value:
            raise click.BadParameter(f"`{word}` is not NAME=VALUE.")
        found[name] = value
    return found


def usual(people: int, roles: Iterable[str]) -> dict[str, Threshold]:
    """Thresholds where nobody says otherwise.

    Everybody signs a strategy. A root can be changed without one of them, once there are three:
    somebody will lose a key. Letting publishing go on takes two.
    """
    held = dict.fromkeys(sorted(roles), 0)
    return {
        "strategy": Threshold(people, held),
        "root": Threshold(people - 1 if people > 2 else people, held),
        "resume": Threshold(min(2, people), held),
    }


def with_thresholds(root: TrustRoot, words: Iterable[str]) -> TrustRoot:
    """The root with `NAME=COUNT[:ROLE[=LEAST],…]` in place of its thresholds.

    Raises:
        click.BadParameter: a word is of another form.
    """
    for word in words:
        found = _THRESHOLD.fullmatch(word)
        if found is None:
            raise click.BadParameter(
                f"`{word}` is not NAME=COUNT[:ROLE[=LEAST],…], NAME one of strategy, root, resume, "
                "approval.TIER."
            )
        roles = dict.fromkeys(sorted(root.roles), 0)
        if found[3]:
            roles = {}
            for part in found[3].split(","):
                role, _, least = part.partition("=")
                if least and not least.isdecimal():
                    raise click.BadParameter(f"`{part}` is not ROLE=LEAST.")
                roles[role] = int(least or 0)
        threshold = Threshold(int(found[2]), roles)
        name, _, tier = found[1].partition(".")
        if name == "approval":
            root = replace(root, approval={**root.approval, tier: threshold})
        elif name == "strategy":
            root = replace(root, strategy=threshold)
        elif name == "root":
            root = replace(root, root=threshold)
        else:
            root = replace(root, resume=threshold)
    return root
