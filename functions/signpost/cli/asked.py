"""What a push says of approvals: the tiers, the posts that they fit, and who made those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from signpost.cli.statefile import StateFile
from signpost.domain.approval import ApprovalGate, Authors, Need, Tier
from signpost.domain.delivery import About, Delivery
from signpost.domain.lifecycle import State
from signpost.domain.plan import Plan
from signpost.domain.workspace import Brand, Workspace
from signpost.errors import SettingsError

if TYPE_CHECKING:
    from signpost.cli.wiring import Compiled


@dataclass(frozen=True, slots=True)
class Asked:
    """What the content says of approvals.

    Args:
        needs: post (workspace, brand, post id) → what each tier that fits asks.
        authors: brand and post id → who made it.
        known: what the stack knows, by post.
    """

    tiers: tuple[Tier, ...] = ()
    needs: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    authors: Mapping[str, Authors] = field(default_factory=dict)
    known: Mapping[str, ApprovalGate] = field(default_factory=dict)

    def head(self) -> dict[str, Any]:
        """As `make_bundle` takes it."""
        return {
            "tiers": [tier.wire() for tier in self.tiers],
            "authors": {post: item.wire() for post, item in self.authors.items()},
        }

    def is_news(self, state: StateFile) -> bool:
        """Whether the stack takes other posts for those that need approval."""
        open_posts = {
            entry.delivery.rpartition("/")[0]
            for entry in state.entries
            if entry.state in (State.SCHEDULED, State.HELD)
        }
        return any(
            self.needs.get(post, ()) != (self.known[post].needs if post in self.known else ())
            for post in open_posts
        )


def asked_of(
    compiled: Compiled,
    plan: Plan,
    state: StateFile,
    workspace: Workspace,
    brands: Iterable[Brand],
) -> Asked:
    """What a push of this content says of approvals.

    Raises:
        SettingsError: the content asks for approvals, and the stack does not know of any.
    """
    known = state.approvals
    if not workspace.approvals:
        return Asked(known=known)
    if state.at is not None and "approvals" not in state.raw:
        raise SettingsError(
            "signpost.yaml has tiers under `approvals:`, and the stack is of an older version that "
            "does not know of approvals.",
            "Deploy the newest version first: `make deploy`.",
        )
    # Imported by need: most workspaces ask for no approval.
    from signpost.cli.authors import emails_of
    from signpost.usecases.tiers import authors_of, needing, resolve, tiers_of

    mine = {brand.id: brand for brand in brands}
    tiers = tiers_of(workspace, mine)
    needs = needing(tiers, compiled.lines)
    about: dict[str, tuple[Delivery, About]] = {
        delivery.id.rpartition("/")[0]: (delivery, told) for delivery, told in compiled.lines
    }

    def ask(since: dict[str, str]) -> dict[str, Authors]:
        files = {post: compiled.files[post.split("/", 1)[1]] for post in since}
        emails = emails_of(compiled.content, files, since)
        found = {}
        for post, words in emails.items():
            delivery, told = about[post]
            others = [brand for name, brand in mine.items() if name != delivery.brand]
            found[post] = resolve(words, told.owner, mine.get(delivery.brand), others)
        return found

    return Asked(tiers, needs, authors_of(needs, plan, known, ask), known)
