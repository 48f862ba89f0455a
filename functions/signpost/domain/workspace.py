"""Who publishes what for whom: the workspace, its brands, accounts, positions and people.

Parsed from `signpost.yaml` and `<brand>/{brand,accounts,positions,people,kpis}.yaml`. Lists of words
that a brand declares (types, campaigns, …) bind its posts only where they are not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from signpost.domain.diagnostics import Span
from signpost.domain.metrics import DEFAULT_AGES_S

if TYPE_CHECKING:
    from signpost.domain.delivery import Account

DEFAULT_GRACE_S = 1800
"""How late a post may still go out unless brand or post says otherwise: 30 minutes."""
DEFAULT_READING_S = 14 * 86_400
"""How long people have for reading a new release unless people.yaml says otherwise: 14 days."""
NOWHERE = Span("")
"""The place of something that no file says."""


class Entry(NamedTuple):
    """A word that other files may use, and what it means, such as a campaign."""

    id: str
    title: str = ""
    about: str = ""
    start: date | None = None
    end: date | None = None


class Position(NamedTuple):
    """A position of the brand's team and what it answers for.

    Args:
        deputy: the position that stands in for it.
        merges: positions that one person may hold together with it.
        core: it belongs to those who keep the tools, the calendar and the oversight.
        represents: it speaks for its department.
    """

    id: str
    title: str
    department: str = ""
    responsibilities: tuple[str, ...] = ()
    client: bool = False
    """It is on the client's side."""
    span: Span = NOWHERE
    deputy: str = ""
    merges: tuple[str, ...] = ()
    core: bool = False
    represents: bool = False


class Department(NamedTuple):
    """A department, and who speaks for it in the team that runs social media."""

    id: str
    title: str = ""
    representative: str = ""
    span: Span = NOWHERE


class Person(NamedTuple):
    """Somebody of the team.

    Args:
        starts: first day of work; None: was there before.
        manager: who looks after the first weeks.
        checklist: page of the onboarding that the person works through.
        brands: whose sites the person may enter beside this brand's.
        client: on the client's side; None: as the positions held say.
    """

    id: str
    name: str
    email: str = ""
    department: str = ""
    starts: date | None = None
    manager: str = ""
    checklist: str = ""
    brands: tuple[str, ...] = ()
    client: bool | None = None
    span: Span = NOWHERE


class Holder(NamedTuple):
    """Who holds a position, and who stands in. One person may hold several."""

    position: str
    person: str
    deputy: str = ""
    span: Span = NOWHERE


class Period(NamedTuple):
    """Days on which a person is away or on call, both ends included."""

    person: str
    start: date
    end: date
    span: Span = NOWHERE


class People(NamedTuple):
    """`people.yaml`: never signed, because holders and absences change weekly.

    Args:
        reading_s: how long after its first day a release is to have been read, in seconds.
    """

    people: tuple[Person, ...] = ()
    departments: tuple[Department, ...] = ()
    holders: tuple[Holder, ...] = ()
    absences: tuple[Period, ...] = ()
    on_call: tuple[Period, ...] = ()
    reading_s: int = DEFAULT_READING_S


class AccountSettings(NamedTuple):
    """An account of `accounts.yaml`, before it is stripped to what the functions need."""

    id: str
    channel: str
    handle: str
    server: str = ""
    secret: str = ""
    name: str = ""
    span: Span = NOWHERE

    def account(self) -> Account:
        """What a delivery carries of it."""
        from signpost.domain.delivery import Account  # bundles and all; few readers need them

        return Account(
            id=self.id,
            channel=self.channel,
            handle=self.handle,
            server=self.server,
            secret=self.secret or self.id,
        )


class QuietHours(NamedTuple):
    """Local hours in which nothing goes out; `end` before `start` runs over midnight.

    Args:
        days: weekdays on which they begin, Monday 0; empty: all.
    """

    start: time
    end: time
    days: frozenset[int] = frozenset()


class Blackout(NamedTuple):
    """A time in which nothing goes out, in the brand's zone: `start` in it, `end` not.

    Args:
        accounts: those that it is for; empty: all.
    """

    start: datetime
    end: datetime
    title: str
    accounts: tuple[str, ...] = ()
    span: Span = NOWHERE


class Utm(NamedTuple):
    """How links to the brand's own sites are tagged, so that visits can be told apart.

    Args:
        hosts: the sites; a subdomain counts as its parent.
        source, medium: values for the tags; empty: the channel's id, and `social`.
        required: names of the tags that each link must have.
    """

    hosts: tuple[str, ...]
    source: str = ""
    medium: str = ""
    required: tuple[str, ...] = ("utm_source", "utm_medium", "utm_campaign")


class Disclosure(NamedTuple):
    """Words that posts of some types must contain: one of the phrases."""

    types: tuple[str, ...]
    phrases: tuple[str, ...]
    why: str = ""


class Stage(NamedTuple):
    """A stage of work on a post, such as text or graphics.

    Args:
        position: who does it.
        lead_s: how long before the post's time it has to be done, in seconds.
        types: the types of post that go through it; empty: all.
    """

    id: str
    title: str
    position: str
    lead_s: int
    types: tuple[str, ...] = ()
    span: Span = NOWHERE


class Brand(NamedTuple):
    """A brand or client: everything its posts may refer to.

    Args:
        id: name of its folder.
        zone: the IANA zone of its posts' local times.
        late_s: how late its posts may still go out, in seconds; None: the workspace's.
        objectives: from `kpis.yaml`.
        voice: as written.
        countries: whose public holidays are minded, such as `DE` or `DE-BY`.
        spacing_s: least time between two posts of an account, in seconds; None: any.
        stages: in the order in which posts go through them.
        spans: where the keys of `brand.yaml` stand, and the members of its lists (`countries.0`).
    """

    id: str
    name: str
    zone: str
    language: str = ""
    website: str = ""
    late_s: int | None = None
    types: tuple[str, ...] = ()
    objectives: tuple[Entry, ...] = ()
    campaigns: tuple[Entry, ...] = ()
    themes: tuple[Entry, ...] = ()
    personas: tuple[Entry, ...] = ()
    accounts: tuple[AccountSettings, ...] = ()
    positions: tuple[Position, ...] = ()
    people: People = People()
    voice: Mapping[str, Any] = MappingProxyType({})
    countries: tuple[str, ...] = ()
    quiet: tuple[QuietHours, ...] = ()
    blackouts: tuple[Blackout, ...] = ()
    spacing_s: int | None = None
    utm: Utm | None = None
    disclosures: tuple[Disclosure, ...] = ()
    stages: tuple[Stage, ...] = ()
    spans: Mapping[str, Span] = MappingProxyType({})

    def stages_of(self, kind: str) -> tuple[Stage, ...]:
        """The stages that posts of a type go through, in order."""
        return tuple(item for item in self.stages if not item.types or kind in item.types)

    def held_by(self, person_id: str) -> tuple[Position, ...]:
        """The positions that a person holds."""
        held = {item.position for item in self.people.holders if item.person == person_id}
        return tuple(item for item in self.positions if item.id in held)

    def is_client(self, person: Person) -> bool:
        """Whether a person is on the client's side."""
        if person.client is not None:
            return person.client
        held = self.held_by(person.id)
        return bool(held) and all(item.client for item in held)

    def account(self, account_id: str) -> AccountSettings | None:
        """The account of that id, or None."""
        return next((item for item in self.accounts if item.id == account_id), None)


class TierSettings(NamedTuple):
    """A tier of `approvals:` in signpost.yaml, before it is stripped to what the functions need.

    What is left empty selects everything; of what is given, one has to fit.

    Args:
        needs: how many people have to approve.
        signers: positions or roles whose holders count; empty: all that the trust root lets approve.
        lead_s: how long before a post's time people are warned; None: as usual.
    """

    id: str
    needs: int = 1
    signers: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lead_s: int | None = None
    span: Span = NOWHERE


def holders_of(brand: Brand, positions: tuple[str, ...]) -> tuple[str, ...]:
    """The people who hold one of the positions, and their deputies; sorted."""
    found = {
        name
        for item in brand.people.holders
        if item.position in positions
        for name in (item.person, item.deputy)
        if name
    }
    return tuple(sorted(found))


class Workspace(NamedTuple):
    """`signpost.yaml`: one workspace is one stack.

    Args:
        ages_s: when metrics are read, in seconds since publication.
        late_s: how late a post may still go out, in seconds, unless brand or post says otherwise.
        deploy: where its stack is (`bucket`, `region`, `control`); empty where others say so.
        require_release: nothing goes out without a signed release of the strategy in force.
        approvals: which posts need approval; none: none does.
    """

    id: str
    brands: tuple[str, ...]
    zone: str
    ages_s: tuple[int, ...] = DEFAULT_AGES_S
    late_s: int = DEFAULT_GRACE_S
    deploy: Mapping[str, str] = MappingProxyType({})
    require_release: bool = False
    approvals: tuple[TierSettings, ...] = ()
