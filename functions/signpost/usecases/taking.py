"""Take a signature under a release or a trust root that was made on the sign-off pages.

`control` does this: it alone writes where the pages read, and it judges as if nobody had before.
The signature is kept beside what was pushed, until `signpost collect` brings it into the repository;
from there it counts like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signpost.domain.canonical import canonical_json
from signpost.domain.signing import manifest
from signpost.domain.signing.counting import Tally, count
from signpost.domain.signing.document import is_id
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.root import Kind
from signpost.domain.signing.roots import judge_roots
from signpost.errors import LedgerUnavailable, SignpostError
from signpost.ports import Clock, Ledger, ObjectStore
from signpost.usecases.signoff.trust import Trust, TrustReader, made_key

_TRIES = 5
_MAX_SIGNATURES = 200


class NotTaken(SignpostError):
    """A signature that does not count."""

    code = "SIGNATURE"


@dataclass(frozen=True, slots=True)
class Taking:
    """Judges and keeps signatures.

    Args:
        trust: reads what is signed, by the ledger's word.
    """

    ledger: Ledger
    objects: ObjectStore
    clock: Clock
    trust: TrustReader

    def take(self, action: str, given: Mapping[str, str], actor: str) -> dict[str, Any]:
        """Keep the signature, if it counts.

        Args:
            action: `sign-release` or `sign-root`.
            given: brand, name (a version, or a root's number), digest, person and signature.
            actor: who asks, for the audit trail.

        Raises:
            NotTaken: it does not count, or what it is under is not what was pushed last.
            LedgerUnavailable: others kept writing first.
        """
        brand, person = given.get("brand", ""), given.get("person", "")
        if not is_id(brand) or not is_id(person):
            raise NotTaken("Brand and person are needed.", "Sign on the sign-off page.")
        gate = self.ledger.gates([brand]).get(brand)
        now = self.clock.now()
        trust = self.trust.of(gate, now.date()) if gate else None
        if trust is None:
            raise NotTaken(f"Nothing of {brand} was pushed.", "Push, then sign.")
        group = "releases" if action == "sign-release" else "roots"
        name, digest = given.get("name", ""), given.get("digest", "")
        judge = _release if group == "releases" else _root
        text, file = given.get("signature", ""), ""
        for file in _names(person):
            tally, known = judge(trust, name, digest, file, text.encode())
            if known:
                break
        signed = [item for item in tally.signed if item.file == file]
        if not signed:
            wrong = next((item for item in tally.uncounted if item.file == file), None)
            cause = wrong.cause if wrong else "The signature does not count."
            raise NotTaken(cause, wrong.remedy if wrong else "Sign again.")
        if self._keep(brand, group, name, digest, file, text):
            detail = {"brand": brand, group: name, "digest": digest, "person": person,
                      "fingerprint": signed[0].signature.key.fingerprint}  # fmt: skip
            self.ledger.audit(now, actor, action, detail)
        return {"brand": brand, "of": name, "file": file, "met": tally.met}

    def _keep(self, brand: str, group: str, name: str, digest: str, file: str, text: str) -> bool:
        """Whether it is new."""
        key = made_key(brand)
        for _ in range(_TRIES):
            stored = self.objects.get(key)
            value: dict[str, Any] = json.loads(stored.data) if stored else {}
            entries = value.setdefault(group, {})
            entry = entries.get(name)
            if entry is None or entry["digest"] != digest:
                entry = entries[name] = {"digest": digest, "signatures": {}}
            if entry["signatures"].get(file) == text:
                return False
            if len(entry["signatures"]) >= _MAX_SIGNATURES:
                raise NotTaken("There are too many signatures.", "Collect them first.")
            entry["signatures"][file] = text
            data = canonical_json({"schema": 1, **value})
            if self.objects.replace(key, data, "application/json", stored.etag if stored else None):
                return True
        raise LedgerUnavailable("Others sign at this moment.", "Sign again.")


def _names(person: str) -> list[str]:
    """What a person's signatures may be called; who changes a key signs with both."""
    return [f"{person}.sig", *(f"{person}.{number}.sig" for number in range(2, 10))]


def _release(trust: Trust, version: str, digest: str, file: str, text: bytes) -> tuple[Tally, bool]:
    """The signatures with this one, and whether the name was free for it."""
    item = trust.standing.releases.get(version)
    if item is None or item.root is None or item.digest != digest or item.faults:
        raise NotTaken(f"There is no release {version[:40]} of that digest.", "Look again.")
    closed = trust.closed(item)
    if closed:
        raise NotTaken(closed, "It cannot be signed any more. Make it anew, or sign the next one.")
    folder = trust.proof.releases[version]
    free = folder.signatures.get(file, text) == text
    given = {**folder.signatures, **({file: text} if free else {})}
    sealed, root = folder.files[manifest.NAME], item.root
    return count(root, Kind.STRATEGY, root.strategy, sealed, given, trust.check), free


def _root(trust: Trust, name: str, digest: str, file: str, text: bytes) -> tuple[Tally, bool]:
    item = trust.proposed
    if item is None or str(item.number) != name or item.digest != digest:
        raise NotTaken(
            f"There is no proposed trust root {name[:10]} of that digest.", "Look again."
        )
    folder = trust.proof.roots[item.number]
    free = folder.signatures.get(file, text) == text
    files = dict(folder.files) | ({f"signatures/{file}": text} if free else {})
    folders = {**trust.proof.roots, item.number: Folder(files, folder.odd)}
    judged = judge_roots(folders, trust.check, brand=trust.brand)
    after = next(one for one in (*judged.accepted, *judged.waiting) if one.number == item.number)
    # Of several thresholds the one is looked at in which this signature counts.
    tallies = list(after.tallies.values())
    counted = [one for one in tallies if any(signed.file == file for signed in one.signed)]
    return (counted or tallies)[0], free
