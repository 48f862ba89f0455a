"""What the functions are told by their environment; `infra/template.yaml` sets it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from signpost.domain.gate import Require
from signpost.errors import SettingsError

MAX_AGE_S = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class SignoffSettings:
    """What the function `signoff` is told beside the others.

    Args:
        table: name of the table in which it remembers.
        origin: of its pages, such as `https://signoff.example.com`: passkeys belong to its host.
        control: name of the function that the pages ask, `control-for-pages`.
        archive: name of the write-once bucket of the audit trail; empty where there is none.
        site: address of the strategy site, which people enter from here; empty where there is none.
        site_key: name, in the parameter store, of the key that signs passes to it.
    """

    table: str
    origin: str
    control: str
    archive: str = ""
    site: str = ""
    site_key: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one stack. docs/reference/settings.md lists them.

    Args:
        workspace: id of the workspace that the stack serves.
        bucket: name of the bucket.
        ledger: name of the ledger table.
        metrics: name of the metrics table.
        publish_queue: address of the publish queue.
        publish_dlq: address of its dead-letter queue.
        measure_queue: address of the measure queue.
        ages_s: ages at which metrics are read, in seconds since publication, ascending.
        secrets_path: path of the tokens in the parameter store, without a trailing slash.
        signoff_roots: digests of the brands' first trust roots, in which all trust begins.
        require_release: whether a release has to be in force for anything to go out.
        signoff: of the sign-off pages; None in functions that have none.
        archive: name of the write-once bucket of the audit trail; empty where there is none, and in
            functions that copy nothing there.
    """

    workspace: str
    bucket: str
    ledger: str
    metrics: str
    publish_queue: str
    publish_dlq: str
    measure_queue: str
    ages_s: tuple[int, ...]
    secrets_path: str
    signoff_roots: tuple[str, ...] = ()
    require_release: Require = Require.CONTENT
    signoff: SignoffSettings | None = None
    archive: str = ""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Args:
            environment: this process's where left out.

        Raises:
            SettingsError: names everything that is missing or malformed, at once.
        """
        env = os.environ if environment is None else environment
        missing = [name for name in NAMES.values() if not env.get(name, "").strip()]
        faults = [f"missing: {', '.join(missing)}"] if missing else []
        ages = env.get(NAMES["ages_s"], "")
        if NAMES["ages_s"] not in missing and not _ages(ages):
            faults.append(f"{NAMES['ages_s']} is not a list of seconds: {ages!r}")
        roots = tuple(filter(None, (word.strip() for word in env.get(ROOTS, "").split(","))))
        faults += [f"{ROOTS} is not a digest: {word!r}" for word in roots if not _is_digest(word)]
        require = env.get(REQUIRE, "").strip() or Require.CONTENT
        if require not in set(Require):
            faults.append(f"{REQUIRE} is none of {', '.join(Require)}: {require!r}")
        if faults:
            raise SettingsError(
                f"The environment of the function is wrong ({'; '.join(faults)}).",
                "Deploy infra/template.yaml, which sets all of them.",
            )
        texts = {field: env[name].strip() for field, name in NAMES.items() if field != "ages_s"}
        return cls(
            **texts,
            ages_s=_ages(ages),
            signoff_roots=roots,
            require_release=Require(require),
            signoff=_signoff(env),
            archive=env.get(SIGNOFF["archive"], "").strip(),
        )


NAMES: Mapping[str, str] = {
    "workspace": "SIGNPOST_WORKSPACE",
    "bucket": "SIGNPOST_BUCKET",
    "ledger": "SIGNPOST_LEDGER",
    "metrics": "SIGNPOST_METRICS",
    "publish_queue": "SIGNPOST_PUBLISH_QUEUE",
    "publish_dlq": "SIGNPOST_PUBLISH_DLQ",
    "measure_queue": "SIGNPOST_MEASURE_QUEUE",
    "ages_s": "SIGNPOST_AGES",
    "secrets_path": "SIGNPOST_SECRETS_PATH",
}
"""Field to environment variable."""

SIGNOFF: Mapping[str, str] = {
    "table": "SIGNPOST_SIGNOFF_TABLE",
    "origin": "SIGNPOST_SIGNOFF_ORIGIN",
    "control": "SIGNPOST_CONTROL",
    "archive": "SIGNPOST_SIGNOFF_ARCHIVE",
    "site": "SIGNPOST_SITE",
    "site_key": "SIGNPOST_SITE_KEY",
}
"""Those of the function `signoff`; the others do without."""

ROOTS = "SIGNPOST_SIGNOFF_ROOT"
REQUIRE = "SIGNPOST_REQUIRE_RELEASE"
"""Both may be left out: without them nothing is signed, and nothing needs to be."""


def _signoff(env: Mapping[str, str]) -> SignoffSettings | None:
    given = {field: env.get(name, "").strip() for field, name in SIGNOFF.items()}
    if not given["table"] or not given["origin"] or not given["control"]:
        return None
    return SignoffSettings(**given)


def _is_digest(word: str) -> bool:
    return (
        len(word) == 71 and word.startswith("sha256:") and set(word[7:]) <= set("0123456789abcdef")
    )


def _ages(text: str) -> tuple[int, ...]:
    """The ages, ascending and each once; empty where the text is not a list of them."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() for word in words):
        return ()
    ages = sorted({int(word) for word in words})
    return tuple(ages) if ages[0] > 0 and ages[-1] <= MAX_AGE_S else ()
