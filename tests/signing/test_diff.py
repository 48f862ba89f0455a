"""`signpost strategy diff`: what changed, in the terms of those who decide."""

from __future__ import annotations

import pytest

from signpost.errors import ContentError, SigningError
from tests.signing.workspace import Company, Strategy, told


def test_diff_speaks_of_the_business(signed: Company, strategy: Strategy) -> None:
    signed.edit("content/acme/kpis.yaml", "value: 20", "value: 30")
    signed.edit("content/acme/brand.yaml", "avoid: [epic]\n  emoji: 3", "avoid: [mend]\n  emoji: 1")
    signed.edit("content/acme/positions.yaml", "[Keeps the calendar]", "[Keeps the roadmap]")
    page = "strategy-site/docs/acme/strategy/index.md"
    signed.edit(page, "| Blog | Secondary |", "| Blog | Left: no hours |\n| Bluesky | Main |")
    code, found_ = told(strategy, "diff", "2026.1", "next")
    assert code == 0
    changes = {(item["area"], item["kind"], item["what"]): item for item in found_["changes"]}
    assert ("channel", "added", "Bluesky") in changes
    assert changes["channel", "dropped", "Blog"]["before"] == "Secondary"
    target = changes["target", "changed", "Visits, by 2027-03-31"]
    assert (target["before"], target["after"]) == ("20 visits", "30 visits")
    assert ("responsibility", "added", "Social lead") in changes
    assert ("voice", "dropped", "never say: epic") in changes
    assert ("voice", "added", "never say: mend") in changes
    assert changes["voice", "changed", "most emoji"]["after"] == "1"
    (post,) = found_["posts"]
    assert post["path"] == "acme/posts/2090/01/knots.md"
    assert post["code"] == "VOI901"
    assert {item["path"] for item in found_["words"]} >= {"docs/acme/strategy/index.md"}
    out = strategy("diff", "2026.1", "next")[1]
    assert "1 coming post would no longer comply" in out
    assert "+| Bluesky | Main |" in out
    assert "say the same" in strategy("diff", "2026.1", "2026.1")[1]
    with pytest.raises(SigningError, match=r"no release `2030\.1`"):
        strategy("diff", "2030.1", "next")
    signed.write("content/signpost.yaml", "brands: [\n")
    with pytest.raises(ContentError):
        strategy("diff", "2026.1", "next")
