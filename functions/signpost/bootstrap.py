"""Wires the AWS adapters, the transport and the connectors for the handlers.

One `Wiring` a process. Everything is made when it is first asked for and imported where it is
made, so that a function pays only for what it uses.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from signpost.errors import SettingsError
from signpost.settings import SIGNOFF, Settings

if TYPE_CHECKING:
    from signpost.aws.session import Clients
    from signpost.domain.signing.keys import PublicKey
    from signpost.domain.signing.sshsig import Proof
    from signpost.ports import Clock, Ledger, MetricStore, ObjectStore, Queue, Trail
    from signpost.usecases.accounts import AccountCheck
    from signpost.usecases.acknowledging import Acknowledging
    from signpost.usecases.amend import Amender
    from signpost.usecases.approval_facts import ApprovalKeeper
    from signpost.usecases.approving import Approving
    from signpost.usecases.awaiting import Awaiting
    from signpost.usecases.gatekeeper import Gatekeeper
    from signpost.usecases.job import World
    from signpost.usecases.measure import Measurer
    from signpost.usecases.publish import Publisher
    from signpost.usecases.schedule import Scheduler
    from signpost.usecases.signoff.desk import SignoffDesk
    from signpost.usecases.signoff.trust import TrustReader
    from signpost.usecases.state import StateWriter
    from signpost.usecases.stop import Control
    from signpost.usecases.taking import Taking
    from signpost.usecases.tick import Ticker
    from signpost.usecases.trusted import Roots


if os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    # A start makes thousands of objects and no garbage; looking for some took a seventh of its
    # time (`make bench`, cold_publish). `end_of_start` lets the collector work again.
    gc.disable()


def end_of_start() -> None:
    """After the first request: collect garbage from here on, but not in what the start made."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


class SystemClock:
    """Implements ports.Clock with this machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Wiring:
    """The ports of one stack, and the use cases over them.

    Args:
        settings: names and addresses.
        clients: boto3 clients.
        clock: the time.
    """

    settings: Settings
    clients: Clients
    clock: Clock

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger."""
        from signpost.aws.ledger import DynamoLedger

        client = self.clients.get("dynamodb")
        return DynamoLedger(client, self.settings.ledger, self.settings.workspace, self.clock)

    @cached_property
    def objects(self) -> ObjectStore:
        """The bucket."""
        from signpost.aws.objects import S3Objects

        return S3Objects(self.clients.get("s3"), self.settings.bucket)

    @cached_property
    def queue(self) -> Queue:
        """The work queues."""
        from signpost.aws.queue import SqsQueue

        chosen, client = self.settings, self.clients.when_used("sqs")
        return SqsQueue(client, chosen.publish_queue, chosen.publish_dlq, chosen.measure_queue)

    @cached_property
    def metrics(self) -> MetricStore:
        """The metric snapshots."""
        from signpost.aws.metrics import DynamoMetrics

        return DynamoMetrics(self.clients.get("dynamodb"), self.settings.metrics)

    @cached_property
    def world(self) -> World:
        """What publishing and measuring use."""
        from signpost.aws.secrets import SsmSecrets
        from signpost.connectors.registry import Registry
        from signpost.transport import HttpTransport
        from signpost.usecases.job import World

        return World(
            ledger=self.ledger,
            objects=self.objects,
            connectors=Registry(),
            secrets=SsmSecrets(self.clients.get("ssm"), self.settings.secrets_path, self.clock),
            queue=self.queue,
            transport=HttpTransport(),
            clock=self.clock,
        )

    @cached_property
    def state(self) -> StateWriter:
        """The writer of `state/deliveries.json`."""
        from signpost.usecases.state import StateWriter

        return StateWriter(
            self.settings.workspace, self.ledger, self.objects, self.metrics, self.clock
        )

    def publisher(self) -> Publisher:
        """The use case behind `publish`."""
        from signpost.usecases.publish import Publisher

        return Publisher(self.world, self.settings.require_release)

    def measurer(self) -> Measurer:
        """The use case behind `measure`."""
        from signpost.usecases.measure import Measurer

        return Measurer(self.world, self.metrics)

    def scheduler(self) -> Scheduler:
        """The use case behind `schedule`."""
        from signpost.connectors.registry import Registry
        from signpost.usecases.schedule import Scheduler

        return Scheduler(
            workspace=self.settings.workspace,
            ledger=self.ledger,
            objects=self.objects,
            connectors=Registry(),
            queue=self.queue,
            state=self.state,
            clock=self.clock,
            gatekeeper=self.gatekeeper,
            approvals=self.approvals,
        )

    @cached_property
    def gatekeeper(self) -> Gatekeeper:
        """What verifies releases; the signatures' library is loaded when there is one."""
        from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge

        judge = ReleaseJudge(self.settings.signoff_roots, _check)
        return Gatekeeper(self.ledger, self.objects, judge.judge, self.settings.require_release)

    @cached_property
    def roots(self) -> Roots:
        """Finds the trust roots that were accepted; none where the stack knows no first one."""
        from signpost.usecases.trusted import TrustedRoots, no_roots

        return TrustedRoots(self.objects, _check) if self.settings.signoff_roots else no_roots

    @cached_property
    def approvals(self) -> ApprovalKeeper:
        """What keeps which posts need approval, and whether they have it."""
        from signpost.usecases.approval_facts import ApprovalKeeper

        return ApprovalKeeper(self.ledger, self.roots, _check)

    def approving(self) -> Approving:
        """The use case behind `control` where a post is approved or rejected."""
        from signpost.usecases.approving import Approving

        return Approving(
            self.settings.workspace,
            self.ledger,
            self.queue,
            self.clock,
            self.roots,
            _check,
            self.state,
        )

    def awaiting(self) -> Awaiting:
        """The use case behind `control` where somebody asks what awaits approval."""
        from signpost.usecases.awaiting import Awaiting

        return Awaiting(self.settings.workspace, self.ledger, self.objects, self.roots)

    def ticker(self) -> Ticker:
        """The use case behind `tick`."""
        from signpost.usecases.tick import Ticker

        return Ticker(self.ledger, self.queue, self.state, self.clock, self.settings.ages_s)

    def trail(self) -> Trail | None:
        """The audit trail and its write-once copies; None where the stack has no place for them."""
        if not self.settings.archive:
            return None
        from signpost.aws.trail import DynamoTrail

        told = self.settings
        s3 = self.clients.get("s3")
        dynamodb = self.clients.get("dynamodb")
        return DynamoTrail(dynamodb, told.ledger, told.workspace, s3, told.archive)

    def control(self, *, signed: bool = False) -> Control:
        """The use case behind `control`.

        Args:
            signed: whether nothing is lifted for which nobody signs.
        """
        from signpost.usecases.resuming import Resuming
        from signpost.usecases.stop import Control

        resuming = None
        if self.settings.signoff_roots:
            name = self.settings.workspace
            resuming = Resuming(name, self.ledger, self.objects, _check)
        return Control(self.ledger, self.queue, self.clock, resuming, signed)

    def acknowledging(self) -> Acknowledging:
        """The use case behind `control` where somebody has read a release."""
        from signpost.aws.acknowledgements import DynamoAcknowledgements
        from signpost.usecases.acknowledging import Acknowledging
        from signpost.usecases.trusted import TrustedRoots

        book = DynamoAcknowledgements(self.clients.get("dynamodb"), self.settings.ledger)
        roots = TrustedRoots(self.objects, _check)
        return Acknowledging(self.ledger, book, self.objects, self.clock, roots, _check)

    def amender(self) -> Amender:
        """The use case behind `control` where something public is corrected or retracted."""
        from signpost.connectors.registry import Registry
        from signpost.usecases.amend import Amender

        return Amender(self.ledger, self.objects, Registry(), self.queue, self.state, self.clock)

    def accounts(self) -> AccountCheck:
        """The use case behind `control` where an account is looked at."""
        from signpost.aws.secrets import SsmSecrets
        from signpost.usecases.accounts import AccountCheck

        # Nothing that is remembered: who mends a token asks again at once.
        ssm = self.clients.get("ssm")
        secrets = SsmSecrets(ssm, self.settings.secrets_path, self.clock)
        return AccountCheck(replace(self.world, secrets=secrets))

    @cached_property
    def trust(self) -> TrustReader:
        """What is signed, verified."""
        from signpost.usecases.signoff.trust import TrustReader

        return TrustReader(self.objects, self.settings.signoff_roots, _check)

    def taking(self) -> Taking:
        """The use case behind `control` where a signature of the pages is taken."""
        from signpost.usecases.taking import Taking

        return Taking(self.ledger, self.objects, self.clock, self.trust)

    def signoff(self) -> SignoffDesk:
        """The use cases behind the sign-off pages.

        Raises:
            SettingsError: this function is not told where it remembers, or which host it is.
        """
        return self._signoff

    @cached_property
    def _signoff(self) -> SignoffDesk:
        from signpost.aws.control import LambdaControl
        from signpost.aws.pass_key import SsmPassKey
        from signpost.aws.signoff import DynamoSignoff
        from signpost.usecases.signoff.desk import SignoffDesk

        told = self.settings.signoff
        if told is None:
            raise SettingsError(
                f"The environment of the function lacks some of {', '.join(SIGNOFF.values())}.",
                "Deploy infra/template.yaml, which sets all of them.",
            )
        store = DynamoSignoff(
            self.clients.get("dynamodb"), told.table, self.clients.when_used("s3"), told.archive,
            self.clock,
        )  # fmt: skip
        control = LambdaControl(self.clients.when_used("lambda"), told.control)
        key = None
        if told.site_key:
            key = SsmPassKey(self.clients.when_used("ssm"), told.site_key, self.clock)
        return SignoffDesk(
            self.settings.workspace, told.origin, store, self.trust, control, self.clock, _check,
            told.site, key,
        )  # fmt: skip


def _check(key: PublicKey, proof: Proof, message: bytes) -> bool:
    """The mathematics of signatures, whose library is loaded when there is one."""
    from signpost import signatures

    return signatures.check(key, proof, message)


@lru_cache(maxsize=1)
def wiring() -> Wiring:
    """This process's wiring.

    Raises:
        SettingsError: the environment lacks settings.
    """
    from signpost.aws.session import Clients

    return Wiring(Settings.from_env(), Clients(), SystemClock())


def preload(make: Callable[[Wiring], object]) -> None:
    """In Lambda, make a use case while the function starts: that phase has a full CPU.

    Elsewhere (tests, tools) nothing happens, so that a handler can be imported without settings.
    """
    if os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        make(wiring())
