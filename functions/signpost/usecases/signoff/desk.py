"""All use cases of the sign-off pages, made of the same ports."""

from __future__ import annotations

from dataclasses import dataclass

from signpost.domain.signing.counting import Check
from signpost.ports import Clock, ControlDesk, PassKey, SignoffStore
from signpost.usecases.signoff.approving import Approving
from signpost.usecases.signoff.enrolling import Enrolling
from signpost.usecases.signoff.entering import Entering
from signpost.usecases.signoff.reading_room import ReadingRoom
from signpost.usecases.signoff.signing import Signing
from signpost.usecases.signoff.site_entry import SiteEntry
from signpost.usecases.signoff.switching import Switching
from signpost.usecases.signoff.trust import TrustReader


@dataclass(frozen=True, slots=True)
class SignoffDesk:
    """What the pages can do.

    Args:
        workspace: id of the workspace.
        origin: of the pages.
        check: the mathematics of signatures.
        site: address of the closed site; empty where there is none.
        pass_key: signs passes to it; None: nobody enters it from here.
    """

    workspace: str
    origin: str
    store: SignoffStore
    trust: TrustReader
    control: ControlDesk
    clock: Clock
    check: Check
    site: str = ""
    pass_key: PassKey | None = None

    @property
    def enrolling(self) -> Enrolling:
        """Invites and new passkeys."""
        return Enrolling(self.workspace, self.origin, self.store, self.clock, self.check)

    @property
    def entering(self) -> Entering:
        """Signing in and out."""
        return Entering(self.origin, self.store, self.trust, self.clock, self.check)

    @property
    def signing(self) -> Signing:
        """Releases and trust roots."""
        return Signing(self.origin, self.trust, self.control)

    @property
    def approving(self) -> Approving:
        """Posts."""
        return Approving(self.origin, self.control)

    @property
    def reading_room(self) -> ReadingRoom:
        """What is to be read, and who has."""
        return ReadingRoom(self.origin, self.trust, self.control, self.clock)

    @property
    def site_entry(self) -> SiteEntry:
        """The way into the closed site."""
        return SiteEntry(self.site, self.pass_key, self.trust, self.store, self.clock)

    @property
    def switching(self) -> Switching:
        """Stop and resume."""
        return Switching(
            self.workspace, self.origin, self.store, self.trust, self.control, self.clock,
            self.check,
        )  # fmt: skip
