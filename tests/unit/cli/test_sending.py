"""Plan, push and status against the real `schedule` use case over ports in memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signpost.cli import sending
from signpost.cli.connection import Connection
from signpost.cli.desk import Desk
from signpost.cli.git import Commit
from signpost.cli.output.human import Terminal
from signpost.cli.sending import PushError, send
from signpost.cli.wiring import open_content
from signpost.connectors.registry import Registry
from signpost.domain.canonical import canonical_json
from signpost.domain.plan import Action
from signpost.errors import ContentError, StackError
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import StateWriter
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.objects import FakeObjects
from tests.fakes.queue import FakeQueue

POST = "shop/posts/2090/12/wax.md"

PNG = (
    "89504e470d0a1a0a0000000d494844520000000200000002080600000072b60d240000001449444154789c63"
    "8cb291fbcfc0c0c0c0c400050019a401b71fa1e1a90000000049454e44ae426082"
)
"""2 × 2 pixels of brown."""


class Stack:
    """A stack in memory: `schedule` runs whenever a bundle arrives."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self.objects = FakeObjects()
        clock = FakeClock(datetime.now(UTC))
        self.ledger = FakeLedger(clock)
        state = StateWriter("acme", self.ledger, self.objects, FakeMetricStore(), clock)
        self.scheduler = Scheduler(
            workspace="acme",
            ledger=self.ledger,
            objects=self.objects,
            connectors=Registry(),
            queue=FakeQueue(clock),
            state=state,
            clock=clock,
            workers=1,
        )
        self._done: set[str] = set()

    def desk(self, commit: Commit | None = None) -> Desk:
        """What a command works with."""
        workspace, brands = open_content(self.content)
        return Desk(
            self.content,
            workspace,
            Connection("b"),
            self.objects,
            commit or Commit("c1"),
            tuple(brands),
        )

    def schedule(self) -> None:
        """Handle the bundles that have arrived since."""
        for key in sorted(self.objects.content):
            if key.startswith("bundles/") and key not in self._done:
                self._done.add(key)
                digest = key.removeprefix("bundles/").removesuffix(".jsonl")
                self.scheduler.run(digest, owner="test")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let `schedule` answer meanwhile."""
        over = threading.Event()

        def loop() -> None:
            while not over.is_set():
                self.schedule()
                time.sleep(0.01)

        thread = threading.Thread(target=loop)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.fixture
def stack(content: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setattr(sending, "POLL_S", 0.01)
    return Stack(content)


def push(stack: Stack, *, approve: str = "", wait_s: float = 10.0) -> sending.Sent:
    """Plan and push what the folder says."""
    desk = stack.desk()
    with stack.running():
        return send(desk, desk.draft(), Terminal(), approve=approve, wait_s=wait_s)


def test_first_push_creates_and_the_second_has_nothing_to_do(stack: Stack) -> None:
    draft = stack.desk().draft()
    assert [change.action for change in draft.plan.changes] == [Action.CREATE]
    sent = push(stack)
    assert sent.verdict.accepted
    assert sent.verdict.plan == draft.plan.digest
    after = stack.desk().draft()
    assert not after.plan.acting
    assert after.plan.count(Action.KEEP) == 1


def test_bundles_are_a_chain(stack: Stack, content: Path) -> None:
    first = push(stack)
    post = content / POST
    post.write_text(post.read_text().replace("while they are warm", "when they are dry"))
    second = push(stack)
    assert second.verdict.accepted
    assert stack.desk().state().bundle == second.verdict.bundle != first.verdict.bundle
    bundle = stack.objects.content[f"bundles/{second.verdict.bundle}.jsonl"]
    assert f'"previous":"{first.verdict.bundle}"'.encode() in bundle


def test_a_new_account_alone_is_told_and_moves_nothing(stack: Stack, content: Path) -> None:
    push(stack)
    assert list(stack.desk().state().accounts) == ["fedi", "second"]
    assert not stack.desk().draft().acting
    accounts = content / "shop" / "accounts.yaml"
    new = "  - {id: third, channel: mastodon, handle: '@third', server: https://third.example}\n"
    accounts.write_text(accounts.read_text() + new)
    draft = stack.desk().draft()
    assert draft.acting
    assert not draft.plan.acting
    assert draft.news == "The accounts have changed"
    sent = push(stack)
    assert (sent.verdict.accepted, sent.verdict.changes) == (True, ())
    assert list(stack.desk().state().accounts) == ["fedi", "second", "third"]
    assert not stack.desk().draft().acting


def test_a_stack_of_an_older_version_is_sent_no_list_that_it_would_refuse(stack: Stack) -> None:
    push(stack)
    found = stack.objects.get("state/deliveries.json")
    assert found is not None
    old = json.loads(found.data)
    del old["accounts"]
    stack.objects.replace(
        "state/deliveries.json", canonical_json(old), "application/json", found.etag
    )
    draft = stack.desk().draft()
    assert not draft.acting
    assert draft.compiled.accounts
    assert draft.accounts == ()


def test_a_push_that_came_second_plans_again(stack: Stack, content: Path) -> None:
    push(stack)
    desk = stack.desk()
    post = content / POST
    post.write_text(post.read_text().replace("while they are warm", "A"))
    stale = desk.draft()
    post.write_text(post.read_text().replace("Wax them A", "B"))
    push(stack)
    post.write_text(post.read_text().replace("B.", "C."))
    with stack.running():
        sent = send(desk, stale, Terminal(), approve="", wait_s=10)
    assert sent.replanned
    assert sent.verdict.accepted
    assert not stack.desk().draft().plan.acting, "what is on disk is what was accepted"


def test_no_answer_is_told_and_pushing_again_wakes_the_stack(stack: Stack) -> None:
    desk = stack.desk()
    with pytest.raises(PushError, match="did not answer"):
        send(desk, desk.draft(), Terminal(), approve="", wait_s=0.05)
    # The event of that bundle was lost: nobody will look at it any more.
    stack._done.update(key for key in stack.objects.content if key.startswith("bundles/"))
    sent = push(stack, wait_s=0.5)
    assert sent.verdict.accepted


def test_media_go_up_once_and_before_the_bundle(stack: Stack, content: Path) -> None:
    picture = bytes.fromhex(PNG)
    post = content / POST
    (post.parent / "boots.png").write_bytes(picture)
    text = post.read_text().replace(
        "accounts: [fedi]", "accounts: [fedi, second]\nmedia:\n  - {file: boots.png, alt: Boots.}"
    )
    post.write_text(text)
    assert push(stack).verdict.accepted
    media = [key for key in stack.objects.content if key.startswith("media/")]
    assert len(media) == 1
    assert stack.objects.content_types[media[0]] == "image/png"


def test_faults_stop_a_push_before_anything_is_uploaded(stack: Stack, content: Path) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [nobody]"))
    with pytest.raises(ContentError) as caught:
        stack.desk().draft()
    (finding,) = caught.value.diagnostics
    assert finding.span.path == f"content/{POST}"
    assert not stack.objects.content


def many(content: Path, number: int) -> None:
    """Write so many posts."""
    text = (content / POST).read_text()
    for n in range(number):
        one = text.replace("7k2m9q4x1v3b", f"7k2m9q4x{n:04d}").replace("warm", f"warm, take {n}")
        (content / POST).with_name(f"p{n:03d}.md").write_text(one)


def test_a_mass_cancel_needs_its_own_digest(stack: Stack, content: Path) -> None:
    many(content, 25)
    assert push(stack).verdict.accepted
    for path in sorted((content / POST).parent.glob("p*.md"))[:12]:
        path.unlink()
    draft = stack.desk().draft()
    assert "cancels or moves 12 of 26" in draft.force
    for wrong in ("", "0" * 64, draft.plan.digest[:11], "another plan entirely"):
        with pytest.raises(PushError, match="needs approval"):
            push(stack, approve=wrong)
    sent = push(stack, approve=draft.plan.digest[:12])
    assert sent.verdict.accepted
    assert sum(change.state == "CANCELLED" for change in sent.verdict.changes) == 12


def test_the_commit_trailer_approves(stack: Stack, content: Path) -> None:
    many(content, 25)
    push(stack)
    for path in sorted((content / POST).parent.glob("p*.md"))[:12]:
        path.unlink()
    digest = stack.desk().draft().plan.digest
    desk = stack.desk(Commit("c2", approve=("1" * 64, digest)))
    with stack.running():
        assert send(desk, desk.draft(), Terminal(), approve="", wait_s=10).verdict.accepted


def test_a_state_file_of_another_workspace_is_refused(stack: Stack, content: Path) -> None:
    push(stack)
    (content / "signpost.yaml").write_text(
        (content / "signpost.yaml").read_text().replace("workspace: acme", "workspace: other")
    )
    with pytest.raises(StackError, match="belongs to workspace `acme`"):
        stack.desk().state()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"schema": 99}', b"\xff"])
def test_a_damaged_state_file_is_told(stack: Stack, data: bytes) -> None:
    stack.objects.content["state/deliveries.json"] = data
    with pytest.raises(StackError):
        stack.desk().state()


def test_posts_are_found_by_id_file_title_and_beginning(stack: Stack) -> None:
    push(stack)
    state = stack.desk().state()
    for words in (
        "7k2m9q4x1v3b",
        "7k2m",
        "acme/shop/7k2m9q4x1v3b/fedi",
        f"content/{POST}",
        "./content/" + POST,
        "wax.md",
        "wax your boots",
    ):
        assert [entry.post for entry in state.find(words)] == ["7k2m9q4x1v3b"], words
    for words in ("7k2", "x.md", "", "fedi", "content/other/wax2.md"):
        assert state.find(words) == [], words
