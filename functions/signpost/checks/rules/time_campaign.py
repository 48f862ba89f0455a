"""TIM309: a post outside the days of its campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from signpost.checks.local_times import day_of
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Posts with a time and a campaign that has a first or last day."""
    campaigns = {
        (name, item.id): item
        for name, brand in context.brands.items()
        for item in brand.campaigns
        if item.start or item.end
    }
    for post in context.posts:
        campaign = campaigns.get((post.brand, post.campaign)) if post.campaign else None
        day = day_of(post, context.brands[post.brand]) if campaign and not post.idea else None
        if campaign is None or day is None:
            continue
        shown = str(day)
        if isinstance(post.publish, datetime) and post.publish.date() != day:
            shown += f" (in {context.brands[post.brand].zone})"
        if campaign.start and day < campaign.start:
            cause = f"{shown} is before the campaign `{campaign.id}` begins, on {campaign.start}."
        elif campaign.end and day > campaign.end:
            cause = f"{shown} is after the campaign `{campaign.id}` has ended, on {campaign.end}."
        else:
            continue
        yield RULE.at(
            post.span("publish"),
            cause,
            "Move the post, name another campaign, or change the campaign's days in brand.yaml.",
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="TIM309",
    name="outside-the-campaign",
    title="A post outside the days of its campaign",
    why="An offer that is announced before it begins, or praised after it has ended, sends people "
    "to a shop that knows nothing of it. And the post's numbers are counted for the campaign. It "
    "is a warning, because a teaser may come first.",
    example="publish: 2027-02-03 18:00\ncampaign: winter-clearance    # until 2027-01-31",
    fix="publish: 2027-01-29 18:00\ncampaign: winter-clearance",
    source="our own rule, set 2026-11-22",
    check=check,
    silenceable=True,
)
