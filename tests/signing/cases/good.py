"""What has to be accepted: every kind of key, every threshold that is met, every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.domain.signing import document
from signpost.domain.signing.root import Person, Threshold
from tests.signing.keysmith import Assertion, TestKey
from tests.signing.office import (
    ANY,
    DOCUMENTS,
    JUNO,
    KASIMIR,
    OTTILIE,
    PASSKEY,
    Office,
    Tree,
    next_root,
    people,
    usual_root,
)
from tests.signing.vector import Vector

KEYS = {
    "ed25519": TestKey("juno"),
    "ecdsa-256": JUNO,
    "ecdsa-384": TestKey("juno", "ecdsa-sha2-nistp384"),
    "ecdsa-521": TestKey("juno", "ecdsa-sha2-nistp521"),
    "rsa-2048": TestKey("juno", "ssh-rsa"),
    "rsa-3072": TestKey("juno", "ssh-rsa", bits=3072),
    "sk-ed25519": TestKey("juno", "sk-ssh-ed25519@openssh.com"),
    "sk-ecdsa": TestKey("juno", "sk-ecdsa-sha2-nistp256@openssh.com"),
    "passkey": PASSKEY,
}


def office_of(key: TestKey | tuple[TestKey, ...]) -> Office:
    """Root 1 with another key for juno; no release yet."""
    office = Office()
    first = key[0] if isinstance(key, tuple) else key
    office.root(
        usual_root(people=people(juno=key)), {"ottilie": OTTILIE, "juno": first, "kasimir": KASIMIR}
    )
    return office


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _keys()
    yield from _counting()
    yield from _files()
    yield from _states()
    yield from _roots()


def _keys() -> Iterator[Vector]:
    for name, key in KEYS.items():
        for hashed in ("sha256", "sha512"):
            office = office_of(key)
            office.release(signers={})
            office.sign("2026.1", "ottilie", OTTILIE)
            office.sign("2026.1", "juno", key, hashed=hashed)
            what = f"signed with {key.kind}, the file hashed with {hashed}"
            yield Vector(f"good-key-{name}-{hashed}", what, office.tree, "in force")
    office = office_of(KEYS["rsa-2048"])
    office.release(signers={"ottilie": OTTILIE})
    office.sign("2026.1", "juno", KEYS["rsa-2048"], rsa_hash="sha256")
    yield Vector(
        "good-rsa-sha2-256", "an RSA signature of kind rsa-sha2-256", office.tree, "in force"
    )
    for name, assertion, what in (
        ("synced", Assertion(flags=0x1D), "a synced passkey: backup flags set, counter 0"),
        ("counter", Assertion(counter=41), "a passkey that counts its signatures"),
        ("more-members", Assertion(client={"other_keys_can_be_added_here": "do not compare"}),
         "a browser that says more than it has to"),
        ("no-cross-origin", Assertion(client={"crossOrigin": None}),
         "a browser that leaves crossOrigin out"),
        ("extensions", Assertion(flags=0x85, extensions=b"\xa1\x63key\xf5"),
         "an authenticator with extensions, and the flag that says so"),
    ):  # fmt: skip
        office = office_of(PASSKEY)
        office.release(signers={"ottilie": OTTILIE})
        office.sign("2026.1", "juno", PASSKEY, assertion=assertion)
        yield Vector(f"good-passkey-{name}", what, office.tree, "in force")


def _counting() -> Iterator[Vector]:
    office = Office()
    office.root()
    office.release(signers={"ottilie": OTTILIE, "juno": JUNO, "kasimir": KASIMIR})
    yield Vector("good-three", "one signature more than it takes", office.tree, "in force")
    office = Office()
    office.root(usual_root(strategy=Threshold(1, {"head-of-sales": 0})))
    office.release(signers={"kasimir": KASIMIR})
    yield Vector(
        "good-one", "a threshold of one, by the one role that decides", office.tree, "in force"
    )
    second = TestKey("juno second")
    office = office_of((JUNO, second))
    office.release(signers={"ottilie": OTTILIE, "juno": second})
    yield Vector(
        "good-second-key", "a person with two keys signs with the second", office.tree, "in force"
    )
    both = {
        "ottilie": Person("ottilie", "Ottilie Nebelhorn", (OTTILIE.public,),
                          ("head-of-sales", "managing-director")),
        "juno": people()["juno"],
    }  # fmt: skip
    office = Office()
    office.root(
        usual_root(people=both, strategy=Threshold(2, {**ANY, "head-of-sales": 1})),
        {"ottilie": OTTILIE, "juno": JUNO},
    )
    office.release()
    yield Vector(
        "good-two-roles",
        "a person who holds two roles counts once, for both",
        office.tree,
        "in force",
    )


def _files() -> Iterator[Vector]:
    for name, path, data, what in (
        ("binary", "docs/larkfell/strategy/map.png", b"\x89PNG\r\n\x1a\n\0\0\r\n",
         "a picture, whose bytes hold CRLF"),
        ("empty", "docs/larkfell/strategy/none.md", b"", "an empty file"),
        ("spaces", "docs/larkfell/strategy/how we speak.md", b"x\n", "a name with spaces"),
        ("letters", "docs/larkfell/strategy/Nadelöhr.md", b"x\n", "a name with letters of its language, in NFC"),
        ("deep", "docs/larkfell/a/b/c/d/e.md", b"x\n", "a file deep in folders"),
        ("not-utf8", "docs/larkfell/strategy/old.txt", b"caf\xe9\n", "a text that is not UTF-8"),
        ("no-newline", "docs/larkfell/strategy/end.md", b"no newline", "a text without a last newline"),
    ):  # fmt: skip
        office = Office()
        office.root()
        office.release(documents={**DOCUMENTS, path: data})
        yield Vector(f"good-file-{name}", what, office.tree, "in force")


def _states() -> Iterator[Vector]:
    def office() -> Office:
        made = Office()
        made.root()
        made.release()
        return made

    made = office()
    made.release("2026.2", previous="2026.1", effective=date(2026, 12, 10))
    yield Vector("state-superseded", "a newer release is in force", made.tree, "superseded")
    yield Vector("state-newer", "the newer one of two", made.tree, "in force", version="2026.2")
    made = office()
    made.release(
        "2026.2", previous="2026.1", effective=date(2027, 2, 1), review_by=date(2027, 12, 1)
    )
    yield Vector("state-not-yet", "signed, its first day is still to come", made.tree,
                 "not yet in force", version="2026.2")  # fmt: skip
    yield Vector(
        "state-until-then", "in force until the next one's first day", made.tree, "in force"
    )
    yield Vector("state-first-day", "in force on its first day", made.tree, "in force",
                 version="2026.2", on=date(2027, 2, 1))  # fmt: skip
    made = office()
    yield Vector(
        "state-last-day", "in force on its review date", made.tree, "in force", on=date(2027, 5, 31)
    )
    yield Vector("state-past-review", "a day past its review date: nothing newer was signed", made.tree,
                 "past review", on=date(2027, 6, 1), attack="freeze past the review date")  # fmt: skip
    made = office()
    made.release("2026.2", previous="2026.1", signers={})
    yield Vector("state-draft-beside", "a draft takes nobody's place", made.tree, "in force")
    yield Vector(
        "state-draft", "a draft that nobody signed", made.tree, "unsigned", version="2026.2"
    )
    made = office()
    made.release("2026.2", previous="2026.1", effective=date(2026, 12, 5))
    made.release("2026.10", previous="2026.2", effective=date(2026, 12, 6))
    yield Vector(
        "state-order", "2026.10 comes after 2026.2", made.tree, "in force", version="2026.10"
    )
    yield Vector("seen-kept", "the release that was seen before is there", made.tree, "superseded",
                 seen=(document.sha256(made.sealed["2026.1"]),))  # fmt: skip


def _roots() -> Iterator[Vector]:
    office = Office()
    first = office.root()
    yield Vector("root-pinned", "the pinned root is in the chain", _released(office), "in force",
                 pins=(document.sha256(first),))  # fmt: skip
    office = Office()
    first = office.root(shown=False)
    old = office.release()
    second = office.root(
        next_root(first, people={name: item for name, item in people().items() if name != "kasimir"},
                  accepted=(document.sha256(old),)),
        {"ottilie": OTTILIE, "juno": JUNO},
    )  # fmt: skip
    yield Vector("root-old-release", "a release under root 1 that root 2 lists as accepted before",
                 dict(office.tree), "in force")  # fmt: skip
    office.release("2026.2", previous="2026.1", root=2, effective=date(2026, 12, 5))
    yield Vector("root-new-release", "the next release names root 2", office.tree, "in force",
                 version="2026.2", pins=(document.sha256(first), document.sha256(second)))  # fmt: skip
    fresh = TestKey("juno second")
    office = Office()
    first = office.root(shown=False)
    office.root(
        next_root(first, people=people(juno=fresh), root=Threshold(2, ANY)),
        {"ottilie": OTTILIE, "juno": JUNO, "juno.2": fresh},
    )
    office.release(root=2, signers={"ottilie": OTTILIE, "juno": fresh})
    yield Vector("root-new-key", "who changes a key signs root 2 with the old and the new one",
                 office.tree, "in force")  # fmt: skip
    office = Office()
    first = office.root()
    office.root(next_root(first, people=people(juno=fresh)), {"ottilie": OTTILIE}, shown=False)
    yield Vector("root-waiting", "root 2 is proposed and lacks signatures: root 1 goes on",
                 _released(office), "in force")  # fmt: skip


def _released(office: Office) -> Tree:
    office.release()
    return dict(office.tree)
