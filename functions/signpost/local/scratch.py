"""The demo's scratch repository: the sample brand with its first posts due in this minute.

The checkout itself is never touched. What is changed in the copy: the workspace's id, an age of
ten seconds, and when posts go out; the few that show something different each are due at once,
the rest keep their dates, moved by whole weeks where those have passed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from signpost.content.workspace_reader import ReadResult, read_workspace
from signpost.domain.post import Post
from signpost.domain.timing import resolve, zone_info
from signpost.errors import LocalTimeError, StackError
from signpost.local.leash import environment
from signpost.local.partner import brand as partner

WORKSPACE = "demo"
SITE = "strategy-site"
SOON_S = 25.0
"""Seconds until the first post is due; before that it has to be pushed and accepted."""
APART_S = 4.0
MARGIN = timedelta(hours=1)

_PUBLISH = re.compile(r"^(publish:[ \t]*)([^#\n\r]*?)([ \t]*(?:#[^\n\r]*)?)$", re.MULTILINE)
_TIME_RULES = re.compile(r"^(countries|quiet|blackouts|spacing):.*\n(?:[ \t-].*\n)*", re.MULTILINE)
_CAMPAIGN_DAYS = re.compile(r"^ +(?:from|to): \d{4}-\d\d-\d\d\n", re.MULTILINE)
_BEGUN = "refs/signpost/begun"
"""The commit that was made last before the first push."""
_HEADING = re.compile(r"(?m)^# .*\n")
_DEMO = """
!!! warning "A demo"

    `make run` copied this handbook from the sample. Who signed it, did so with keys that were made on
    this machine a moment before: they prove nothing about anybody.
"""
_README = """\
# Scratch workspace of the demo

Made by `make run` from the sample brand; edit anything. A commit here is pushed to the local
stack by itself while `make run` is running:

    git commit -am "Change something"

Remove the folder `.signpost` beside it to begin again.
"""


@dataclass(frozen=True, slots=True)
class Scratch:
    """The scratch repository.

    Args:
        folder: its work tree, which a person edits.
        pushed: a clone that holds the commit that is pushed, whatever is being edited.
    """

    folder: Path
    pushed: Path

    @property
    def content(self) -> Path:
        """Its content folder."""
        return self.folder / "content"

    @property
    def exists(self) -> bool:
        """Whether it was made already."""
        return (self.folder / ".git").is_dir()

    @property
    def draft(self) -> Path:
        """Where it is made, until `begin`."""
        return self.folder.with_name(f"{self.folder.name}.new")

    def copy(self, sample: Path, *, handbook: bool) -> None:
        """Fill the draft from the sample and commit it; the posts keep their times so far.

        Args:
            sample: a content folder.
            handbook: take along the strategy site beside it, add the brand that is past its
                review date, and switch the gate on.

        Raises:
            StackError: the sample has faults, or git is missing or fails.
        """
        new = self.draft
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        new.mkdir(parents=True)
        shutil.copytree(sample, new / "content")
        (new / "README.md").write_text(_README, encoding="utf-8")
        _rename(new / "content" / "signpost.yaml")
        if handbook:
            shutil.copytree(sample.parent / SITE, new / SITE)
            _label(new / SITE / "docs" / "index.md")
            partner.add(new)
        for path in sorted((new / "content").glob("*/brand.yaml")):
            _at_any_hour(path)
        if handbook:
            _renew_tables(new)
        git(new, "init", "--quiet", "--initial-branch=main")
        for key, value in (("user.name", "Demo"), ("user.email", "demo@localhost")):
            if not git(new, "config", "--default", "", "--get", key):
                git(new, "config", key, value)
        commit(new, "Begin with the sample brand")

    def begin(self, now: datetime) -> None:
        """Let the draft's first posts be due in this minute, and make it the workspace.

        Args:
            now: the present instant, UTC.

        Raises:
            StackError: the sample has faults, or git fails.
        """
        if self.exists:  # one that a cut-off start left behind: its times have passed
            shutil.rmtree(self.draft, ignore_errors=True)
            self.folder.rename(self.draft)
            git(self.draft, "reset", "--quiet", "--hard", f"{_BEGUN}~1")
        reschedule(self.draft / "content", now)
        commit(self.draft, "Let the first posts go out")
        git(self.draft, "update-ref", _BEGUN, "HEAD")
        self.draft.rename(self.folder)

    @property
    def untouched(self) -> bool:
        """Whether it is still exactly what `begin` made."""
        begun = git(self.folder, "rev-parse", "--verify", "--quiet", _BEGUN, check=False)
        return begun == self.head() != "" and not git(self.folder, "status", "--porcelain")

    def head(self) -> str:
        """The commit that the scratch repository is at; empty while it has none."""
        return git(self.folder, "rev-parse", "--verify", "--quiet", "HEAD", check=False)

    def checkout(self) -> Path:
        """Lay out the newest commit, without what is not committed; its content folder."""
        shutil.rmtree(self.pushed, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--local", ".", str(self.pushed))
        return self.pushed / "content"


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run git in the folder.

    Raises:
        StackError: git is not installed, or (unless `check` is off) it failed.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        raise StackError(
            "git is not installed.", "Install it, such as with `apt-get install git`."
        ) from error
    if check and done.returncode:
        raise StackError(
            f"git {arguments[0]} failed in {folder}: {done.stderr.strip()}",
            "Mend the repository, or remove the folder to begin again.",
        )
    return done.stdout.strip() if done.returncode == 0 else ""


def commit(folder: Path, message: str) -> None:
    """Commit everything there, whatever hooks and signing this user has set up.

    Raises:
        StackError: git is missing or fails.
    """
    git(folder, "add", "--all")
    git(
        folder,
        *("-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"),
        *("commit", "--quiet", "--message", message),
    )


def reschedule(content: Path, now: datetime) -> None:
    """Let the first posts go out in the next minute, and all others in the future.

    Args:
        content: a copy of the sample's content folder; its files are changed.
        now: the present instant, UTC.

    Raises:
        StackError: the copy has faults.
    """
    read = read_workspace(content)
    if read.workspace is None or read.diagnostics:
        first = read.diagnostics[0] if read.diagnostics else "no signpost.yaml"
        raise StackError(f"The sample content has faults: {first}", "Run `signpost check`.")
    first_ones = choose(read) + [post for post in read.posts if post.brand == partner.BRAND]
    for number, post in enumerate(first_ones):
        due = now + timedelta(seconds=SOON_S + APART_S * number)
        local = due.astimezone(zone_info(post.zone)).replace(microsecond=0)
        _set_time(content, post, local.isoformat(sep=" "))
    others = [post for post in read.posts if post not in first_ones]
    weeks = _weeks_behind(others, now)
    for post in others:
        if weeks and isinstance(post.publish, datetime):
            moved = post.publish + timedelta(weeks=weeks)
            _set_time(content, post, moved.isoformat(sep=" "))


def choose(read: ReadResult) -> list[Post]:
    """The posts that show most: a thread, a text of its own for an account, an image, a plain one.

    Every channel that a post of the sample goes to is among them.
    """
    ready = [post for post in read.posts if post.status == "ready" and post.publish != "now"]
    ready = [post for post in ready if isinstance(post.publish, datetime)]
    ready = [post for post in ready if post.brand != partner.BRAND]
    ready.sort(key=lambda post: (resolve_or_late(post), post.path))
    chosen: list[Post] = []
    kinds = (
        lambda post: bool(post.media) and not post.thread,
        lambda post: post.thread,
        lambda post: len(post.bodies) > 1,
        lambda post: not post.media and not post.thread and len(post.bodies) == 1,
    )
    for kind in kinds:
        found = next((post for post in ready if kind(post) and post not in chosen), None)
        if found is not None:
            chosen.append(found)
    for post in ready:
        shown = {channel for other in chosen for channel in _channels(read, other)}
        if not _channels(read, post) <= shown:
            chosen.append(post)
    return chosen


def _channels(read: ReadResult, post: Post) -> set[str]:
    brand = read.brands.get(post.brand)
    accounts = brand.accounts if brand else ()
    return {account.channel for account in accounts if account.id in post.accounts}


def resolve_or_late(post: Post) -> datetime:
    """The post's instant; the end of time where it names none."""
    try:
        if isinstance(post.publish, datetime):
            return resolve(post.publish, post.zone)
    except LocalTimeError:
        pass
    return datetime.max.replace(tzinfo=UTC)


def _weeks_behind(posts: Sequence[Post], now: datetime) -> int:
    """By how many weeks posts have to be moved so that the first still lies ahead."""
    times = [resolve_or_late(post) for post in posts if isinstance(post.publish, datetime)]
    if not times or min(times) > now + MARGIN:
        return 0
    return ceil((now + MARGIN - min(times)) / timedelta(weeks=1))


def _set_time(content: Path, post: Post, text: str) -> None:
    path = content / post.path
    old = path.read_bytes().decode()
    new, count = _PUBLISH.subn(rf"\g<1>{text}\g<3>", old, count=1)
    if count != 1:
        raise StackError(f"{post.path} has no `publish:` line of its own.", "Write one.")
    path.write_bytes(new.encode())


def _at_any_hour(path: Path) -> None:
    """Take out what a brand says about its times: the demo's are those at which it is looked at."""
    text = path.read_text(encoding="utf-8")
    text = _TIME_RULES.sub(r"# Not in the demo, which publishes at any hour: \g<1>.\n", text)
    path.write_text(_CAMPAIGN_DAYS.sub("", text), encoding="utf-8")


def _renew_tables(folder: Path) -> None:
    """Write the handbook's tables anew: nothing is signed whose tables differ from the data.

    Raises:
        StackError: they could not be written.
    """
    done = subprocess.run(
        [sys.executable, "-m", "signpost.cli.main", "docs", "write"],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise StackError(f"The handbook's tables could not be written: {said}")


def _label(page: Path) -> None:
    """Let the handbook's first page say what it is."""
    if page.is_file():
        text = page.read_text(encoding="utf-8")
        page.write_text(_HEADING.sub(rf"\g<0>{_DEMO}", text, count=1), encoding="utf-8")


def _rename(path: Path) -> None:
    """Give the workspace the demo's name and an age that is soon reached."""
    text = path.read_text(encoding="utf-8")
    text, named = re.subn(r"(?m)^workspace:.*$", f"workspace: {WORKSPACE}", text)
    text, aged = re.subn(r"(?m)^ages:[ \t]*\[", "ages: [10s, ", text)
    if (named, aged) != (1, 1):
        raise StackError(f"{path} lacks a line `workspace:` or `ages: […]`.", "Write both.")
    path.write_text(text, encoding="utf-8")
