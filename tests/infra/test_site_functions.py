"""The distribution's functions against the modules that say what they have to do.

The closed site: no pass, forged, expired, another brand's, revoked; and nobody is led elsewhere.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from signpost.cli.website.gather import MEDIA
from signpost.domain.entrance.door import (
    COOKIE_ATTRIBUTES,
    ENDINGS,
    ENTER,
    Answer,
    answer,
    entry,
    safe_target,
)
from signpost.domain.entrance.passes import (
    COOKIE,
    EVERY_BRAND,
    MAX_S,
    TICKET_S,
    Keyring,
    Pass,
    Refusal,
    Use,
    exchange,
    issue,
    verify,
)
from signpost.domain.website import headers
from tests.cloudformation import load
from tests.infra.site_functions import IMPORT, code_of, run

NOW = 1_795_000_000
KEY, OTHER_KEY = "k" * 43, "o" * 43
RING = Keyring(
    {"now": KEY, "before": OTHER_KEY, "empty": "", "short": "s" * 42}, {"gone": NOW - 60}
)
SIGNOFF = "https://signoff.example/"
JUNO = Pass("juno", ("acme",), NOW - 600, NOW + 600)
EVERYTHING = replace(JUNO, brands=(EVERY_BRAND,))
SEVERAL = replace(JUNO, brands=("zeta", "acme"))
TICKET = replace(JUNO, issued=NOW - 5, use=Use.TICKET)


def signed(given: Pass, key_id: str = "now", key: str = KEY) -> str:
    return issue(given, key_id, key)


def resigned(change: Mapping[str, Any], key_id: str = "now", key: str = KEY) -> str:
    """A value with the right signature that says what no issuer would say."""
    members = {
        "brands": ["acme"],
        "issued": NOW - 600,
        "person": "juno",
        "until": NOW + 600,
        "use": "pass",
    }
    payload = json.dumps({**members, **change}).encode()
    text = f"1.{key_id}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}"
    mac = hmac.digest(key.encode(), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def bent(token: str, place: int) -> str:
    """The value with one character changed."""
    letter = "A" if token[place] != "A" else "B"
    return token[:place] + letter + token[place + 1 :]


GOOD = signed(JUNO)
PASSES: dict[str, tuple[str, str]] = {
    "none": ("", Refusal.NONE),
    "nonsense": ("open sesame", Refusal.FORGED),
    "another form": (GOOD.replace("1.", "2.", 1), Refusal.FORGED),
    "a line more": (f"{GOOD}\n", Refusal.FORGED),
    "signed by somebody": (signed(JUNO, key="x" * 43), Refusal.FORGED),
    "signed with another key of ours": (signed(JUNO, key=OTHER_KEY), Refusal.FORGED),
    "a key that is not there": (signed(JUNO, "later"), Refusal.FORGED),
    "an empty key": (resigned({}, "empty", ""), Refusal.FORGED),
    "a short key": (resigned({}, "short", "s" * 42), Refusal.FORGED),
    "a signature bent": (bent(GOOD, -5), Refusal.FORGED),
    "a payload bent": (bent(GOOD, 20), Refusal.FORGED),
    "a signature cut": (GOOD[:-1], Refusal.FORGED),
    "a ticket": (signed(TICKET), Refusal.FORGED),
    "expired": (signed(replace(JUNO, until=NOW)), Refusal.ENDED),
    "expired long ago": (signed(replace(JUNO, issued=NOW - 9000, until=NOW - 1)), Refusal.ENDED),
    "not begun": (signed(replace(JUNO, issued=NOW + 61)), Refusal.ENDED),
    "revoked": (signed(replace(JUNO, person="gone", issued=NOW - 61)), Refusal.REVOKED),
    "revoked that very second": (
        signed(replace(JUNO, person="gone", issued=NOW - 60)), Refusal.REVOKED),
    "for too long": (resigned({"until": NOW - 600 + MAX_S + 1}), Refusal.FORGED),
    "until a word": (resigned({"until": "tomorrow"}), Refusal.FORGED),
    "until half a second": (resigned({"until": NOW + 600.5}), Refusal.FORGED),
    "for nobody": (resigned({"person": ""}), Refusal.FORGED),
    "for a path": (resigned({"person": "../juno"}), Refusal.FORGED),
    "for no brand": (resigned({"brands": []}), Refusal.FORGED),
    "for a word in place of brands": (resigned({"brands": "acme"}), Refusal.FORGED),
    "for a brand that is a path": (resigned({"brands": ["//evil.example"]}), Refusal.FORGED),
    "for a brand that is none": (resigned({"brands": [1]}), Refusal.FORGED),
    "for another use": (resigned({"use": "key"}), Refusal.FORGED),
}  # fmt: skip
"""What is not let in, and why; by what it is."""
ADMITTED = {
    "one brand": GOOD,
    "the key before": signed(JUNO, "before", OTHER_KEY),
    "all brands": signed(EVERYTHING),
    "several": signed(SEVERAL),
    "came back": signed(replace(JUNO, person="gone", issued=NOW - 59)),
    "a clock ahead": signed(replace(JUNO, issued=NOW + 60)),
}
PATHS = (
    "/", "/index.html", "/404.html", "/status.json", "/acme", "/acme/", "/acme/2026.2", "/acme/2026.2/",
    "/acme/2026.2/assets/javascripts/bundle.a5f9d56c.min.js", "/acme/2026.2/search/search_index.json",
    "/acme/m%C3%A4rz.PNG", "/zeta/", "/zeta/2026.1/strategy/", "/nobody/", "/acmex/", "/acme%2Fx/",
    "//evil.example/", "/\\evil.example/", "/acme//evil.example", "/acme/../zeta/", "/acme/%2e%2E/zeta/",
    "/acme%5Czeta", "/acme/%00.html", "/.signpost/build.json", "/acme/.git/config", "acme/", "/acme/ä",
)  # fmt: skip
TARGETS = (
    "%2Facme%2F2026.2%2F", "/acme/", "", "%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example",
    "%5C%5Cevil.example", "%2F%0D%0ASet-Cookie%3A%20a", "%2F%09%2Fevil.example", "evil.example", "%2F.enter",
    "javascript%3Aalert(1)", "%zz", "%2Facme%2F%zz", "%ff", "%2Facme%2F%3Fa%3Db", "%2F%2Facme", "%2Facme%0A",
    "%2Facme%2F%252e%252e", "%2Facme%2Fm%25C3%25A4rz.png", "%2F" + "a" * 1001, "/@evil.example", "%2F%E2%80%AE",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A request, and what it meets."""

    path: str
    cookie: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        cookies = {COOKIE: {"value": self.cookie}} if self.cookie else {}
        query = {name: {"value": value} for name, value in self.query.items()}
        request = {
            "method": "GET",
            "uri": self.path,
            "querystring": query,
            "cookies": cookies,
            "headers": {},
        }
        held = {f"key/{name}": key for name, key in RING.keys.items()}
        held |= {f"revoked/{name}": str(since) for name, since in RING.not_before.items()}
        event = {"version": "1.0", "context": {"eventType": "viewer-request"}, "request": request}
        return {"event": event, "held": held, "now": NOW}


REQUESTS = (
    [Case("/acme/2026.2/", token) for token, _ in PASSES.values()]
    + [Case(path, token) for token in ("", *ADMITTED.values()) for path in PATHS]
    + [Case(ENTER, "", {"ticket": signed(TICKET), "to": to}) for to in TARGETS]
    + [Case(ENTER, "", {"ticket": token, "to": "%2Facme%2F"}) for token, _ in PASSES.values()]
    + [
        Case(ENTER, GOOD, query)
        for query in (
            {}, {"to": "%2Facme%2F"}, {"ticket": signed(TICKET)}, {"ticket": GOOD},
            {"ticket": signed(replace(TICKET, brands=("zeta", "acme")))},
            {"ticket": signed(replace(TICKET, issued=NOW - TICKET_S + 1))},
            {"ticket": signed(replace(TICKET, issued=NOW - TICKET_S))},
            {"ticket": signed(replace(TICKET, until=NOW - 1, issued=NOW - 2))},
            {"ticket": signed(replace(TICKET, person="gone", issued=NOW - 60))},
        )
    ]
)  # fmt: skip


def told(given: dict[str, Any]) -> Answer:
    """A function's answer in the words of `door`."""
    if "statusCode" not in given:
        return Answer(HTTPStatus.OK, path=given["uri"])
    sent = {name: item["value"] for name, item in given["headers"].items()}
    location = sent.pop("location", "")
    assert sent.pop("content-type", "text/html; charset=utf-8") == "text/html; charset=utf-8"
    wanted = {name.lower(): value for name, value in headers.headers(()).items()}
    assert sent == {**wanted, "cache-control": "no-store"}
    cookie = None
    if "cookies" in given:
        ((name, item),) = given["cookies"].items()
        age, _, rest = item["attributes"].partition("; ")
        assert (name, rest) == (COOKIE, COOKIE_ATTRIBUTES)
        cookie = (item["value"], int(age.removeprefix("Max-Age=")))
    body = given.get("body", {"data": ""})["data"]
    return Answer(HTTPStatus(given["statusCode"]), location=location, cookie=cookie, body=body)


@pytest.mark.parametrize(("mode", "signoff"), [("closed", SIGNOFF), ("closed", ""), ("public", "")])
def test_the_function_answers_as_the_door_does(mode: str, signoff: str, tmp_path: Path) -> None:
    code = code_of("SiteEntrance", Site=mode, Signoff=signoff)
    answers = run(code, [case.wire() for case in REQUESTS], tmp_path)
    ring = RING if mode == "closed" else None
    for case, given in zip(REQUESTS, answers, strict=True):
        wanted = answer(case.path, case.query, case.cookie, NOW, ring, signoff)
        assert told(given) == wanted, case


def test_nobody_is_let_in_without_a_good_pass() -> None:
    for name, (token, why) in PASSES.items():
        assert verify(token, Use.PASS, NOW, RING) is why, name
        given = answer("/acme/", {}, token, NOW, RING)
        assert given.status is HTTPStatus.FORBIDDEN, name
        assert (given.path, given.location, given.cookie) == ("", "", None), name
        assert "This site is closed" in given.body


def test_a_client_sees_the_folders_of_their_brands_and_no_other() -> None:
    for path in PATHS:
        given = answer(path, {}, GOOD, NOW, RING)
        served = given.path or given.location
        assert not served or served.startswith("/acme/") or served == "/404.html", path
    assert answer("/zeta/", {}, GOOD, NOW, RING) == answer("/zeta/", {}, GOOD, NOW, RING)
    one, other = (answer(path, {}, GOOD, NOW, RING).body for path in ("/zeta/", "/nobody/"))
    assert one == other, "who is not a customer cannot be told from who is"
    assert "zeta" not in answer("/", {}, GOOD, NOW, RING).body
    assert answer("/zeta/", {}, ADMITTED["several"], NOW, RING).path == "/zeta/index.html"
    assert answer("/status.json", {}, ADMITTED["all brands"], NOW, RING).path == "/status.json"


@pytest.mark.parametrize("path", ["/", "/index.html"])
def test_who_has_several_brands_chooses_among_those_alone(path: str) -> None:
    """The site's own list names every brand; who else is a customer is nobody's business.

    That the function of the distribution says the same is held above, for each path and pass.
    """
    assert {"/", "/index.html"} <= set(PATHS)
    given = answer(path, {}, ADMITTED["several"], NOW, RING)
    assert (given.status, given.path, given.location) == (HTTPStatus.OK, "", "")
    assert re.findall(r'href="([^"]*)"', given.body) == ["/acme/", "/zeta/"]
    assert answer(path, {}, ADMITTED["all brands"], NOW, RING).path == "/index.html"


def test_nobody_is_led_to_another_site() -> None:
    cases = [Case(ENTER, "", {"ticket": signed(TICKET), "to": to}) for to in TARGETS]
    cases += [Case(path, GOOD) for path in PATHS]
    for case in cases:
        for ring in (RING, None):
            given = answer(case.path, case.query, case.cookie, NOW, ring)
            if given.location:
                assert re.fullmatch(r"/([A-Za-z0-9._~!$&'()*+,;=:@%-][!-~]*)?", given.location), (
                    case
                )
    assert safe_target("%2Facme%2F2026.2%2F") == "/acme/2026.2/"
    assert [to for to in TARGETS if "evil" in safe_target(to) and "@" not in to] == []


def test_a_ticket_becomes_a_pass_once_signed_and_for_no_longer() -> None:
    address = entry("https://handbook.example", signed(TICKET), "/acme/2026.2/")
    assert address.startswith("https://handbook.example/.enter?ticket=1.now.")
    assert address.endswith("&to=%2Facme%2F2026.2%2F")
    found = exchange(signed(TICKET), NOW, RING)
    assert not isinstance(found, Refusal)
    given, value = found
    assert verify(value, Use.PASS, NOW, RING) == given == replace(TICKET, use=Use.PASS)
    assert verify(value, Use.TICKET, NOW, RING) is Refusal.FORGED
    assert exchange(value, NOW, RING) is Refusal.FORGED


@pytest.mark.parametrize(
    "wrong",
    [
        replace(JUNO, until=JUNO.issued + MAX_S + 1), replace(JUNO, until=JUNO.issued),
        replace(JUNO, person="Juno Abendrot"), replace(JUNO, brands=()),
        replace(JUNO, brands=("a/b",)), replace(JUNO, issued=0),
    ],
)  # fmt: skip
def test_what_no_pass_may_say_is_not_signed(wrong: Pass) -> None:
    with pytest.raises(ValueError, match="not a pass"):
        signed(wrong)


def test_a_short_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="not a key"):
        signed(JUNO, key="short")
    assert KEY not in repr(RING)


# --- what the template has to say as the modules do -----------------------------------------------


def test_a_page_is_sent_with_the_policy_it_lies_with(tmp_path: Path) -> None:
    fallback = {"content-security-policy": {"value": "strict"}}
    tag = {"etag": {"value": "e"}}
    own = {**fallback, **tag, "x-amz-meta-csp": {"value": "script-src 'sha256-a'"}}
    sent = {**tag, "content-security-policy": {"value": "script-src 'sha256-a'"}}
    wanted = [
        (200, own, sent),
        (200, fallback, fallback),
        (304, own, sent),
        (304, {**fallback, **tag}, tag),  # else the page in the browser would lose its hashes
    ]
    cases: list[dict[str, Any]] = [
        {"event": {"response": {"statusCode": code, "headers": given}}, "held": {}, "now": NOW}
        for code, given, _answer in wanted
    ]
    found = run(code_of("SiteHeaders"), cases, tmp_path)
    assert [item["headers"] for item in found] == [answer for _code, _given, answer in wanted]


def test_the_headers_are_those_of_the_local_server() -> None:
    policy = load("template.yaml")["Resources"]["SiteHeadersPolicy"]["Properties"]
    config = policy["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    sent = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={transport['AccessControlMaxAgeSec']}; includeSubDomains",
        **{item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]},
    }
    assert sent == headers.headers(())
    assert transport["IncludeSubdomains"] is True
    kinds = [*security.values(), *config["CustomHeadersConfig"]["Items"]]
    assert all(item["Override"] is True for item in kinds)


def test_the_function_knows_every_ending_that_a_site_holds() -> None:
    code = code_of("SiteEntrance", Site="closed", Signoff="")
    (named,) = re.findall(r"const FILE = /\\\.\(\?:([a-z|]+)\)\$/i;", code)
    assert tuple(named.split("|")) == ENDINGS
    assert {".html", ".css", ".js", ".json", ".xml", *MEDIA} <= {f".{item}" for item in ENDINGS}


@pytest.mark.parametrize("name", ["SiteEntrance", "SiteHeaders"])
def test_a_function_is_written_in_what_cloudfront_runs(name: str) -> None:
    """Its limits.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
    functions-javascript-runtime-20.html and cloudfront-limits.html (2026-11-22).
    """
    code = code_of(name, Site="closed", Signoff=SIGNOFF)
    assert len(code.encode()) < 10_240
    properties = load("template.yaml")["Resources"][name]["Properties"]
    assert properties["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    assert properties["AutoPublish"] is True
    bare = re.sub(r"//.*|'[^'\n]*'|\"[^\"\n]*\"|/[^/\n]+/i?[;.]", "", code.replace(IMPORT, ""))
    for pattern in (r"\bclass\b", r"\?\.[a-z]", r"\.\.\.", r"(?:const|let) [{\[]", r"\bof\b", r"\bfetch\b",
                    r"\([^()\n]*\bawait\b", r"async \(", r"\?\?", r"=> \{"):  # fmt: skip
        assert not re.search(pattern, bare), pattern
