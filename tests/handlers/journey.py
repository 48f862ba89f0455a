"""The company with everything that a journey takes: posts that are pushed, held, approved and sent.

What `control` does there is the real use case, so that a signature of a page counts, or does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from signpost.domain.approval import Authors, Tier
from signpost.domain.delivery import About, Account, Delivery, Media, Part, make_bundle
from signpost.domain.gate import Require
from signpost.domain.row import Row
from signpost.domain.signing.document import sha256
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.root import Person, Threshold, TrustRoot
from signpost.errors import SignpostError
from signpost.signatures import check
from signpost.usecases.approval_facts import ApprovalKeeper
from signpost.usecases.approving import Approving
from signpost.usecases.awaiting import Awaiting
from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge
from signpost.usecases.job import World
from signpost.usecases.publish import Publisher
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import KEY, StateWriter
from signpost.usecases.trusted import TrustedRoots
from tests.fakes.connector import FakeConnector, FakeConnectors
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.phone import Phone
from tests.fakes.queue import FakeQueue
from tests.fakes.secrets import FakeSecrets
from tests.fakes.transport import FakeTransport
from tests.handlers.house import WORKSPACE, House
from tests.signing.keysmith import TestKey
from tests.signing.office import BRAND, JUNO, KASIMIR, OTTILIE

CLIENT = "hanka"
HANKA = TestKey(CLIENT)
SHOP = Account("shop", "mastodon", "@larkfell", "https://social.example", "shop")
PICTURE = Path(__file__).parents[2] / "content/larkfell/posts/2026/12/repair-evening.png"
_POSTS = ("awaiting", "approve", "reject", "proofs")


class _Mastodon(FakeConnectors):
    """Knows one channel more, whose name stands on the pages."""

    def get(self, channel: str) -> FakeConnector:
        return super().get("test" if channel == SHOP.channel else channel)


@dataclass
class Journey(House):
    """A company with a client, whose word it needs before an offer goes out."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.queue = FakeQueue(self.clock)
        self.roots = TrustedRoots(self.objects, check)
        connectors = _Mastodon(FakeConnector(text=()))
        self.state = StateWriter(
            WORKSPACE, self.ledger, self.objects, FakeMetricStore(), self.clock
        )
        self.approving = Approving(
            WORKSPACE, self.ledger, self.queue, self.clock, self.roots, check, self.state
        )
        self.awaiting = Awaiting(WORKSPACE, self.ledger, self.objects, self.roots)
        world = World(
            self.ledger, self.objects, connectors, FakeSecrets({}), self.queue, FakeTransport(),
            self.clock,
        )  # fmt: skip
        self.publisher = Publisher(world, Require.CONTENT)
        self.connectors = connectors
        self.wanted: dict[str, tuple[Delivery, About]] = {}

    def root(self, **people: Phone | PublicKey) -> None:
        """Accept trust root 1, which everybody signs whom it names."""
        signers = {"ottilie": OTTILIE, "juno": JUNO, "kasimir": KASIMIR, CLIENT: HANKA}
        self.made.root(self.usual(**people), signers)
        self.anchors = (sha256(self.made.roots[1]),)

    def usual(self, **people: Any) -> TrustRoot:
        """The usual root, in which offers need a yes of the client."""
        root: TrustRoot = super().usual(**people)
        keys = (HANKA.public, *([self.key(people[CLIENT])] if CLIENT in people else ()))
        hanka = Person(CLIENT, "Hanka Moosbrugger", keys, ("client",))
        return replace(
            root,
            people={**root.people, CLIENT: hanka},
            roles={**root.roles, "client": "Client"},
            approval={"offers": Threshold(1, {"client": 0})},
        )

    def push(self) -> None:
        """Hand everything to the stack: what is signed, the people, and the posts."""
        super().push()
        # That file is a fake's; the real one is made from the bundle.
        self.objects.content.pop(KEY)
        self.bring()

    def plan(self, post: str, title: str, text: str, *, in_h: float, kind: str = "offer") -> str:
        """Write a post, or write it anew; the id of its delivery."""
        due = self.clock.now() + timedelta(hours=in_h)
        data = PICTURE.read_bytes()
        picture = Media(
            self.objects.add_media(data), "image/png", len(data),
            "A workbench with a sewing machine that stitches a red patch on to green cloth",
            width=1200, height=800,
        )  # fmt: skip
        part = Part(text, (picture,), {"status": text})
        made = Delivery(
            WORKSPACE, BRAND, post, SHOP, due, "UTC", f"{due:%Y-%m-%d %H:%M}", "+00:00", 1800,
            "hold", "", "en", (part,),
        )  # fmt: skip
        self.wanted[made.id] = (made, About(title=title, type=kind))
        return made.id

    def bring(self) -> None:
        """Push what was planned."""
        proof = self.ledger.gates([BRAND])[BRAND].evidence
        bundle = make_bundle(
            WORKSPACE, self.wanted.values(), previous=self.ledger.pointer().digest, commit="c1",
            accounts=[{"id": SHOP.id, "brand": BRAND, "channel": SHOP.channel,
                       "handle": SHOP.handle, "server": SHOP.server, "secret": SHOP.secret}],
            releases={BRAND: proof}, people=self.people,
            tiers=[Tier("offers", types=("offer",)).wire()],
            authors={f"{BRAND}/{one.post}": Authors(("kasimir",)).wire()
                     for one, _ in self.wanted.values()},
        )  # fmt: skip
        self.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/x-ndjson")
        scheduler = Scheduler(
            WORKSPACE, self.ledger, self.objects, self.connectors, self.queue, self.state,
            self.clock, workers=1,
            gatekeeper=Gatekeeper(
                self.ledger, self.objects, ReleaseJudge(self.anchors, check).judge
            ),
            approvals=ApprovalKeeper(self.ledger, self.roots, check),
        )  # fmt: skip
        verdict = scheduler.run(bundle.digest, owner=f"push:{bundle.digest[:8]}")
        assert verdict.accepted, (verdict.reason, verdict.faults)

    def work(self, delivery: str) -> Row:
        """Its time has come; how it stands then."""
        due = self.ledger.rows([delivery])[delivery].due
        self.clock.advance(max(0.0, (due - self.clock.now()).total_seconds()) + 1)
        self.publisher.run(delivery, owner="worker", remaining_s=60.0)
        self.state.refresh([delivery])
        return self.ledger.rows([delivery])[delivery]

    def _act(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["action"] not in _POSTS:
            return super()._act(request)
        text = {
            name: json.dumps(value) if isinstance(value, dict | list) else str(value)
            for name, value in request.items()
        }
        try:
            if text["action"] == "awaiting":
                return {"ok": True, **self.awaiting.answer(text)}
            return {"ok": True, **self.approving.answer(text["action"], text)}
        except SignpostError as error:
            return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
