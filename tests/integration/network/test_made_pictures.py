"""What an editor commits and what arrives: the derivative, to the byte, on each network."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from signpost.bootstrap import SystemClock
from signpost.cli.connection import Connection
from signpost.cli.wiring import Compiled, compile_content, media_bytes
from signpost.connectors.registry import Registry
from signpost.domain.delivery import Account, Delivery
from signpost.domain.media import sniff
from signpost.domain.outcome import Published
from signpost.domain.picture.walk import walk
from signpost.local.network.process import NetworkProcess
from signpost.ports import Channel
from signpost.transport import HttpTransport
from tests.integration.network.client import Client
from tests.pictures import SECRET, written

LINK = "https://acme.example/boots"
LIMITS = {"mastodon": 16_777_216, "bluesky": 2_000_000, "wordpress": 2_097_152}


_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def photo() -> bytes:
    """Larger than two of the three networks take; lies on its side, and says where it was taken."""
    grain = Image.effect_noise((2000, 1600), 60).convert("RGB")
    return written(grain, "image/jpeg", orientation=6, place=True, quality=93)


def laid_out(folder: Path, photo: bytes, *, card: bool) -> Path:
    """A workspace with one post on three channels."""
    content = folder / "content"
    (content / "acme/posts").mkdir(parents=True)
    (content / "signpost.yaml").write_text("workspace: acme\nzone: UTC\nbrands: [acme]\n")
    (content / "acme/brand.yaml").write_text("name: Acme\nlanguage: en\n")
    accounts = "".join(
        f'  - {{id: {name}, channel: {name}, handle: "@acme", server: "https://{name}.example"}}\n'
        for name in LIMITS
    )
    (content / "acme/accounts.yaml").write_text(f"accounts:\n{accounts}")
    (content / "acme/posts/photo.jpg").write_bytes(photo)
    marked = ", card: true" if card else ""
    (content / "acme/posts/a.md").write_text(
        f"---\nid: madepicture1\npublish: now\naccounts: [{', '.join(LIMITS)}]\nlink: {LINK}\n"
        f"media:\n  - {{file: photo.jpg, alt: Grain.{marked}}}\n---\nBoots are back.\n"
    )
    return content


class _Bucket:
    """What `push` would have uploaded."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def media(self, sha256: str) -> bytes:
        return media_bytes(self._compiled, sha256)[0]


@pytest.fixture(scope="module", params=[False, True], ids=["picture", "card"])
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, photo: bytes
) -> Iterator[Compiled]:
    """The workspace as a push would send it."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        content = laid_out(folder, photo, card=request.param)
        yield compile_content(content, Connection(bucket="none"), {})


@pytest.mark.parametrize("channel", LIMITS)
def test_what_arrives_is_what_was_made(
    channel: str, compiled: Compiled, network: NetworkProcess, photo: bytes
) -> None:
    (delivery,) = [line for line, _ in compiled.lines if line.account.channel == channel]
    (media,) = delivery.parts[0].media
    page = _published(delivery, compiled, network)
    arrived = [
        data
        for source in set(re.findall(r'<img[^>]* src="([^"]+)"', page))
        if sniff(data := _file(network, source)).mime == media.mime
    ]
    assert [hashlib.sha256(data).hexdigest() for data in arrived] == [media.sha256]
    (data,) = arrived
    assert len(data) <= (1_000_000 if media.card else LIMITS[channel])
    assert SECRET in photo
    assert SECRET not in data
    seen = sniff(data)
    assert (seen.width, seen.height) == (media.width, media.height)
    assert walk(data, seen.mime).dropped == ()
    if media.card:
        assert channel == "bluesky"
        assert LINK in page


def test_a_card_is_one_on_bluesky_alone(compiled: Compiled) -> None:
    wanted = "card: true" in (compiled.content / "acme/posts/a.md").read_text()
    cards = [line.account.channel for line, _ in compiled.lines if line.parts[0].media[0].card]
    assert cards == (["bluesky"] if wanted else [])


def _file(network: NetworkProcess, source: str) -> bytes:
    return Client(network.url).call("GET", source.removeprefix(network.url)).body


def _published(delivery: Delivery, compiled: Compiled, network: NetworkProcess) -> str:
    """Sends the delivery's part to an account of its own; the page of the post."""
    channel = delivery.account.channel
    name = f"made{next(_NUMBERS)}"
    wish = {"channel": channel, "username": f"{name}.example" if channel == "bluesky" else name}
    if channel == "wordpress":
        wish["site"] = f"{name}.example"
    made = network.control("POST", "/_local/accounts", wish)
    account = Account("a", channel, f"@{made['username']}", made["server"], "s")
    transport = HttpTransport()
    there = Channel(account, made["secret"], transport, _Bucket(compiled), SystemClock())
    connector = Registry().get(channel)
    part = delivery.parts[0]
    prepared = connector.prepare(there, part)
    key = connector.new_key(delivery.id, delivery.revision, 0, "", datetime.now(UTC))
    outcome = connector.publish(there, part, prepared, key, "")
    transport.close()
    assert isinstance(outcome, Published), outcome
    page = Client(network.url).call("GET", outcome.permalink.removeprefix(network.url))
    assert page.status == 200
    return page.body.decode()
