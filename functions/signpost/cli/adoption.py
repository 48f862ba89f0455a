"""The sample's handbook as a new company's: its answers become questions, its names the company's.

Pages of the sample mark what is theirs alone between `<!-- sample: QUESTION -->` and
`<!-- /sample -->`; see docs/adr/0051. What is made from data is left empty: it is filled in from
the company's own files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from signpost.checks.handbook.open_question import MARK

SAMPLE_ID, SAMPLE_NAME = "larkfell", "Larkfell"
REVIEW_AFTER = timedelta(days=182)
"""Half a year: by then a new company knows which of its first answers were wrong."""
_ANSWER = re.compile(r"^<!-- sample: (.+?) -->\n.*?^<!-- /sample -->$", re.MULTILINE | re.DOTALL)
_MADE = re.compile(
    r"^(<!-- generated: [a-z-]+ -->\n).*?^(<!-- /generated -->)$", re.MULTILINE | re.DOTALL
)
_REVIEW = re.compile(r"^review_by: .*$", re.MULTILINE)
_POSITIONS = {
    "Head of the repair workshop": "Subject expert",
    "head of the repair workshop": "subject expert",
    "Shop manager": "Manager",
    "shop manager": "manager",
    "Partner's contact": "Client's contact",
    "workshop-lead": "expert",
    "shop-manager": "manager",
    "partner-contact": "client-contact",
}
"""Positions of the sample, and what the placeholders in starter/ call them."""


def adopted(text: str, brand: str, name: str, today: date) -> str:
    """A page of the sample as a page of another brand.

    Args:
        brand: its id.
        name: as Markdown.
        today: review dates are counted from it.
    """
    text = _ANSWER.sub(lambda found: f"{MARK}\n\n    {found[1]}", text)
    text = _MADE.sub(r"\1\2", text)
    text = _REVIEW.sub(f"review_by: {today + REVIEW_AFTER}", text, count=1)
    accounts = {f"{SAMPLE_ID}-shop": brand, f"{SAMPLE_ID}-workshop": brand}
    return _replaced(text, {**accounts, **_POSITIONS, SAMPLE_ID: brand, SAMPLE_NAME: name})


def place_of(path: str, brand: str) -> str:
    """Where a page of the sample lies in the company's handbook."""
    return "/".join(brand if part == SAMPLE_ID else part for part in path.split("/"))


def _replaced(text: str, pairs: Mapping[str, str]) -> str:
    """The text with every word exchanged at once: what was put in is not looked at again."""
    words = re.compile("|".join(re.escape(word) for word in pairs))
    return words.sub(lambda found: pairs[found[0]], text)
