"""Our answers have the members and types that a real server's answers had."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.network.client import Client, png

MISSING = {
    # Members of features that this network does not have; a client must do without them.
    *("quote_approval", "tagged_collections", "hide_collections", "avatar_description"),
    *("header_description", "noindex", "show_media", "show_media_replies", "show_featured"),
    *("feature_approval", "limited_federation", "timelines_access", "vapid", "wrapstodon"),
    *("about", "privacy_policy", "terms_of_service", "attribution_domains"),
    *("quote_policy", "collection_limit"),
    *("max_display_name_length", "max_note_length", "max_avatar_description_length"),
    *("max_header_description_length", "max_profile_fields", "profile_field_name_limit"),
    "profile_field_value_limit",
}


def _recorded(shared: Path, name: str, method: str, path: str) -> Any:
    text = (shared / "recordings" / "mastodon" / name).read_text(encoding="utf-8")
    for exchange in yaml.safe_load(text)["interactions"]:
        request, answer = exchange["request"], exchange["response"]
        if request["method"] == method and request["uri"].rstrip("/").endswith(path):
            return json.loads(answer["body"]["string"])
    raise LookupError(f"{name} has no {method} {path}")


def _differences(ours: Any, theirs: Any, at: str) -> list[str]:
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        found = [f"{at}.{name} is missing" for name in theirs if name not in {*ours, *MISSING}]
        found += [f"{at}.{name} is not Mastodon's" for name in ours if name not in theirs]
        for name in ours:
            if name in theirs:
                found += _differences(ours[name], theirs[name], f"{at}.{name}")
        return found
    if ours is None or theirs is None:
        return []
    numbers = (int, float)
    alike = type(ours) is type(theirs) or (
        isinstance(ours, numbers) and isinstance(theirs, numbers)
    )
    return [] if alike else [f"{at}: {type(ours).__name__}, not {type(theirs).__name__}"]


@pytest.mark.parametrize(
    ("recording", "method", "path"),
    [
        ("status_post_Content_warning-unlisted_.yaml", "POST", "/api/v1/statuses"),
        ("media_post_multiple.yaml", "POST", "/api/v2/media"),
        ("media_post_multiple.yaml", "GET", "/api/v2/instance"),
        ("account.yaml", "GET", "/api/v1/accounts/verify_credentials"),
        ("status_context.yaml", "GET", "/context"),
    ],
)
def test_members_and_types(
    client: Client, shared: Path, recording: str, method: str, path: str
) -> None:
    theirs = _recorded(shared, recording, method, path)
    if path == "/api/v2/media":
        ours = client.upload(png(), description="x", focus="0.1,0.2").json
    elif path == "/context":
        made = client.post("Toot!").json["id"]
        ours = client.call("GET", f"/api/v1/statuses/{made}/context").json
    else:
        ours = client.call(method, path, {"status": "Toot!"} if method == "POST" else None).json
    assert _differences(ours, theirs, path) == []


def test_rate_headers_have_the_recorded_form(client: Client, shared: Path) -> None:
    text = (shared / "recordings" / "mastodon" / "status_context.yaml").read_text(encoding="utf-8")
    theirs = yaml.safe_load(text)["interactions"][0]["response"]["headers"]
    ours = client.post("Toot!").headers
    for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
        shape = "".join("0" if char.isdigit() else char for char in theirs[name][0])
        mine = "".join("0" if char.isdigit() else char for char in ours[name])
        assert mine.strip("0") == shape.strip("0"), name
    assert ours["x-ratelimit-limit"] == theirs["x-ratelimit-limit"][0]
