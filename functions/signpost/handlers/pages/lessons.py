"""A version to read: what changed since the last, all of it, and "I have read it"."""

from __future__ import annotations

from collections.abc import Sequence

from signpost.handlers.pages.reading import differences, full_text
from signpost.handlers.pages.template import Html, html, items, joined, page
from signpost.handlers.pages.wording import day, sentence
from signpost.usecases.signoff.reading_room import Lesson, Opened
from signpost.usecases.signoff.trust import UNREAD, UNREAD_REMEDY


def cards(found: Sequence[Lesson]) -> Html:
    """Cards of what is to be read; on the first page, too."""
    return joined(
        html(
            '<div class="card"><h3>To read: {brand} {version}</h3><p>{when}</p>'
            '<p><a class="button" href="{to}">Read it</a></p></div>',
            brand=item.brand,
            version=item.version,
            when=_begins(item) if not item.present else _due(item) or "It is in force.",
            to=item.address,
        )
        for item in found
    )


def shelf(found: Sequence[Lesson], who: str) -> str:
    """The page with all that this person is to read, or has read."""
    waiting = [item for item in found if item.read is None]
    done = items(
        html(
            '<a href="{to}">{brand} {version}</a>: {state}',
            to=item.address,
            brand=item.brand,
            version=item.version,
            state=_state(item),
        )
        for item in found
        if item.read is not None
    )
    if not found:
        body = html('<p class="card">No version is in force that is for you to read.</p>')
    elif not waiting:
        body = html('<p class="card">Nothing is left to read.</p>')
    else:
        body = cards(waiting)
    if done:
        body = joined([body, html("<h2>You know it</h2>{done}", done=done)])
    return page("To read", body, who=who)


def lesson_page(opened: Opened, who: str) -> str:
    """The page on which a version is read and acknowledged."""
    lesson = opened.lesson
    begin = "is in force since" if lesson.present else "takes effect on"
    body = joined(
        [
            html(
                "<p>{version} {begin} <strong>{start}</strong>. {due}</p>",
                version=lesson.version,
                begin=begin,
                start=day(lesson.start),
                due=_due(lesson),
            ),
            _changed(opened),
            _whole(opened),
            _acknowledge(opened),
        ]
    )
    return page(f"Read {lesson.brand} {lesson.version}", body, who=who)


def _changed(opened: Opened) -> Html:
    if not opened.since:
        return html("<p>All of it is new to you.</p>")
    return html(
        "<h2>What changed since {since}</h2><p class='quiet'>{since} is the last that you read."
        "</p>{found}",
        since=opened.since,
        found=differences(opened.differences),
    )


def _whole(opened: Opened) -> Html:
    untold = (
        html(
            '<p class="loud">Part of it as well, and not shown here: {paths}. Read them on the '
            "site, or have somebody push again.</p>",
            paths=", ".join(opened.untold),
        )
        if opened.untold
        else Html("")
    )
    # Who never read it finds the strategy open; who read it before finds what changed above.
    return full_text(opened.texts, untold, unfold="" if opened.since else "/strategy/")


def _acknowledge(opened: Opened) -> Html:
    lesson = opened.lesson
    if lesson.read is not None:
        return html(
            '<h2>Done</h2><p>{state}.</p><p><a href="/">To the start</a></p>',
            state=sentence(_state(lesson)),
        )
    if not opened.readable:
        return html('<p class="loud">{why}</p>', why=f"{UNREAD} {UNREAD_REMEDY}")
    return html(
        '<h2>I have read it</h2><form data-do="sign" data-post="/api/acknowledge">'
        '<input type="hidden" name="brand" value="{brand}"><input type="hidden" name="version" '
        'value="{version}"><input type="hidden" name="digest" value="{digest}">'
        "<button>I have read {version}</button></form>"
        '<p class="quiet">Your passkey signs exactly this version: <code>{digest}</code></p>',
        brand=lesson.brand,
        version=lesson.version,
        digest=lesson.digest,
    )


def _state(lesson: Lesson) -> str:
    if lesson.read is not None and lesson.read.how == "signed":
        return "you signed it"
    at = lesson.read and lesson.read.at
    when = f" on {day(at.date())}" if at else ""
    return f"you acknowledged it{when}"


def _begins(lesson: Lesson) -> str:
    return f"It takes effect on {day(lesson.start)}. {_due(lesson)}".strip()


def _due(lesson: Lesson) -> str:
    return f"Please read it by {day(lesson.due)}." if lesson.due and lesson.read is None else ""
