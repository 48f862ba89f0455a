"""LNK801: a link that does not work, or not for those who read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import Address, Text, first, links_of
from signpost.domain.diagnostics import Diagnostic, Severity

_ROUGH = late(
    r"(?<![\w.@])(?:"
    r"(?P<scheme>h[tps]{1,6}(?::/(?!/)|:///+|:\\\\|;//|//|::/+|:/ /))(?P<rest>[^\s<>\"]*)"
    r"|(?P<www>www\.[\w-]+\.[\w.-]*\w)"
    r"|(?P<any>[a-z][a-z0-9+.-]{1,20}://)(?P<after>[^\s<>\"]*)"
    r")",
    re.IGNORECASE,
)
_TAIL = "”“„’‘»«›‹…。，、！？）】"
_ENDS = ".,;:!?'\"" + _TAIL
_PLAIN = late(
    r"https?://(?:[a-z0-9-]++\.)+(?!local|internal|intranet|lan|home|corp)[a-z]{2,}"
    r"(?:[/?#][A-Za-z0-9/?#&=._~+:-]*)?"
)
"""What most addresses look like, and nothing is wrong with."""
_PERCENT = late(r"%(?![0-9A-Fa-f]{2})")
_PRIVATE = late(
    r"(?:localhost|.*\.(?:localhost|local|internal|intranet|lan|home|corp)"
    r"|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|0\.0\.0\.0|\[.*\])",
    re.IGNORECASE,
)
_NUMBERS = late(r"\d{1,3}(?:\.\d{1,3}){3}")
_LIKE_LATIN = frozenset("асеорхуіјѕһԁԛԝӏгвнкмтαορνυι")
_LONGEST_HOST = 253
_WHOLE = "Write the whole address: `https://shop.example/page`"

_Said = tuple[str, str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Each address that a text or `link` holds, and what was meant to be one."""
    for text in context.texts:
        raw = text.raw
        if ("://" in raw or "www." in raw or "http" in raw) and not _well(text):
            yield from first(_in_text(text))
    for address in links_of(text for text in context.texts if text.post.link or text.body.link):
        said = _fault(address.url) or _end(address)
        if said:
            yield RULE.at(address.span(), *said)


def _well(text: Text) -> bool:
    """Whether all that looks like an address is one, and looks like most."""
    raw, urls = text.raw, text.urls
    if not raw.count("://") == raw.count("http") == len(urls) or "www." in raw:
        return False
    for url in urls:  # noqa: SIM110 - `all` would be a call more for each of ten thousand texts
        if not _PLAIN.fullmatch(url.text):
            return False
    return True


def _in_text(text: Text) -> Iterator[Diagnostic]:
    raw, urls = text.raw, text.urls
    for url in urls:
        if _PLAIN.fullmatch(url.text):
            continue
        said = _fault(url.text) or _swallowed(url.text)
        if said:
            yield RULE.at(text.span(url.start), *said)
    if raw.count("://") == raw.count("http") == len(urls) and "www." not in text.bare:
        return  # what looks like an address is one
    for match in _ROUGH.finditer(text.bare):
        if match["www"]:
            shown = shortened(match["www"])
            said = f"Not every channel makes a link of `{shown}`.", f"Write `https://{shown}`."
            yield RULE.at(text.span(match.start()), *said, severity=Severity.WARNING)
            continue
        said = _broken(match)
        if said:
            yield RULE.at(text.span(match.start()), *said)


def _broken(match: re.Match[str]) -> _Said | None:
    """What is wrong with something that has a scheme, but is no address to any channel."""
    if match["scheme"]:
        return (
            f"`{shortened(match[0])}` is no address: `{match['scheme']}` is mistyped.",
            f"Write `https://{shortened(match['rest'])}`.".replace("\\", "/"),
        )
    scheme = match["any"].lower()
    if scheme not in ("http://", "https://"):
        if re.fullmatch(r"h[tps]{2,6}://", scheme):
            return f"`{scheme}` is mistyped.", "Write `https://`."
        return None
    return _fault(match[0]) or _unlinked(match[0])


def _unlinked(address: str) -> _Said:
    """An address that nothing else is wrong with, and that no channel makes a link of."""
    host = re.split(r"[/?#:]", address.partition("://")[2], maxsplit=1)[0]
    ending = host.rpartition(".")[2]
    if not ending:  # a space, or the end of the sentence, comes next
        cause = f"`{shortened(address)}` has no host that a channel would link."
        return cause, f"{_WHOLE}, without spaces."
    return (
        f"No channel makes a link of `{shortened(address)}`: `{shortened(ending)}` is no top-level domain.",
        f"{_WHOLE}.",
    )


def _fault(url: str) -> _Said | None:
    """What is wrong with an address that begins with http:// or https://."""
    authority = re.split(r"[/?#\\]", url.partition("://")[2], maxsplit=1)[0]
    user, at, place = authority.rpartition("@")
    host = place.partition(":")[0] if not place.startswith("[") else place
    if at and user:
        return (
            "The address has a name or password in it, for everybody to read.",
            "Take it out, up to the `@`; change the password if it was one.",
        )
    if not host:
        return f"`{shortened(url)}` has no host.", f"{_WHOLE}."
    if _PRIVATE.fullmatch(host[:_LONGEST_HOST]):
        return (
            f"`{shortened(host)}` is a host of your own network: readers do not reach it.",
            "Write the address under which everybody finds the page.",
        )
    if not host.isascii():
        return _lookalike(host)
    if "." not in host and not _NUMBERS.fullmatch(host):
        if host.lower() in ("http", "https"):
            return f"`{host}://` stands here twice.", f"Write `{host}://` once."
        return (
            f"`{shortened(host)}` is no host that readers reach: it has no domain.",
            f"{_WHOLE}.",
        )
    if ".." in host or host.startswith((".", "-")):
        return f"The host `{shortened(host)}` is mistyped.", "Write it without the extra signs."
    return _percent(url)


def _percent(url: str) -> _Said | None:
    found = _PERCENT.search(url)
    if found is None:
        return None
    return (
        f"`{url[found.start() : found.start() + 3]}` in the address stands for nothing.",
        "Copy the address again, or write `%25` for a percent sign.",
    )


def _lookalike(host: str) -> _Said | None:
    """A host that mixes alphabets, or borrows another one's letters to look like Latin."""
    for label in host.lower().split("."):
        if label.isascii():
            continue
        scripts = {
            unicodedata.name(char, "?").split(" ", 1)[0] for char in label[:63] if char.isalpha()
        }
        strange = scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
        other = [char for char in label if char.isalpha()]
        if (strange and "LATIN" in scripts) or (
            strange and other and all(char in _LIKE_LATIN for char in other)
        ):
            return (
                f"`{shortened(host)}` has letters of another alphabet that look like Latin ones.",
                "Type the host by hand: this may lead to somebody else's site.",
            )
    return None


def _swallowed(url: str) -> _Said | None:
    if url[-1] in _TAIL:
        return (
            f"The `{url[-1]}` after the address becomes a part of it.",
            "Put a space between them, or end the sentence elsewhere.",
        )
    return None


def _end(address: Address) -> _Said | None:
    if address.url[-1] in _ENDS:
        return (
            f"The link ends with `{address.url[-1]}`, which hardly belongs to it.",
            "Take the sign away.",
        )
    return None


RULE = Rule(
    code="LNK801",
    name="link-form",
    title="A link that does not work",
    why="Channels make a link of what begins with http:// or https:// and has a host with a domain. "
    "One wrong sign, and readers get dead text; a quotation mark that sticks to the end leads to "
    "a page that does not exist. An address of your own network or with a password in it should "
    "not leave the house. A host that mixes alphabets is how somebody else's site looks like "
    "yours.",
    example="https:/shop.example/soles\nwww.shop.example\nhttp://localhost:8000/soles\n"
    "See “https://shop.example/soles”",
    fix="https://shop.example/soles",
    source="https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb, "
    "https://www.rfc-editor.org/rfc/rfc3986 and https://www.unicode.org/reports/tr39/, "
    "noted 2026-11-22",
    check=check,
    silenceable=True,
)
