"""YML503: YAML that is not read any further."""

from __future__ import annotations

from signpost.checks.rule import Rule

MAX_BYTES = 65_536
"""The longest YAML text, in bytes of UTF-8."""
MAX_DEPTH = 10
"""How many lists and mappings may lie in each other."""

RULE = Rule(
    code="YML503",
    name="refused-yaml",
    title="YAML that is refused: aliases, tags, duplicate keys, too large, too deep, malformed",
    why="Aliases let a few lines stand for gigabytes, tags ask for objects to be made, of two "
    "equal keys one would be dropped. None is needed for a post, so the file is refused before "
    "anything is built of it.",
    example="base: &a [x, x]\nmore: [*a, *a]",
    fix="more: [x, x, x, x]",
    source="https://yaml.org/spec/1.2.2/#71-alias-nodes, noted 2026-11-22; "
    "invariant 47 of the publishing protocol",
)
