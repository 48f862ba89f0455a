"""Every request that the Mastodon connector makes is put through the API's description."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from urllib3.filepost import encode_multipart_formdata
from werkzeug.datastructures import Headers, ImmutableMultiDict

from signpost.connectors.mastodon.connector import Mastodon
from signpost.connectors.mastodon.spec import VISIBILITIES
from signpost.domain.delivery import Part
from signpost.domain.outcome import Found, Published
from signpost.ports import FilePart, Request, Response, Sent
from tests.connectors.changing.mastodon import CHANGES, GONE
from tests.connectors.scene import PICTURE, SINCE
from tests.connectors.scenes.mastodon import SCENE, SERVER, endless
from tests.connectors.shared import SHARED, needs_shared
from tests.fakes.transport import FakeTransport, answer

pytestmark = [
    needs_shared,
    # openapi-core checks no OAuth; the token's header has a test of its own.
    pytest.mark.filterwarnings("ignore:Unsupported scheme type:UserWarning"),
]


@dataclass
class Described:
    """A request as openapi-core wants to see one."""

    method: str
    path: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None
    host_url: str = SERVER


def described(request: Request) -> Described:
    headers = {**(request.headers or {}), **(request.secret_headers or {})}
    body, content_type = None, ""
    if request.json is not None:
        body, content_type = json.dumps(request.json).encode(), "application/json"
    elif request.form is not None:
        fields = {
            name: (value.name, value.data, value.mime) if isinstance(value, FilePart) else value
            for name, value in request.form.items()
        }
        body, content_type = encode_multipart_formdata(fields)
    return Described(
        method=request.method.lower(),
        path=request.url.removeprefix(SERVER),
        parameters=RequestParameters(
            query=ImmutableMultiDict(request.query or {}), header=Headers(headers)
        ),
        content_type=content_type,
        body=body,
    )


def members(schemas: dict[str, Any], name: str) -> set[str]:
    """The members that a schema names, those of its parents included."""
    schema = schemas.get(name, {})
    found = set(schema.get("properties", {}))
    for parent in schema.get("allOf", []):
        found |= set(parent.get("properties", {}))
        if "$ref" in parent:
            found |= members(schemas, parent["$ref"].rpartition("/")[2])
    return found


@pytest.fixture(scope="module")
def description() -> OpenAPI:
    value = json.loads((SHARED / "specs" / "mastodon.json").read_bytes())
    body = value["paths"]["/api/v1/statuses"]["post"]["requestBody"]["content"]
    # Says "one of" text, media and poll, but a text with media is both: decide by the media, and
    # allow no member that neither names.
    text, media = ({"$ref": f"#/components/schemas/{name}Status"} for name in ("Text", "Media"))
    known = {
        name
        for schema in ("TextStatus", "MediaStatus", "BaseStatus")
        for name in members(value["components"]["schemas"], schema)
    }
    body["application/json"]["schema"] = {
        "if": {"required": ["media_ids"]},
        "then": media,
        "else": text,
        "propertyNames": {"enum": sorted(known)},
    }
    # A file is bytes to openapi-core, and bytes are no string to a JSON schema.
    upload = value["paths"]["/api/v2/media"]["post"]["requestBody"]["content"]
    upload["multipart/form-data"]["schema"]["properties"]["file"] = {}
    old = value["paths"].get("/api/v1/media", {}).get("post")
    if old:
        old["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]["file"] = {}
    # Its own validator would take ten seconds and refuse the description for unrelated reasons.
    # None switches it off, though its annotation does not say so.
    config = Config(spec_validator_cls=None)  # type: ignore[arg-type] # its annotation leaves None out, its code takes it
    return OpenAPI.from_dict(value, config=config)


class DescribedTransport(FakeTransport):
    """Refuses what the description refuses, before it answers."""

    def __init__(self, description: OpenAPI, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._description = description

    def send(self, request: Request) -> Response:
        # As an assertion, since the connector takes any other error for a lost answer.
        try:
            self._description.validate_request(described(request))
        except OpenAPIError as error:
            causes = [str(item) for item in getattr(error.__cause__, "schema_errors", [])]
            pytest.fail(f"{request!r}: {error!r} {error.__cause__!r} {causes}")
        return super().send(request)


def render(**options: Any) -> tuple[Part, ...]:
    return Mastodon().render(
        SCENE.parts, link="https://acme.example/", language="en", options=options
    )


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_publishing(description: OpenAPI, visibility: str) -> None:
    part = render(visibility=visibility, content_warning="Mud", sensitive=True, language="de")[0]
    transport = DescribedTransport(description, [answer(200, {"id": "7", "url": "u"})])
    outcome = Mastodon().publish(
        SCENE.channel(transport), part, {"media_ids": ["1", "2"]}, "a" * 64, "6"
    )
    assert outcome == Published("7", "u")


def test_publishing_without_options(description: OpenAPI) -> None:
    transport = DescribedTransport(description, [answer(200, {"id": "7", "url": "u"})])
    assert Mastodon().publish(SCENE.channel(transport), render()[1], {}, "k", "") == Published(
        "7", "u"
    )


def test_uploading(description: OpenAPI) -> None:
    transport = DescribedTransport(
        description,
        [
            answer(404),
            answer(404),
            answer(202, {"id": "1"}),
            answer(206, {"id": "1"}),
            answer(200, {"id": "1", "url": "u"}),
        ],
    )
    assert Mastodon().prepare(SCENE.channel(transport), render()[0]) == {"media_ids": ["1"]}
    assert transport.left == 0


def test_uploading_the_old_way(description: OpenAPI) -> None:
    transport = DescribedTransport(
        description,
        [answer(404), answer(404), answer(404), answer(200, {"id": "1", "url": "u"})],
    )
    part = replace(render()[0], media=(replace(PICTURE, focus=None),))
    assert Mastodon().prepare(SCENE.channel(transport), part) == {"media_ids": ["1"]}
    assert transport.left == 0


def test_confirming(description: OpenAPI) -> None:
    part = render()[0]
    transport = DescribedTransport(description, respond=lambda request: endless(part, request))
    Mastodon().confirm(SCENE.channel(transport), Sent(part, "k", SINCE))
    assert len(transport.requests) > 5


def test_measuring(description: OpenAPI) -> None:
    transport = DescribedTransport(description, [response for response, _ in SCENE.measured])
    ids = [str(number) for number in range(len(SCENE.measured))]
    assert Mastodon().measure(SCENE.channel(transport), ids)


def test_editing(description: OpenAPI) -> None:
    transport = DescribedTransport(description, [answer(200, {"id": "7", "url": "u"})])
    part = render(content_warning="Mud", sensitive=True)[0]
    outcome = Mastodon().edit(SCENE.channel(transport), "7", part, {"media_ids": ["1"]})
    assert outcome == Published("7", "u")


def test_reading_back_and_deleting(description: OpenAPI) -> None:
    part = render(content_warning="Mud", sensitive=True)[0]
    said = CHANGES.edit
    assert said is not None
    respond, verdict = said.shown["edited"]
    transport = DescribedTransport(description, respond=lambda request: respond(part, request))
    assert type(Mastodon().confirm_edit(SCENE.channel(transport), "7", part)) is type(verdict)
    assert len(transport.requests) == 2
    transport = DescribedTransport(description, [answer(200, {"id": "7"}), GONE])
    assert Mastodon().delete(SCENE.channel(transport), "7") == Published("7", "")
    assert Mastodon().confirm_delete(SCENE.channel(transport), "7") == Found("7", "")
    assert transport.left == 0


@pytest.mark.parametrize(
    "payload", [{"visibility": "friends"}, {"media_ids": "1"}, {"sensitive": "yes"}, {"text": "x"}]
)
def test_the_description_can_refuse(description: OpenAPI, payload: dict[str, Any]) -> None:
    """The check itself is checked: a wrong request does not pass."""
    part = render()[0]
    wrong = replace(part, payload={**part.payload, **payload})
    transport = DescribedTransport(description, [answer(200, {"id": "7"})])
    with pytest.raises(pytest.fail.Exception):
        Mastodon().publish(SCENE.channel(transport), wrong, {}, "k", "")
