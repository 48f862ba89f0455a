"""Generated parts about the brand: goals, voice, audience, what it publishes and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from signpost.content.handbook.tables import bullets, code, duration, number, table, words
from signpost.domain.goals import Goals, Kpi
from signpost.domain.workspace import Blackout, Brand, QuietHours

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NONE = "None yet."


def objectives(brand: Brand, goals: Goals) -> str:
    """Objectives with their KPIs, baselines and targets."""
    days = sorted({target.by for kpi in goals.kpis for target in kpi.targets})
    head = ["Objective", "What we look at", "Now", *(f"By {day.day} {day:%B %Y}" for day in days)]
    rows = []
    for item in brand.objectives:
        kpis = [kpi for kpi in goals.kpis if kpi.objective == item.id]
        title = words(item.title or item.id)
        rows += [[title, *_kpi(kpi, days)] for kpi in kpis] or [[title, *[""] * (len(head) - 1)]]
    return table(head, rows, range(2, len(head))) if rows else NONE


def _kpi(kpi: Kpi, days: Sequence[date]) -> list[str]:
    values = {target.by: number(target.value) for target in kpi.targets}
    unit = f" ({words(kpi.unit)}, each {kpi.period})" if kpi.unit else f" (each {kpi.period})"
    baseline = "" if kpi.baseline is None else number(kpi.baseline)
    return [words(kpi.title) + unit, baseline, *(values.get(day, "") for day in days)]


def voice(brand: Brand) -> str:
    """The voice in a sentence, what it is and is not, words to use and to avoid."""
    found = brand.voice
    made = [f"**{words(found['summary'])}**"] if found.get("summary") else []
    for key, title in (("we_are", "We are"), ("we_are_not", "We are not")):
        if found.get(key):
            made.append(f"{title}:\n\n{bullets(words(item) for item in found[key])}")
    for key, title in (("prefer", "Words that we like"), ("avoid", "Words that we do not use")):
        if found.get(key):
            made.append(f"{title}: {', '.join(words(item) for item in found[key])}.")
    return "\n\n".join(made) or NONE


def voice_limits(brand: Brand) -> str:
    """The numbers of the voice that `check` counts."""
    rows = []
    for key, title, unit in (
        ("emoji", "Emoji in a text", "at most {}"),
        ("hashtags", "Hashtags in a text", "at most {}"),
        ("reading_ease", "Flesch reading ease", "at least {}"),
    ):
        value = brand.voice.get(key)
        rows.append([title, "no limit" if value is None else unit.format(value)])
    if (capitals := brand.voice.get("capitals")) is not None:
        allowed = ", ".join(words(item) for item in capitals)
        rows.append(["Words in capitals", f"only {allowed}" if allowed else "none"])
    return table(["What", "Ours"], rows)


def personas(brand: Brand) -> str:
    """Whom the posts speak to."""
    rows = [
        [f"**{words(item.title or item.id)}**", code(item.id), words(item.about)]
        for item in brand.personas
    ]
    return table(["Persona", "In a post", "Who that is"], rows) if rows else NONE


def themes(brand: Brand) -> str:
    """The pillars of content."""
    rows = [
        [words(item.title or item.id), code(item.id), words(item.about)] for item in brand.themes
    ]
    if not any(row[2] for row in rows):
        return table(["Pillar", "In a post"], [row[:2] for row in rows]) if rows else NONE
    return table(["Pillar", "In a post", "What belongs to it"], rows)


def campaigns(brand: Brand) -> str:
    """Campaigns with their days."""
    rows = [
        [
            words(item.title or item.id),
            code(item.id),
            str(item.start or ""),
            str(item.end or ""),
        ]
        for item in brand.campaigns
    ]
    return table(["Campaign", "In a post", "From", "To"], rows) if rows else NONE


def accounts(brand: Brand) -> str:
    """The accounts."""
    rows = [
        [words(item.name or item.id), item.channel.capitalize(), code(item.handle), code(item.id)]
        for item in brand.accounts
    ]
    return table(["Account", "Channel", "Handle", "In a post"], rows) if rows else NONE


def calendar(brand: Brand) -> str:
    """When nothing goes out, and how far posts stand apart."""
    rows = [["Quiet hours", _quiet(item)] for item in brand.quiet]
    rows += [[words(item.title), _blackout(item)] for item in brand.blackouts]
    if brand.countries:
        rows.append(["Public holidays", ", ".join(map(code, brand.countries)) + ", with a warning"])
    if brand.spacing_s:
        rows.append(["Between two posts of an account", f"at least {duration(brand.spacing_s)}"])
    rows.append(["Time zone", code(brand.zone)])
    return table(["What", "When"], rows)


def _quiet(item: QuietHours) -> str:
    days = "every day" if not item.days else ", ".join(_DAYS[day] for day in sorted(item.days))
    return f"{item.start:%H:%M} to {item.end:%H:%M}, {days}"


def _blackout(item: Blackout) -> str:
    only = f", only {', '.join(map(code, item.accounts))}" if item.accounts else ""
    return f"{item.start:%Y-%m-%d %H:%M} to {item.end:%Y-%m-%d %H:%M}{only}"


def disclosures(brand: Brand) -> str:
    """What a text of some types has to say."""
    rows = [
        [
            ", ".join(map(code, item.types)),
            " or ".join(f"“{words(phrase)}”" for phrase in item.phrases),
            words(item.why),
        ]
        for item in brand.disclosures
    ]
    return table(["Type of post", "Says one of", "Why"], rows) if rows else NONE
