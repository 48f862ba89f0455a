"""`make run`: the whole way from a commit to a live, measured post, on this machine.

    python -m signpost.local.demo [--once] [--root DIR]

Starts the local stack, makes or takes up the scratch repository, with a strategy that is signed by
keys made on the spot, pushes it, waits until what is due is public and measured, and prints a table.
Then it serves feed and strategy site, and pushes each new commit.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import FrameType

from signpost.content.project import project_root
from signpost.content.workspace_reader import read_workspace
from signpost.domain.lifecycle import BAD_ENDS, State
from signpost.domain.metrics import DEFAULT_AGES_S
from signpost.domain.timing import zone_info
from signpost.errors import SignpostError, StackError
from signpost.local import handbook
from signpost.local.ancestry import Lineage, lineage
from signpost.local.handbook import Handbook
from signpost.local.layout import FOLDER, Layout, read_json
from signpost.local.leash import environment
from signpost.local.notary import signoff_root, why_not
from signpost.local.opening import Opening
from signpost.local.partner import brand as partner
from signpost.local.report import Told, Watch, table, title
from signpost.local.scratch import WORKSPACE, Scratch
from signpost.local.stack import LocalStack, end_quietly

DUE_WITHIN = timedelta(seconds=60)
FIRST_PATIENCE_S = 150.0
"""Longest wait for the table: a minute until due, a tick, and a worker's time-out."""
LATER_PATIENCE_S = 330.0
"""The same where an interrupted send may have to be settled first (settle time 210 s)."""
SITE_PATIENCE_S = 120.0
"""Longest wait for the strategy site, once the table is there."""
POLL_S = 1.0


class Leave(BaseException):
    """Asked to end (a signal, or whoever started this is gone)."""


class Demo:
    """One run of the demo.

    Args:
        root: the folder whose `.signpost` is used.
        sample: the content folder that a new scratch repository is filled from.
    """

    def __init__(self, root: Path, sample: Path) -> None:
        self.layout = Layout(root / FOLDER)
        self._sample = sample
        self._scratch = Scratch(self.layout.workspace, self.layout.root / "pushed")
        self._handbook = Handbook(self.layout, say)
        self._ancestors: Lineage = lineage()
        self._pushed = ""
        self._seen: dict[str, State] = {}

    def run(self, *, once: bool) -> int:
        """Everything; the exit code.

        Raises:
            SignpostError: something that a person can mend.
        """
        stack, opening = None, None
        try:
            say("starting the local stack (an AWS emulator and a network, on 127.0.0.1 only)")
            stack = LocalStack.open(self.layout, say)
            exists = self._scratch.exists
            opening = None if exists else self._open()
            roots = opening.roots if opening else lambda: signoff_root(self.layout)
            ages = self._ages(self._scratch.content if exists else None)
            stack.deploy(WORKSPACE, ages, say, roots)
            stack.announce()
            resumed = bool(stack.wiring.ledger.pointer().digest)
            if exists and (resumed or not self._scratch.untouched):
                say(f"going on with the workspace in {_shown(self._scratch.folder)}")
            else:
                if opening:
                    opening.finish()
                # Last of all, because its first posts are due a few seconds from now. One that a
                # cut-off start left behind was never accepted, and its times may have passed.
                self._scratch.begin(datetime.now(UTC))
            accepted = self._push(stack)
            code = self._first_table(stack, resumed=resumed) if accepted or resumed else 1
            if not accepted:
                say("the newest commit was not accepted; mend it and commit again")
                code = 1
            self._show_signed(stack)
            if not once:
                self._handbook.serve()
                self._invite(stack)
                code = self._serve(stack)
        except BaseException:
            if opening is not None:
                opening.leave()
            self._handbook.stop()
            if stack is not None:
                say("stopping; everything is kept")
            end_quietly(stack)
            raise
        say("stopping; everything is kept")
        self._handbook.stop()
        stack.stop()
        return code

    def _open(self) -> Opening:
        """Begin to make the workspace, beside the start of the stack."""
        lacking = why_not(self._sample)
        if lacking:
            say(f"no signed strategy and no gate are shown: {lacking}")
        else:
            say("making demo keys, signing the strategies of two brands with them")
        return Opening(self.layout, self._scratch, self._sample, signed=not lacking)

    def _ages(self, content: Path | None) -> tuple[int, ...]:
        """The workspace's ages; the usual ones where somebody is just editing them."""
        workspace = read_workspace(content or self._sample).workspace
        return tuple(sorted({10, *(workspace.ages_s if workspace else DEFAULT_AGES_S)}))

    def _zone(self) -> tzinfo:
        workspace = read_workspace(self._scratch.content).workspace
        return zone_info(workspace.zone if workspace else "UTC")

    def _push(self, stack: LocalStack) -> bool:
        """Push the newest commit by the command that everybody uses; whether it was accepted."""
        head = self._scratch.head()
        content = self._scratch.checkout()
        self._pushed = head
        read = read_workspace(content)
        with contextlib.suppress(StackError):
            stack.seed(read.brands.values())
        say(f"pushing commit {head[:10]}")
        done = subprocess.run(
            [sys.executable, "-m", "signpost.cli.main", "push", "--content", "content"],
            cwd=content.parent,
            env=environment(),
            check=False,
        )
        self._handbook.build()
        return done.returncode == 0

    def _first_table(self, stack: LocalStack, *, resumed: bool) -> int:
        """Wait for what is due, print the table; 0 if all of it is live and measured."""
        watch = Watch(stack.wiring)
        begin = time.monotonic()
        limit = datetime.now(UTC) + DUE_WITHIN
        all_before = watch.with_metrics(watch.all().values())
        settled = {told.row.delivery for told in all_before if told.over and resumed}
        due = [told.row.delivery for told in all_before if told.row.due <= limit]
        waiting = [name for name in due if name not in settled]
        if not waiting:
            say("nothing is due now" + (", everything that was has gone out" if due else ""))
        else:
            say(f"waiting for {len(waiting)} deliveries to go live and be measured")
        patience = LATER_PATIENCE_S if resumed else FIRST_PATIENCE_S
        while waiting and time.monotonic() - begin < patience:
            self._still_wanted(stack)
            now = watch.all()
            told = watch.with_metrics(now[name] for name in waiting if name in now)
            self._tell_changes(now.values())
            waiting = [item.row.delivery for item in told if not item.over]
            if waiting:
                time.sleep(POLL_S)
        now = watch.all()
        shown = watch.with_metrics(now[name] for name in due if name in now)
        if shown:
            print("", *table(shown, self._zone()), "", sep="\n", flush=True)
        # A bad end of an earlier run counts too: what was due is not live until somebody acts.
        failed = [item for item in shown if not item.well]
        for item in failed:
            say(f"not live and measured: {title(item)} ({item.row.state}) {item.row.reason}")
        return 1 if failed else 0

    def _show_signed(self, stack: LocalStack) -> None:
        """Wait until the strategy site is built, and print what is signed."""
        begin = time.monotonic()
        while not self._handbook.poll() and time.monotonic() - begin < SITE_PATIENCE_S:
            self._still_wanted(stack)
            time.sleep(POLL_S)
        shown = self._handbook.shown()
        if shown:
            print(*handbook.lines(shown), "", sep="\n", flush=True)
            say(f"the strategy site is built in {_shown(self.layout.site)}")

    def _invite(self, stack: LocalStack) -> None:
        coming = [t for t in Watch(stack.wiring).all().values() if t.row.state is State.SCHEDULED]
        plain = [told for told in coming if not told.about.source.endswith("/index.md")] or coming
        # The last of them, so that nothing that comes soon is taken out of its order.
        example = max(plain, key=lambda told: told.row.due).about.source if plain else ""
        folder = _shown(self._scratch.folder)
        print(
            f"The feed, as its readers see it:  {stack.address.replace('127.0.0.1', 'localhost')}\n"
            f"{self._signed_words()}"
            f"The workspace, for you to edit:   {folder}\n"
            f"\nTry this: open {folder}/content/{example},\n"
            "write `publish: now` in place of its time, change the text, and commit:\n"
            f"\n    git -C {folder} commit -am 'Go live now'\n"
            "\nIt is live a few seconds later. Likes and replies in the feed are what the metrics "
            "count.\n"
            f"Look around with: {_command()} status --content {folder}/content\n"
            f"{self._gate_words()}"
            f"{self._passkey_words(stack)}"
            "Ctrl-C stops; `make run` goes on from there.\n",
            flush=True,
        )

    def _signed_words(self) -> str:
        site = self._handbook.address
        return f"The strategy, signed and in draft: {site}\n" if site else ""

    def _gate_words(self) -> str:
        """How to see the gate open, and close; nothing where nothing is signed."""
        if not self.layout.signoff.is_file():
            return ""
        run = f"{_python()} -m signpost.local.renew"
        content = f"{_shown(self._scratch.folder)}/content"
        others = sorted(set(read_json(self.layout.signoff)) - {partner.BRAND})
        return (
            "\nTo see the gate open: sign the strategy that is past its review date anew, then let "
            "go what was held:\n\n"
            f"    {run} {partner.BRAND}\n"
            f"    {_command()} resume {content}/{partner.POST} --content {content} "
            '--reason "signed"\n'
            "\nTo see it close: sign a release that was to be reviewed by yesterday; without "
            "--past the next one opens it.\n\n"
            f"    {run} {' '.join(others)} --past\n\n"
        )

    def _passkey_words(self, stack: LocalStack) -> str:
        """How to sign with a passkey of this machine; nothing where nothing is signed."""
        others = sorted(set(read_json(self.layout.signoff)) - {partner.BRAND})
        if not others:
            return ""
        brand = others[0]
        person = str(read_json(self.layout.signoff)[brand]["signers"][0])
        read = read_workspace(self._scratch.content).brands.get(brand)
        names = {item.id: item.name for item in read.people.people} if read else {}
        link = stack.invite(brand, person, names.get(person, person))
        return (
            "To sign with a fingerprint, a face or a PIN of this machine in place of a key: enrol as "
            f"{names.get(person, person)} (the link serves once), then let the passkey count:\n\n"
            f"    {link}\n"
            f"    {_python()} -m signpost.local.enrolled {brand} {person}\n\n"
            f"Once that is pushed, sign in and sign: {stack.signoff}\n\n"
        )

    def _serve(self, stack: LocalStack) -> int:
        """Push each new commit and tell what goes live, until asked to leave."""
        watch = Watch(stack.wiring)
        self._tell_changes(watch.all().values())
        with contextlib.suppress(Leave):
            while True:
                self._still_wanted(stack)
                head = self._scratch.head()
                if head not in {"", self._pushed} and not self._push(stack):
                    say("nothing was changed by this commit; mend it and commit again")
                self._tell_changes(watch.all().values())
                self._handbook.poll()
                time.sleep(POLL_S)
        return 0

    def _tell_changes(self, deliveries: Iterable[Told]) -> None:
        for told in deliveries:
            state = told.row.state
            before = self._seen.get(told.row.delivery)
            self._seen[told.row.delivery] = state
            if before is None or state is before:
                continue
            if state is State.PUBLISHED:
                say(f"live: {title(told)} → {told.row.parts[0].permalink}")
            elif state in BAD_ENDS or state is State.AMBIGUOUS:
                say(f"{state}: {title(told)}: {told.row.reason}")

    def _still_wanted(self, stack: LocalStack) -> None:
        if self._ancestors.broken:
            raise Leave
        fallen = stack.fallen()
        if fallen == "emulator":
            raise StackError(
                "The AWS emulator was ended from outside, and the local ledger is gone with it.",
                "Run `make run` again: it begins a new workspace with a new feed.",
            )
        if fallen:
            raise StackError(
                "The local network was ended from outside.",
                "Run `make run` again: it goes on where it was.",
            )


def say(text: str) -> None:
    """Tell the person what is going on."""
    with contextlib.suppress(OSError):
        print(f"{datetime.now().astimezone():%H:%M:%S} {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 all went live, 1 not, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="make run", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="where .signpost lies")
    parser.add_argument("--sample", type=Path, help="content folder to begin with")
    wish = parser.parse_args(arguments)
    root = wish.root.resolve()
    sample = wish.sample or project_root() / "content"
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        return Demo(root, sample).run(once=wish.once)
    except Leave:
        return 130
    except SignpostError as error:
        print(f"error {error.code}: {error.cause}", file=sys.stderr)
        if error.remedy:
            print(f"  remedy: {error.remedy}", file=sys.stderr)
        return 1


def _leave(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: saving must not be interrupted by an impatient second Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Leave


def _shown(path: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _python() -> str:
    return _shown(Path(sys.executable))


def _command() -> str:
    beside = Path(sys.executable).with_name("signpost")
    return _shown(beside) if beside.exists() else "signpost"


if __name__ == "__main__":
    sys.exit(main())
