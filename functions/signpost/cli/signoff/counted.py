"""Whether a signature that the stack took counts under a trust root of the repository."""

from __future__ import annotations

from signpost.cli.signoff.evidence import Site, judge_site_roots
from signpost.domain.signing.statement import Statement, decide
from signpost.errors import SigningError
from signpost.signatures import check


def why_uncounted(
    site: Site, statement: Statement, file: str, signature: bytes, about: str
) -> SigningError | None:
    """Why a signature counts under no trust root of the repository; None where it does.

    The newest is asked first: whoever changed their key since, or left, has said what they said.

    Args:
        site: of the statement's brand.
        file: name of the signature's file, which begins with the person.
        about: what was signed, for people.
    """
    why: tuple[str, str] | None = None
    for judged in reversed(judge_site_roots(site).accepted):
        if judged.root is None:
            continue
        try:
            tally = decide(statement, judged.root, {file: signature}, check)
        except SigningError as error:  # the tier is newer than this root, or gone from it
            why = why or (error.cause, error.reason)
            continue
        if tally.signed:
            return None
        why = why or (tally.uncounted[0].cause, tally.uncounted[0].reason)
    cause, reason = why or ("there is none", "root")
    return SigningError(
        f"The signature {file} of {about} counts under no trust root here: {cause}",
        "Bring the branch up to date: `git pull`. If that is no help, look at the audit trail; "
        "nothing of it was written.",
        reason=reason,
    )
