"""The trust root: who may sign for a brand, in which role, and how many of them it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from signpost.domain.signing import document
from signpost.domain.signing.globs import judge_glob
from signpost.domain.signing.keys import PublicKey, parse_line
from signpost.errors import SigningError

NAME = "root.json"
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}")


class Kind(StrEnum):
    """What a signature says yes to; each has a namespace of its own."""

    STRATEGY = "strategy"
    APPROVAL = "approval"
    RESUME = "resume"
    ROOT = "root"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many signatures a decision takes.

    Args:
        count: of different people.
        roles: the roles whose holders count → how many of each at least, 0 for none in particular.
    """

    count: int
    roles: Mapping[str, int]

    def write(self) -> dict[str, Any]:
        """As JSON members."""
        return {"count": self.count, "roles": dict(self.roles)}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign.

    Args:
        id: as in people.yaml.
        keys: public keys; none of them anybody else's.
        roles: ids of the roles that they hold, sorted.
    """

    id: str
    name: str
    keys: tuple[PublicKey, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """One version of a brand's trust root.

    Args:
        domain: what namespaces end in, such as `larkfell.example`.
        version: 1, 2, 3 …
        previous: digest of the root before; None for version 1.
        roles: id → title.
        strategy: threshold of a release; the others alike.
        approval: thresholds of approvals, by tier.
        documents: patterns of the files that a release signs (see `globs`).
        origins: pages on which passkeys sign.
        accepted: digests of the releases' manifests that were accepted before this version; none
            other that names an older root counts any more.
    """

    brand: str
    domain: str
    version: int
    previous: str | None
    people: Mapping[str, Person]
    roles: Mapping[str, str]
    strategy: Threshold
    root: Threshold
    resume: Threshold
    approval: Mapping[str, Threshold] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    def namespace(self, kind: Kind) -> str:
        """What signatures of this kind are made for."""
        return f"{kind}@{self.domain}"

    def threshold(self, kind: Kind, tier: str = "") -> Threshold:
        """How many it takes.

        Raises:
            SigningError: there is no such tier, or nobody's number decides (acknowledgements).
        """
        if kind is Kind.APPROVAL and tier in self.approval:
            return self.approval[tier]
        found = {
            Kind.STRATEGY: self.strategy, Kind.ROOT: self.root, Kind.RESUME: self.resume
        }.get(kind)  # fmt: skip
        if found is None:
            raise SigningError(
                f"The trust root has no threshold for {kind} {tier}".rstrip() + ".",
                "Add it: `signpost strategy root rotate`.",
                reason="no-threshold",
            )
        return found

    def thresholds(self) -> Iterable[tuple[str, Threshold]]:
        """Every threshold with its name, such as `approval.offers`."""
        yield "strategy", self.strategy
        yield "root", self.root
        yield "resume", self.resume
        for tier, threshold in self.approval.items():
            yield f"approval.{tier}", threshold

    def holders(self, roles: Iterable[str]) -> list[Person]:
        """The people who hold one of the roles, in order of their ids."""
        wanted = set(roles)
        return [self.people[name] for name in sorted(self.people)
                if wanted & set(self.people[name].roles)]  # fmt: skip

    def kinds_of(self, person: Person) -> list[Kind]:
        """What a person may sign. Everybody may acknowledge, and all sign the first root."""
        held = set(person.roles)
        found = {
            Kind(name.partition(".")[0])
            for name, threshold in self.thresholds()
            if held & set(threshold.roles)
        }
        found |= {Kind.ACKNOWLEDGE} | ({Kind.ROOT} if self.version == 1 else set())
        return [kind for kind in Kind if kind in found]

    def write(self) -> bytes:
        """The bytes of `root.json`."""
        return document.write(
            {
                "accepted": sorted(self.accepted),
                "brand": self.brand,
                "documents": sorted(self.documents),
                "domain": self.domain,
                "origins": sorted(self.origins),
                "people": {
                    person.id: {
                        "keys": sorted(key.line for key in person.keys),
                        "name": person.name,
                        "roles": sorted(person.roles),
                    }
                    for person in self.people.values()
                },
                "previous": self.previous,
                "roles": dict(self.roles),
                "thresholds": {
                    "approval": {name: item.write() for name, item in self.approval.items()},
                    "resume": self.resume.write(),
                    "root": self.root.write(),
                    "strategy": self.strategy.write(),
                },
                "version": self.version,
            }
        )


def parse_root(data: bytes) -> TrustRoot:
    """The trust root that the bytes of `root.json` describe.

    Raises:
        SigningError: it is not canonical, two people share a key, or a threshold cannot be meant.
    """
    members = document.read(data, NAME)
    version = members.number("version")
    previous = members.digest_or_none("previous")
    roles = _roles(members)
    people = {name: _person(name, value, roles) for name, value in _ids(members, "people")}
    thresholds = document.Members(members.mapping("thresholds"), NAME)
    root = TrustRoot(
        brand=members.text("brand"),
        domain=members.text("domain"),
        version=version,
        previous=previous,
        people=people,
        roles=roles,
        strategy=_threshold("strategy", thresholds.mapping("strategy")),
        root=_threshold("root", thresholds.mapping("root")),
        resume=_threshold("resume", thresholds.mapping("resume")),
        approval={
            tier: _threshold(f"approval.{tier}", value)
            for tier, value in _ids(thresholds, "approval")
        },
        documents=members.texts("documents"),
        origins=members.texts("origins"),
        accepted=members.texts("accepted"),
    )
    thresholds.end()
    members.end()
    if version < 1 or (version == 1) != (previous is None):
        raise members.wrong("names no root before it, or one before the first")
    _judge(root, members)
    return root


def _judge(root: TrustRoot, members: document.Members) -> None:
    if not _DOMAIN.fullmatch(root.domain):
        raise members.wrong(f"has the domain `{root.domain[:80]}`, which is none")
    if not root.documents:
        raise members.wrong("names no documents to sign")
    for glob in root.documents:
        judge_glob(glob)
    for origin in root.origins:
        _judge_origin(origin)
    if not all(document.is_digest(item) for item in root.accepted):
        raise members.wrong("lists as accepted what is no digest")
    owners: dict[tuple[str, int], str] = {}
    for person in root.people.values():
        for key in person.keys:
            other = owners.setdefault(key.raw, person.id)
            if other != person.id or sum(key.raw == same.raw for same in person.keys) > 1:
                raise SigningError(
                    f"The key {key.fingerprint} of {person.id} stands there twice"
                    + (f", also as {other}'s." if other != person.id else "."),
                    "Everybody needs a key of their own.",
                    reason="same-key",
                )
    for name, threshold in root.thresholds():
        _judge_threshold(root, name, threshold)


def _judge_threshold(root: TrustRoot, name: str, threshold: Threshold) -> None:
    unknown = sorted(set(threshold.roles) - set(root.roles))
    if unknown:
        raise SigningError(
            f"The threshold `{name}` names the role `{unknown[0]}`, which the root does not have.",
            "Name one of its roles.",
            reason="role",
        )
    people = len(root.holders(threshold.roles))
    if not 1 <= threshold.count <= people:
        raise SigningError(
            f"The threshold `{name}` is {threshold.count}, and {people} people hold its roles.",
            "It has to be at least 1, and no more than there are people.",
            reason="threshold",
        )
    for role, least in threshold.roles.items():
        if least > len(root.holders([role])):
            raise SigningError(
                f"The threshold `{name}` asks for {least} of the role `{role}`, which fewer hold.",
                "Ask for fewer, or give the role to more people.",
                reason="threshold",
            )


def _judge_origin(origin: str) -> None:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    plain = f"{parts.scheme}://{parts.netloc}" == origin and host in parts.netloc
    secure = parts.scheme == "https" or (parts.scheme == "http" and local)
    if not plain or not secure or "@" in parts.netloc or not _DOMAIN.fullmatch(host):
        raise SigningError(
            f"`{origin[:120]}` is no origin on which passkeys can sign.",
            "Write https:// and a host, such as https://signoff.example.com.",
            reason="origin",
        )


def _roles(members: document.Members) -> dict[str, str]:
    roles = dict(_ids(members, "roles"))
    if not all(
        isinstance(title, str) and title.isprintable() and title for title in roles.values()
    ):
        raise members.wrong("has a role without a title")
    return roles


def _ids(members: document.Members, name: str) -> list[tuple[str, Any]]:
    found = members.mapping(name)
    for key in found:
        if not document.is_id(key):
            raise members.wrong(f"has `{key[:80]}` in `{name}`, which is no id")
    return list(found.items())


def _person(name: str, value: object, roles: Mapping[str, str]) -> Person:
    members = document.Members(value, f"{NAME}, person {name}")
    person = Person(
        name,
        members.text("name"),
        tuple(_key(line) for line in members.texts("keys")),
        members.texts("roles"),
    )
    members.end()
    if not person.keys:
        raise members.wrong("has no key")
    if not set(person.roles) <= set(roles) or not person.roles:
        raise members.wrong("has no role, or one that the root does not have")
    return person


def _key(line: str) -> PublicKey:
    key = parse_line(line)
    if key.line != line:
        raise SigningError(
            f"The key {key.fingerprint} has more in its line than kind and key.",
            "Leave comments and options out.",
            reason="key-line",
        )
    return key


def _threshold(name: str, value: object) -> Threshold:
    members = document.Members(value, f"{NAME}, threshold {name}")
    count = members.number("count")
    roles = members.mapping("roles")
    members.end()
    if not all(type(least) is int and least >= 0 for least in roles.values()):
        raise members.wrong("asks for a number of a role that is none")
    if count < 1:
        raise SigningError(
            f"The threshold `{name}` is {count}: nobody would have to sign.",
            "It has to be at least 1.",
            reason="threshold",
        )
    return Threshold(count, roles)
