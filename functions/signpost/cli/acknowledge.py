"""`signpost acknowledge`: show what changed since one last read, then sign "I have read it"."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.cli.signoff.evidence import site_options

if TYPE_CHECKING:
    from signpost.cli.signoff.evidence import Site
    from signpost.cli.signoff.readings import Readings
    from signpost.domain.people import Acknowledged, Read
    from signpost.domain.signing.keys import PublicKey
    from signpost.domain.signing.releases import JudgedRelease
    from signpost.domain.signing.root import TrustRoot
    from signpost.domain.signing.standing import Standing


@click.command(
    epilog="""\b
Examples:
  signpost acknowledge                       the version in force
  signpost acknowledge 2026.2 --as juno
  signpost acknowledge 2026.2 --whole        every document, not only what changed
  signpost acknowledge 2026.2 --archive      into the repository; the stack is not told

What changed since the version that you read last is shown first; where there is none, every
document. Then your SSH key signs "I have read 2026.2", and the stack keeps it, verified. From a
phone it is the same with a passkey, on the sign-off pages. The key is that of the trust root:
see `signpost strategy sign --help`.

Exit codes: 0 it is there, also if it was before; 1 it does not count."""
)
@click.argument("version", required=False)
@site_options
@content_option
@click.option("--as", "person", metavar="PERSON", help="Who read. Left out: whose key is found.")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The private key, or its .pub file where the agent holds it.",
)
@click.option("--whole", is_flag=True, help="Show every document in full.")
@click.option("--archive", is_flag=True, help="Write it into the repository; tell no stack.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that showed it elsewhere.")
@format_option
@color_option
def command(
    *,
    version: str | None,
    site_dir: Path | None,
    brand: str | None,
    content_dir: Path | None,
    person: str | None,
    key: Path | None,
    whole: bool,
    archive: bool,
    yes: bool,
    form: str,
) -> int:
    """Say that you have read a version of the strategy: the one in force, or VERSION."""
    from signpost.cli.signoff.evidence import find_site
    from signpost.cli.signoff.reading_stack import find_stack
    from signpost.cli.signoff.readings import find_readings
    from signpost.cli.signoff.whose_key import find_signer

    site = find_site(site_dir, brand)
    terminal = Terminal()
    standing, root = _trusted(site)
    item = _chosen(standing, version)
    who, public, file = find_signer(
        {name: list(one.keys) for name, one in root.people.items()}, person, key
    )
    stack = find_stack(site, content_dir, offline=archive)
    readings = find_readings(site, standing, stack.taken)
    if read := _read(readings, who, item):
        _tell(terminal, form, site, item, read, files=[], again=True)
        return 0
    before = None if whole else _before(readings, standing, who)
    if form == "human":
        _show(terminal, site, item, before, content_dir)
        terminal.say(f"Who read it: {who}, with {public.kind} {public.fingerprint}")
    if not yes:
        question = f"Sign that {who} has read {item.version} of {site.brand}?"
        click.confirm(question, abort=True, err=form != "human")
    said = _signed(root, site, who, public, file, item)
    if stack.connection is None:
        from signpost.cli.signoff.readings import archive as keep

        files, again = keep(site, said), False
    else:
        from signpost.cli.control import ask_control

        members = ("brand", "person", "release", "signature")
        request = {name: getattr(said, name) for name in members}
        actor = f"{site.brand}/{who}"
        with terminal.working("Telling the stack"):
            answer = ask_control(
                stack.connection, {"action": "acknowledge", "actor": actor, **request}
            )
        files, again = [], bool(answer["again"])
    _tell(terminal, form, site, item, said.read, files=files, again=again)
    return 0


def _trusted(site: Site) -> tuple[Standing, TrustRoot]:
    """Everything that is signed, as far as it agrees with what this user trusts."""
    from signpost.cli.signoff.evidence import judge_site, today
    from signpost.cli.signoff.pins import read_pin
    from signpost.errors import SigningError

    pin = read_pin(site.brand)
    standing = judge_site(
        site, today(), pins=pin.roots if pin else (), seen=pin.releases if pin else ()
    )
    for fault in standing.faults:
        raise SigningError(fault.cause, fault.remedy, reason=fault.reason)
    root = standing.roots.present
    if root is None:
        raise SigningError(
            "No trust root is in force.", "See `signpost strategy root show`.", reason="no-root"
        )
    return standing, root


def _chosen(standing: Standing, version: str | None) -> JudgedRelease:
    """The release to be read: what was named, or the one in force."""
    from signpost.domain.signing.standing import State
    from signpost.errors import SigningError

    item = standing.releases.get(version or standing.present)
    if item is None:
        raise SigningError(
            f"There is no release `{version}`." if version else "No release is in force.",
            "`signpost strategy history` lists them.",
            reason="no-release",
        )
    state = standing.states[item.version]
    if state not in {State.IN_FORCE, State.NOT_YET, State.PAST_REVIEW}:
        raise SigningError(
            f"{item.version} is {state}.",
            f"Read {standing.present}: `signpost acknowledge`."
            if standing.present
            else "Wait until it is signed: `signpost strategy status`.",
            reason="not-to-read",
        )
    return item


def _read(readings: Readings, who: str, item: JudgedRelease) -> Read | None:
    own = (read for read in readings.reads if read.person == who)
    return next((read for read in own if read.release == item.digest), None)


def _before(readings: Readings, standing: Standing, who: str) -> str | None:
    """The newest version that the person read, or signed; None where there is none."""
    from signpost.domain.signing.release import order

    signed = {
        version
        for version, item in standing.releases.items()
        if item.tally and any(one.person.id == who for one in item.tally.signed)
    }
    read = {read.version for read in readings.reads if read.person == who} | signed
    return max(read & set(standing.releases), key=order, default=None)


def _show(
    terminal: Terminal,
    site: Site,
    item: JudgedRelease,
    before: str | None,
    content_dir: Path | None,
) -> None:
    """What is to be read: what changed, or all of it."""
    from signpost.domain.signing import manifest

    if before is None or before == item.version:
        from signpost.cli.signoff.sign import documents_of

        folder = site.releases / item.version
        lines = documents_of(folder, (folder / manifest.NAME).read_bytes())
        head = f"This is {item.version} of {site.brand}, all of it."
        text = "\n".join(plain(line) for line in (head, "", *lines))
        if terminal.out.isatty():
            click.echo_via_pager(f"{text}\n")
        else:
            terminal.say(text)
        return
    from signpost.cli.signoff.diff import changes_between, show_changes, show_words

    terminal.say(f"You read {before}. This changed in {item.version} of {site.brand}:")
    changes, words = changes_between(site, before, item.version, content_dir)
    show_changes(terminal, changes)
    show_words(terminal, words)
    if not changes and not words:
        terminal.say("Nothing but its dates.")
    terminal.say()


def _signed(
    root: TrustRoot,
    site: Site,
    who: str,
    public: PublicKey,
    file: Path | None,
    item: JudgedRelease,
) -> Acknowledged:
    """The acknowledgement, judged as `control` will."""
    from signpost.cli.signoff import keygen
    from signpost.domain.people import Acknowledged
    from signpost.domain.signing.root import Kind
    from signpost.domain.signing.statement import Acknowledgement, decide
    from signpost.errors import SigningError
    from signpost.signatures import check

    statement = Acknowledgement(site.brand, who, item.digest)
    with tempfile.TemporaryDirectory(prefix="signpost-agent-") as folder:
        private = file or keygen.agent_file(public, Path(folder))
        made = keygen.sign(statement.write(), root.namespace(Kind.ACKNOWLEDGE), private)
    tally = decide(statement, root, {f"{who}.sig": made}, check)
    if not tally.met:
        lost = tally.uncounted[0]
        raise SigningError(
            f"What ssh-keygen made does not count: {lost.cause}", lost.remedy, reason=lost.reason
        )
    now = datetime.now(UTC)
    return Acknowledged(site.brand, who, item.digest, item.version, now, made.decode())


def _tell(
    terminal: Terminal,
    form: str,
    site: Site,
    item: JudgedRelease,
    read: Read,
    *,
    files: list[Path],
    again: bool,
) -> None:
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "person": read.person,
                "version": item.version,
                "release": item.digest,
                "again": again,
                "files": [str(file) for file in files],
            }
        )
        return
    if again:
        terminal.say(f"{read.person} has acknowledged {item.version} already.")
    elif files:
        terminal.say(f"Acknowledged. Commit {files[0].parent}.")
    else:
        terminal.say(f"Acknowledged: {read.person} has read {item.version} of {site.brand}.")
