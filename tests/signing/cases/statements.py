"""Approvals, resumes and acknowledgements: a yes to one thing never serves for another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from signpost.domain.signing.statement import (
    Acknowledgement,
    Approval,
    Rejection,
    Resume,
    Statement,
)
from tests.signing.keysmith import TestKey
from tests.signing.office import BRAND, DOMAIN, JUNO, KASIMIR, OTTILIE, Office, Tree
from tests.signing.vector import STATEMENT, Vector

REPLAY = "approval replayed on another post, revision or account"
APPROVAL = Approval(BRAND, "offers", "7k2m9q4x1v3b", {"shop-fedi": "a" * 64, "shop-sky": "b" * 64})
NO = Rejection(BRAND, "offers", APPROVAL.post, APPROVAL.deliveries, "the price is wrong")
AGAIN = replace(APPROVAL, after=f"sha256:{'e' * 64}")
RESUME = Resume(BRAND, "stop-2026-12-01-7", "brand:larkfell")
READ = Acknowledgement(BRAND, "juno", f"sha256:{'c' * 64}")
BOTH = {"ottilie": OTTILIE, "juno": JUNO}


def vectors() -> Iterator[Vector]:
    """All of them."""
    for name, statement, signers, what in (
        ("approval", APPROVAL, {"ottilie": OTTILIE}, "an approval of a tier, by its role"),
        ("rejection", NO, {"ottilie": OTTILIE}, "a no to a post, by whoever may approve it"),
        ("approval-again", AGAIN, {"ottilie": OTTILIE}, "an approval that takes back one's own no"),
        ("resume", RESUME, BOTH, "two people let publishing go on"),
        ("acknowledge", READ, {"juno": JUNO}, "somebody has read a release"),
    ):
        yield Vector(f"statement-{name}", what, tree(statement, statement, signers), "signed")
    yield from _replayed()
    yield from _short()


def tree(
    asked: Statement | bytes, signed: Statement, signers: Mapping[str, TestKey], kind: str = ""
) -> Tree:
    """Root 1, what is asked about, and signatures of what was signed."""
    office = Office()
    office.root()
    made = dict(office.tree)
    made[STATEMENT] = asked if isinstance(asked, bytes) else asked.write()
    for name, key in signers.items():
        made[f"{STATEMENT}.signatures/{name}.sig"] = key.sign(
            signed.write(), f"{kind or signed.kind}@{DOMAIN}"
        )
    return made


def _replayed() -> Iterator[Vector]:
    moved = dict(APPROVAL.deliveries)
    for name, what, asked, signed, signers in (
        ("post", "an approval of another post", replace(APPROVAL, post="9z9z9z9z9z9z"), APPROVAL, {"ottilie": OTTILIE}),
        ("revision", "an approval of another revision", replace(APPROVAL, deliveries={**moved, "shop-fedi": "d" * 64}), APPROVAL, {"ottilie": OTTILIE}),
        ("account", "an approval for another account", replace(APPROVAL, deliveries={"shop-blog": "a" * 64, "shop-sky": "b" * 64}), APPROVAL, {"ottilie": OTTILIE}),
        ("account-more", "an approval for one account less", replace(APPROVAL, deliveries={**moved, "shop-blog": "a" * 64}), APPROVAL, {"ottilie": OTTILIE}),
        ("swapped", "an approval with two revisions swapped", replace(APPROVAL, deliveries={"shop-fedi": "b" * 64, "shop-sky": "a" * 64}), APPROVAL, {"ottilie": OTTILIE}),
        ("time", "an approval of another time", replace(APPROVAL, deliveries={**moved, "shop-sky": "f" * 64}), APPROVAL, {"ottilie": OTTILIE}),
        ("tier", "an approval of one tier for another", replace(APPROVAL, tier="offers"), replace(APPROVAL, tier="press"), {"ottilie": OTTILIE}),
        ("no-as-yes", "a rejection in the place of an approval", APPROVAL, NO, {"ottilie": OTTILIE}),
        ("yes-as-no", "an approval in the place of a rejection", NO, APPROVAL, {"ottilie": OTTILIE}),
        ("older-yes", "an approval from before one's own no", AGAIN, APPROVAL, {"ottilie": OTTILIE}),
        ("other-no", "an approval that takes back another no", replace(AGAIN, after=f"sha256:{'d' * 64}"), AGAIN, {"ottilie": OTTILIE}),
        ("reason", "a rejection for another reason", replace(NO, reason="the price is right"), NO, {"ottilie": OTTILIE}),
        ("event", "a resume of another stop", replace(RESUME, event="stop-2026-12-02-8"), RESUME, BOTH),
        ("scope", "a resume of one brand for everything", replace(RESUME, scope="*"), RESUME, BOTH),
        ("release", "an acknowledgement of another release", replace(READ, release=f"sha256:{'d' * 64}"), READ, {"juno": JUNO}),
    ):  # fmt: skip
        yield Vector(f"statement-replay-{name}", what, tree(asked, signed, signers), "unsigned",
                     ("bad-signature",), attack=REPLAY)  # fmt: skip
    for name, kind in (
        ("strategy", "strategy"),
        ("resume", "resume"),
        ("root", "root"),
        ("read", "acknowledge"),
    ):
        yield Vector(f"statement-kind-{name}", f"an approval, signed as `{kind}`",
                     tree(APPROVAL, APPROVAL, {"ottilie": OTTILIE}, kind), "unsigned", ("namespace",),
                     attack="wrong namespace")  # fmt: skip
    yield Vector("statement-kind-approval", "a resume, signed as approvals",
                 tree(RESUME, RESUME, BOTH, "approval"), "unsigned", ("namespace",),
                 attack="wrong namespace")  # fmt: skip


def _short() -> Iterator[Vector]:
    yield Vector("statement-one", "one of two lets publishing go on",
                 tree(RESUME, RESUME, {"juno": JUNO}), "unsigned")  # fmt: skip
    yield Vector("statement-role", "an approval by somebody who does not decide it",
                 tree(APPROVAL, APPROVAL, {"kasimir": KASIMIR}), "unsigned", ("role",))  # fmt: skip
    yield Vector("statement-other-reader", "somebody else has read it",
                 tree(READ, READ, {"kasimir": KASIMIR}), "unsigned")  # fmt: skip
    nobody = replace(READ, person="finn")
    yield Vector("statement-stranger", "a reader who is not in the trust root",
                 tree(nobody, nobody, {"finn": TestKey("finn")}), "unsigned", ("unknown-person",))  # fmt: skip
    tier = replace(APPROVAL, tier="everyday")
    yield Vector("statement-tier", "an approval of a tier that the root does not have",
                 tree(tier, tier, {"ottilie": OTTILIE}), "unsigned", ("no-threshold",))  # fmt: skip
    yield Vector("statement-no-role", "a rejection by somebody who does not decide it",
                 tree(NO, NO, {"kasimir": KASIMIR}), "unsigned", ("role",))  # fmt: skip
    brand = replace(APPROVAL, brand="other")
    yield Vector("statement-brand", "an approval of another brand",
                 tree(brand, brand, {"ottilie": OTTILIE}), "unsigned", ("brand",))  # fmt: skip
    spaced = APPROVAL.write().replace(b":", b": ")
    yield Vector("statement-form", "an approval that is not in its one form",
                 tree(spaced, APPROVAL, {"ottilie": OTTILIE}), "unsigned", ("not-canonical",))  # fmt: skip
    more = APPROVAL.write().replace(b'{"brand"', b'{"also":"x","brand"')
    yield Vector("statement-more", "an approval that says more than it should",
                 tree(more, APPROVAL, {"ottilie": OTTILIE}), "unsigned", ("document-form",))  # fmt: skip
