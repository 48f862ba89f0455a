"""YAML as editors read it: the core schema of YAML 1.2, not the guesses of YAML 1.1.

Source: https://yaml.org/spec/1.2.2/#103-core-schema (noted 2026-11-22).
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class CoreLoader(yaml.CSafeLoader):
    """Null, truth values and numbers by the core schema; all else is text."""


CoreLoader.yaml_implicit_resolvers = {}


_FORMS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan",
        list("-+.0123456789"),
    ),
)
for _name, _form, _first in _FORMS:
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_form})$"), _first
    )
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda _loader, node: int(node.value, 0)
                           if not node.value.lstrip("+-").isdecimal() else int(node.value))  # fmt: skip
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: float(node.value))


def load(text: str) -> Any:
    """What an editor makes of the text."""
    return yaml.load(text, CoreLoader)  # noqa: S506 - a SafeLoader with fewer guesses
