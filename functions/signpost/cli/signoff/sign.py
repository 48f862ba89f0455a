"""`signpost strategy sign`: show in full what would be signed, then let ssh-keygen sign it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.cli.signoff import keygen
from signpost.cli.signoff.evidence import (
    Site,
    find_site,
    judge_site,
    judge_site_roots,
    site_options,
    today,
)
from signpost.cli.signoff.told import show_tally, tally_members
from signpost.cli.signoff.whose_key import find_signer
from signpost.cli.signoff.writing import replace_file
from signpost.domain.signing import manifest
from signpost.domain.signing.counting import Tally, count
from signpost.domain.signing.document import sha256
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.root import Kind, Person, Threshold, TrustRoot
from signpost.domain.signing.standing import State
from signpost.domain.signing.words import words
from signpost.errors import SigningError
from signpost.signatures import check


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for signatures.

    Args:
        title: what it is, in words.
        kind: what the signature says yes to.
        message: the bytes that are signed.
        shown: everything that a signer should see, line by line.
        folder: where signatures go.
        judges: the roots whose people may sign; the newest last.
        threshold: how many it takes, of the newest.
        what: what this command calls it.
    """

    title: str
    kind: Kind
    message: bytes
    shown: tuple[str, ...]
    folder: Path
    judges: tuple[TrustRoot, ...]
    threshold: Threshold
    what: str

    def people(self) -> dict[str, list[PublicKey]]:
        """Person → keys that may sign it."""
        found: dict[str, list[PublicKey]] = {}
        for root in self.judges:
            for person in root.people.values():
                found.setdefault(person.id, []).extend(person.keys)
        return found


@click.command(
    epilog="""\b
Examples:
  signpost strategy sign                              what waits: a trust root first, else a release
  signpost strategy sign 2026.1 --as ottilie
  signpost strategy sign root --as ottilie --key ~/.ssh/id_ed25519
  signpost strategy sign --statement approval.json --as ottilie

\b
Everything that the signature will cover is shown first: every document in full. The key is that of
the trust root: --key names its file (with a .pub file alone the agent holds the other half); left
out, ~/.ssh and the agent are searched. It may be a key in hardware. The signature is
signatures/PERSON.sig beside the manifest: commit it."""
)
@click.argument("what", required=False, metavar="[VERSION|root]")
@site_options
@click.option("--as", "person", metavar="PERSON", help="Who signs. Left out: whose key is found.")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The private key, or its .pub file where the agent holds it.",
)
@click.option(
    "--statement",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sign an approval, resume or acknowledgement in place of a release.",
)
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that showed it elsewhere.")
@format_option
@color_option
def command(
    *,
    what: str | None,
    site_dir: Path | None,
    brand: str | None,
    person: str | None,
    key: Path | None,
    statement: Path | None,
    yes: bool,
    form: str,
) -> int:
    """Sign a release, or the trust root, after reading what it says."""
    site = find_site(site_dir, brand)
    terminal = Terminal()
    if statement is not None:
        if what is not None:
            raise click.UsageError("VERSION or --statement, not both.")
        task = _statement(site, statement)
    else:
        task = _task(site, what)
    signer, public, file = find_signer(task.people(), person, key)
    if form == "human":
        _show(terminal, task)
        if task.what and statement is None:  # as the sign-off pages show it
            terminal.say(f"In words: {' '.join(words(sha256(task.message)))}")
        terminal.say(f"Who signs: {signer}, with {public.kind} {public.fingerprint}")
    if not yes:
        click.confirm(f"Sign {task.title} as {signer}?", abort=True, err=form != "human")
    namespace = task.judges[-1].namespace(task.kind)
    with tempfile.TemporaryDirectory(prefix="signpost-agent-") as folder:
        private = file or keygen.agent_file(public, Path(folder))
        made = keygen.sign(task.message, namespace, private)
    tallies = [_place(task, signer, public, made)]
    if task.what == "root":
        tallies = _settle_root(site, task)
    if form == "json":
        machine.show({"person": signer, "what": task.what, "digest": sha256(task.message),
                      **tally_members(tallies[-1], task.what)})  # fmt: skip
        return 0
    terminal.say(f"Signed. Commit {task.folder}.")
    for tally, root in zip(tallies, task.judges[-len(tallies) :], strict=True):
        show_tally(terminal, tally, root.roles, task.what, indent="")
    return 0


def _settle_root(site: Site, task: Task) -> list[Tally]:
    """Bring the copies for people up to date, where that was the last signature missing."""
    from signpost.cli.signoff.root_files import write_shown

    roots = judge_site_roots(site)
    write_shown(site, roots)
    number = task.judges[-1].version
    judged = next(item for item in (*roots.accepted, *roots.waiting) if item.number == number)
    return list(judged.tallies.values())


def _task(site: Site, what: str | None) -> Task:
    """What is to be signed: what was named, or what waits.

    Raises:
        SigningError: nothing waits, or what was named cannot be signed.
    """
    roots = judge_site_roots(site)
    pending = roots.waiting[0] if roots.waiting else None
    if what == "root" or (what is None and pending is not None):
        if pending is None or pending.root is None:
            raise SigningError(
                "No trust root waits for signatures.",
                "`signpost strategy root rotate` proposes the next one.",
                reason="nothing-to-sign",
            )
        if pending.faults:
            raise SigningError(pending.faults[0].cause, pending.faults[0].remedy,
                               reason=pending.faults[0].reason)  # fmt: skip
        return _root_task(site, pending.root, roots.present)
    return _release_task(site, what)


def _root_task(site: Site, root: TrustRoot, present: TrustRoot | None) -> Task:
    from signpost.cli.signoff.root_files import describe

    message = root.write()
    everybody = Threshold(len(root.people), dict.fromkeys(root.roles, 0))
    return Task(
        title=f"trust root {root.version} of {site.brand}",
        kind=Kind.ROOT,
        message=message,
        shown=(*describe(root), "", f"root.json, {sha256(message)}:", message.decode().rstrip()),
        folder=site.roots / str(root.version),
        judges=(root,) if present is None else (present, root),
        threshold=everybody if root.version == 1 else root.root,
        what="root",
    )


def _release_task(site: Site, version: str | None) -> Task:
    standing = judge_site(site, today())
    waiting = [name for name, state in standing.states.items() if state is State.UNSIGNED]
    chosen = version or (waiting[-1] if waiting else "")
    item = standing.releases.get(chosen)
    if item is None:
        raise SigningError(
            f"There is no release `{chosen}`." if chosen else "No release waits for signatures.",
            "`signpost strategy history` lists them; `signpost strategy release` makes one.",
            reason="nothing-to-sign",
        )
    if item.faults or item.release is None or item.root is None:
        fault = item.faults[0]
        raise SigningError(
            f"{chosen} must not be signed: {fault.cause}", fault.remedy, reason=fault.reason
        )
    head = standing.head
    if not item.signed and item.release.previous != (head.digest if head else None):
        raise SigningError(
            f"{chosen} was made before {head.version if head else 'the chain'} was signed: signed now, "
            "it would be a second release at one place, and neither would count.",
            "Make it anew: remove its folder, then `signpost strategy release`.",
            reason="fork",
        )
    present = standing.roots.present
    if present is not None and item.root.version < present.version:
        raise SigningError(
            f"{chosen} was accepted under trust root {item.root.version}; root {present.version} is in "
            "force now.",
            "It stays as it was signed: a signature that comes late could be anybody's who left. Sign "
            "the next release.",
            reason="old-root",
        )
    folder = site.releases / chosen
    sealed = (folder / manifest.NAME).read_bytes()
    if sha256(sealed) != item.digest:
        raise SigningError("The release was changed just now.", "Try again.", reason="altered")
    return Task(
        title=f"release {chosen} of {site.brand}",
        kind=Kind.STRATEGY,
        message=sealed,
        shown=documents_of(folder, sealed),
        folder=folder,
        judges=(item.root,),
        threshold=item.root.strategy,
        what=chosen,
    )


def _statement(site: Site, file: Path) -> Task:
    from signpost.domain.signing.statement import parse_statement

    root = judge_site_roots(site).present
    if root is None:
        raise SigningError(
            "No trust root is in force.",
            "See `signpost strategy root show`.",
            reason="unknown-root",
        )
    statement = parse_statement(file.read_bytes())
    tier = getattr(statement, "tier", "")
    threshold = (
        Threshold(1, dict.fromkeys(root.roles, 0))
        if statement.kind is Kind.ACKNOWLEDGE
        else root.threshold(statement.kind, tier)
    )
    message = statement.write()
    return Task(
        title=f"the {statement.kind} in {file.name}",
        kind=statement.kind,
        message=message,
        shown=(message.decode().rstrip(),),
        folder=file.with_name(f"{file.name}.signatures"),
        judges=(root,),
        threshold=threshold,
        what=f"--statement {file}",
    )


def documents_of(folder: Path, sealed: bytes) -> tuple[str, ...]:
    """Every document in full, then the manifest; a file that is not text by its digest alone.

    Raises:
        SigningError: a file was changed since it was judged.
    """
    lines: list[str] = []
    for path, digest in manifest.parse_manifest(sealed).items():
        data = (folder / path).read_bytes()
        if sha256(data) != f"sha256:{digest}":
            raise SigningError(f"`{path}` was changed just now.", "Try again.", reason="altered")
        lines += [f"──── {path}", ""]
        try:
            lines += data.decode().splitlines()
        except UnicodeDecodeError:
            lines.append(f"({len(data)} bytes that are not text, sha256:{digest})")
        lines.append("")
    return (*lines, f"──── {manifest.NAME}, {sha256(sealed)}", "", *sealed.decode().splitlines())


def _show(terminal: Terminal, task: Task) -> None:
    text = "\n".join(plain(line) for line in (f"This is {task.title}.", "", *task.shown))
    if terminal.out.isatty():
        click.echo_via_pager(f"{text}\n")
    else:
        terminal.say(text)
    terminal.say()
    terminal.say(f"What is signed: {task.title}, {sha256(task.message)}")


def _place(task: Task, signer: str, public: PublicKey, made: bytes) -> Tally:
    """Judge the new signature as any verifier will, then put it where it belongs.

    Raises:
        SigningError: it would not count.
    """
    counts = [root for root in task.judges if public in _keys(root.people.get(signer))]
    name = f"{signer}.sig"
    for root in counts:
        everybody = Threshold(1, dict.fromkeys(root.roles, 0))
        alone = count(root, task.kind, everybody, task.message, {name: made}, check)
        if alone.uncounted:
            lost = alone.uncounted[0]
            raise SigningError(
                f"What ssh-keygen made does not count: {lost.cause}",
                lost.remedy,
                reason=lost.reason,
            )
    folder = task.folder if task.what.startswith("--") else task.folder / "signatures"
    folder.mkdir(parents=True, exist_ok=True)
    # One person's second key: the old and the new one of a root that changes it.
    if task.kind is Kind.ROOT and len(task.judges) > 1:
        taken = folder / name
        if taken.is_file() and not _same_key(taken.read_bytes(), public):
            name = f"{signer}.2.sig"
    replace_file(folder / name, made)
    there = {path.name: path.read_bytes() for path in sorted(folder.glob("*.sig"))}
    return count(task.judges[-1], task.kind, task.threshold, task.message, there, check)


def _keys(person: Person | None) -> tuple[PublicKey, ...]:
    return person.keys if person else ()


def _same_key(data: bytes, public: PublicKey) -> bool:
    from signpost.domain.signing.sshsig import parse

    try:
        return parse(data).key == public
    except SigningError:
        return True  # what cannot be read is written over
