"""Stop in two taps; resume with as many people as it takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from signpost.handlers.pages.template import Html, html, items, joined, page
from signpost.handlers.pages.wording import (
    Accounts,
    account_words,
    reason_words,
    scope_words,
    sentence,
)
from signpost.usecases.signoff.switching import Lifting

_SHOWN = 30


def stop_page(scopes: Iterable[str], stopped: list[str], who: str) -> str:
    """The second tap."""
    forms = joined(
        html(
            '<form data-do="plain" data-post="/api/stop" class="card"><input type="hidden" '
            'name="scope" value="{scope}"><button class="halt">Stop {words} now</button></form>',
            scope=scope,
            words=scope_words(scope, {}),
        )
        for scope in scopes
        if scope not in stopped and "*" not in stopped
    )
    return page(
        "Stop publishing",
        html(
            "<p>Nothing more is sent once this is done; a post that is on its way in this second may "
            "still arrive. What is missed is held, and a person lets it go later.</p>{forms}"
            '<p><a href="/">Back, and stop nothing</a></p>',
            forms=forms or html("<p>Everything is stopped already.</p>"),
        ),
        who=who,
    )


def resume_page(
    liftings: Iterable[Lifting],
    untold: Mapping[str, str],
    asked: Mapping[str, list[str]],
    held: list[dict[str, str]],
    accounts: Accounts,
    who: str,
    *,
    signed: Collection[str] = (),
) -> str:
    """What is held, who signed for going on, and signing.

    Args:
        liftings: one for each scope that is stopped and can be lifted here.
        untold: scope → why it cannot.
        asked: scope → brands for which this person's signature is asked.
        accounts: those that a scope or what is held may name.
        signed: scopes that all who are needed have signed for, and that are stopped all the same.
    """
    parts = [
        _lifting(item, asked.get(item.scope, []), accounts, signed=item.scope in signed)
        for item in liftings
    ]
    parts += [
        html('<div class="card"><h2>{scope} is stopped</h2><p>{why}</p></div>',
             scope=sentence(scope_words(scope, accounts)), why=why)
        for scope, why in untold.items()
    ]  # fmt: skip
    waiting = items(_held(item, accounts) for item in held[:_SHOWN])
    more = f"and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    body = html(
        "{parts}<h2>Held</h2><p>Resuming sends none of these by itself; each is let go one by one.</p>"
        "{waiting}<p>{more}</p>",
        parts=joined(parts) or html("<p>Nothing is stopped: publishing runs.</p>"),
        waiting=waiting or html("<p>Nothing is held.</p>"),
        more=more,
    )
    return page("Resume publishing", body, who=who)


def _held(item: Mapping[str, str], accounts: Accounts) -> Html:
    return html(
        "<strong>{title}</strong>, {account}: {reason}",
        title=item["title"],
        account=account_words(item["account"], accounts),
        reason=reason_words(item["reason"], accounts) or "waits for a person",
    )


def _lifting(item: Lifting, asked: list[str], accounts: Accounts, *, signed: bool) -> Html:
    lines = []
    for brand, tally in item.tallies.items():
        names = ", ".join(one.person.name for one in tally.signed) or "nobody yet"
        missing = ", ".join(person.name for person in tally.missing) or "nobody"
        lines.append(
            f"{brand}: {len(tally.signed)} of {tally.threshold.count} signed ({names}); "
            f"may still sign: {missing}"
        )
    return html(
        '<section class="card"><h2>{scope} is stopped</h2>{lines}{each}{form}</section>',
        scope=sentence(scope_words(item.scope, accounts)),
        lines=items(lines),
        each=html("<p>Your passkey is asked once for each: {asked}.</p>", asked=", ".join(asked))
        if len(asked) > 1
        else Html(""),
        form=_form(item, signed=signed)
        if asked or signed
        else html("<p>Your signature is not missing here.</p>"),
    )


def _form(item: Lifting, *, signed: bool) -> Html:
    reason = (
        html("<p>Why: {reason}</p>", reason=item.reason)
        if item.reason
        else html(
            '<label for="reason-{scope}">Why may publishing go on?</label><input type="text" '
            'id="reason-{scope}" name="reason" required maxlength="200">',
            scope=item.scope,
        )
    )
    return html(
        '<form data-do="sign" data-post="/api/resume"><input type="hidden" name="scope" '
        'value="{scope}"><input type="hidden" name="version" value="{version}">{reason}'
        "{lost}<button>{words}</button></form>",
        scope=item.scope,
        version=item.version,
        reason=reason,
        lost=html("<p>All who are needed have signed, but it could not be lifted then.</p>")
        if signed
        else Html(""),
        words="Let publishing go on" if signed else "Sign for going on",
    )
