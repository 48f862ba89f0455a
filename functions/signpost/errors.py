"""Every error that Signpost raises on purpose.

SignpostError                 base: carries a code, a cause and a remedy
├── ContentError              files that cannot be used; carries all diagnostics at once
├── LocalTimeError            a local time that is no instant: gap, fold, unknown or no zone
├── SettingsError             environment variables missing or malformed, all named
├── IllegalTransition         a delivery was asked to move where the protocol forbids it
├── BundleError               a bundle whose bytes do not say what its name says
├── SigningError              a key, signature, manifest, release or trust root that is refused
├── SecretError               a token that is missing or unreadable (its value never appears)
├── LedgerError               the ledger could not be read or written
│   ├── LedgerUnavailable     nothing was written: trying again is safe
│   └── LedgerUnknown         the answer was lost: it may or may not be written
├── TransportError            HTTP did not give an answer
│   ├── NotSent               no byte of the request can have reached the server
│   └── AnswerLost            the request may have been received and acted on
├── RefusedError              a channel definitely refused something before the send
│   └── ThrottledError        it may be asked again later
└── StackError                the local stack cannot do what was asked
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signpost.domain.diagnostics import Diagnostic


class SignpostError(Exception):
    """An error a person can act on.

    Args:
        cause: what is wrong, one sentence.
        remedy: what to do about it; empty only where nothing can be done.
    """

    code = "SIGNPOST"

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.cause} {self.remedy}".strip()


class ContentError(SignpostError):
    """Content that cannot be compiled; `diagnostics` lists every fault found."""

    code = "CONTENT"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} fault(s) in the content.", "Run `signpost check`.")
        self.diagnostics = tuple(diagnostics)


class LocalTimeError(SignpostError):
    """A local time that does not name one instant.

    Args:
        kind: `gap`, `fold`, `zone` (unknown or missing), or `form` (not a date and time).
    """

    code = "TIME"

    def __init__(self, cause: str, remedy: str = "", *, kind: str) -> None:
        super().__init__(cause, remedy)
        self.kind = kind


class SettingsError(SignpostError):
    """The environment lacks settings; the cause names all of them."""

    code = "SETTINGS"


class IllegalTransition(SignpostError):
    """A state and an event that do not go together (see domain.lifecycle)."""

    code = "TRANSITION"


class BundleError(SignpostError):
    """A bundle that is malformed, altered, or not of this workspace."""

    code = "BUNDLE"


class SigningError(SignpostError):
    """Something of the sign-off that is refused: a key, signature, manifest, release or root.

    Args:
        cause: what is wrong, one sentence.
        remedy: what to do about it.
        reason: the same as one word for machines, such as `namespace`; docs/signing.md lists them.
    """

    code = "SIGNING"

    def __init__(self, cause: str, remedy: str = "", *, reason: str) -> None:
        super().__init__(cause, remedy)
        self.reason = reason


class SecretError(SignpostError):
    """A secret that is missing or unreadable. Never carries the secret's value.

    Args:
        cause: what is wrong, one sentence.
        remedy: what to do about it.
        passing: the store did not answer or asked to wait: nothing is wrong with the secret.
    """

    code = "SECRET"

    def __init__(self, cause: str, remedy: str = "", *, passing: bool = False) -> None:
        super().__init__(cause, remedy)
        self.passing = passing


class LedgerError(SignpostError):
    """The ledger could not be used."""

    code = "LEDGER"


class LedgerUnavailable(LedgerError):
    """Nothing was written, or nothing could be read: trying again is safe."""

    code = "LEDGER-UNAVAILABLE"


class LedgerUnknown(LedgerError):
    """The answer to a write was lost: it may or may not have been applied."""

    code = "LEDGER-UNKNOWN"


class TransportError(SignpostError):
    """An HTTP exchange that ended without an answer."""

    code = "TRANSPORT"


class NotSent(TransportError):
    """The connection failed before a byte of the request was written."""

    code = "NOT-SENT"


class AnswerLost(TransportError):
    """The request may have arrived; its answer did not (time-out, reset, truncated body)."""

    code = "ANSWER-LOST"


class RefusedError(SignpostError):
    """A channel refused work that precedes the send (an upload, a draft, a listing).

    Args:
        cause: what the channel said, without secrets.
        remedy: what a person can do.
        permanent: whether trying again unchanged is pointless.
        gone: what was asked for does not exist on the channel (any more).
    """

    code = "REFUSED"

    def __init__(
        self, cause: str, remedy: str = "", *, permanent: bool = True, gone: bool = False
    ) -> None:
        super().__init__(cause, remedy)
        self.permanent = permanent
        self.gone = gone


class ThrottledError(RefusedError):
    """A channel asked us to wait; `retry_after_s` says how long."""

    code = "THROTTLED"

    def __init__(self, cause: str, retry_after_s: float) -> None:
        super().__init__(cause, permanent=False)
        self.retry_after_s = retry_after_s


class StackError(SignpostError):
    """The local stack cannot do what was asked; the remedy says how to mend it."""

    code = "STACK"
