"""`state/deliveries.json` as the CLI reads it: what the stack knows, without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from signpost.domain.amendment import Amend, amended, amendment_of
from signpost.domain.approval import ApprovalGate, parse_approval
from signpost.domain.canonical import parse_utc
from signpost.domain.lifecycle import State
from signpost.domain.plan import Actual
from signpost.domain.stop import Stop
from signpost.errors import SignpostError, StackError
from signpost.ports import ObjectStore
from signpost.usecases.state import KEY, SCHEMA


class UnknownPost(SignpostError):
    """The stack knows no such post, or not on the account that was named."""

    code = "NO-POST"


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery as the stack last wrote it.

    Args:
        metrics: the newest snapshot (`age_s`, `measured_at`, `values`); None before the first.
        series: the numbers of every age: `ages_s`, and `values` with a list for each metric, in it
            None where it was not reported; None where the stack did not write it (yet).
        made_from: of the revision; see Delivery.
        accepted: the revision that the accepted bundle has; empty where it has none, None where the
            stack did not write it (yet).
        differs: whether what is public was not what was sent when it was last compared; None where
            that is not known, or it was put right since.
        action: what an amendment does; empty on a delivery.
        live: the revision that was public when the amendment was asked for.
        note: who asked for the amendment, and why.
        amendment: the delivery's; None where nobody asked for one.
        awaits: it is held for its approval alone.
    """

    delivery: str
    brand: str
    account: str
    state: State
    revision: str
    due: datetime
    next_at: datetime
    reason: str
    parts_total: int
    parts: tuple[Mapping[str, str], ...]
    published_at: datetime | None
    maybe_live: bool
    attempts: tuple[Mapping[str, Any], ...]
    touched: bool
    about: Mapping[str, Any]
    metrics: Mapping[str, Any] | None
    series: Mapping[str, Any] | None = None
    made_from: str = ""
    accepted: str | None = None
    differs: bool | None = None
    action: str = ""
    live: str = ""
    note: str = ""
    amendment: Entry | None = None
    awaits: bool = False

    @property
    def standing(self) -> str:
        """The state as people say it: what is public may be retracted, or on its way to be."""
        amendment = self.amendment
        if amendment is None:
            return f"{self.state} (differs)" if self.differs else str(self.state)
        if amendment.state is not State.PUBLISHED:
            return f"{self.state} ({amendment.action} {amendment.state})"
        return "RETRACTED" if amendment.action == Amend.RETRACT else "CORRECTED"

    @property
    def actual(self) -> Actual:
        """What a plan needs of it."""
        actual = Actual(self.state, self.revision, self.due, self.touched, made_from=self.made_from)
        row = self.amendment
        if row is None:
            return actual
        return amended(
            actual,
            row.action,
            row.state,
            revision=row.revision,
            live=row.live,
            reason=row.reason,
            begun=bool(row.parts) or row.maybe_live,
            made_from=row.made_from,
        )

    @property
    def post(self) -> str:
        """Id of the post."""
        return self.delivery.split("/")[2]

    @property
    def permalink(self) -> str:
        """Address of the first public part; empty where nothing is public."""
        return self.parts[0]["permalink"] if self.parts else ""


@dataclass(frozen=True, slots=True)
class StateFile:
    """The whole file.

    Args:
        at: when it was written; None where there is no file yet.
        bundle: digest of the accepted bundle; empty before the first.
        stop: None where the switch is missing, which stops everything.
        raw: the document as it lies in the bucket.
    """

    at: datetime | None = None
    workspace: str = ""
    bundle: str = ""
    stop: Stop | None = None
    entries: tuple[Entry, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def work(self) -> list[Any]:
        """Tasks of the accepted bundle, as JSON members."""
        return list(self.raw.get("work", ()))

    @property
    def accounts(self) -> dict[str, Mapping[str, Any]]:
        """What the stack knows of each account, by its id; none where it is of an old version."""
        return dict(self.raw.get("accounts", {}))

    @property
    def releases(self) -> dict[str, Mapping[str, Any]]:
        """What the stack knows of each brand's releases; see usecases.gate_entries."""
        return dict(self.raw.get("releases", {}))

    @property
    def people(self) -> list[Mapping[str, Any]]:
        """The people of the accepted bundle, as JSON members."""
        return list(self.raw.get("people", ()))

    @property
    def approvals(self) -> dict[str, ApprovalGate]:
        """What the stack knows of the approvals of posts, by workspace, brand and post id."""
        found = self.raw.get("approvals", {})
        return {post: parse_approval(post, value) for post, value in found.items()}

    @property
    def listed(self) -> list[Mapping[str, Any]]:
        """The accounts of the accepted bundle, as its head lists them."""
        return [entry["account"] for entry in self.accounts.values()]

    def actual(self) -> dict[str, Actual]:
        """What a plan needs of each delivery."""
        return {entry.delivery: entry.actual for entry in self.entries}

    def homes(self) -> dict[str, str]:
        """Post ids that are known, each with the file it came from."""
        return {entry.post: str(entry.about.get("source", "")) for entry in self.entries}

    def find(self, words: str) -> list[Entry]:
        """Entries of a post or delivery that a person named.

        Args:
            words: a post id or its beginning (at least four characters), a delivery id, the
                post's file, or its title.
        """
        wanted = words.strip().removeprefix("./")
        tests = (
            lambda e: wanted in {e.delivery, e.post},
            lambda e: _same_file(str(e.about.get("source", "")), wanted),
            lambda e: str(e.about.get("title", "")).casefold() == wanted.casefold(),
            lambda e: len(wanted) >= 4 and e.post.startswith(wanted),
        )
        for test in tests:
            if found := [entry for entry in self.entries if test(entry)]:
                return found
        return []

    def known(self, words: str) -> list[Entry]:
        """As `find`, of a post that has to be there.

        Raises:
            UnknownPost: it is not.
        """
        if found := self.find(words):
            return found
        raise UnknownPost(
            f"The stack knows no post `{words}`.",
            "`signpost status` lists what it knows. A draft is never there (take out `status: "
            "draft`), and what was pushed just now is there within a minute.",
        )


def read_state(objects: ObjectStore, workspace: str) -> StateFile:
    """The state file of the workspace's stack; an empty one before the first push.

    Args:
        workspace: id that the content says it has.

    Raises:
        StackError: the file is of another workspace, or of a form this version does not know.
    """
    stored = objects.get(KEY)
    if stored is None:
        return StateFile()
    try:
        raw = json.loads(stored.data)
        if raw["schema"] != SCHEMA:
            raise StackError(
                f"The stack writes state of form {raw['schema']}, this command reads {SCHEMA}.",
                "Use the version of signpost that the stack was deployed with.",
            )
        stop = raw["stop"]
        state = StateFile(
            at=parse_utc(raw["at"]),
            workspace=raw["workspace"],
            bundle=raw["bundle"],
            stop=Stop(stop["version"], frozenset(stop["scopes"])) if stop else None,
            entries=tuple(_with_amendment(name, raw) for name in raw["deliveries"]),
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StackError(
            f"The stack's state file cannot be read ({error!r}).",
            "It is written anew within a minute or two; if not, look at the `tick` function's log.",
        ) from error
    if state.workspace != workspace:
        raise StackError(
            f"This stack belongs to workspace `{state.workspace}`, the content to `{workspace}`.",
            "Use the stack of this workspace: see `deploy` in signpost.yaml, or SIGNPOST_BUCKET.",
        )
    return state


def _with_amendment(name: str, raw: Mapping[str, Any]) -> Entry:
    entry = _entry(name, raw["deliveries"][name])
    after = amendment_of(name)
    raw_amendment = raw.get("amendments", {}).get(after)
    if not raw_amendment:
        return entry
    amendment = _entry(after, raw_amendment)
    compared_at = raw["deliveries"][name].get("compared_at")
    done_at = amendment.published_at if amendment.state is State.PUBLISHED else None
    if compared_at and done_at and parse_utc(compared_at) <= done_at:
        entry = replace(entry, differs=None)  # it was put right; nobody has looked since
    return replace(entry, amendment=amendment)


def _entry(name: str, value: Mapping[str, Any]) -> Entry:
    return Entry(
        delivery=name,
        brand=value["brand"],
        account=value["account"],
        state=State(value["state"]),
        revision=value["revision"],
        due=parse_utc(value["due"]),
        next_at=parse_utc(value["next_at"]),
        reason=value["reason"],
        parts_total=value["parts_total"],
        parts=tuple(value["parts"]),
        published_at=parse_utc(value["published_at"]) if value["published_at"] else None,
        maybe_live=value["maybe_live"],
        attempts=tuple(value["attempts"]),
        touched=value["touched"],
        about=value.get("about") or {},
        metrics=value.get("metrics"),
        series=value.get("series"),
        made_from=value.get("made_from", ""),
        accepted=value.get("accepted"),
        differs=value.get("differs"),
        action=value.get("action", ""),
        live=value.get("live", ""),
        note=value.get("note", ""),
        awaits=bool(value.get("awaits")),
    )


def _same_file(source: str, wanted: str) -> bool:
    if not source or not ("/" in wanted or wanted.endswith(".md")):
        return False
    return source == wanted or wanted.endswith(f"/{source}") or source.endswith(f"/{wanted}")
