"""What people may ask of `control`, each act with the use case that carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from signpost.bootstrap import wiring
from signpost.errors import SignpostError

Asked = Mapping[str, str]
Act = tuple[str, Callable[[str, Asked], dict[str, Any]] | None]


def act(text: Asked, acts: Mapping[str, Act]) -> dict[str, Any]:
    """Carry out a request; the members of the answer.

    Args:
        acts: what may be asked.

    Raises:
        SignpostError: nobody knows the act, or it cannot be done.
    """
    action = text.get("action", "")
    if not text.get("actor"):
        raise SignpostError("It is not said who asks.", "Give `actor`.")
    needed, carry_out = acts.get(action, _UNKNOWN)
    if carry_out is None or (needed and not text.get(needed)):
        scope = text.get("scope", "")
        raise SignpostError(
            f"'{action}' of '{scope}' is unknown.", "docs/security.md lists the acts."
        )
    return carry_out(action, text)


def _account(_action: str, text: Asked) -> dict[str, Any]:
    account, report = wiring().accounts().run(text["account"], actor=text["actor"])
    return {"server": account.server, "written": account.handle, **report.wire()}


_UNKNOWN: Act = ("", None)
_SWITCH: Act = ("scope", lambda action, text: wiring().control().answer(action, text))
_AMEND: Act = (
    "delivery", lambda action, text: wiring().amender().answer(action, text["delivery"], text),
)  # fmt: skip
_SIGN: Act = ("", lambda action, text: wiring().taking().take(action, text, text["actor"]))
_APPROVE: Act = ("", lambda action, text: wiring().approving().answer(action, text))
ACTS: Mapping[str, Act] = {
    **dict.fromkeys(("stop", "resume"), _SWITCH),
    "switch": ("", _SWITCH[1]),
    "release": ("delivery", _SWITCH[1]),
    **dict.fromkeys(("correct", "retract", "amendment"), _AMEND),
    **dict.fromkeys(("sign-release", "sign-root"), _SIGN),
    "acknowledge": ("", lambda _action, text: wiring().acknowledging().answer(text)),
    "awaiting": ("", lambda _action, text: wiring().awaiting().answer(text)),
    **dict.fromkeys(("approve", "reject", "proofs"), _APPROVE),
    "accounts": ("account", _account),
}
"""Action → the member that it cannot be without, and who carries it out."""
