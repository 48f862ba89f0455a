"""Calls ssh-keygen to sign, and finds the key to sign with: a file, or one that the agent holds."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from signpost.domain.signing.keys import PublicKey, parse_line
from signpost.errors import SigningError

_INSTALL = "Install the OpenSSH client: apt-get install openssh-client."


def read_public(file: Path) -> PublicKey:
    """The key of a .pub file, or of the private key's file beside one.

    Raises:
        SigningError: there is none, or it may not sign.
    """
    public = file if file.suffix == ".pub" else file.with_name(f"{file.name}.pub")
    if not public.is_file():
        raise SigningError(
            f"There is no public key {public}.",
            "Name a .pub file; `ssh-keygen -t ed25519` makes a pair.",
            reason="no-key",
        )
    try:
        line = public.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SigningError(
            f"{public} is no public key.", "Name a .pub file.", reason="no-key"
        ) from None
    return parse_line(line)


def find_key(keys: Iterable[PublicKey]) -> Path | None:
    """The file in ~/.ssh whose key is one of these; None where none is.

    With a .pub file alone ssh-keygen asks the agent for the other half.
    """
    wanted = {key.blob for key in keys}
    for public in sorted((Path.home() / ".ssh").glob("*.pub")):
        try:
            if read_public(public).blob in wanted:
                private = public.with_suffix("")
                return private if private.is_file() else public
        except (SigningError, OSError):
            continue
    return None


def agent_key(keys: Iterable[PublicKey]) -> PublicKey | None:
    """The first of these keys that the agent holds; None where none is, or no agent runs."""
    if shutil.which("ssh-add") is None:
        return None
    done = subprocess.run(["ssh-add", "-L"], capture_output=True, text=True, check=False)
    held = {tuple(line.split()[:2]) for line in done.stdout.splitlines()}
    return next((key for key in keys if tuple(key.line.split()) in held), None)


def sign(message: bytes, namespace: str, key: Path) -> bytes:
    """The file of a signature by ssh-keygen, which may ask for a passphrase or a touch.

    Args:
        key: of the private key; a .pub file where the agent holds the other half.

    Raises:
        SigningError: ssh-keygen is missing, or did not sign.
    """
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SigningError("ssh-keygen is not installed.", _INSTALL, reason="no-ssh-keygen")
    with tempfile.TemporaryDirectory(prefix="signpost-sign-") as folder:
        file = Path(folder) / "message"
        file.write_bytes(message)
        # Its questions go to the terminal by themselves, so only what it reports is held back.
        done = subprocess.run(
            [program, "-Y", "sign", "-f", str(key), "-n", namespace, str(file)],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        made = file.with_name("message.sig")
        if done.returncode or not made.is_file():
            raise SigningError(
                f"ssh-keygen did not sign with {key}: {done.stderr.strip() or 'it gave no reason'}.",
                "Is the key's other half in the agent (`ssh-add -L`) or beside it?",
                reason="not-signed",
            )
        return made.read_bytes()


def agent_file(key: PublicKey, folder: Path) -> Path:
    """Write a .pub file for a key that only the agent holds, so that ssh-keygen can be told it."""
    place = folder / "agent.pub"
    place.write_text(f"{key.line}\n")
    return place
