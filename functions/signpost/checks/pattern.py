"""Regular expressions that are compiled when they are first asked.

Most rules first look for a sign that few texts have. A `check` that finds one post changed asks
hardly any of their expressions, and compiling all of them took a tenth of a second.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for an expression; what is asked of it stays here, so the second time costs nothing."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._pattern, self._flags), name)
        setattr(self, name, found)
        return found


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The same as `re.compile`, later: a mistake in the pattern shows at its first use."""
    return cast("re.Pattern[str]", _Late(pattern, flags))
