"""The calendar for machines."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any

from signpost.cli.diary import Diary, Item
from signpost.cli.output.grid import campaigns_between
from signpost.domain.canonical import utc_text


def calendar_document(
    diary: Diary, view: str, days: tuple[date, date], zone: tzinfo
) -> dict[str, Any]:
    """Everything that a view shows, and what was cancelled; nothing is cut."""
    first, last = days
    counts = diary.timeless
    return {
        "view": view,
        "zone": str(zone),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "stack": {
            "asked": not diary.why_not,
            "at": utc_text(diary.stack) if diary.stack else None,
            "why_not": diary.why_not,
        },
        "not_shown": {
            "ideas": counts.ideas,
            "drafts_without_time": counts.drafts,
            "publish_now": counts.now,
            "faulty": counts.faulty,
        },
        "mottos": [
            {"brand": brand, "month": f"{month.first:%Y-%m}", "title": month.title}
            for brand, goals in diary.goals.items()
            for month in goals.months
            if month.title and first.replace(day=1) <= month.first <= last
        ],
        "campaigns": [
            {
                "brand": brand.id,
                "id": campaign.id,
                "title": campaign.title,
                "from": campaign.start.isoformat() if campaign.start else None,
                "to": campaign.end.isoformat() if campaign.end else None,
            }
            for campaign, brand in campaigns_between(diary, first, last)
        ],
        "posts": [_post(item, zone) for item in diary.between(first, last, zone)],
    }


def _post(item: Item, zone: tzinfo) -> dict[str, Any]:
    return {
        "post": item.post,
        "brand": item.brand,
        "title": item.title,
        "at": utc_text(item.at),
        "local": item.at.astimezone(zone).isoformat(timespec="seconds"),
        "zone": item.zone,
        "state": item.word,
        **item.why,
        "source": item.source,
        "notes": list(item.notes),
        "deliveries": [
            {
                "account": one.account,
                "channel": one.channel,
                "delivery": one.delivery,
                "state": one.word,
                "reason": one.reason,
                "permalinks": list(one.permalinks),
            }
            for one in item.standings
        ],
    }
