"""What the functions are told by their environment; `infra/template.yaml` sets it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from signpost.errors import SettingsError

MAX_AGE_S = 10 * 365 * 86_400


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
        if faults:
            raise SettingsError(
                f"The environment of the function is wrong ({'; '.join(faults)}).",
                "Deploy infra/template.yaml, which sets all of them.",
            )
        texts = {field: env[name].strip() for field, name in NAMES.items() if field != "ages_s"}
        return cls(**texts, ages_s=_ages(ages))


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


def _ages(text: str) -> tuple[int, ...]:
    """The ages, ascending and each once; empty where the text is not a list of them."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() for word in words):
        return ()
    ages = sorted({int(word) for word in words})
    return tuple(ages) if ages[0] > 0 and ages[-1] <= MAX_AGE_S else ()
