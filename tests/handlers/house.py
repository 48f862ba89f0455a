"""A company behind the sign-off pages: trust roots and releases that were accepted, phones, a stack.

Everything is in memory and real but the table, the bucket and the ledger: signatures are made and
verified, `control`'s use cases judge them.

More than 400 lines: one company in memory, for every page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.delivery import Delivery
from signpost.domain.gate import ReleaseGate
from signpost.domain.signing import ceremony
from signpost.domain.signing.ceremony import Answer, Purpose, challenge
from signpost.domain.signing.counting import count
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import pack
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.root import Kind, Person
from signpost.domain.signing.statement import Approval, Rejection
from signpost.domain.stop import Stop
from signpost.errors import SignpostError
from signpost.handlers.pages import web
from signpost.handlers.pages.routes import Pages
from signpost.signatures import check
from signpost.usecases.acknowledging import Acknowledging
from signpost.usecases.gate_entries import gate_entry
from signpost.usecases.gatekeeper import ReleaseJudge, evidence_key
from signpost.usecases.resuming import Resuming
from signpost.usecases.signoff.desk import SignoffDesk
from signpost.usecases.signoff.trust import TrustReader, texts_key
from signpost.usecases.stop import Control
from signpost.usecases.taking import Taking
from signpost.usecases.trusted import TrustedRoots
from tests.fakes.acknowledgements import FakeAcknowledgements
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.objects import FakeObjects
from tests.fakes.pass_key import FakePassKey
from tests.fakes.phone import ORIGIN, Phone
from tests.fakes.queue import FakeQueue
from tests.fakes.signoff import FakeControlDesk, FakeSignoff
from tests.handlers.sent import delivery_of, picture, told
from tests.signing import office
from tests.signing.office import BRAND, Office

WORKSPACE = "acme"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One dot."""
DOCS = {
    "docs/larkfell/strategy/index.md": b"---\ntitle: Strategy\n---\n# Strategy\n\nWe mend before "
    b"we sell. We answer within a day.\n\n- Ropes\n- Knots\n\n| Channel | Decision |\n|---|---|\n"
    b"| Blog | Main |\n",
    "content/larkfell/kpis.yaml": b"targets:\n  - {kpi: visits, by: 2027-03-31, value: 450}\n",
}


@dataclass
class Said:
    """An answer of the pages."""

    status: int
    headers: dict[str, str]
    body: str
    cookies: list[str]

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body)
        return value


@dataclass
class House:
    """The company.

    Args:
        origin: of the pages.
    """

    origin: str = ORIGIN
    clock: FakeClock = field(default_factory=FakeClock)
    objects: FakeObjects = field(default_factory=FakeObjects)
    posts: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    site: str = ""
    pass_key: FakePassKey | None = None
    book: FakeAcknowledgements = field(default_factory=FakeAcknowledgements)

    def __post_init__(self) -> None:
        self.ledger = FakeLedger(self.clock)
        self.store = FakeSignoff(self.clock)
        self.made = Office()
        self.anchors: tuple[str, ...] = ()
        self.control = FakeControlDesk(self._act)
        self.ledger.swap_stop(Stop(1), expected=None)

    # --- what is signed ---

    def root(self, **people: Phone | PublicKey) -> None:
        """Accept trust root 1: the usual three with SSH keys, and passkeys beside them."""
        self.made.root(self.usual(**people))
        self.anchors = (sha256(self.made.roots[1]),)

    def usual(self, **people: Phone | PublicKey) -> Any:
        """The usual root, with passkeys beside the keys of those who are named."""
        root = office.usual_root(origins=(self.origin,))
        found = {
            name: replace(person, keys=(*person.keys, self.key(people[name])))
            if name in people
            else person
            for name, person in root.people.items()
        }
        return replace(root, people=found)

    def propose(self, signers: Mapping[str, Any] | None = None, **people: PublicKey) -> None:
        """Trust root 2: the same with other passkeys for those who are named."""
        before = office.usual_root(origins=(self.origin,))
        found: dict[str, Person] = {
            name: replace(person, keys=(people[name],)) if name in people else person
            for name, person in before.people.items()
        }
        root = replace(
            before, version=2, previous=sha256(self.made.roots[1]), people=found,
            accepted=tuple(sorted(sha256(item) for item in self.made.sealed.values())),
        )  # fmt: skip
        self.made.root(root, signers)

    def key(self, phone: Phone | PublicKey) -> PublicKey:
        """A phone's public key."""
        if not isinstance(phone, Phone):
            return phone
        nonce = b"0" * 32
        return ceremony.made(phone.make(challenge(Purpose.MAKE, nonce)), nonce, self.origin).key

    def push(self) -> None:
        """Hand everything that is signed to the stack, which accepts it."""
        roots = {
            number: self._folder(f"signoff/{BRAND}/roots/{number}/") for number in self.made.roots
        }
        releases = {
            version: self._folder(f"releases/{BRAND}/{version}/") for version in self.made.sealed
        }
        for version, folder in releases.items():
            texts = {
                path: data.decode()
                for path, data in folder.files.items()
                if path.startswith("files/")
            }
            key = texts_key(BRAND, sha256(self.made.sealed[version]))
            self.objects.content[key] = canonical_json(texts)
        proof = pack(roots, releases)
        self.objects.content[evidence_key(BRAND, digest(proof))] = proof
        before = self.ledger.gates([BRAND]).get(BRAND)
        judge = ReleaseJudge(self.anchors, check)
        gate = judge.judge(proof, before or ReleaseGate(BRAND), self.clock.now().date())
        number = before.version + 1 if before else 1
        gate = replace(gate, evidence=digest(proof), version=number)
        self.ledger.swap_gate(gate, expected=before.version if before else None)
        account = {"account": {"id": "shop", "brand": BRAND}}
        state = {
            "releases": {BRAND: gate_entry(gate)},
            "accounts": {"shop": account},
            "people": self.people,
            "deliveries": {
                "acme/larkfell/p/shop/r": {
                    "state": "HELD",
                    "account": "shop",
                    "reason": "stopped (*)",
                    "about": {"title": "<b>Knots</b> & ropes"},
                }
            },
        }
        self.objects.content["state/deliveries.json"] = canonical_json(state)

    def collect(self) -> None:
        """Bring what was signed on the pages into the repository."""
        value = json.loads(self.objects.content[f"state/signoff/{BRAND}.json"])
        for version, entry in value.get("releases", {}).items():
            for name, text in entry["signatures"].items():
                self.made.tree[f"releases/{BRAND}/{version}/signatures/{name}"] = text.encode()
        for number, entry in value.get("roots", {}).items():
            for name, text in entry["signatures"].items():
                self.made.tree[f"signoff/{BRAND}/roots/{number}/signatures/{name}"] = text.encode()

    def _folder(self, place: str) -> Folder:
        return Folder(
            {
                path.removeprefix(place): data
                for path, data in self.made.tree.items()
                if path.startswith(place) and isinstance(data, bytes)
            }
        )

    # --- the stack ---

    @property
    def desk(self) -> SignoffDesk:
        """The use cases behind the pages."""
        trust = TrustReader(self.objects, self.anchors, check)
        return SignoffDesk(
            WORKSPACE, self.origin, self.store, trust, self.control, self.clock, check,
            self.site, self.pass_key,
        )  # fmt: skip

    @property
    def acknowledging(self) -> Acknowledging:
        """What takes acknowledgements in `control`."""
        return Acknowledging(
            self.ledger, self.book, self.objects, self.clock,
            TrustedRoots(self.objects, check), check,
        )  # fmt: skip

    def stop(self, scope: str = "*") -> None:
        """Stop, at a desk."""
        self._act({"action": "stop", "scope": scope, "actor": "desk", "reason": "wrong price"})

    def _act(self, request: Mapping[str, Any]) -> dict[str, Any]:
        resuming = Resuming(WORKSPACE, self.ledger, self.objects, check)
        control = Control(self.ledger, FakeQueue(self.clock), self.clock, resuming)
        action, actor = request["action"], request["actor"]
        try:
            if action == "switch":
                found = self.ledger.stop()
                assert found is not None
                return {"ok": True, "version": found.version, "scopes": sorted(found.scopes)}
            if action in ("stop", "resume"):
                signed = request.get("signed", "")
                control.switch(
                    action, request["scope"], actor=actor, reason=request["reason"], signed=signed
                )
                return {"ok": True}
            if action in ("sign-release", "sign-root"):
                trust = TrustReader(self.objects, self.anchors, check)
                taking = Taking(self.ledger, self.objects, self.clock, trust)
                given = {name: str(value) for name, value in request.items()}
                return {"ok": True, **taking.take(action, given, actor)}
            if action == "acknowledge":
                given = {name: str(value) for name, value in request.items()}
                return {"ok": True, **self.acknowledging.answer(given)}
            if action == "awaiting":
                return {"ok": True, "items": self.posts}
            if action in ("approve", "reject"):
                return self._decided(action, request)
        except SignpostError as error:
            return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
        return {"ok": True}

    def _decided(self, action: str, request: Mapping[str, Any]) -> dict[str, Any]:
        post, tier, revisions = request["post"], request["tier"], request["deliveries"]
        (item,) = (item for item in self.posts if item["post"] == post)
        after = next(one["after"] for one in item["sign"] if one["tier"] == tier)
        statement = (
            Approval(BRAND, tier, post, revisions, after)
            if action == "approve"
            else Rejection(BRAND, tier, post, revisions, request["reason"], after)
        )
        signatures = {name: text.encode() for name, text in request["signatures"].items()}
        root = TrustReader(self.objects, self.anchors, check).one(
            BRAND, self.clock.now().date()
        ).roots.present  # fmt: skip
        assert root is not None
        tally = count(
            root, Kind.APPROVAL, root.approval[tier], statement.write(), signatures, check
        )
        if not tally.signed:
            wrong = tally.uncounted[0]
            return {"ok": False, "code": "APPROVAL", "cause": wrong.cause, "remedy": wrong.remedy}
        self.posts = [item for item in self.posts if item["post"] != post]
        return {"ok": True, "post": post, "signed": [item.person.id for item in tally.signed]}

    # --- the pages ---

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        cookie: str = "",
        headers: Mapping[str, str | None] | None = None,
        ip: str = "192.0.2.7",
    ) -> Said:
        """Ask as a browser does on our own page; headers can be bent, None leaves one out."""
        sent: dict[str, str | None] = {"host": urlsplit(self.origin).netloc}
        if method == "POST":
            sent |= {
                "origin": self.origin, "content-type": "application/json", "x-signpost": "1",
                "sec-fetch-site": "same-origin",
            }  # fmt: skip
        sent |= headers or {}
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": {name: value for name, value in sent.items() if value is not None},
            "cookies": [cookie] if cookie else [],
            "body": body if isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {"http": {"method": method, "sourceIp": ip}},
        }
        return self.handle(event)

    def handle(self, event: Mapping[str, Any]) -> Said:
        """Answer an event of the HTTP API."""
        answer = self.function(event)
        return Said(
            answer["statusCode"], answer["headers"], answer["body"], answer.get("cookies", [])
        )

    def function(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The same, as the function answers."""
        pages = Pages(self.desk, self.objects.media)
        return web.written(pages.answer(web.parse(event)), self.origin, body=True)

    def post(
        self,
        post: str = "knots",
        *,
        moved: str = "new",
        tier: str = "offers",
        deliveries: tuple[Delivery, ...] = (),
    ) -> dict[str, Any]:
        """A post that awaits approval, as `control` tells it; left out: one for Mastodon."""
        dot = picture(self.objects.add_media(PICTURE))
        sent = deliveries or (delivery_of(post, "mastodon", media=(dot,)),)
        after = f"sha256:{'c' * 64}"  # what they said of an earlier text
        revisions = {one.id: one.revision for one in sent}
        statement = Approval(BRAND, tier, post, revisions, after).write()
        item = {
            "brand": BRAND, "post": post, "title": "Knots <that> hold", "type": "story",
            "due": "2026-12-02T08:00:00.000Z", "moved": moved, "authors": ["kasimir"],
            "strangers": 0, "lacking": "1 of Managing director",
            "needs": [], "decisions": [
                {"person": "ottilie", "name": "Ottilie", "tier": tier, "approve": False,
                 "at": "2026-11-30T08:00:00.000Z", "comment": "<img src=x> no", "current": False}
            ],
            "deliveries": [told(one, moved) for one in sent],
            "sign": [{"tier": tier, "namespace": "approval@larkfell.example",
                      "statement": statement.decode(), "digest": digest(statement),
                      "after": after}],
        }  # fmt: skip
        self.posts.append(item)
        return item

    def invite(self, person: str = "juno", brand: str = BRAND) -> str:
        """An invite's secret."""
        link = self.desk.enrolling.invite(brand, person, person.capitalize(), "desk")["link"]
        return link.partition("#")[2]

    def enrol(self, phone: Phone, person: str = "juno") -> PublicKey:
        """Enrol a phone by the pages; its key."""
        token = self.invite(person)
        begun = self.ask("POST", "/api/enrol/begin", {"token": token}).json()
        made, tried = phone.make(unweb(begun["make"])), phone.sign(unweb(begun["try"]))
        given = {"token": token, "nonce": begun["nonce"], "made": sent(made), "tried": sent(tried)}
        said = self.ask("POST", "/api/enrol/finish", given)
        assert said.status == 200, said.body
        return self.key(phone)

    def sign_in(self, phone: Phone, cookie: str = "") -> str:
        """Sign in by the pages; the cookie."""
        said = self.try_in(phone, cookie)
        assert said.status == 200, said.body
        return said.cookies[0].partition(";")[0]

    def try_in(self, phone: Phone, cookie: str = "", **other: Any) -> Said:
        """Sign in, maybe in vain."""
        begun = self.ask("POST", "/api/login/begin", {}).json()
        answer = sent(phone.sign(unweb(begun["challenge"]))) | {"id": b64(phone.id)}
        given = {"nonce": begun["nonce"], "answer": answer} | other
        return self.ask("POST", "/api/login/finish", given, cookie=cookie)

    def sign(self, phone: Phone, cookie: str, path: str, asked: Mapping[str, Any]) -> Said:
        """Begin and finish something that is signed."""
        begun = self.ask("POST", f"{path}/begin", dict(asked), cookie=cookie)
        if begun.status != 200:
            return begun
        answers = [sent(phone.sign(unweb(item))) for item in begun.json()["challenges"]]
        return self.ask("POST", f"{path}/finish", {**asked, "answers": answers}, cookie=cookie)

    def paper(self, version: str, what: str = "releases") -> dict[str, str]:
        """What the page of a release or a root sends along."""
        sealed = self.made.sealed[version] if what == "releases" else self.made.roots[int(version)]
        return {"what": what, "brand": BRAND, "name": version, "digest": sha256(sealed)}


def sent(answer: Answer) -> dict[str, str]:
    """An answer as the script sends it."""
    return {
        "data": b64(answer.data),
        "client": b64(answer.client_data),
        "signature": b64(answer.signature),
    }


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unweb(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
