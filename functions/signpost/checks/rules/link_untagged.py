"""LNK803: a link to the brand's own site without the tags that tell visits apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import MOST, Address, Text, addresses_of
from signpost.domain.diagnostics import Diagnostic, Fix, Severity
from signpost.domain.workspace import Utm

SEVERAL = "social"
"""`utm_source` of a link that goes to several channels, and `utm_medium` of all."""

_AUTHORITY = re.compile(r"[^/?#]*")


def check(context: Context) -> Iterator[Diagnostic]:
    """Each address to a site of a brand that asks for tags."""
    signs: dict[str, list[tuple[str, str, str]]] = {}
    texts = (text for text in context.texts if text.brand.utm and not _tagged(text, signs))
    told: dict[str, int] = {}
    # Most addresses of a brand want the same tags.
    known: dict[tuple[str, tuple[str, ...], str], dict[str, str]] = {}
    for address in addresses_of(texts):
        brand = address.brand
        utm = brand.utm
        if utm is None or not is_own(address.url, utm):
            continue
        alike = (brand.id, address.channels, address.post.campaign)
        tags = known.get(alike)
        if tags is None:
            tags = known[alike] = wanted(address, utm)
        missing = missing_tags(address.url, tags)
        if missing:
            path = address.path
            told[path] = told.get(path, 0) + 1
            if told[path] <= MOST:
                yield _finding(address, missing)


def _tagged(text: Text, signs: dict[str, list[tuple[str, str, str]]]) -> bool:
    """Whether all addresses of a text surely have their tags, wherever they lead to.

    Args:
        signs: by brand, kept from text to text: each tag, what it looks like, and without a value.
    """
    if text.post.link or text.body.link:
        return False
    mine = signs.get(text.brand.id)
    if mine is None and text.brand.utm:
        names = [(name, quote(name, safe="%")) for name in text.brand.utm.required]
        mine = signs[text.brand.id] = [(name, f"&{key}=", f"&{key}=&") for name, key in names]
    for url in text.urls:
        address, mark, query = url.text.partition("?")
        if not mark or "#" in address or "#" in query:
            return False
        query = f"&{query}&"
        for name, sign, empty in mine or ():
            there = sign in query and empty not in query
            if not there and (name != "utm_campaign" or text.post.campaign):
                return False
    return True


def is_own(url: str, utm: Utm) -> bool:
    """Whether an address leads to one of the brand's sites."""
    authority = _AUTHORITY.match(url.partition("://")[2])
    host = (
        authority[0].rpartition("@")[2].partition(":")[0].lower().rstrip(".") if authority else ""
    )
    for name in utm.hosts:
        own = name.lower()
        if host == own or host.endswith(f".{own}"):
            return True
    return False


def wanted(address: Address, utm: Utm) -> dict[str, str]:
    """The tags that an address should have, with their values; empty where none is known.

    `utm_campaign` is the post's campaign: a post without one needs no such tag. Nor does one whose
    campaign the brand does not have, until REF403 is mended: a mistyped word would stay in the
    address when the front matter has long been corrected.
    """
    channels = address.channels
    campaign = address.post.campaign
    declared = address.brand.campaigns
    if declared and all(item.id != campaign for item in declared):
        campaign = ""
    known = {
        "utm_source": utm.source or (channels[0] if len(channels) == 1 else SEVERAL),
        "utm_medium": utm.medium or SEVERAL,
        "utm_campaign": campaign,
    }
    return {
        quote(name, safe="%"): known.get(name, "")
        for name in utm.required
        if name != "utm_campaign" or campaign
    }


def missing_tags(url: str, tags: Mapping[str, str]) -> dict[str, str]:
    """Those of the tags that an address does not have, or has without a value."""
    query = url.partition("#")[0].partition("?")[2]
    there = {name for name, _, value in (item.partition("=") for item in query.split("&")) if value}
    return {name: value for name, value in tags.items() if name not in there}


def tags_to_add(url: str, missing: Mapping[str, str]) -> tuple[int, str]:
    """Where in an address the tags go, and what is inserted; nothing where it cannot be.

    All that the address has stays as it is: parameters, their order, the fragment.
    """
    before, _, _ = url.partition("#")
    path, mark, query = before.partition("?")
    names = {item.partition("=")[0] for item in query.split("&")}
    added = [
        f"{name}={quote(value, safe='')}"
        for name, value in missing.items()
        if value and name not in names
    ]
    if not added:
        return len(before), ""
    lead = "?" if not mark else "&" if query and not query.endswith("&") else ""
    return len(path + mark + query), lead + "&".join(added)


def _finding(address: Address, missing: Mapping[str, str]) -> Diagnostic:
    query = address.url.partition("#")[0].partition("?")[2]
    there = {item.partition("=")[0] for item in query.split("&")}
    empty = [f"`{name}`" for name in missing if name in there]
    absent = [f"`{name}`" for name in missing if name not in there]
    said = [f"lacks {_listed(absent)}"] if absent else []
    if empty:
        said.append(f"has {_listed(empty)} without a value")
    at, added = tags_to_add(address.url, missing)
    fix: Fix | None = None
    remedy = f"Give {'it' if len(missing) == 1 else 'them'} the values that your reports use."
    if added:
        remedy = f"Add `{added}`; `signpost check --fix` does it."
        fix = address.fix(at, at, added, "Add the tags of the brand's links")
    return RULE.at(
        address.span(),
        f"This link to the brand's own site {' and '.join(said)}.",
        remedy,
        severity=Severity.WARNING,
        fix=fix,
    )


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


RULE = Rule(
    code="LNK803",
    name="link-untagged",
    title="A link to the brand's own site without UTM tags",
    why="Without tags the visits that a post brings are counted as direct, and nobody can tell what "
    "the post was good for. `utm` in brand.yaml names the sites and the tags. `--fix` adds what "
    "is missing: as `utm_source` the channel's id, or `social` where the link goes to several "
    "channels; as `utm_campaign` the post's campaign, if the brand has it. What the address has "
    "already, the part behind `#` included, stays as it is.",
    example="link: https://shop.example/soles#prices",
    fix="link: https://shop.example/soles?utm_source=mastodon&utm_medium=social"
    "&utm_campaign=mend-it#prices",
    source="https://support.google.com/analytics/answer/10917952, noted 2026-11-22",
    check=check,
    silenceable=True,
    fixable=True,
)
