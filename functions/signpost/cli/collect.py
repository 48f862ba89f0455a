"""`signpost collect`: bring signatures from the stack into the repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount
from signpost.errors import SettingsError, SigningError
from signpost.ports import ObjectStore

_POST = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
"""A post's id, as the content's front matter may have it; it becomes the name of a folder."""

AT_ONCE = 50
"""Posts that are asked for at a time, so that an answer stays small."""


@click.command(
    epilog="""\b
Examples:
  signpost collect
  signpost collect --format json

\b
Each signature is verified, then written to
strategy-site/signoff/BRAND/approvals/POST/TIER-DIGEST.json.signatures/PERSON.sig, beside the
statement that it is of; acknowledgements lie in signoff/BRAND/evidence/acknowledge/VERSION alike, what
lifted stops in signoff/BRAND/evidence/resume, and signatures under releases and trust roots in their
own folders. Commit them. Anybody can check one
later, offline:
  signpost strategy verify --statement FILE
or with nothing but ssh-keygen, as docs/approvals.md shows. What is there stays as it is, so running
it twice, or every night, does no harm. Approvals count without it; releases and trust roots count
once their signatures are committed and pushed."""
)
@content_option
@format_option
@color_option
def command(content_dir: Path | None, form: str) -> int:
    """Archive what was signed, as files that anybody can verify offline."""
    from signpost.cli.control import actor, ask_control
    from signpost.cli.evidence import site_of
    from signpost.cli.statefile import read_state
    from signpost.cli.wiring import connect, open_content

    terminal = Terminal()
    content = find_content(content_dir)
    workspace, _brands = open_content(content)
    connection, objects = connect(content, workspace)
    folder = site_of(content)
    if folder is None:
        raise SettingsError(
            "There is no folder strategy-site beside the content to keep them in.",
            "`signpost init` makes one; who approves stands in its trust root.",
        )
    gates = read_state(objects, workspace.id).approvals.values()
    posts = [f"{gate.brand}/{gate.name}" for gate in gates if gate.decisions]
    written: list[Path] = []
    there = 0
    faults: list[SigningError] = []
    with terminal.working("Fetching signatures"):
        for start in range(0, len(posts), AT_ONCE):
            asked = {"action": "proofs", "posts": posts[start : start + AT_ONCE]}
            answer = ask_control(connection, {**asked, "actor": actor(content)})
            new, old, wrong = _keep(folder, answer["proofs"])
            written += new
            faults += wrong
            there += old
        of_brands, uncounted = collect_of_brands(folder, objects)
        written += of_brands
        faults += uncounted
    if form == "json":
        machine.show({"written": [str(file) for file in written], "there": there})
    elif written:
        for file in written:
            terminal.say(str(file))
        terminal.say(f"{amount(len(written), 'signature')} written; commit {folder}.")
    else:
        terminal.say(
            f"Nothing new: {amount(there, 'signature')} {'is' if there == 1 else 'are'} here."
            if there
            else "Nobody has approved, rejected, signed, acknowledged or lifted anything yet."
        )
    if faults:  # the rest is written: one that does not count stops no other
        raise faults[0]
    return 0


def collect_of_brands(folder: Path, objects: ObjectStore) -> tuple[list[Path], list[SigningError]]:
    """Bring signatures under releases and trust roots, then what they let count.

    Returns:
        The signatures written, and why signatures that lifted stops were not.
    """
    from signpost.cli.signoff.collected import collect_signatures
    from signpost.cli.signoff.evidence import Site, judge_site, today
    from signpost.cli.signoff.lifted import collect_lifted
    from signpost.cli.signoff.readings import collect_acknowledgements

    written: list[Path] = []
    faults: list[SigningError] = []
    for place in sorted((folder / "signoff").glob("*/roots")):
        site = Site(folder, place.parent.name)
        written += collect_signatures(site, objects)
        written += collect_acknowledgements(site, judge_site(site, today()), objects)
        lifted, uncounted = collect_lifted(site, objects)
        written += lifted
        faults += uncounted
    return [file for file in written if file.suffix == ".sig"], faults


def _keep(
    folder: Path, proofs: Iterable[Mapping[str, Any]]
) -> tuple[list[Path], int, list[SigningError]]:
    """Write what is not there yet, and counts.

    Returns:
        The signatures written, how many were there, and why others were not written: they are not
        what the stack says, or count under no trust root of the repository.
    """
    from signpost.cli.signoff.counted import why_uncounted
    from signpost.cli.signoff.evidence import Site
    from signpost.cli.signoff.writing import keep_bytes, replace_file
    from signpost.domain.signing.counting import person_of
    from signpost.domain.signing.document import sha256
    from signpost.domain.signing.statement import Approval, Rejection, parse_statement

    written: list[Path] = []
    faults: list[SigningError] = []
    there = 0
    for proof in proofs:
        data = str(proof["statement"]).encode()
        try:
            statement = parse_statement(data)
        except SigningError as error:
            faults.append(error)
            continue
        file, post = str(proof["file"]), str(proof["post"])
        fits = (
            isinstance(statement, Approval | Rejection)
            and (statement.brand, statement.post) == (proof["brand"], post)
            and sha256(data) == proof["digest"]
            and person_of(file) == proof["person"]
            and _POST.fullmatch(post) is not None
        )
        if not fits or not isinstance(statement, Approval | Rejection):
            faults.append(
                SigningError(
                    f"What the stack holds of {proof['brand']}/{post} is not what it says.",
                    "Look at the audit trail; nothing of it was written.",
                    reason="altered",
                )
            )
            continue
        site = Site(folder, statement.brand)
        signature, about = str(proof["signature"]).encode(), f"{statement.brand}/{post}"
        if fault := why_uncounted(site, statement, file, signature, about):
            faults.append(fault)
            continue
        place = folder / "signoff" / statement.brand / "approvals"
        name = f"{statement.tier}-{sha256(data)[7:19]}.json"
        target = place / post / f"{name}.signatures" / file
        if target.is_file():
            there += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        keep_bytes(place)
        replace_file(place / post / name, data)
        replace_file(target, signature)
        written.append(target)
    return written, there, faults
