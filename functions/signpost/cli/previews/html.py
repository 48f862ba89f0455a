"""A preview as one page that needs nothing else: no script, no other file, no request.

The page may be opened by anybody, from an artefact of a pull request: see docs/adr/0040.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from signpost.cli.output.human import amount, plain
from signpost.cli.previews.pictures import Pictures
from signpost.domain.canonical import utc_text
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.previews.items import account
from signpost.previews.looks import styles
from signpost.previews.times import both
from signpost.previews.view import Copy, PostView, Preview

_STYLES = Path(__file__).parent / "preview.css"
_STATES = {"draft": "draft", "idea": "idea", "unreadable": "cannot be read"}


def page(preview: Preview, data: Callable[[str], bytes]) -> str:
    """The whole page.

    Args:
        data: digest of a picture → its bytes, as they will be sent.
    """
    parts = (part for view in preview.posts for copy in view.copies for part in copy.parts)
    media = {medium.sha256 for part in parts for medium in part.every_medium}
    pictures = Pictures(data, len(media))
    posts = "".join(
        _post(view, f"post-{number}", preview.zone, pictures)
        for number, view in enumerate(preview.posts, 1)
    )
    style = f"{_STYLES.read_text(encoding='utf-8')}\n{styles()}"
    mark = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{mark}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    heading = _heading(preview)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{heading} – Signpost preview</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#posts">Skip to the posts</a>\n'
        f'<header class="top"><p class="mark">Signpost preview</p><h1>{heading}</h1>'
        f'<p class="soft">Workspace <b>{_words(preview.workspace)}</b>. Made from what would be '
        f"sent. Your times are those of <b>{_words(preview.zone)}</b>.</p>{_contents(preview)}"
        f'</header>\n<main id="posts">{posts}{_gone(preview)}</main>\n</body>\n</html>\n'
    )


def _heading(preview: Preview) -> str:
    if len(preview.posts) == 1 and not preview.gone:
        return _words(preview.posts[0].title)
    since = f" since {_words(preview.since)}" if preview.since else ""
    return f"{amount(len(preview.posts), 'post').capitalize()}{since}"


def _contents(preview: Preview) -> str:
    """The list of posts; one needs none."""
    if len(preview.posts) < 2:
        return ""
    entries = "".join(
        f'<li><a href="#post-{number}">{_words(view.title)}</a> <span class="soft">'
        f"{_short_time(view)}</span>{_verdict(view)}</li>"
        for number, view in enumerate(preview.posts, 1)
    )
    return f'<nav aria-label="Posts"><ol>{entries}</ol></nav>'


def _short_time(view: PostView) -> str:
    return both(view.due, view.zone, view.zone)[0][0] if view.due else escape(view.when)


def _verdict(view: PostView) -> str:
    errors = sum(item.severity is Severity.ERROR for item in view.findings)
    return f' <span class="chip bad">{amount(errors, "error")}</span>' if errors else ""


def _post(view: PostView, mark: str, zone: str, pictures: Pictures) -> str:
    state = _STATES.get(view.state, "")
    chips = f' <span class="chip">{state}</span>' if state else ""
    if view.stage:
        chips += f' <span class="chip">stage: {_words(view.stage)}</span>'
    copies = "".join(
        _copy(view, copy, f"{mark}-{number}", pictures)
        for number, copy in enumerate(view.copies, 1)
    )
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in view.notes)
    return (
        f'<article class="post" id="{mark}" aria-labelledby="{mark}-title"><header>'
        f'<h2 id="{mark}-title" dir="auto">{_words(view.title)}</h2>'
        f'<p class="soft path">{_words(view.path)}{chips}</p>{_facts(view, zone)}</header>'
        f'{_findings(view.findings)}{notes}<div class="copies">{copies}</div></article>'
    )


def _facts(view: PostView, zone: str) -> str:
    """When and why: a list of labels and values."""
    facts = []
    if view.due is not None:
        labels = ("Goes out", "In your zone")
        facts = [
            (label, f"{_time(view, told)} <small>{_words(name)}</small>")
            for label, (told, name) in zip(labels, both(view.due, view.zone, zone), strict=False)
        ]
    elif view.when:
        facts = [("Goes out", escape(view.when))]
    facts += [(label, _words(value)) for label, value in view.why.items()]
    rows = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts)
    return f'<dl class="facts">{rows}</dl>' if rows else ""


def _time(view: PostView, told: str) -> str:
    if view.due is None:
        return escape(view.when)
    return f'<time datetime="{utc_text(view.due)}">{escape(told)}</time>'


def _findings(findings: Sequence[Diagnostic]) -> str:
    if not findings:
        return ""
    rows = "".join(
        f'<li class="{item.severity}"><b>{escape(item.severity)} {escape(item.code)}</b> '
        f"{_words(item.cause)} {_words(item.remedy)} "
        f'<span class="soft">{_words(str(item.span))}</span></li>'
        for item in findings
    )
    heading = amount(len(findings), "finding").capitalize()
    return f'<section class="findings"><h3>{heading}</h3><ul>{rows}</ul></section>'


def _copy(view: PostView, copy: Copy, mark: str, pictures: Pictures) -> str:
    """The post as it goes to one account, with what the channel does not show."""
    when = _time(view, both(view.due, view.zone, view.zone)[0][0] if view.due else view.when)
    return (
        f'<section class="copy {escape(copy.channel)}" aria-labelledby="{mark}">'
        f'<h3 id="{mark}">{escape(copy.channel_name)} <span class="soft">{_words(copy.account)}'
        f"</span></h3>{account(copy, pictures, when)}</section>"
    )


def _gone(preview: Preview) -> str:
    if not preview.gone:
        return ""
    rows = "".join(
        f"<li><b>{_words(item.title or item.id or item.path)}</b> "
        f'<span class="soft">{_words(item.path)}</span></li>'
        for item in preview.gone
    )
    return (
        f'<section class="gone"><h2>{amount(len(preview.gone), "post").capitalize()} deleted</h2>'
        f"<p>What of them is not public yet will be cancelled.</p><ul>{rows}</ul></section>"
    )


def _words(text: str) -> str:
    return escape(plain(text))
