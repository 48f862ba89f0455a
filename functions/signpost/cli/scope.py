"""What a command is limited to: a brand or account that must exist."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from signpost.domain.workspace import Brand, Workspace
from signpost.errors import SignpostError


def check_scope(
    workspace: Workspace, brands: Sequence[Brand], brand: str | None, account: str | None
) -> None:
    """Refuse a brand or account that the content does not have: a typo must not stop nothing.

    Args:
        workspace: its list of brands counts, so that one whose files are broken can be stopped.
        brands: those that could be read.

    Raises:
        SignpostError: there is no such brand or account.
    """
    accounts = [item.id for each in brands for item in each.accounts]
    for word, words, what in ((brand, workspace.brands, "brand"), (account, accounts, "account")):
        if word and word not in words:
            near = get_close_matches(word, words, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(words)}."
            raise SignpostError(f"There is no {what} `{word}`.", hint)
