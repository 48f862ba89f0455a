"""Pages for who is not signed in: sign in, enrol, and what went wrong."""

from __future__ import annotations

from signpost.handlers.pages.template import Html, html, page


def sign_in() -> str:
    """The page in place of every page that wants to know who asks."""
    return page(
        "Sign in",
        html(
            "<p>Use the passkey that you enrolled with: your fingerprint, your face, or your "
            "device's PIN.</p>"
            '<form data-do="login"><button>Sign in with a passkey</button></form>'
            '<p class="quiet">No passkey yet, or a new phone? Ask for an invite: '
            "<code>signpost people invite</code> makes one.</p>"
        ),
    )


def enrol() -> str:
    """Two touches: make the passkey, then try it."""
    return page(
        "Enrol a passkey",
        Html(
            "<p>A passkey is a key that stays in this device and opens with your fingerprint, your "
            "face or its PIN. You sign with it; nobody else gets it, we do not either.</p>"
            '<form data-do="make"><button>Make a passkey</button></form>'
            '<form data-do="try" id="try" hidden><p>It is made. Touch once more, so that we know '
            "that it works.</p><button>Try it</button></form>"
            '<section id="done" class="card" tabindex="-1" hidden><h2>Enrolled, not counted yet'
            "</h2><p>Your passkey waits. <strong>It counts once the next trust root is signed</strong>: "
            "the people who sign trust roots put it in and sign. Until then you cannot sign in."
            "</p><p>Tell who invited you this fingerprint, by telephone or face to face, so that they "
            'put in your key and nobody else\'s:</p><p><code id="done-print"></code></p></section>'
        ),
    )


def trouble(cause: str, remedy: str, who: str = "") -> str:
    """What went wrong, and what to do."""
    return page(
        "That did not work",
        html('<p class="loud">{cause}</p><p>{remedy}</p><p><a href="/">To the start</a></p>',
             cause=cause, remedy=remedy),
        who=who,
    )  # fmt: skip
