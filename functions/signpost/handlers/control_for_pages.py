"""`control` as the sign-off pages may ask it: a function of its own, and the one that they may invoke.

The pages face the internet. Were they broken, they could ask for what no page offers: to send a post
again, to retract one, to open a brand that nobody signs for. Which acts there are is in this code,
which they do not run, and no setting widens it; `handlers.control` has the rest. docs/security.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.bootstrap import Wiring, preload, wiring
from signpost.handlers._acts import ACTS, Act
from signpost.handlers._answering import answered
from signpost.observability import observed

_ALIKE = (
    "stop",
    "switch",
    "sign-release",
    "sign-root",
    "acknowledge",
    "awaiting",
    "approve",
    "reject",
)
_FOR_PAGES: Mapping[str, Act] = {
    **{name: ACTS[name] for name in _ALIKE},
    "resume": ("scope", lambda action, text: wiring().control(signed=True).answer(action, text)),
}
"""Stopping needs no signature; all else only shows something, or is judged by signatures."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Do what a page may ask for."""
    return answered(event, _FOR_PAGES)


preload(Wiring.control)
