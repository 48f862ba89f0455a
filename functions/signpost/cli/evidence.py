"""What proves the brands' releases, as a push uploads it; and what of them the stack knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from signpost.cli.statefile import StateFile
from signpost.domain.delivery import Delivery
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import State
from signpost.domain.plan import Actual
from signpost.errors import SettingsError
from signpost.usecases.gate_entries import parse_gate

_WAITING = (State.SCHEDULED, State.HELD)


def find_docs(content: Path) -> Path | None:
    """The folder of the handbook's pages; None where there is no site."""
    folder = site_of(content)
    return folder / "docs" if folder else None


def find_proofs(content: Path, brands: Iterable[str]) -> dict[str, bytes]:
    """The proof of each brand that has a trust root, by brand.

    It lies in `strategy-site` beside the content, or above it, as `signpost strategy` finds it.
    """
    folder = site_of(content)
    if folder is None:
        return {}
    found = {}
    for brand in sorted(brands):
        if not (folder / "signoff" / brand / "roots").is_dir():
            continue
        # Imported by need: most workspaces sign nothing.
        from signpost.cli.signoff.evidence import Site
        from signpost.cli.signoff.folders import named, numbered
        from signpost.domain.signing.evidence import pack

        site = Site(folder, brand)
        found[brand] = pack(numbered(site.roots), named(site.releases))
    return found


def find_texts(content: Path, brand: str) -> dict[str, bytes]:
    """The signed texts of each release of a brand, as the sign-off pages show them.

    The proof binds them: who shows them compares each with the manifest.

    Returns:
        Key in the bucket → a JSON object of path and text; files that are no text are left out.
    """
    folder = site_of(content)
    if folder is None:
        return {}
    from signpost.cli.signoff.evidence import Site
    from signpost.cli.signoff.folders import named
    from signpost.domain.canonical import canonical_json
    from signpost.domain.signing import manifest
    from signpost.domain.signing.document import sha256
    from signpost.usecases.signoff.trust import texts_key

    found = {}
    for release in named(Site(folder, brand).releases).values():
        sealed = release.files.get(manifest.NAME)
        if sealed is None:
            continue
        texts = {}
        for path, data in release.signed_files.items():
            try:
                texts[path] = data.decode()
            except UnicodeDecodeError:
                continue
        found[texts_key(brand, sha256(sealed))] = canonical_json(texts)
    return found


def site_of(content: Path) -> Path | None:
    """The folder `strategy-site` beside the content, or above it; None where there is none."""
    for above in content.resolve().parents:
        if (above / "strategy-site").is_dir():
            return above / "strategy-site"
        if (above / ".git").exists():
            break
    return None


def known_gates(state: StateFile) -> dict[str, ReleaseGate]:
    """What the stack knows of releases, by brand; nothing where its version knows of none."""
    return {name: parse_gate(name, value) for name, value in state.releases.items()}


def gates_after(
    proofs: Mapping[str, bytes], state: StateFile, now: datetime
) -> dict[str, ReleaseGate]:
    """What the stack will know once the content is pushed, as far as it can be told here.

    A proof that cannot be verified leaves what is known: the stack's verdict will say so.

    Args:
        proofs: by brand.
        state: what the stack knows.
        now: UTC.
    """
    gates = known_gates(state)
    for brand, data in proofs.items():
        from signpost.domain.signing.evidence import judge_evidence, unpack
        from signpost.errors import SigningError
        from signpost.signatures import check

        before = gates.get(brand, ReleaseGate(brand))
        try:
            found = unpack(data)
            anchor = before.anchor or found.first_root
            gates[brand] = judge_evidence(
                found, before, anchor=anchor, today=now.date(), check=check
            )
        except SigningError:
            continue
    return gates


def shut_at(
    delivery: Delivery, actual: Actual | None, gates: Mapping[str, ReleaseGate], now: datetime
) -> str:
    """Why a delivery would find no release in force at its time; empty where it finds one.

    Args:
        delivery: of a brand that needs one.
        actual: what the stack has of it: what is public needs none.
        gates: by brand.
        now: UTC.
    """
    if actual is not None and (actual.touched or actual.state not in _WAITING):
        return ""
    gate = gates.get(delivery.brand) or ReleaseGate(delivery.brand)
    return gate.shut(max(now, delivery.due or now))


def judge_stack(state: StateFile, *, required: bool) -> bool:
    """Whether the stack's version knows of releases.

    Raises:
        SettingsError: it does not, and the content says that nothing may go out without one.
    """
    knows = state.at is None or "releases" in state.raw
    if required and not knows:
        raise SettingsError(
            "signpost.yaml says `publishing: {require_release: true}`, and the stack is of an "
            "older version that does not know of releases.",
            "Deploy the newest version first: `make deploy`.",
        )
    return knows
