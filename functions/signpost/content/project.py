"""Where the project's own files lie: the sample, the workflow, the template of the stack.

git keeps each of them once. In a checkout they are read from there; the wheel holds them as they
lie there, below this package (setup.py puts them in).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_PACKED = _PACKAGE / "_project"


def installed() -> bool:
    """Whether this is a package of its own, and not a checkout or an installation that leads there."""
    return _PACKED.is_dir()


def project_root() -> Path:
    """The folder that has `content/`, `infra/template.yaml` and so on below it; never written to."""
    return _PACKED if installed() else _PACKAGE.parents[1]
