from __future__ import annotations

import pytest
from playwright.sync_api import expect

from signpost.local.network.process import NetworkProcess
from tests.browser.conftest import NARROW, WIDE, OpenPage, Shoot, overflow, serious_findings
from tests.integration.network.client import Client


def test_a_fault_is_added_hits_and_is_lifted(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    page = open_page(f"{network.url}/faults")
    expect(page.get_by_text("No fault is in force")).to_be_visible()
    page.get_by_label("What goes wrong").select_option("error_after")
    expect(page.get_by_label("Seconds")).to_be_hidden()
    page.get_by_label("On which request").select_option("create_status")
    page.get_by_label("How many requests").fill("2")
    page.get_by_role("button", name="Add this fault").click()
    rules = page.locator("#rules li")
    expect(rules).to_contain_text("error after, on create_status, 2 more times")
    assert shop.post("Spoiled").status == 500
    expect(rules).to_contain_text("1 more time (hit 1)")
    expect(page.locator("#requests tr").first).to_contain_text("500")
    page.get_by_role("button", name="Lift:").click()
    expect(rules).to_have_count(0)
    assert shop.post("Good again").status == 200


def test_the_feed_says_that_a_fault_is_in_force(
    open_page: OpenPage, network: NetworkProcess
) -> None:
    page = open_page(network.url)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    network.control(
        "POST", "/_local/faults", {"effect": "slow", "seconds": 1, "endpoint": "reblog"}
    )
    expect(page.get_by_text("1 fault is in force.")).to_be_visible()
    network.control("DELETE", "/_local/faults")
    expect(page.get_by_text("1 fault is in force.")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_serious(
    open_page: OpenPage,
    network: NetworkProcess,
    shop: Client,
    shoot: Shoot,
    size: tuple[int, int],
    *,
    dark: bool,
) -> None:
    shop.post("For the log")
    network.control("POST", "/_local/faults", {"effect": "drop", "endpoint": "reblog"})
    page = open_page(f"{network.url}/faults", size=size, dark=dark)
    expect(page.locator("#requests tr").first).to_be_visible()
    name = f"{'narrow' if size == NARROW else 'wide'}-{'dark' if dark else 'light'}"
    shoot(page, f"faults-{name}")
    assert serious_findings(page) == []
    assert overflow(page) == 0
    network.control("DELETE", "/_local/faults")
