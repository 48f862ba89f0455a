"""The first page: what awaits me, what is signed, and whether publishing runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.standing import State
from signpost.handlers.pages import papers
from signpost.handlers.pages.template import Html, html, items, joined, page
from signpost.handlers.pages.wording import Accounts, scope_words
from signpost.usecases.signoff.entering import Visitor
from signpost.usecases.signoff.signing import RELEASES, Paper

_STATES = {
    State.UNSIGNED: "not fully signed yet",
    State.PAST_REVIEW: "in force, past its review date",
    State.TAMPERED: "not the text that was signed",
}
"""In the words of those who sign; the others are their own words."""
_UNKNOWN = (
    '<p class="card loud">Not all that awaits you is known: a part of the stack gave no answer. '
    "Load the page again in a minute.</p>"
)


def home(
    visitor: Visitor,
    awaiting: Iterable[Paper],
    found: Sequence[Html | None],
    stopped: list[str] | None,
    accounts: Accounts,
) -> str:
    """The page.

    Args:
        awaiting: papers to sign.
        found: cards of posts to approve, and of what is to be read; None where that is not known.
        stopped: scopes that are stopped; None where that is not known.
        accounts: those that a scope may name.
    """
    papers_ = list(awaiting)
    urgent = joined(_card(paper) for paper in papers_ if not paper.met)
    # Those are in order without this person, whose word may still be added.
    late = joined(_card(paper) for paper in papers_ if paper.met)
    unknown = html(_UNKNOWN) if None in found else Html("")
    cards = joined([urgent, *(item for item in found if item), late, unknown])
    publishing = _publishing(stopped, accounts) if visitor.counts else _not_yet()
    halted = bool(stopped)  # then nothing else is as urgent
    body = joined(
        [
            publishing if halted else Html(""),
            html("<h2>Awaiting you</h2>"),
            cards or html('<p class="card">Nothing awaits you.</p>'),
            Html("") if halted else publishing,
            _signed(visitor),
            html(
                '<p class="ways"><a href="/acknowledge">What is to be read</a>'
                '<a href="/onboarding">Who has read what</a></p>'
            )
            if visitor.counts
            else Html(""),
            html(
                '<p class="quiet">Your passkey: <code>{print}</code></p>',
                print=parse_line(visitor.passkey.line).fingerprint,
            ),
        ]
    )  # fmt: skip
    return page(f"Good day, {visitor.name}", body, who=visitor.name)


def _card(paper: Paper) -> Html:
    what = "A release to sign" if paper.what == RELEASES else "A trust root to sign"
    return html(
        '<div class="card"><h3>{what}: {title}</h3>{met}<p><a class="button" href="{to}">Read and sign'
        "</a></p></div>",
        what=what,
        title=papers.title(paper),
        met=html("<p>It has all the signatures that it needs; you may still add yours.</p>")
        if paper.met
        else Html(""),
        to=papers.address(paper),
    )


def _publishing(stopped: list[str] | None, accounts: Accounts) -> Html:
    if stopped is None:
        state = html('<p class="loud">Whether it runs is not known: control gave no answer.</p>')
    elif stopped:
        words = ", ".join(scope_words(scope, accounts) for scope in stopped)
        state = html(
            '<p class="loud"><strong>Stopped:</strong> {words}.</p><p><a class="button" '
            'href="/resume">See what is held, and resume</a></p>',
            words=words,
        )
    else:
        state = html("<p>It runs.</p>")
    return html(
        '<h2>Publishing</h2>{state}<p><a class="button halt" href="/stop">Stop …</a></p>',
        state=state,
    )


def _not_yet() -> Html:
    return html(
        '<p class="loud">Your passkey is in a proposed trust root. It counts once that is signed.</p>'
    )


def _signed(visitor: Visitor) -> Html:
    found = []
    for brand in sorted(visitor.brands):
        trust = visitor.brands[brand]
        if not visitor.member(brand):
            continue
        for version, state in reversed(list(trust.standing.states.items())):
            found.append(
                html(
                    '<a href="/releases/{brand}/{version}">{brand} {version}</a>: {state}',
                    brand=brand,
                    version=version,
                    state=_STATES.get(state, state),
                )
            )
    return html("<h2>Releases</h2>{found}", found=items(found) or html("<p>None yet.</p>"))
