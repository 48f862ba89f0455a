"""A connector that answers from a script and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signpost.domain.channel import ChannelSpec, MediaLimit, RateLimit, TextLimit, Unit
from signpost.domain.delivery import Part
from signpost.domain.outcome import Confirmation, Outcome
from signpost.ports import Channel, Request, Sent

SPEC = ChannelSpec(
    id="test",
    name="Test",
    text=(TextLimit("text", 100, Unit.CODEPOINT, None, False, "test", "2026-11-22"),),
    media=(MediaLimit("image", 4, 1_000_000, frozenset({"image/png"}), None, "test", ""),),
    mixed_media=True,
    alt_text_max=1000,
    threads=True,
    edit=False,
    usable_key=False,
    key_ttl_s=None,
    listing=True,
    settle_s=210,
    rate=RateLimit(100, 60, "test", "2026-11-22"),
    metrics=("likes",),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """One call of `publish`."""

    key: str
    text: str
    reply_to: str
    prepared: Mapping[str, Any]


class FakeConnector:
    """Implements ports.Connector.

    Args:
        outcomes: what `publish` answers, in order; an exception is raised. None left: the test fails.
        answers: the same for `confirm`.
        prepared: what `prepare` answers, in order; `{}` where there is none left.
        metrics: what `measure` answers for each id; an exception is raised.
        spec: changes of the spec.
    """

    def __init__(
        self,
        outcomes: Iterable[Outcome | Exception] = (),
        *,
        answers: Iterable[Confirmation | Exception] = (),
        prepared: Iterable[Mapping[str, Any] | BaseException] = (),
        metrics: Mapping[str, int] | Exception | None = None,
        **spec: Any,
    ) -> None:
        self.spec = SPEC._replace(**spec)
        self.outcomes = list(outcomes)
        self.answers = list(answers)
        self.prepared = list(prepared)
        self.metrics = metrics
        self.sendings: list[Sending] = []
        self.asked: list[Sent] = []
        self.uses_transport = False
        """Whether `publish` also sends a request through the transport it was given."""

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        return tuple(parts)

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        made = self.prepared.pop(0) if self.prepared else {}
        if isinstance(made, BaseException):
            raise made
        return made

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        if self.uses_transport:
            channel.transport.send(Request("POST", "https://test.example/posts"))
        self.sendings.append(Sending(key, part.text, reply_to, dict(prepared)))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        self.asked.append(sent)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        if isinstance(self.metrics, Exception):
            raise self.metrics
        return [self.metrics or {} for _ in external_ids]

    def new_key(self, delivery: str, revision: str, part: int, nonce: str, due: datetime) -> str:
        return f"{delivery}/{part}/{nonce}"


class FakeAmender(FakeConnector):
    """A connector that can edit and delete, too; its outcomes and answers serve those as well."""

    def __init__(self, outcomes: Iterable[Outcome | Exception] = (), **arguments: Any) -> None:
        super().__init__(outcomes, **arguments)
        self.edited: list[tuple[str, str]] = []
        self.deleted: list[str] = []

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        return self.prepare(channel, part)

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        self.edited.append((external_id, part.text))
        return self.publish(channel, part, prepared, external_id, "")

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        return self.confirm(channel, Sent(part, external_id, channel.clock.now()))

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        self.deleted.append(external_id)
        return self.publish(channel, Part(""), {}, external_id, "")

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        return self.confirm(channel, Sent(Part(""), external_id, channel.clock.now()))


class FakeConnectors:
    """Implements ports.Connectors over one connector, under the channel id `test`."""

    def __init__(self, connector: FakeConnector) -> None:
        self._connector = connector

    def get(self, channel: str) -> FakeConnector:
        return {"test": self._connector}[channel]
