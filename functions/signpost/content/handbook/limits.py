"""The generated table of limits: what each channel of the brand accepts, from the channel specs."""

from __future__ import annotations

from collections.abc import Mapping

from signpost.content.handbook.brand_parts import NONE
from signpost.content.handbook.tables import bullets, number, size, table, words
from signpost.domain.channel import ChannelSpec, Fold, MediaLimit, TextLimit, Unit
from signpost.domain.workspace import Brand

_UNITS = {
    Unit.GRAPHEME: "characters",
    Unit.CODEPOINT: "code points",
    Unit.UTF16: "UTF-16 units",
    Unit.UTF8_BYTES: "bytes",
    Unit.WEIGHTED: "weighted characters",
}


def limits(brand: Brand, specs: Mapping[str, ChannelSpec]) -> str:
    """A column for each channel that the brand has an account on; sources below."""
    used = [specs[name] for name in dict.fromkeys(item.channel for item in brand.accounts)
            if name in specs]  # fmt: skip
    if not used:
        return NONE
    rows = [
        ["Text", *(_text(spec) for spec in used)],
        ["A link counts as", *(_link(spec) for spec in used)],
        ["The feed folds it after", *(_fold(spec) for spec in used)],
        ["Hashtags become links", *(_yes(spec.hashtags) for spec in used)],
        ["Threads", *(_yes(spec.threads) for spec in used)],
        ["Pictures", *(_media(spec, "image") for spec in used)],
        ["Kinds of picture", *(_kinds(spec, "image") for spec in used)],
        ["Video", *(_media(spec, "video") for spec in used)],
        ["Alt text", *(f"{number(spec.alt_text_max)} characters" for spec in used)],
        ["Can be changed when live", *(_yes(spec.edit) for spec in used)],
        ["Numbers it reports", *(", ".join(spec.metrics) for spec in used)],
    ]
    return f"{table(['', *(words(spec.name) for spec in used)], rows)}\n\n{_sources(used)}"


def _text(spec: ChannelSpec) -> str:
    return " and ".join(f"{number(item.max)} {_UNITS[item.unit]}" for item in _told(spec))


def _told(spec: ChannelSpec) -> list[TextLimit]:
    """The limits that an editor can meet: what counts letters, and bytes only where nothing does."""
    letters = [item for item in spec.text if item.unit is not Unit.UTF8_BYTES]
    return letters or list(spec.text)


def _link(spec: ChannelSpec) -> str:
    weight = _told(spec)[0].url_weight
    return "as long as it is" if weight is None else f"{weight}, however long"


def _fold(spec: ChannelSpec) -> str:
    if spec.fold is None:
        return "never"
    return f"{number(spec.fold.after)} {spec.fold.unit}s"


def _limit(spec: ChannelSpec, kind: str) -> MediaLimit | None:
    return next((item for item in spec.media if item.kind == kind), None)


def _media(spec: ChannelSpec, kind: str) -> str:
    found = _limit(spec, kind)
    return f"{found.max_items}, each up to {size(found.max_bytes)}" if found else "none"


def _kinds(spec: ChannelSpec, kind: str) -> str:
    found = _limit(spec, kind)
    return ", ".join(sorted(item.partition("/")[2] for item in found.types)) if found else ""


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _sources(used: list[ChannelSpec]) -> str:
    """Where the numbers come from, each address once."""
    found: dict[tuple[str, str, str], None] = {}
    for spec in used:
        told: list[TextLimit | MediaLimit | Fold] = [*spec.text, *spec.media]
        if spec.fold is not None:
            told.append(spec.fold)
        for item in told:
            found[spec.name, item.source, item.checked] = None
    return "Sources:\n\n" + bullets(
        f"{words(name)}: <{address}>, read {day}" for name, address, day in found
    )
