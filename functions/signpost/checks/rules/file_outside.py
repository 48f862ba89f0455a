"""FIL603: a symbolic link or path that leaves the content folder, or leads nowhere or back."""

from __future__ import annotations

from signpost.checks.rule import Rule

RULE = Rule(
    code="FIL603",
    name="outside-the-tree",
    title="A symbolic link or path that leaves the content folder, leads nowhere, or leads back",
    why="Through a link a pull request could publish any file of the machine that compiles it, "
    "its keys included. A link that leads nowhere is a post that nobody has, and one that leads "
    "back to the posts would count each of them twice.",
    example="boots.jpg -> /etc/passwd",
    fix="A copy of the file beside the post.",
    source="https://cwe.mitre.org/data/definitions/61.html, noted 2026-11-22",
)
