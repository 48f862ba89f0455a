"""The file that tells `ssh-keygen -Y verify` what the trust root tells us: `allowed_signers`.

It is made from the root, so it says nothing of its own; who has only OpenSSH can use it. Source:
https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS (read 2026-11-22).
"""

from __future__ import annotations

import re

from signpost.domain.signing.document import is_id
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.root import TrustRoot
from signpost.errors import SigningError

NAME = "allowed_signers"
_LINE = re.compile(r"(\S+) namespaces=\"([^\"]*)\" (\S+ \S+)")
_OPTION = re.compile(r"\b(cert-authority|valid-(?:after|before))\b")
_REMEDY = "Let `signpost strategy root show --write` make it anew; it is never edited by hand."


def write_allowed(root: TrustRoot) -> bytes:
    """The file for a root: a line a key, with the namespaces that its owner may sign for."""
    lines = []
    for name in sorted(root.people):
        person = root.people[name]
        namespaces = ",".join(root.namespace(kind) for kind in root.kinds_of(person))
        lines += sorted(f'{name} namespaces="{namespaces}" {key.line}\n' for key in person.keys)
    return "".join(lines).encode()


def judge_allowed(data: bytes, root: TrustRoot) -> None:
    """Refuse a file that allows anything else than the root does, and say what.

    Raises:
        SigningError: with the line.
    """
    if data == write_allowed(root):
        return
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise _wrong("is not plain text", "allowed-form") from None
    for number, line in enumerate(lines, 1):
        _judge_line(f"has in line {number}", line)
    raise _wrong("does not say what the trust root says", "allowed-differs")


def _judge_line(where: str, line: str) -> None:
    option = _OPTION.search(line)
    if option:
        raise _wrong(f"{where} the option {option[1]}", "allowed-option")
    first = line.partition(" ")[0]
    if any(sign in first for sign in "*?!,"):
        raise _wrong(f"{where} a pattern in place of a person", "allowed-wildcard")
    found = _LINE.fullmatch(line)
    if found is None:
        missing = "namespaces=" not in line
        raise _wrong(
            f"{where} no namespaces" if missing else f"{where} another form than it should",
            "allowed-namespace" if missing else "allowed-form",
        )
    if any(sign in found[2] for sign in "*?!") or not all(found[2].split(",")):
        raise _wrong(f"{where} a pattern in place of a namespace", "allowed-wildcard")
    if not is_id(found[1]):
        raise _wrong(f"{where} a person whose name is no id", "allowed-form")
    parse_line(found[3])


def _wrong(how: str, reason: str) -> SigningError:
    return SigningError(f"{NAME} {how}.", _REMEDY, reason=reason)
