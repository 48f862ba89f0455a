"""What was judged, as JSON members and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from signpost.cli.output.human import Terminal, amount, plain
from signpost.domain.signing.counting import Tally
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.roots import JudgedRoot, Roots
from signpost.domain.signing.standing import Standing, State
from signpost.domain.signing.words import words

STATE_COLORS = {
    State.TAMPERED: "red",
    State.NOT_VALID: "red",
    State.UNSIGNED: "yellow",
    State.NOT_YET: "blue",
    State.IN_FORCE: "green",
    State.PAST_REVIEW: "red",
    State.SUPERSEDED: "dim",
}


def fault_members(fault: Fault) -> dict[str, str]:
    """A fault as JSON members."""
    return {
        "reason": fault.reason,
        "path": fault.path,
        "cause": fault.cause,
        "remedy": fault.remedy,
    }


def tally_members(tally: Tally | None, what: str) -> dict[str, Any]:
    """Who signed and who is missing, as JSON members.

    Args:
        what: what `signpost strategy sign` calls it: a version, or `root`.
    """
    if tally is None:
        return {
            "threshold": None,
            "signatures": [],
            "uncounted": [],
            "missing": [],
            "lacking": None,
        }
    return {
        "threshold": tally.threshold.write(),
        "signatures": [
            {
                "person": item.person.id,
                "name": item.person.name,
                "roles": list(item.roles),
                "method": item.method,
                "key": item.signature.key.kind,
                "fingerprint": item.signature.key.fingerprint,
            }
            for item in tally.signed
        ],
        "uncounted": [
            {
                "file": item.file,
                "reason": item.reason,
                "cause": item.cause,
                "remedy": item.remedy,
            }
            for item in tally.uncounted
        ],
        "missing": [
            {
                "person": person.id,
                "name": person.name,
                "roles": list(person.roles),
                "command": f"signpost strategy sign {what} --as {person.id}",
            }
            for person in tally.missing
        ],
        "lacking": tally.lacking,
        "lacking_roles": tally.lacking_roles,
    }


def release_members(standing: Standing, item: JudgedRelease) -> dict[str, Any]:
    """A release as JSON members."""
    release = item.release
    return {
        "version": item.version,
        "state": str(standing.states[item.version]),
        "signed": item.signed,
        "digest": item.digest,
        "words": list(words(item.digest)) if item.digest else [],
        "previous": release.previous if release else None,
        "effective": release.effective.isoformat() if release else None,
        "review_by": release.review_by.isoformat() if release else None,
        "root": {"version": item.root.version if item.root else None,
                 "digest": release.root if release else None},
        **tally_members(item.tally, item.version),
        **({"missing": []} if item.faults else {}),
        **({"missing": [], "outrun_by": newer} if (newer := outrun(standing, item)) else {}),
        "faults": [fault_members(fault) for fault in item.faults],
    }  # fmt: skip


def root_members(item: JudgedRoot, *, accepted: bool) -> dict[str, Any]:
    """A version of the trust root as JSON members."""
    root = item.root
    return {
        "version": item.number,
        "digest": item.digest,
        "words": list(words(item.digest)) if item.digest else [],
        "in_force": accepted,
        "domain": root.domain if root else None,
        "roles": dict(root.roles) if root else {},
        "people": {
            person.id: {
                "name": person.name,
                "roles": list(person.roles),
                "keys": [{"kind": key.kind, "fingerprint": key.fingerprint} for key in person.keys],
            }
            for person in (root.people.values() if root else ())
        },
        "thresholds": {name: item.write() for name, item in root.thresholds()} if root else {},
        "documents": list(root.documents) if root else [],
        "accepted": list(root.accepted) if root else [],
        "signed_by": {name: tally_members(tally, "root") for name, tally in item.tallies.items()},
        "faults": [fault_members(fault) for fault in item.faults],
    }


def roots_members(roots: Roots) -> dict[str, Any]:
    """The chain as JSON members."""
    return {
        "digest": roots.digest,
        "versions": [
            *(root_members(item, accepted=True) for item in roots.accepted),
            *(root_members(item, accepted=False) for item in roots.waiting),
        ],
        "faults": [fault_members(fault) for fault in roots.faults],
    }


def show_faults(terminal: Terminal, faults: Iterable[Fault], indent: str = "  ") -> None:
    """Print what is wrong, loudly."""
    for fault in faults:
        word = terminal.paint(f"wrong ({fault.reason}):", "red")
        terminal.say(f"{indent}{word} {plain(fault.cause)}")
        if fault.remedy:
            terminal.say(f"{indent}  remedy: {plain(fault.remedy)}")


def show_tally(
    terminal: Terminal,
    tally: Tally,
    roles: Mapping[str, str],
    what: str,
    indent: str = "  ",
    *,
    wanted: bool = True,
) -> None:
    """Print who signed, what does not count, and who is missing with the command to run.

    Args:
        roles: id → title.
        what: what `signpost strategy sign` calls it.
        wanted: whether it can be signed as it is; else nobody is told to.
    """
    for item in tally.signed:
        held = ", ".join(roles.get(role, role) for role in item.roles)
        key = f"{item.method}, {item.signature.key.fingerprint}"
        terminal.say(f"{indent}signed by {plain(item.person.name)} ({plain(held)}; {key})")
    for lost in tally.uncounted:
        word = terminal.paint("does not count:", "red")
        terminal.say(f"{indent}{word} signatures/{plain(lost.file)}: {plain(lost.cause)}")
        if lost.remedy:
            terminal.say(f"{indent}  remedy: {plain(lost.remedy)}")
    if tally.met or not wanted:
        return
    needs = plain(still_needed(tally, roles))
    terminal.say(f"{indent}{terminal.paint('still needed:', 'yellow')} {needs}")
    for person in tally.missing:
        held = ", ".join(roles.get(role, role) for role in person.roles)
        terminal.say(f"{indent}  {plain(person.name)} ({plain(held)}) runs:")
        terminal.say(f"{indent}    signpost strategy sign {what} --as {person.id}")


def still_needed(tally: Tally, roles: Mapping[str, str]) -> str:
    """Whose signatures it still takes; empty where it is enough.

    Args:
        roles: id → title.
    """
    asked = {roles.get(role, role): number for role, number in tally.lacking_roles.items()}
    if not asked:
        return amount(tally.lacking, "signature") if tally.lacking else ""
    if tally.lacking > sum(asked.values()):
        least = " and ".join(f"{number} of them {title}" for title, number in asked.items())
        return f"{amount(tally.lacking, 'signature')}, {least}"
    return " and ".join(f"{number} of {title}" for title, number in asked.items())


def outrun(standing: Standing, item: JudgedRelease) -> str:
    """The version that was signed since a proposal was made, so that it cannot be signed any more.

    Returns:
        Empty where it can be, or is signed.
    """
    head = standing.head
    if head is None or item.signed or item.release is None or item.faults:
        return ""
    return head.version if item.release.previous != head.digest else ""


def show_release(terminal: Terminal, standing: Standing, item: JudgedRelease, brand: str) -> None:
    """Print all that is known of a release."""
    state = standing.states[item.version]
    painted = terminal.paint(str(state).upper(), STATE_COLORS[state])
    if standing.faults and state in {State.IN_FORCE, State.NOT_YET, State.SUPERSEDED}:
        painted = terminal.paint(f"{str(state).upper()} BY ITSELF, but see above", "red")
    terminal.say(f"{brand} {plain(item.version)}: {painted}")
    if item.release:
        terminal.say(
            f"  from {item.release.effective} to {item.release.review_by} (UTC), to be reviewed by "
            "then"
        )
    terminal.say(f"  manifest {item.digest or '–'}")
    if item.digest:
        terminal.say(f"  in words {' '.join(words(item.digest))}")
    if item.release:
        number = f" (version {item.root.version})" if item.root else ""
        terminal.say(f"  trust root {item.release.root}{number}")
    show_faults(terminal, item.faults)
    newer = outrun(standing, item)
    if newer:
        terminal.say(
            f"  made before {plain(newer)} was signed: it cannot be signed any more. Remove its "
            "folder; `signpost strategy release` makes it anew."
        )
    elif item.tally is not None and item.root is not None:
        wanted = not item.faults  # what is altered must not be signed as it is
        show_tally(terminal, item.tally, item.root.roles, item.version, wanted=wanted)
    if state is State.PAST_REVIEW:
        terminal.say(
            "  nothing is in force: review it, then `signpost strategy release` and `sign` the next"
        )
