"""A bare repository's hooks, with a stand-in for `signpost` that writes down what it was given.

What the real command does with a push is in tests/integration/test_content_hook.py; here is what only
the script answers for: which commit, where, how often, and what is left behind.
More than 400 lines: every case of one script over one bare repository.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "ci" / "content.sh"
FAKE = """\
#!/bin/sh
# check: refuses what has a file `bad`. push: notes the commit and its text; fails while `down` lies
# there, waits while `wait` does.
verb=$1; shift
content=; while [ $# -gt 0 ]; do [ "$1" = --content ] && content=$2; shift; done
echo "$verb $(git rev-parse HEAD)" >>"$NOTES/calls"
case $verb in
    check)
        [ ! -e "$content/bad" ] || { echo "content/bad:3:7: YML101 It is bad."; exit 1; }
        [ ! -e "$content/.signpost" ] && [ ! -e "$content/../.signpost" ] || exit 3
        ;;
    push)
        [ ! -e "$NOTES/down" ] || { echo "error AWS: The stack cannot be reached." >&2; exit 1; }
        mkdir "$NOTES/busy" || : >"$NOTES/overlap"
        : >"$NOTES/begun"
        while [ -e "$NOTES/wait" ]; do sleep 0.05; done
        cat "$content/text" >>"$NOTES/sent"
        rmdir "$NOTES/busy"
        ;;
esac
"""


@dataclass(frozen=True)
class Host:
    """A machine with a bare repository, and a clone of it on somebody's desk."""

    folder: Path

    @property
    def bare(self) -> Path:
        return self.folder / "git host" / "social media.git"

    @property
    def clone(self) -> Path:
        return self.folder / "my desk" / "clone"

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GIT_", "SIGNPOST_", "GITHUB_"))
        }
        return {
            **kept,
            "NOTES": str(self.notes),
            "SIGNPOST_COMMAND": str(self.folder / "a tool" / "signpost"),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ed",
            "GIT_AUTHOR_EMAIL": "ed@localhost",
            "GIT_COMMITTER_NAME": "Ed",
            "GIT_COMMITTER_EMAIL": "ed@localhost",
        }

    def git(self, *words: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run git in the clone."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode == 0) is ok, done.stderr
        return done

    def script(self, mode: str) -> subprocess.CompletedProcess[str]:
        """Run the script in the bare repository, as its administrator would."""
        return subprocess.run(
            ["sh", str(SCRIPT), mode],
            cwd=self.bare,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def commit(self, name: str, text: str = "") -> str:
        """Commit a file of the content folder; the commit's id."""
        path = self.clone / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"Change {name}")
        return self.git("rev-parse", "HEAD").stdout.strip()

    def noted(self, name: str) -> list[str]:
        """The lines of one of the stand-in's files."""
        path = self.notes / name
        return path.read_text().splitlines() if path.exists() else []

    def tip(self) -> str:
        """What the bare repository's main branch has."""
        return subprocess.run(
            ["git", "--git-dir", str(self.bare), "rev-parse", "main"],
            capture_output=True,
            text=True,
            check=True,
            env=self.environment,
        ).stdout.strip()

    def push_that_waits(self, text: str) -> subprocess.Popen[bytes]:
        """Commit and push; the push to the stack lasts until `wait` goes."""
        (self.notes / "wait").touch()
        (self.notes / "begun").unlink(missing_ok=True)
        commit = self.commit("text", text)
        with (self.folder / f"{commit}.said").open("wb") as output:
            return subprocess.Popen(
                ["git", "push", "origin", f"{commit}:refs/heads/main"],
                cwd=self.clone,
                env=self.environment,
                stderr=output,
            )

    def commit_of(self, push: subprocess.Popen[bytes]) -> str:
        """The commit that it pushes."""
        assert isinstance(push.args, list)
        return str(push.args[-1]).partition(":")[0]

    def said(self, push: subprocess.Popen[bytes]) -> str:
        """What it has told its terminal so far."""
        return (self.folder / f"{self.commit_of(push)}.said").read_text()

    def is_at_work_with(self, commit: str) -> bool:
        """Whether the commit is in, and a push to the stack has begun and not ended."""
        return self.tip() == commit and (self.notes / "begun").exists()

    def left(self) -> list[str]:
        """What lies in the script's own folder of the bare repository."""
        folder = self.bare / "signpost"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture(params=["sha1", "sha256"])
def object_format(request: pytest.FixtureRequest) -> str:
    """Both kinds of repository."""
    return str(request.param)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Hooks are set up, one commit is live."""
    return make_host(tmp_path)


def make_host(folder: Path, object_format: str = "sha1") -> Host:
    host = Host(folder)
    host.notes.mkdir()
    tool = folder / "a tool" / "signpost"
    tool.parent.mkdir()
    tool.write_text(FAKE)
    tool.chmod(0o755)
    for path, bare in ((host.bare, ["--bare"]), (host.clone, [])):
        path.parent.mkdir()
        subprocess.run(
            [
                *("git", "init", "--quiet", "--initial-branch=main"),
                *(f"--object-format={object_format}", *bare, str(path)),
            ],
            check=True,
            env=host.environment,
        )
    for name in ("pre-receive", "post-receive"):
        hook = host.bare / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f'#!/bin/sh\nexec sh "{SCRIPT}" {name}\n')
        hook.chmod(0o755)
    host.git("remote", "add", "origin", str(host.bare))
    (host.clone / "content").mkdir()
    host.commit("signpost.yaml", "workspace: x\n")
    host.commit("text", "first\n")
    host.git("push", "--quiet", "origin", "main")
    return host


def test_a_push_sends_the_new_commit(tmp_path: Path, object_format: str) -> None:
    host = make_host(tmp_path, object_format)
    commit = host.commit("text", "second\n")
    done = host.git("push", "origin", "main")
    assert host.noted("calls")[-2:] == [f"check {commit}", f"push {commit}"]
    assert host.noted("sent") == ["first", "second"]
    assert "remote: signpost: pushing main" in done.stderr
    assert host.left() == ["state"], "temporary files stayed"
    assert host.script("state").stdout.startswith(f"The stack has main as it is ({commit}, ")


def test_a_bad_file_is_refused_with_its_place(host: Host) -> None:
    before = host.tip()
    host.commit("bad")
    done = host.git("push", "origin", "main", ok=False)
    assert "remote: content/bad:3:7: YML101 It is bad." in done.stderr
    assert "pre-receive hook declined" in done.stderr
    assert host.tip() == before
    assert host.noted("sent") == ["first"]
    assert host.left() == ["state"]
    host.git("rm", "--quiet", "content/bad")
    host.commit("text", "second\n")
    host.git("push", "origin", "main")
    assert host.noted("sent") == ["first", "second"]


def test_a_check_that_cannot_run_refuses(host: Host) -> None:
    host.commit("text", "second\n")
    (host.folder / "a tool" / "signpost").unlink()
    done = host.git("push", "origin", "main", ok=False)
    assert "signpost is not here" in done.stderr
    assert host.noted("sent") == ["first"]


def test_other_branches_and_tags_are_nobodys_business(host: Host) -> None:
    calls = host.noted("calls")
    host.git("switch", "--quiet", "--create", "draft")
    host.commit("bad")
    host.git("tag", "main")
    host.git("push", "origin", "draft", "refs/tags/main")
    assert host.noted("calls") == calls


def test_a_deleted_branch_keeps_what_the_stack_has(host: Host) -> None:
    calls = host.noted("calls")
    subprocess.run(
        ["git", "--git-dir", str(host.bare), "config", "receive.denyDeleteCurrent", "ignore"],
        check=True,
    )
    done = host.git("push", "origin", ":main")
    assert "main is deleted; the stack keeps what it has" in done.stderr
    assert host.noted("calls") == calls
    host.git("push", "origin", "main")
    assert host.noted("sent") == ["first", "first"]


def test_a_forced_push_sends_what_the_branch_has_then(host: Host) -> None:
    host.commit("text", "second\n")
    host.git("push", "--quiet", "origin", "main")
    host.git("reset", "--quiet", "--hard", "HEAD~1")
    commit = host.commit("text", "third\n")
    host.git("push", "--quiet", "--force", "origin", "main")
    assert host.noted("sent") == ["first", "second", "third"]
    assert host.tip() == commit


def test_a_stack_that_is_away_is_told_and_made_up_for(host: Host) -> None:
    (host.notes / "down").touch()
    commit = host.commit("text", "second\n")
    done = host.git("push", "origin", "main")
    assert "remote: error AWS: The stack cannot be reached." in done.stderr
    assert "the commit is in the repository, but the stack has not taken all of it" in done.stderr
    assert host.tip() == commit
    state = host.script("state")
    assert state.returncode == 1
    assert "The stack cannot be reached." in state.stdout
    (host.notes / "down").unlink()
    assert host.script("push").returncode == 0
    assert host.noted("sent") == ["first", "second"]
    assert host.script("state").returncode == 0


def test_the_next_push_makes_up_for_it_too(host: Host) -> None:
    (host.notes / "down").touch()
    host.commit("text", "second\n")
    host.git("push", "origin", "main")
    (host.notes / "down").unlink()
    host.commit("text", "third\n")
    host.git("push", "origin", "main")
    assert host.noted("sent") == ["first", "third"]
    assert host.script("state").returncode == 0


def test_a_killed_push_is_seen_in_the_state_and_its_lock_is_broken(host: Host) -> None:
    lock = host.bare / "signpost" / "lock"
    lock.mkdir()
    gone = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True)
    (lock / "pid").write_text(gone.stdout)
    host.commit("text", "second\n")
    host.git("push", "origin", "main")
    assert host.noted("sent") == ["first", "second"]
    assert host.left() == ["state"]


def test_two_pushes_at_once_go_one_after_the_other(host: Host) -> None:
    first = host.push_that_waits("second\n")
    wait_for(partial(host.is_at_work_with, host.commit_of(first)))
    second = host.push_that_waits("third\n")
    wait_for(
        lambda: "another push is at work" in host.said(second) or (host.notes / "overlap").exists()
    )
    (host.notes / "wait").unlink()
    for push in (first, second):
        assert push.wait(60) == 0, host.said(push)
    assert not (host.notes / "overlap").exists()
    sent = host.noted("sent")
    assert sent[:2] == ["first", "second"]
    assert set(sent[2:]) == {"third"}
    assert host.left() == ["state"]
    assert host.script("state").returncode == 0


def test_a_branch_that_moves_meanwhile_is_pushed_again(host: Host) -> None:
    push = host.push_that_waits("second\n")
    wait_for(partial(host.is_at_work_with, host.commit_of(push)))
    # Without a hook: as an administrator does, or a push whose own hook was killed.
    subprocess.run(
        ["git", "--git-dir", str(host.bare), "update-ref", "refs/heads/main", "main~1"], check=True
    )
    (host.notes / "wait").unlink()
    assert push.wait(60) == 0
    assert "main has moved meanwhile" in host.said(push)
    assert host.noted("sent") == ["first", "second", "first"]


def test_a_commit_cannot_choose_the_stack(host: Host) -> None:
    for folder in (host.clone, host.clone / "content"):
        (folder / ".signpost").mkdir()
        (folder / ".signpost" / "local.json").write_text("{}")
    host.commit("text", "second\n")
    host.git("push", "origin", "main")
    assert host.noted("sent") == ["first", "second"]


def test_a_content_folder_that_leads_out_is_refused(host: Host) -> None:
    elsewhere = host.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "signpost.yaml").touch()
    host.git("rm", "-r", "--quiet", "content")
    (host.clone / "content").symlink_to(elsewhere)
    host.git("add", "--all")
    host.git("commit", "--quiet", "--message", "Lead out")
    done = host.git("push", "origin", "main", ok=False)
    assert "a link that leads out of the repository" in done.stderr


def test_a_commit_without_content_is_refused(host: Host) -> None:
    host.git("rm", "-r", "--quiet", "content")
    host.git("commit", "--quiet", "--message", "Remove all")
    done = host.git("push", "origin", "main", ok=False)
    assert "the commit has no content folder (content)" in done.stderr


def test_hooks_of_the_server_do_not_run_on_what_is_laid_out(host: Host) -> None:
    hooks = host.folder / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f'#!/bin/sh\ntouch "{host.notes}/ran"\n')
    (hooks / "post-checkout").chmod(0o755)
    for name in ("pre-receive", "post-receive"):
        (hooks / name).write_text((host.bare / "hooks" / name).read_text())
        (hooks / name).chmod(0o755)
    config = host.folder / "gitconfig"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n")
    host.commit("text", "second\n")
    subprocess.run(
        ["git", "push", "--quiet", "origin", "main"],
        cwd=host.clone,
        env={**host.environment, "GIT_CONFIG_GLOBAL": str(config)},
        check=True,
        capture_output=True,
    )
    assert host.noted("sent") == ["first", "second"]
    assert not (host.notes / "ran").exists()


def test_a_branch_that_is_not_the_one_is_told(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    subprocess.run(
        ["git", "--git-dir", str(host.bare), "symbolic-ref", "HEAD", "refs/heads/live"], check=True
    )
    host.commit("text", "second\n")
    done = host.git("push", "origin", "main")
    assert "only live goes live here" in done.stderr
    assert host.noted("sent") == ["first"]


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until it is so; the pushes behind it are at work all the time."""
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
