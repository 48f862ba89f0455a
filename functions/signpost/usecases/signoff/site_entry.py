"""From the sign-off pages into the closed site: a ticket that the site's own door changes into a pass.

A cookie belongs to one host, so that the pages cannot set the site's; see docs/adr/0063.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from signpost.domain.entrance.door import entry
from signpost.domain.entrance.passes import MAX_S, Pass, Use, issue
from signpost.domain.people import may_see
from signpost.errors import SettingsError
from signpost.ports import Clock, PassKey, SignoffStore
from signpost.usecases.onboarding import read_known
from signpost.usecases.signoff.entering import NotKnown, Visitor
from signpost.usecases.signoff.trust import TrustReader


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """Gives out tickets.

    Args:
        site: address of the site, such as `https://handbook.example`; empty: there is none.
        pass_key: signs; None: nobody enters the site from here.
    """

    site: str
    pass_key: PassKey | None
    trust: TrustReader
    store: SignoffStore
    clock: Clock

    @property
    def origin(self) -> str:
        """The site's origin; empty where there is none to enter."""
        parts = urlsplit(self.site)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc and self.pass_key else ""

    def brands(self, visitor: Visitor) -> tuple[str, ...]:
        """The brands whose pages this person may see, by people.yaml.

        Raises:
            StackError: it cannot be read who they are.
        """
        members = read_known(self.trust.objects).members
        return tuple(
            sorted(
                {
                    seen
                    for brand in visitor.brands
                    if visitor.member(brand)
                    for seen in may_see(members, visitor.person(brand).id, [brand])
                }
            )
        )

    def address(self, visitor: Visitor, to: str) -> str:
        """Where the browser is to go: good for two minutes, for this person's brands alone.

        Args:
            to: the path of the site that the person wanted; the site judges it.

        Raises:
            NotKnown: the person may see nothing.
            SecretError: the key cannot be read.
            SettingsError: there is no site, or its key is none.
            StackError: it cannot be read who they are.
        """
        if self.pass_key is None or not self.origin:
            raise SettingsError(
                "There is no site to enter.",
                "Ask who runs this stack; docs/onboarding.md says how.",
            )
        brands = self.brands(visitor)
        if not brands:
            raise NotKnown(
                "No brand's people.yaml lists you, so that there is nothing to enter.",
                "Ask for an entry; it holds from the next push on.",
            )
        now = self.clock.now()
        issued = int(now.timestamp())
        # A session that could go on giving out whole passes would never end for who stole it.
        until = min(int(visitor.until.timestamp()), issued + MAX_S)
        # Who invited them named the person: one name for all that is revoked.
        person = visitor.passkey.person
        key_id, key = self.pass_key.current()
        try:
            given = Pass(person, brands, issued, max(until, issued + 1), Use.TICKET)
            ticket = issue(given, key_id, key)
        except ValueError as error:
            raise SettingsError(
                "The key that signs passes is none, or this person's id cannot stand in a pass.",
                "`make deploy` makes a key.",
            ) from error
        self.store.audit(now, visitor.actor, "enter-site", {"brands": list(brands)})
        return entry(self.origin, ticket, to)
