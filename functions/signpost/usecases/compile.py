"""From posts to deliveries: the step after which nothing is guessed any more.

Pure: media were hashed by the reader, connectors only render. What comes out is what is
previewed, approved and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from signpost.checks.collector import paused_collector
from signpost.checks.rules import (
    account_unknown,
    media_file,
    media_number,
    post_id,
    text_fit,
    time_changeover,
    time_zone,
    value_type,
)
from signpost.domain.delivery import About, Account, Delivery, Media, Part, origin_of
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.media import MediaFact
from signpost.domain.picture.card import card_pictures
from signpost.domain.picture.recipe import Refusal
from signpost.domain.plan import Actual
from signpost.domain.post import Body, MediaRef, Post
from signpost.domain.thread import PartText, split_parts
from signpost.domain.timing import local_text, offset_text, resolve
from signpost.domain.workspace import Brand, Workspace
from signpost.errors import ContentError, LocalTimeError
from signpost.ports import Connector, Connectors
from signpost.usecases.pictures import (
    Pictures,
    Wanted,
    made_from,
    orders_of,
    wanted_of,
    with_derivative,
)

HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Trial:
    """One post compiled by itself, as far as that goes.

    Args:
        lines: a delivery for each account that one could be made for.
        findings: what a push would refuse it for.
        timed: its time names an instant; else `due` of the deliveries says nothing.
    """

    lines: tuple[tuple[Delivery, About], ...]
    findings: tuple[Diagnostic, ...]
    timed: bool


def compile_posts(
    workspace: Workspace,
    brands: Mapping[str, Brand],
    posts: Sequence[Post],
    connectors: Connectors,
    media_facts: Mapping[str, MediaFact],
    pictures: Pictures,
    actual: Mapping[str, Actual] | None = None,
) -> list[tuple[Delivery, About]]:
    """The deliveries of all posts that are ready, in the order of the posts.

    Args:
        posts: drafts among them are passed over.
        media_facts: path in the content folder → what was found of the file.
        pictures: makes what channels get of pictures.
        actual: what the stack has. No picture is opened for what it has already; such a delivery
            is `unmade`.

    Raises:
        ContentError: with a finding for each thing that cannot be compiled. After a clean
            `check` only texts that grow in rendering, such as by a link, can be among them.
    """
    compiler = _Compiler(workspace, brands, connectors, media_facts)
    with paused_collector():
        drafts = [item for post in posts if post.status != "draft" for item in compiler.post(post)]
        items = compiler.with_pictures(drafts, pictures, actual or {})
    if compiler.findings:
        raise ContentError(compiler.findings)
    return items


def try_post(
    workspace: Workspace,
    brands: Mapping[str, Brand],
    post: Post,
    connectors: Connectors,
    media_facts: Mapping[str, MediaFact],
    pictures: Pictures,
) -> Trial:
    """One post as it would be sent if it were ready now; drafts and ideas too.

    What is wrong is told and passed over: a missing time, a file that is not there, a text that
    is too long. Somebody looks at the result, nobody sends it.

    Args:
        media_facts: path in the content folder → what was found of the file.
    """
    compiler = _Compiler(workspace, brands, connectors, media_facts, lenient=True)
    lines = tuple(compiler.with_pictures(list(compiler.post(post)), pictures, {}))
    timed = post.publish is not None and compiler.timed
    return Trial(lines, tuple(dict.fromkeys(compiler.findings)), timed)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The parts of a text for a channel, with the originals of its media.

    Args:
        render: the same with other media in place of these.
    """

    key: tuple[str, str, str]
    parts: tuple[Part, ...]
    wanted: tuple[Wanted, ...]
    render: Callable[[tuple[Media, ...]], tuple[Part, ...]]
    channel: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """A delivery with the originals of its media."""

    delivery: Delivery
    about: About
    rendered: _Rendered


class _Compiler:
    """One run: what the posts share is looked up once.

    Args:
        lenient: what has a finding is compiled all the same, as far as possible.
    """

    def __init__(
        self,
        workspace: Workspace,
        brands: Mapping[str, Brand],
        connectors: Connectors,
        media_facts: Mapping[str, MediaFact],
        *,
        lenient: bool = False,
    ) -> None:
        self.timed = True
        self._lenient = lenient
        self.findings: list[Diagnostic] = []
        self._workspace = workspace
        self._brands = brands
        self._connectors = connectors
        self._facts = media_facts
        self._accounts: dict[tuple[str, str], tuple[Account, Connector] | None] = {}

    def with_pictures(
        self, drafts: Sequence[_Draft], pictures: Pictures, actual: Mapping[str, Actual]
    ) -> list[tuple[Delivery, About]]:
        """The deliveries with what is made of their pictures, where the stack has not got it."""
        froms: dict[str, str] = {}
        needed: dict[str, Sequence[Wanted]] = {}
        for draft in drafts:
            wanted = draft.rendered.wanted
            if any(item.order for item in wanted):
                delivery = draft.delivery
                froms[delivery.id] = made_from(delivery.revision, wanted)
                if not _is_there(delivery, froms[delivery.id], actual.get(delivery.id)):
                    needed[delivery.id] = wanted
        pictures.fill(orders_of(needed))
        done: dict[tuple[str, str, str], tuple[Part, ...] | None] = {}
        items: list[tuple[Delivery, About]] = []
        for draft in drafts:
            delivery, rendered = draft.delivery, draft.rendered
            origin = froms.get(delivery.id, "")
            if delivery.id in needed:
                if rendered.key not in done:
                    done[rendered.key] = self._made(rendered, pictures)
                parts = done[rendered.key]
                if parts is None:
                    continue
                made = parts is not rendered.parts
                delivery = replace(delivery, parts=parts, made_from=origin if made else "")
            elif origin:
                delivery = replace(delivery, made_from=origin)
            items.append((delivery, draft.about))
        return items

    def _made(self, rendered: _Rendered, pictures: Pictures) -> tuple[Part, ...] | None:
        """The parts with derivatives; those with the originals where nothing has to be done."""
        media: list[Media] = []
        for wanted in rendered.wanted:
            made = pictures.get(wanted.order) if wanted.order else None
            if isinstance(made, Refusal):
                cause = f"`{wanted.item.file}` cannot go to {rendered.channel}: {made.cause}."
                self._refuse(media_file.RULE.at(wanted.item.span, cause, made.remedy))
                media.append(wanted.media)
            else:
                media.append(with_derivative(wanted, made) if made else wanted.media)
        originals = tuple(wanted.media for wanted in rendered.wanted)
        if tuple(media) == originals:
            return rendered.parts
        return rendered.render(tuple(media))

    def post(self, post: Post) -> Iterator[_Draft]:
        """The post's deliveries; findings instead of those that cannot be made."""
        timing = self._timing(post)
        if not post.id or "/" in post.id:
            self._refuse(post_id.RULE.at(post.span("id"), "The post has no usable id.", "Fix it."))
            if not self._lenient:
                return
        if timing is None:
            self.timed = False
            timing = (None, "", "") if self._lenient else None
        if timing is not None and post.brand in self._brands:
            brand = self._brands[post.brand]
            about = About(
                title=post.title,
                source=post.path,
                type=post.type,
                objective=post.objective,
                campaign=post.campaign,
                theme=post.theme,
                persona=post.persona,
                owner=post.owner,
                tags=post.tags,
            )
            grace_s = _first(post.late_s, brand.late_s, self._workspace.late_s)
            rendered: dict[tuple[str, str], _Rendered | None] = {}
            for account_id in post.accounts:
                found = self._account(post, brand, account_id)
                if found is None:
                    continue
                account, connector = found
                body = self._body(post, account)
                if body is None:
                    continue
                # Accounts of one channel that share a text share its rendering.
                key = (account.channel, body.path)
                if key not in rendered:
                    rendered[key] = self._render(post, brand, connector, body)
                found_parts = rendered[key]
                if found_parts is None:
                    continue
                due, local, tzdata = timing
                yield _Draft(
                    Delivery(
                        workspace=self._workspace.id,
                        brand=post.brand,
                        post=post.id,
                        account=account,
                        due=due,
                        zone=post.zone,
                        local=local,
                        tzdata=tzdata,
                        grace_s=grace_s,
                        on_ambiguous=post.on_ambiguous or HOLD,
                        link=post.link if body.link is None else body.link,
                        language=post.language or brand.language,
                        parts=found_parts.parts,
                    ),
                    about,
                    found_parts,
                )

    def _refuse(self, finding: Diagnostic) -> None:
        self.findings.append(finding)

    def _timing(self, post: Post) -> tuple[datetime | None, str, str] | None:
        """Due instant, local time and offset; None where there is no instant."""
        if post.publish == "now":
            return None, "", ""
        if not isinstance(post.publish, datetime):
            cause, remedy = "`publish` is missing.", "Write a time, or `now`."
            self._refuse(value_type.RULE.at(post.span("publish"), cause, remedy))
            return None
        try:
            due = resolve(post.publish, post.zone)
            return due, local_text(post.publish), offset_text(post.publish, due)
        except LocalTimeError as error:
            rule = time_zone.RULE if error.kind == "zone" else time_changeover.RULE
            self._refuse(rule.at(post.span("publish"), error.cause, error.remedy))
            return None

    def _account(
        self, post: Post, brand: Brand, account_id: str
    ) -> tuple[Account, Connector] | None:
        key = (brand.id, account_id)
        if key not in self._accounts:
            settings = brand.account(account_id)
            self._accounts[key] = None
            if settings is not None:
                try:
                    connector = self._connectors.get(settings.channel)
                    self._accounts[key] = settings.account(), connector
                except KeyError:
                    pass
        found = self._accounts[key]
        if found is None:
            # At the same place as the rule, so that a preview does not tell it twice.
            member = f"accounts.{post.accounts.index(account_id)}"
            span = post.spans.get(member) or post.span("accounts")
            cause = f"Brand `{brand.id}` has no account `{account_id}` with a connector."
            remedy = "Correct the name, or add it to accounts.yaml."
            self._refuse(account_unknown.RULE.at(span, cause, remedy))
        return found

    def _body(self, post: Post, account: Account) -> Body | None:
        try:
            return post.body_for(account.id, account.channel)
        except KeyError:
            cause, remedy = f"There is no text for `{account.id}`.", "Write one."
            self._refuse(text_fit.RULE.at(Span(post.path), cause, remedy))
            return None

    def _render(
        self, post: Post, brand: Brand, connector: Connector, body: Body
    ) -> _Rendered | None:
        link = post.link if body.link is None else body.link
        wanted = self._media(post.media if body.media is None else body.media, connector, link)
        if wanted is None:
            return None
        media = tuple(item.media for item in wanted)
        texts = split_parts(body.text, thread=post.thread)
        before = len(self.findings)
        for number, part in enumerate(texts):
            if not part.text and (number or not media):
                self._refuse(
                    text_fit.RULE.at(_span(body, part), "There is no text here.", "Write some.")
                )
        if len(self.findings) > before and not self._lenient:
            return None

        def render(media: tuple[Media, ...]) -> tuple[Part, ...]:
            return connector.render(
                [Part(part.text, () if index else media) for index, part in enumerate(texts)],
                link=link,
                language=post.language or brand.language,
                options=post.options.get(connector.spec.id, {}),
            )

        parts = render(media)
        for done, text in zip(parts, texts, strict=False):
            faults = text_fit.payload_faults(_span(body, text), connector.spec, done.payload)
            self.findings.extend(faults)
        key = (post.path, connector.spec.id, body.path)
        return _Rendered(key, parts, wanted, render, connector.spec.name)

    def _media(
        self, items: Sequence[MediaRef], connector: Connector, link: str
    ) -> tuple[Wanted, ...] | None:
        spec = connector.spec
        cards = card_pictures(items, spec, link)
        self.findings.extend(media_number.beside_card(items, spec, link))
        found: list[Wanted] = []
        for item in items:
            fact = self._facts.get(item.path)
            if fact is None or not fact.mime:
                cause = f"`{item.file}` is missing, or no media file."
                remedy = "Run `signpost check`."
                self._refuse(media_file.RULE.at(item.span, cause, remedy))
            else:
                found.append(wanted_of(item, fact, spec, card=item in cards))
        return tuple(found) if self._lenient or len(found) == len(items) else None


def _is_there(delivery: Delivery, origin: str, have: Actual | None) -> bool:
    """Whether the stack has what is wanted, so that no picture has to be made of it."""
    if have is None or not have.settled:
        return False
    theirs = origin_of(have.revision, have.made_from)
    return have.made_from == origin or (have.touched and theirs == delivery.revision)


def _span(body: Body, part: PartText) -> Span:
    return Span(body.path, body.first_line + part.line)


def _first(*values: int | None) -> int:
    """The first value that is there; 0 is a value."""
    return next(value for value in values if value is not None)
