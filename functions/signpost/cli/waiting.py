"""Posts that await approval, as the stack's state file tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signpost.domain.approval import ApprovalGate
from signpost.domain.canonical import utc_text
from signpost.domain.workspace import Brand, Workspace

if TYPE_CHECKING:
    from signpost.cli.statefile import StateFile


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that awaits approval.

    Args:
        due: when the first of its deliveries is to go out; None where what is public awaits it.
    """

    gate: ApprovalGate
    title: str
    source: str
    due: datetime | None

    def warned(self, now: datetime) -> bool:
        """Whether its time is so near that people were warned."""
        return self.due is not None and now >= self.due - timedelta(seconds=self.gate.lead_s)

    def document(self) -> dict[str, Any]:
        """As JSON members."""
        from signpost.cli.output.approvals import gate_document

        return {
            **gate_document(self.gate),
            "title": self.title,
            "source": self.source,
            "due": utc_text(self.due) if self.due else None,
        }


def awaiting(
    content: Path, workspace: Workspace, brands: Mapping[str, Brand], person: str | None
) -> tuple[list[Waiting], str]:
    """What awaits approval, the earliest first; and why that is not known, where it is not.

    Args:
        person: only what awaits this person; None: everything.
    """
    if not workspace.approvals:
        return [], ""
    from signpost.cli.wiring import ask_state

    state, why = ask_state(content, workspace)
    if state is None:
        return [], why
    return find_waiting(state, brands, person), ""


def find_waiting(
    state: StateFile, brands: Mapping[str, Brand], person: str | None
) -> list[Waiting]:
    """The posts of these brands that await approval, the earliest first."""
    found = []
    for post, gate in state.approvals.items():
        mine = [entry for entry in state.entries if entry.delivery.startswith(f"{post}/")]
        held = [entry for entry in mine if entry.awaits or (entry.amendment or entry).awaits]
        people = {name for names in gate.missing.values() for name in names}
        if gate.brand not in brands or not gate.lacking or not held:
            continue
        if person is not None and person not in people:
            continue
        dues = [entry.due for entry in held if entry.awaits]
        about = held[0].about
        title = str(about.get("title") or gate.name)
        found.append(Waiting(gate, title, str(about.get("source", "")), min(dues, default=None)))
    return sorted(found, key=lambda item: (item.due is None, item.due, item.gate.post))
