"""All rules, and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from signpost.checks.judging import Judged, in_file_order, judge_between, judge_posts
from signpost.checks.public_holidays import Holidays
from signpost.checks.rule import IdPlace, Outline, Overview, Rule
from signpost.checks.rules import (
    absence_uncovered,
    account_unknown,
    country_unknown,
    department_unspoken,
    file_empty,
    file_encoding,
    file_fence,
    file_line_ends,
    file_mark,
    file_name,
    file_outside,
    file_tab,
    file_unread,
    hashtag_case,
    hashtag_form,
    hashtag_number,
    hashtag_twice,
    idea_time,
    key_unknown,
    link_form,
    link_plain,
    link_shortened,
    link_twice,
    link_untagged,
    media_active,
    media_alt,
    media_alt_length,
    media_alt_words,
    media_aspect,
    media_bomb,
    media_card,
    media_file,
    media_film,
    media_number,
    media_position,
    media_twice,
    mention_form,
    position_merged,
    position_vacant,
    post_id,
    silence_unused,
    silence_wrong,
    source_rights,
    stage_position,
    stage_wrong,
    text_duplicate,
    text_fit,
    text_forced,
    text_hidden,
    thread_parts,
    tier_unmet,
    tier_wrong,
    time_blackout,
    time_campaign,
    time_changeover,
    time_draft,
    time_holiday,
    time_past,
    time_quiet,
    time_spacing,
    time_zone,
    value_type,
    voice_avoid,
    voice_capitals,
    voice_disclosure,
    voice_ease,
    voice_emoji,
    voice_marks,
    word_undeclared,
    yaml_hostile,
)
from signpost.checks.silence import Silence, Silenced, apply_silences, in_order
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.media import MediaFact
from signpost.domain.post import Post
from signpost.domain.workspace import Brand, Workspace

if TYPE_CHECKING:  # most workspaces sign nothing
    from signpost.domain.signing.root import TrustRoot

RULES: tuple[Rule, ...] = (
    text_fit.RULE,
    text_duplicate.RULE,
    text_forced.RULE,
    thread_parts.RULE,
    text_hidden.RULE,
    media_alt.RULE,
    media_file.RULE,
    media_alt_length.RULE,
    media_alt_words.RULE,
    media_number.RULE,
    media_aspect.RULE,
    media_bomb.RULE,
    media_active.RULE,
    media_position.RULE,
    media_twice.RULE,
    media_film.RULE,
    media_card.RULE,
    time_changeover.RULE,
    time_zone.RULE,
    time_past.RULE,
    time_blackout.RULE,
    time_quiet.RULE,
    time_holiday.RULE,
    time_spacing.RULE,
    time_draft.RULE,
    time_campaign.RULE,
    country_unknown.RULE,
    account_unknown.RULE,
    post_id.RULE,
    word_undeclared.RULE,
    source_rights.RULE,
    stage_wrong.RULE,
    idea_time.RULE,
    key_unknown.RULE,
    value_type.RULE,
    yaml_hostile.RULE,
    silence_wrong.RULE,
    silence_unused.RULE,
    file_encoding.RULE,
    file_fence.RULE,
    file_outside.RULE,
    file_tab.RULE,
    file_mark.RULE,
    file_line_ends.RULE,
    file_empty.RULE,
    file_name.RULE,
    file_unread.RULE,
    hashtag_number.RULE,
    hashtag_form.RULE,
    hashtag_case.RULE,
    hashtag_twice.RULE,
    mention_form.RULE,
    link_form.RULE,
    link_plain.RULE,
    link_untagged.RULE,
    link_twice.RULE,
    link_shortened.RULE,
    voice_avoid.RULE,
    voice_disclosure.RULE,
    voice_capitals.RULE,
    voice_emoji.RULE,
    voice_ease.RULE,
    voice_marks.RULE,
    position_vacant.RULE,
    department_unspoken.RULE,
    absence_uncovered.RULE,
    stage_position.RULE,
    position_merged.RULE,
    tier_wrong.RULE,
    tier_unmet.RULE,
)
"""In the order of their codes."""


class Readable(Protocol):
    """What `run_checks` needs of a read workspace: plain data, nothing is read here."""

    @property
    def workspace(self) -> Workspace | None:
        """What signpost.yaml says; None where it could not be used."""
        ...

    @property
    def trust(self) -> Mapping[str, TrustRoot]:
        """The present trust root of each brand that has one, where a tier asks for approval."""
        ...

    @property
    def brands(self) -> Mapping[str, Brand]:
        """Brands by id."""
        ...

    @property
    def posts(self) -> Sequence[Post]:
        """Every post that could be read."""
        ...

    @property
    def ideas(self) -> Sequence[Post]:
        """The same of the brands' ideas."""
        ...

    @property
    def media(self) -> Mapping[str, MediaFact]:
        """Facts of media files by path."""
        ...

    @property
    def id_places(self) -> Mapping[str, IdPlace]:
        """Where posts' ids stand, by path."""
        ...

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """What reading itself found."""
        ...

    @property
    def silences(self) -> Sequence[Silence]:
        """Comments that let findings pass; unchanged posts have none."""
        ...

    @property
    def whole(self) -> bool:
        """Whether all of the content was read, or is known from the last time."""
        ...

    @property
    def kept_findings(self) -> Sequence[Diagnostic]:
        """What was found of unchanged posts when they were read last."""
        ...

    @property
    def kept_outlines(self) -> Sequence[Outline]:
        """Outlines of unchanged posts, which were not read again."""
        ...

    @property
    def selected(self) -> Callable[[str], bool]:
        """Whether findings of a path are asked for."""
        ...


def _faulty(read: Readable) -> frozenset[str]:
    """Files that could not be read as they were meant; warnings are of form alone."""
    return frozenset(item.span.path for item in read.diagnostics if item.severity is Severity.ERROR)


def judge_read(read: Readable, specs: Mapping[str, ChannelSpec]) -> Judged:
    """What rules find in the posts that were read, one by one."""
    faulty = _faulty(read)
    posts = (*read.posts, *read.ideas)
    return judge_posts(RULES, read.brands, posts, specs, read.media, read.id_places, faulty)


def run_checks(
    read: Readable,
    specs: Mapping[str, ChannelSpec],
    now: datetime,
    known_ids: Collection[str] = frozenset(),
    *,
    random_bits: Callable[[int], int] | None = None,
    committed: Callable[[], Collection[str]] = frozenset,
    judged: Judged | None = None,
) -> list[Diagnostic]:
    """Every finding that no silence lets pass; the arguments are those of `judge_all`."""
    found, _silenced = judge_all(
        read, specs, now, known_ids, random_bits=random_bits, committed=committed, judged=judged
    )
    return found


def judge_all(
    read: Readable,
    specs: Mapping[str, ChannelSpec],
    now: datetime,
    known_ids: Collection[str] = frozenset(),
    *,
    random_bits: Callable[[int], int] | None = None,
    committed: Callable[[], Collection[str]] = frozenset,
    judged: Judged | None = None,
    holidays: Holidays | None = None,
) -> tuple[list[Diagnostic], list[Silenced]]:
    """Every finding of every file: those of reading and those of all rules, in file order.

    Args:
        specs: every channel that has a connector, by id.
        now: aware UTC.
        known_ids: post ids that `state/` knows; a mapping from id to file path lets the copy,
            not the original, be told to change its id.
        random_bits: source of new ids, such as `secrets.randbits`; None: no id fixes are made.
        committed: answers which files git has, relative to the content folder: of two copies,
            those are the originals. It is asked only where there are copies.
        judged: what `judge_read` gave of the same, if it was asked already.
        holidays: knows public holidays; None: the package that does.

    Returns:
        The findings that stay, and those that a silence lets pass.
    """
    judged = judged or judge_read(read, specs)
    faulty = _faulty(read)
    overview = Overview(
        brands=read.brands,
        outlines=sorted((*judged.outlines, *read.kept_outlines), key=lambda item: item.path),
        specs=specs,
        now=now,
        known_ids=known_ids,
        mint=(lambda: post_id.mint_id(random_bits)) if random_bits else None,
        committed=committed,
        faulty=faulty,
        holidays=holidays,
        tiers=read.workspace.approvals if read.workspace else (),
        trust=read.trust,
    )
    between = judge_between(RULES, overview)
    found, silenced = apply_silences(
        [*read.diagnostics, *read.kept_findings, *judged.findings, *between],
        read.silences,
        RULES,
        faulty=faulty,
        whole=read.whole,
    )
    shown = [item for item in silenced if read.selected(item.finding.span.path)]
    return in_file_order(found, read.selected), in_order(shown)
