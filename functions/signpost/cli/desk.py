"""What plan, push and status work with: the content, the stack, and a plan between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from signpost.cli.asked import Asked, asked_of
from signpost.cli.connection import Connection
from signpost.cli.evidence import find_docs, find_proofs, gates_after, judge_stack, shut_at
from signpost.cli.git import Commit, read_commit
from signpost.cli.statefile import StateFile, read_state
from signpost.cli.wiring import (
    Compiled,
    compile_content,
    connect,
    editable,
    media_bytes,
    open_content,
    tell_people,
)
from signpost.domain.canonical import digest
from signpost.domain.delivery import About
from signpost.domain.plan import ACTING, Action, Change, Plan, make_plan, needs_force
from signpost.domain.timing import zone_info
from signpost.domain.workspace import Brand, Workspace
from signpost.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan and what it was made from.

    Args:
        about: title and file of each delivery, of the content or else as the stack knows them.
        force: why the plan needs approval; empty where it does not.
        proofs: what proves the releases of brands that have any.
        required: nothing goes out without a release in force, as the content says.
        shut: deliveries that would find no release in force at their time → why.
        people: of the brands that sign; none where the stack's version would refuse them.
        asked: what the content says of approvals.
    """

    compiled: Compiled
    state: StateFile
    plan: Plan
    about: Mapping[str, About]
    force: str
    proofs: Mapping[str, bytes] = field(default_factory=dict)
    required: bool = False
    shut: Mapping[str, str] = field(default_factory=dict)
    people: tuple[Mapping[str, Any], ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def acting(self) -> bool:
        """Whether a push would do anything: move a delivery, or tell the stack something."""
        return bool(self.plan.acting or self.news)

    @property
    def news(self) -> str:
        """What a push would tell that moves no delivery, in words; empty where there is nothing.

        An edit of what is public moves nothing, but `correct` goes by what was accepted.
        """
        if self.untold:
            return "What is public was edited"
        if list(self.compiled.work) != self.state.work:
            return "The work on posts has moved"
        if list(self.accounts) != self.state.listed:
            return "The accounts have changed"
        known = {name: entry["evidence"] for name, entry in self.state.releases.items()}
        if any(known.get(brand) != name for brand, name in self.releases.items()):
            return "Releases of the strategy have changed"
        if self.asked.is_news(self.state):
            return "What needs approval has changed"
        if list(self.people) != self.state.people:
            return "The people have changed"
        if self.required and not all(e["required"] for e in self.state.releases.values()):
            return "Releases are required from now on"
        return ""

    @property
    def releases(self) -> dict[str, str]:
        """Brand → digest of what proves its releases, as a push names it."""
        return {brand: digest(data) for brand, data in self.proofs.items()}

    @property
    def accounts(self) -> tuple[Mapping[str, Any], ...]:
        """The accounts that a push lists; none where the stack's version would refuse a list."""
        old = self.state.at is not None and "accounts" not in self.state.raw
        return () if old else self.compiled.accounts

    @property
    def untold(self) -> list[Change]:
        """Drift that the stack has not been told of."""
        accepted = {entry.delivery: entry.accepted for entry in self.state.entries}
        return [
            change
            for change in self.plan.changes
            if change.action is Action.DRIFT and change.revision != accepted.get(change.delivery)
        ]

    @property
    def touched(self) -> list[Change]:
        """What a push would move, or tell the stack of what is public."""
        return [change for change in self.plan.changes if change.action in ACTING] + self.untold


@dataclass(frozen=True, slots=True)
class Desk:
    """The content folder, and the stack that it belongs to."""

    content: Path
    workspace: Workspace
    connection: Connection
    objects: ObjectStore
    commit: Commit
    brands: tuple[Brand, ...] = ()

    @property
    def zone(self) -> tzinfo:
        """The workspace's zone, in which times are shown."""
        return zone_info(self.workspace.zone)

    def state(self) -> StateFile:
        """What the stack knows."""
        return read_state(self.objects, self.workspace.id)

    def draft(self, told: Callable[[int, int], None] | None = None) -> Draft:
        """Compile the content and compare it with the state.

        Args:
            told: hears of pictures that are being made: how many of how many are done.

        Raises:
            ContentError: it has faults; all of them are listed.
        """
        state = self.state()
        actual = state.actual()
        compiled = compile_content(self.content, self.connection, state.homes(), actual, told)
        plan = make_plan((delivery for delivery, _ in compiled.lines), actual, editable)
        about = {entry.delivery: _about(entry.about) for entry in state.entries}
        about.update({delivery.id: told for delivery, told in compiled.lines})
        now = datetime.now(UTC)
        force = needs_force(plan, actual, now)
        required = self.workspace.require_release
        proofs: Mapping[str, bytes] = {}
        if judge_stack(state, required=required):
            proofs = find_proofs(self.content, self.workspace.brands)
        gates = gates_after(proofs, state, now)
        held = {name for name, gate in gates.items() if gate.required}
        if required:
            held |= set(self.workspace.brands)
        shut = {
            delivery.id: why
            for delivery, _ in compiled.lines
            if delivery.brand in held
            and (why := shut_at(delivery, actual.get(delivery.id), gates, now))
        }
        people = self._people(proofs, state)
        asked = asked_of(compiled, plan, state, self.workspace, self.brands)
        return Draft(compiled, state, plan, about, force, proofs, required, shut, people, asked)

    def _people(
        self, proofs: Mapping[str, bytes], state: StateFile
    ) -> tuple[Mapping[str, Any], ...]:
        """The people of the brands that sign; none where the stack's version does not know them."""
        docs = find_docs(self.content) if proofs else None
        if docs is None or (state.at is not None and "people" not in state.raw):
            return ()
        return tell_people(docs, [brand for brand in self.brands if brand.id in proofs])

    def media(self, compiled: Compiled, sha256: str) -> tuple[bytes, str]:
        """Bytes and MIME type of a media file of the compiled content."""
        return media_bytes(compiled, sha256)


def open_desk(content: Path) -> Desk:
    """Read the workspace's settings and find its stack.

    Raises:
        ContentError: signpost.yaml cannot be used.
        SettingsError: it is not known where the stack is.
    """
    workspace, brands = open_content(content)
    connection, objects = connect(content, workspace)
    return Desk(content, workspace, connection, objects, read_commit(content), tuple(brands))


def _about(value: Mapping[str, object]) -> About:
    return About(title=str(value.get("title", "")), source=str(value.get("source", "")))
