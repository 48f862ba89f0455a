"""FIL603: a symbolic link or path that leaves the content folder."""

from __future__ import annotations

from signpost.checks.rule import Rule

RULE = Rule(
    code="FIL603",
    name="outside-the-tree",
    title="A symbolic link or path that leaves the content folder",
    why="Through a link a pull request could publish any file of the machine that compiles it, "
    "its keys included.",
    example="boots.jpg -> /etc/passwd",
    fix="A copy of the file beside the post.",
    source="https://cwe.mitre.org/data/definitions/61.html, noted 2026-11-22",
)
