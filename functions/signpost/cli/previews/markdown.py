"""A preview for the comment on a pull request; what files hold stands in code only."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.cli.output.human import amount
from signpost.cli.output.markdown import block, clip, code
from signpost.domain.diagnostics import Severity
from signpost.previews.times import both
from signpost.previews.view import Copy, Medium, PostView, Preview, Shown

REST = "The preview page has the rest, and shows pictures."
_MAX_TITLE = 200
_MAX_TEXT = 3000
"""Characters of one part; a blog post is as long as it likes."""


def preview_text(preview: Preview) -> str:
    """The section `Preview` of the comment."""
    return clip(_pieces(preview), REST)


def _pieces(preview: Preview) -> Iterator[str]:
    yield "## Preview"
    if not preview.posts and not preview.gone:
        yield "No post changes."
        return
    yield f"{amount(len(preview.posts), 'post').capitalize()}, made from what would be sent."
    for view in preview.posts:
        yield _head(view, preview.zone)
        for copy in view.copies:
            yield from _copy(copy)
    if preview.gone:
        rows = [
            f"- {code(item.title or item.id or item.path, max_chars=_MAX_TITLE)} "
            f"{code(item.path, max_chars=_MAX_TITLE)}"
            for item in preview.gone
        ]
        yield "\n".join(
            [f"### {amount(len(preview.gone), 'post').capitalize()} deleted", "", *rows]
        )


def _head(view: PostView, zone: str) -> str:
    state = "" if view.state == "ready" else f" ({view.state})"
    lines = [f"### {code(view.title, max_chars=_MAX_TITLE)}{state}", ""]
    when = view.when
    if view.due is not None:
        when = ", ".join(f"{told} {code(name)}" for told, name in both(view.due, view.zone, zone))
    lines.append(f"{code(view.path, max_chars=_MAX_TITLE)} · {when or 'no time'}")
    errors = sum(item.severity is Severity.ERROR for item in view.findings)
    if view.findings:
        warnings = amount(len(view.findings) - errors, "warning")
        lines += ["", f"**{amount(errors, 'error').capitalize()}, {warnings}**: see Check."]
    lines += [line for note in view.notes for line in ("", note)]
    return "\n".join(lines)


def _copy(copy: Copy) -> Iterator[str]:
    for number, part in enumerate(copy.parts, 1):
        of = len(copy.parts)
        position = f", part {number} of {of}" if of > 1 else ""
        counters = " · ".join(
            f"{item.told} {item.what}{' – **too many**' if item.over else ''}"
            for item in part.counters
        )
        yield f"**{copy.channel_name}** {code(copy.account)}{position}: {counters}"
        yield block(_cut("\n\n".join(_said(part))))
        for medium in part.media:
            alt = code(medium.alt, max_chars=400) if medium.alt else "**no alternative text**"
            yield f"- {medium.kind} {code(medium.path.rpartition('/')[2])}: {alt}{_made(medium)}"
        if part.card and part.card.picture:
            name = code(part.card.picture.path.rpartition("/")[2])
            yield f"- picture of the card {name}.{_made(part.card.picture)}"


def _made(medium: Medium) -> str:
    return f" {medium.made}" if medium.made else ""


def _said(part: Shown) -> Iterator[str]:
    """What a reader meets, in order, as plain text."""
    if part.article is not None:
        yield part.article.title
    if part.warning:
        yield f"[content warning] {part.warning}"
    first = "".join(run.text for run in part.text.runs)
    if part.text.folded:
        rest = "".join(run.text for run in part.text.folded).lstrip("\n")
        yield f"{first.rstrip()}\n[{part.text.more}]\n{rest}"
    elif first:
        yield first
    if part.card is not None:
        yield f"[link card] {part.card.title or part.card.host}"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}\n…"
