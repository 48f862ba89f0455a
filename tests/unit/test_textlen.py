"""Lengths by tables of (text, length), and properties that hold for any text."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signpost
from signpost.domain.channel import TextLimit, Unit
from signpost.domain.textlen import count, count_payload, short_mentions, url_spans


def limit(
    unit: Unit = Unit.GRAPHEME,
    *,
    url: int | None = None,
    mentions: bool = False,
    field: str = "status",
) -> TextLimit:
    return TextLimit(field, 500, unit, url, mentions, "", "")


MASTODON = limit(url=23, mentions=True, field="spoiler_text+status")

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "graphemes", "points", "utf16", "utf8"),
    [
        ("", 0, 0, 0, 0),
        ("boots", 5, 5, 5, 5),
        ("é", 1, 1, 1, 2),
        ("e\u0301", 1, 2, 2, 3),
        ("\r\n", 1, 2, 2, 2),
        ("a\nb", 3, 3, 3, 3),
        ("👍", 1, 1, 2, 4),
        ("👍🏽", 1, 2, 4, 8),
        (FAMILY, 1, 7, 11, 25),
        ("🇩🇪🇦🇹", 2, 4, 8, 16),
        (SCOTLAND, 1, 7, 14, 28),
        ("각", 1, 1, 1, 3),
        ("\u1100\u1161\u11a8", 1, 3, 3, 9),
        ("นี้", 1, 3, 3, 9),
        ("क्षि", 1, 4, 4, 12),
        ("\ud800", 1, 1, 1, 3),
    ],
)
def test_units(text: str, graphemes: int, points: int, utf16: int, utf8: int) -> None:
    assert count(text, limit(Unit.GRAPHEME)) == graphemes
    assert count(text, limit(Unit.CODEPOINT)) == points
    assert count(text, limit(Unit.UTF16)) == utf16
    assert count(text, limit(Unit.UTF8_BYTES)) == utf8


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("http://t.co", 23),
        ("https://example.com/" + "x" * 300, 23),
        ("See https://example.com.", 4 + 23 + 1),
        ("See (https://example.com/a)", 5 + 23 + 1),
        ("https://en.wikipedia.org/wiki/Boot_(shoe)", 23),
        ("https://example.com/a?b=c&d=e!", 23 + 1),
        ("https://example.com/a?b=c https://example.com", 47),
        ("https://example.com:8443/a", 23),
        ("https://exämple.de/ö", 23),
        ("https://example.com/#top", 23),
        ("<https://example.com>", 1 + 23 + 1),
        ("„https://example.com“", 1 + 23 + 1),
        ("HTTPS://EXAMPLE.COM", 23),
        ("http://localhost:3000/a", 23),
        ("http://localhost:3000/abc", 25),
        ("xhttps://example.com", 20),
        ("example.com", 11),
        ("https://", 8),
        ("ftp://example.com", 17),
        ("詳細はhttps://example.com", 3 + 23),
        ("https://example.comを見て", 23 + 3),
        ("https://example.com/を見て", 23),
        ("https://example.com/?q=ü%20👍&x=^", 23 + 1),
        ("https://пример.рф", 23),
        ("https://example.com:80", 23),
        ("https://www.exämple.de", 23),
        ("https://example.com#top", 23 + 4),
        ("_https://example.com_", 1 + 23 + 1),
        ("@ann@example.social", 4),
        ("hi @ann@example.social!", 8),
        ("@ann", 4),
        ("ann@example.com", 15),
        ("@ann@example.social @bob@example.social", 9),
        ("https://example.social/@ann@other.example", 23),
        ("https://example.com/a, @ann@b.example", 23 + 2 + 4),
    ],
)
def test_mastodon_counting(text: str, length: int) -> None:
    assert count(text, MASTODON) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("boots", 5),
        ("é", 1),
        ("e\u0301", 1),
        ("日本", 4),
        ("👍", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        ("🇩🇪", 2),
        ("1\ufe0f\u20e3", 2),
        ("❤️", 2),
        ("‘quoted’ –", 10),
        ("…", 2),
        ("\u1100", 2),
        ("https://example.com/" + "日" * 50, 23),
    ],
)
def test_weighted_counting(text: str, length: int) -> None:
    assert count(text, limit(Unit.WEIGHTED, url=23)) == length


def test_a_payload_is_counted_over_all_members_of_the_limit() -> None:
    payload = {"spoiler_text": "Spoiler", "status": "https://example.com/long/path/of/it"}
    assert count_payload(payload, MASTODON) == 7 + 23
    assert count_payload({"status": "abc"}, MASTODON) == 3


def test_discounts_are_for_the_text_and_not_for_the_content_warning() -> None:
    payload = {"spoiler_text": "@ann@example.social", "status": ""}
    assert count_payload(payload, MASTODON) == 19


def test_short_mentions_leaves_addresses_alone() -> None:
    text = "by @ann@a.example at https://b.example/@ann@c.example"
    assert short_mentions(text) == "by @ann at https://b.example/@ann@c.example"


@given(st.text())
def test_units_are_ordered(text: str) -> None:
    graphemes, points = count(text, limit(Unit.GRAPHEME)), count(text, limit(Unit.CODEPOINT))
    utf16, utf8 = count(text, limit(Unit.UTF16)), count(text, limit(Unit.UTF8_BYTES))
    assert 0 <= graphemes <= points <= utf16 <= utf8
    assert (graphemes == 0) == (text == "")


@given(st.text(), st.text(alphabet=" \n", min_size=1))
def test_a_space_between_texts_adds_itself(text: str, space: str) -> None:
    joined = count(text + space + text, limit(Unit.CODEPOINT, url=23, mentions=True))
    assert joined <= 2 * count(text, limit(Unit.CODEPOINT, url=23, mentions=True)) + len(space)


@given(st.text(alphabet="abc.:/?=&()@-_é👍 \n", max_size=200))
def test_spans_are_ordered_disjoint_and_begin_with_a_scheme(text: str) -> None:
    text = text.replace("ab", "https://a.bc/")
    end = 0
    for start, stop in url_spans(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop].startswith("https://")
        assert not any(char.isspace() for char in text[start:stop])
        end = stop


@pytest.mark.parametrize(
    "unit",
    [
        "http://",
        "http://a",
        "https://a.",
        "https://a.b/(",
        "https://a.b/)",
        "https://a.b/?!",
        "@a",
        "@a.",
        "@a@",
        "@a@b.",
        "a@",
        "(",
    ],
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    """Sixteen times the text may take some sixteen times the time, not 256."""

    def seconds(size: int) -> float:
        text = (unit * size)[: size * 4] + "\n"
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            count(text, MASTODON)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(32_000) < 80 * max(seconds(2_000), 0.0005)


def test_plain_text_needs_no_grapheme_package() -> None:
    """A worker that counts plain texts does not pay for the import at its cold start."""
    code = (
        "import sys\n"
        "from signpost.domain.channel import TextLimit, Unit\n"
        "from signpost.domain.textlen import count\n"
        "limit = TextLimit('t', 9, Unit.GRAPHEME, 23, True, '', '')\n"
        "assert count('plain @a@b.example https://example.com', limit) == 32\n"
        "assert 'regex' not in sys.modules\n"
        "assert count('\\u00e9', limit) == 1\n"
        "assert 'regex' in sys.modules\n"
    )
    root = str(Path(signpost.__path__[0]).parent)
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": root}, timeout=60)
