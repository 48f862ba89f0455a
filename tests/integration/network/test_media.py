from __future__ import annotations

import time

import pytest

from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client, png


def test_an_upload_is_there_byte_for_byte(client: Client) -> None:
    data = png(8, 5)
    got = client.upload(data, description="A green field — ünï", focus="-0.5,0.25").json
    assert got["type"] == "image"
    assert got["description"] == "A green field — ünï"
    assert got["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    assert got["meta"]["original"]["size"] == "8x5"
    served = Client(client.url).call("GET", got["url"].removeprefix(client.url))
    assert served.body == data
    assert served.headers["content-type"] == "image/png"
    assert served.headers["x-content-type-options"] == "nosniff"


def test_processing_takes_as_long_as_it_is_set_to(client: Client, network: NetworkProcess) -> None:
    network.control("POST", "/_local/settings", {"media_processing_s": 0.6})
    uploaded = client.upload(png())
    assert (uploaded.status, uploaded.json["url"]) == (202, None)
    path = f"/api/v1/media/{uploaded.json['id']}"
    assert client.call("GET", path).status == 206
    early = client.post("Too early", media_ids=[uploaded.json["id"]])
    assert early.status == 422
    assert "not finished processing" in early.json["error"]
    time.sleep(0.7)
    ready = client.call("GET", path)
    assert (ready.status, ready.json["url"] is None) == (200, False)
    assert client.post("Now", media_ids=[uploaded.json["id"]]).status == 200


def test_media_can_be_attached_once_until_the_status_is_deleted(
    client: Client, other: Client
) -> None:
    picture = client.upload(png()).json["id"]
    assert other.post("Not theirs", media_ids=[picture]).status == 422
    made = client.post("With a picture", media_ids=[picture]).json
    assert client.post("Again", media_ids=[picture]).status == 422
    assert client.call("GET", f"/api/v1/media/{picture}").status == 404
    client.call("DELETE", f"/api/v1/statuses/{made['id']}")
    assert client.post("Again", media_ids=[picture]).status == 200


def test_description_and_focus_can_be_changed_before_attaching(client: Client) -> None:
    picture = client.upload(png(), description="Before").json["id"]
    got = client.call("PUT", f"/api/v1/media/{picture}", {"description": "After", "focus": "0,1"})
    assert got.json["description"] == "After"
    assert got.json["meta"]["focus"] == {"x": 0.0, "y": 1.0}


def test_order_of_attachments_is_the_order_asked_for(client: Client) -> None:
    ids = [client.upload(png(n + 1, 1)).json["id"] for n in range(4)]
    wanted = [ids[2], ids[0], ids[3], ids[1]]
    made = client.post("Four", media_ids=wanted).json
    assert [item["id"] for item in made["media_attachments"]] == wanted


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"PK\x03\x04"]
)
def test_what_is_no_media_is_refused_whatever_it_calls_itself(client: Client, data: bytes) -> None:
    got = client.upload(data, name="picture.png", mime="image/png")
    assert got.status == 422
    assert "content type is invalid" in got.json["error"]


def test_a_cut_off_upload_is_refused(client: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'
    got = client.call("POST", "/api/v2/media", raw=("multipart/form-data; boundary=x", body))
    assert got.status == 400
