"""The local stack: AWS emulator, deployed template, local network, tokens. One owner at a time.

The process that opens it owns it: emulator and network are its children and notice its end by
a pipe, so that nothing of the stack outlives it, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from signpost.bootstrap import SystemClock, Wiring
from signpost.content.project import installed, project_root
from signpost.domain.home import blog_name
from signpost.domain.workspace import AccountSettings, Brand
from signpost.errors import StackError
from signpost.local.deploy import STACK, deploy_template, local_clients
from signpost.local.emulator import ACCESS_KEY, REGION, SECRET_KEY, Emulator
from signpost.local.feed import Feed
from signpost.local.layout import Claim, Layout, read_json, write_private
from signpost.local.ports import choose
from signpost.local.signoff import FIRST_PORT, SignoffServer, invoked
from signpost.settings import Settings

FIRST_PORTS = {"emulator": 4566, "network": 4600}
"""What a new stack asks for; taken ones are replaced by whatever is free."""

_NO_LOGIN = re.compile(r"[^a-z0-9_.@-]+")

Say = Callable[[str], None]


class LocalStack:
    """A running local stack; `open` starts it, `stop` ends it."""

    def __init__(
        self, layout: Layout, claim: Claim, emulator: Emulator, feed: Feed, *, new: bool
    ) -> None:
        self.layout = layout
        self.new = new
        self._claim = claim
        self._emulator = emulator
        self._feed = feed
        self._outputs: Mapping[str, str] = {}
        self._wiring: Wiring | None = None
        self._signoff: SignoffServer | None = None

    @classmethod
    def open(cls, layout: Layout, say: Say) -> LocalStack:
        """Start emulator and network, on the ports of last time where they are free.

        Where the ledger is gone (its emulator was killed), feed and scratch repository are set
        aside first: content must never meet a ledger that has forgotten what went out.

        Args:
            layout: where the stack's files lie.
            say: prints a line for people.

        Raises:
            StackError: it runs already, a folder cannot be written, or a part did not start.
        """
        layout.make()
        claim = Claim(layout)
        emulator = None
        try:
            ports = _ports(layout, say)
            emulator = Emulator.start(layout.emulator, ports["emulator"])
            new = not _deployed(emulator.endpoint)
            if new:
                _begin_anew(layout, say)
            if not layout.network.exists():
                (layout.root / "accounts.json").unlink(missing_ok=True)  # its tokens went with it
            feed = Feed.start(layout.network, ports["network"], layout.logs / "network.log")
        except BaseException:
            if emulator is not None:
                emulator.stop()
            claim.release()
            raise
        kept = read_json(layout.ports)  # others keep theirs there, too
        write_private(layout.ports, {**kept, "emulator": emulator.port, "network": feed.port})
        return cls(layout, claim, emulator, feed, new=new)

    @property
    def address(self) -> str:
        """The local network's base address."""
        return self._feed.address

    @property
    def outputs(self) -> Mapping[str, str]:
        """The deployed stack's outputs, and the emulator's `Endpoint`."""
        return {**self._outputs, "Endpoint": self._emulator.endpoint}

    @property
    def signoff(self) -> str:
        """Where the sign-off pages are; empty before the stack is deployed."""
        return self._signoff.origin if self._signoff else ""

    @property
    def wiring(self) -> Wiring:
        """The stack's ports as the functions see them, with the rights of the account's owner.

        Raises:
            StackError: it is not deployed yet.
        """
        if self._wiring is None:
            raise StackError("The local stack is not deployed yet.")
        return self._wiring

    def fallen(self) -> str:
        """Which part has ended by itself; empty where all of them run."""
        if not self._emulator.alive:
            return "emulator"
        return "" if self._feed.alive else "network"

    def deploy(
        self,
        workspace: str,
        ages_s: Sequence[int],
        say: Say,
        signoff_root: Callable[[], str] = str,
    ) -> None:
        """Build the functions' package and bring infra/template.yaml into the emulator.

        Args:
            signoff_root: says in which trust roots trust begins; asked when the package is built.

        Raises:
            StackError: the package or the stack could not be made, or the folder's stack is of
                another workspace.
        """
        kept = self.layout.root / "workspace.json"
        owner = read_json(kept).get("workspace", workspace)
        if owner != workspace and not self.new:
            raise StackError(
                f"The local stack in {self.layout.root} belongs to workspace `{owner}`, not to "
                f"`{workspace}`.",
                f"Work with that workspace, or move {self.layout.root} out of the way.",
            )
        write_private(kept, {"workspace": workspace})
        project = project_root()
        # A checkout's is shared by all stacks of that checkout; an installed package stays as it is.
        package = self.layout.package if installed() else project / "build" / "lambda-local"
        say("building the functions' package")
        _build(project, package)
        if self._signoff is None:
            # Passkeys belong to this address, so that it has to be known first.
            self._signoff = self._open_signoff()
        say("deploying infra/template.yaml")
        ages = ",".join(str(age) for age in ages_s)
        self._outputs = deploy_template(
            self._emulator.endpoint,
            project / "infra" / "template.yaml",
            package,
            {
                "Workspace": workspace,
                "Ages": ages,
                "SignoffRoot": signoff_root(),
                "SignoffLocal": self._signoff.origin,
            },
        )
        out = self._outputs
        settings = Settings(
            workspace=workspace,
            bucket=out["Bucket"],
            ledger=out["Ledger"],
            metrics=out["Metrics"],
            publish_queue=out["PublishQueue"],
            publish_dlq=out["PublishDlq"],
            measure_queue=out["MeasureQueue"],
            ages_s=tuple(ages_s),
            secrets_path=out["SecretsPath"],
        )
        self._wiring = Wiring(settings, local_clients(self._emulator.endpoint), SystemClock())
        if self._wiring.ledger.stop() is None:
            # A workspace without a switch sends nothing. Here a new one may begin by itself.
            self._start_switch()

    def seed(self, brands: Iterable[Brand]) -> None:
        """Give every account that has no secret yet one of the local network.

        Accounts of a channel that the network does not speak are left alone.

        Raises:
            StackError: the network refuses the account's handle.
        """
        ssm = local_clients(self._emulator.endpoint).get("ssm")
        path = self.wiring.settings.secrets_path
        listed = read_json(self.layout.root / "accounts.json")
        for brand in brands:
            for account in brand.accounts:
                secret = account.secret or account.id
                who = _local_name(account)
                if who is None or (listed.get(secret) == list(who) and not self.new):
                    continue
                channel, username, site = who
                members = self._feed.secret(channel, username, account.name or brand.name, site)
                ssm.put_parameter(
                    Name=f"{path}/{secret}",
                    Value=json.dumps(members),
                    Type="SecureString",
                    Overwrite=True,
                )
                listed[secret] = list(who)
        write_private(self.layout.root / "accounts.json", listed)

    def announce(self) -> None:
        """Write down how to reach the stack: from here on, the command line finds it."""
        write_private(
            self.layout.local,
            {
                "pid": os.getpid(),
                "workspace": self.wiring.settings.workspace,
                "endpoint": self._emulator.endpoint,
                "region": REGION,
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
                "bucket": self._outputs["Bucket"],
                "control": self._outputs["ControlFunction"],
                "network": self._feed.address,
                "signoff": self.signoff,
            },
        )

    def stop(self) -> None:
        """End everything and save; returns when nothing of it runs any more."""
        with contextlib.suppress(OSError):
            self.layout.local.unlink()
        if self._signoff is not None:
            self._signoff.stop()
        # First who sends, then who receives: a send cut off here would have to be settled later.
        self._emulator.stop()
        self._feed.stop()
        self._claim.release()

    def _open_signoff(self) -> SignoffServer:
        kept = read_json(self.layout.ports)
        before = kept.get("signoff")
        port = choose(before if isinstance(before, int) else FIRST_PORT)
        client = local_clients(self._emulator.endpoint).get("lambda")

        def pages(event: Mapping[str, Any]) -> Mapping[str, Any]:
            # The stack is deployed after this: its function's name is known then.
            return invoked(client, self._outputs["SignoffFunction"])(event)

        server = SignoffServer(pages, port)
        write_private(self.layout.ports, {**kept, "signoff": server.port})
        return server

    def invite(self, brand: str, person: str, name: str) -> str:
        """A link to the sign-off pages with which one person enrols a passkey.

        Raises:
            StackError: the function did not make one.
        """
        client = local_clients(self._emulator.endpoint).get("lambda")
        request = {
            "action": "invite", "brand": brand, "person": person, "name": name,
            "actor": "local stack",
        }  # fmt: skip
        said = invoked(client, self._outputs["SignoffFunction"])(request)
        if not said.get("ok"):
            raise StackError(f"No invite was made ({said}).", f"Look at {self._emulator.log}.")
        return str(said["link"])

    def _start_switch(self) -> None:
        client = local_clients(self._emulator.endpoint).get("lambda")
        request = {
            "action": "resume",
            "scope": "*",
            "actor": "local stack",
            "reason": "a new local workspace",
        }
        answer = client.invoke(
            FunctionName=self._outputs["ControlFunction"], Payload=json.dumps(request).encode()
        )
        said: Any = json.loads(answer["Payload"].read() or b"{}")
        if not isinstance(said, dict) or not said.get("ok"):
            raise StackError(
                f"The control function did not set the stop switch ({said}).",
                f"Look at {self._emulator.log}.",
            )


def _local_name(account: AccountSettings) -> tuple[str, str, str] | None:
    """Channel, name and blog of an account on the local network; None where it speaks no such."""
    handle = account.handle.strip().lstrip("@")
    match account.channel:
        case "mastodon":
            return account.channel, handle.partition("@")[0], ""
        case "bluesky":
            return account.channel, handle, ""
        case "wordpress":
            # What a blog calls its user is in the secret; here the handle will do.
            name = _NO_LOGIN.sub("-", handle.lower()).strip("-") or account.id
            return account.channel, name, blog_name(account.server, account.id)
        case _:
            return None


def _ports(layout: Layout, say: Say) -> dict[str, int]:
    """A free port for each part: last time's if possible, so that links stay."""
    kept = read_json(layout.ports)
    chosen: dict[str, int] = {}
    for part, first in FIRST_PORTS.items():
        before = kept.get(part)
        wanted = before if isinstance(before, int) else first
        chosen[part] = choose(wanted, frozenset(chosen.values()))
        if isinstance(before, int) and chosen[part] != before:
            say(
                f"port {before} is taken by another program; the {part} listens on "
                f"{chosen[part]} now, and links to the old port no longer work"
            )
    return chosen


def _deployed(endpoint: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        local_clients(endpoint).get("cloudformation").describe_stacks(StackName=STACK)
    except ClientError:
        return False
    return True


def _begin_anew(layout: Layout, say: Say) -> None:
    # A first start that was cut off before anything was deployed leaves no accounts behind.
    lost = layout.workspace.exists() or (layout.root / "accounts.json").exists()
    aside = layout.set_aside()
    for name in ("accounts.json", "workspace.json"):
        (layout.root / name).unlink(missing_ok=True)
    if lost and aside is not None:
        say("the AWS emulator was killed the last time, and the local ledger is gone with it")
        say("a new workspace with a new feed begins, since nobody can know what was posted")
        say(f"what there was lies in {aside}")


def _build(project: Path, into: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(project / "infra" / "package.py"), "--local", "--into", str(into)],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise StackError(
            f"The functions' package could not be built: {words[-1] if words else 'no reason'}",
            "Install Signpost as `signpost[cli]`; in a checkout: run `make setup`, then try again.",
        )


def end_quietly(stack: LocalStack | None) -> None:
    """Stop a stack where an error is already on its way."""
    if stack is not None:
        with contextlib.suppress(StackError, OSError):
            stack.stop()
