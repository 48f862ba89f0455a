"""Upload a plan's media and bundle, and fetch the verdict; what `push` does after planning."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from signpost.cli.desk import Desk, Draft
from signpost.cli.evidence import find_texts
from signpost.cli.output.human import Terminal, amount
from signpost.domain.delivery import Bundle, make_bundle
from signpost.errors import SignpostError
from signpost.usecases.gatekeeper import evidence_key
from signpost.usecases.verdict import Verdict, parse_verdict

UPLOADS_AT_ONCE = 8
PLAN_AGAIN = 3
RENAMED = 5
OLD_WAIT_S = 10.0
"""How long a bundle that lay there before may still get its verdict."""
STATE_WAIT_S = 90.0
POLL_S = 0.25
SHORTEST_DIGEST = 12


class PushError(SignpostError):
    """A push that was not carried out."""

    code = "PUSH"


@dataclass(frozen=True, slots=True)
class Sent:
    """A push that got its answer.

    Args:
        draft: the plan that the verdict is about.
        replanned: it is not the first one, because another push came first.
    """

    draft: Draft
    verdict: Verdict
    replanned: bool


def send(desk: Desk, draft: Draft, terminal: Terminal, *, approve: str, wait_s: float) -> Sent:
    """Upload and wait; where another push came first, plan again and go on.

    Args:
        approve: plan digest, or its beginning, that the person gave; empty for none.
        wait_s: seconds to wait for each verdict.

    Raises:
        PushError: approval is missing, the stack does not answer, or others keep pushing.
    """
    first = draft
    for number in range(PLAN_AGAIN):
        if number:
            draft = desk.draft()
            if not draft.acting:
                raise PushError(
                    "Another push did the same meanwhile.", "See `signpost plan`: nothing is left."
                )
        approved = approval(draft, (approve, *desk.commit.approve))
        verdict = _deliver(desk, draft, terminal, approved, wait_s)
        if verdict.code != "chain":
            return Sent(draft, verdict, draft is not first)
        with terminal.working("Another push came first; waiting for the new state"):
            _wait_for_state(desk, draft)
    raise PushError(
        f"Other pushes came first, {PLAN_AGAIN} times.", "Look who else pushes, then push again."
    )


def _deliver(desk: Desk, draft: Draft, terminal: Terminal, approved: str, wait_s: float) -> Verdict:
    """Upload the bundle and wait for its verdict.

    A bundle that lies there without a verdict is one whose `schedule` died: uploading the same
    bytes again would wake nobody, so it goes up under another name.
    """
    for number in range(1, RENAMED + 1):
        bundle = make_bundle(
            draft.compiled.workspace,
            draft.compiled.lines,
            previous=draft.state.bundle,
            approved=approved,
            commit=desk.commit.id + (f"#{number}" if number > 1 else ""),
            work=draft.compiled.work,
            accounts=draft.accounts,
            releases=draft.releases,
            require_release=draft.required,
            people=draft.people,
            **draft.asked.head(),
        )
        media = sorted(
            {
                sha
                for line in bundle.lines
                if not line.delivery.unmade
                for sha in line.delivery.media
            }
        )
        with terminal.working(f"Uploading {amount(len(media), 'file')} and the bundle"):
            fresh = upload(desk, draft, bundle, media)
        with terminal.working("Waiting for the stack's answer"):
            verdict = _verdict(desk, bundle.digest, wait_s if fresh else min(wait_s, OLD_WAIT_S))
        if verdict is not None:
            return verdict
        if fresh:
            break
    raise PushError(
        f"The stack did not answer in {wait_s:.0f} s.",
        "The bundle is uploaded and may still be accepted: look at `signpost status`, and at the "
        "`schedule` function's log. Pushing again does no harm.",
    )


def approval(draft: Draft, given: Iterable[str]) -> str:
    """The plan's digest where it needs approval and has it; empty where it needs none.

    Raises:
        PushError: it needs approval and none of the given digests is its own.
    """
    if not draft.force:
        return ""
    digest = draft.plan.digest
    for text in given:
        word = text.strip().lower()
        if len(word) >= SHORTEST_DIGEST and digest.startswith(word):
            return digest
    others = [text for text in given if text.strip()]
    stale = " What was approved is another plan." if others else ""
    raise PushError(
        f"This plan needs approval: {draft.force}.{stale}",
        f"If that is what you want: `signpost push --approve-digest {digest[:16]}`, or in CI a "
        f"commit whose message ends with the trailer `Signpost-Approve: {digest}`.",
    )


def upload(desk: Desk, draft: Draft, bundle: Bundle, media: list[str]) -> bool:
    """Store media and proofs of releases, then the bundle; what is there already is left as it is.

    Returns:
        Whether the bundle is new there.

    Raises:
        PushError: a media file changed between compiling and uploading.
    """

    def store(sha256: str) -> None:
        key = f"media/{sha256}"
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise PushError(f"{sha256!r} is no digest.", "Push again.")
        data, mime = desk.media(draft.compiled, sha256)
        desk.objects.create(key, data, mime)

    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        list(pool.map(store, media))
    for brand, name in draft.releases.items():
        key = evidence_key(brand, name)
        desk.objects.create(key, draft.proofs[brand], "application/json")
        if draft.state.releases.get(brand, {}).get("evidence") != name:
            for text, data in find_texts(desk.content, brand).items():
                desk.objects.create(text, data, "application/json")
    return desk.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")


def _verdict(desk: Desk, digest: str, wait_s: float) -> Verdict | None:
    """The stack's answer to a bundle; None if there is none in that time."""
    deadline = time.monotonic() + wait_s
    while True:
        stored = desk.objects.get(f"verdicts/{digest}.json")
        if stored is not None:
            return parse_verdict(stored.data)
        if time.monotonic() > deadline:
            return None
        time.sleep(POLL_S)


def _wait_for_state(desk: Desk, draft: Draft) -> None:
    """Wait until the state file follows the accepted bundle: `schedule`, or the next tick, does."""
    deadline = time.monotonic() + STATE_WAIT_S
    while time.monotonic() < deadline:
        if desk.state().bundle != draft.state.bundle:
            return
        time.sleep(POLL_S)
