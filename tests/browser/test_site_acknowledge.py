"""The end of a checklist leads to where one says that one has read the version in force."""

from __future__ import annotations

import json

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage, overflow, serious_findings
from tests.website.house import ON, PRESENT

BRAND = "larkfell"


def test_a_checklist_ends_with_i_have_read_it(open_page: OpenPage, site: str) -> None:
    page = open_page(f"{site}/404.html")
    page.clock.set_fixed_time(f"{ON}T12:00:00Z")
    told: list[str | None] = []

    def bent(route: Route) -> None:
        status = json.loads(route.fetch().body())
        status["brands"][BRAND]["signoff"] = told[-1]
        route.fulfill(json=status)

    page.route("**/status.json", bent)
    end = page.locator("#copy-acknowledge .sp-read")
    for signoff in (None, "javascript:alert(1)", "https://signoff.example"):
        told.append(signoff)
        page.goto(f"{site}/{BRAND}/{PRESENT}/onboarding/copywriter/")
        if signoff == "https://signoff.example":
            link = end.get_by_role("link", name=f"I have read {PRESENT}")
            expect(link).to_have_attribute("href", f"{signoff}/acknowledge/{BRAND}/{PRESENT}")
        else:
            expect(end).to_have_text(f"signpost acknowledge {PRESENT} --brand {BRAND}")
            expect(end.get_by_role("link")).to_have_count(0)
    assert serious_findings(page) == []
    assert overflow(page) == 0
