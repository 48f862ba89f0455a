"""FIL602: front matter without its fences."""

from __future__ import annotations

from signpost.checks.rule import Rule

RULE = Rule(
    code="FIL602",
    name="missing-fence",
    title="Front matter without its fences",
    why="The two lines `---` say where the front matter ends and the text begins. Without them "
    "front matter would be published as text.",
    example="id: 7k2m9q4x1v3b\npublish: now\n\nOur winter range is here.",
    fix="---\nid: 7k2m9q4x1v3b\npublish: now\n---\nOur winter range is here.",
    source="https://jekyllrb.com/docs/step-by-step/03-front-matter, read 2026-11-22",
)
