"""The answers that `init` needs: given, asked for, or taken from where it runs."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click

from signpost.domain.timing import zone_info
from signpost.errors import LocalTimeError

UNKNOWN_SOURCE = "# signpost[cli] @ git+https://ADDRESS-OF-SIGNPOST@v{version}"
"""Better than a bare name: on a public index somebody else's package may have it."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_LONGEST_NAME = 80
_LONGEST_ID = 32
# What no decomposition takes to ASCII.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
# Windows opens a device where a file or folder has one of these names, whatever its ending. Source:
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file (noted 2026-11-22).
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))]
)


def name_of(text: str) -> str:
    """A brand's name as it is written.

    Raises:
        click.BadParameter: it is empty, too long, or has letters that cannot be seen.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split(" "))).strip()
    if not name or len(name) > _LONGEST_NAME:
        raise click.BadParameter(f"A name has 1 to {_LONGEST_NAME} letters.")
    for letter in name:
        # Joiners are part of how some languages are written, and of emoji.
        if unicodedata.category(letter)[0] == "C" and letter not in "\u200c\u200d":
            raise click.BadParameter(
                f"The name has a letter that cannot be seen (U+{ord(letter):04X})."
            )
        if unicodedata.category(letter) in {"Zl", "Zp"}:
            raise click.BadParameter("The name has a line break.")
    return name


def id_of(name: str) -> str:
    """An id for a brand of that name; `brand` where no letter of it has a form in ASCII."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = folded.encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:_LONGEST_ID].rstrip("-")
    if not found:
        return "brand"
    return f"{found}-brand" if found in _DEVICES else found


def brand_id(text: str) -> str:
    """An id that a person chose.

    Raises:
        click.BadParameter: it cannot be one.
    """
    if not _ID.fullmatch(text):
        raise click.BadParameter(
            f"`{text}` is no id: lower-case letters, digits, `-` and `_`, at most 64."
        )
    if text in _DEVICES:
        raise click.BadParameter(f"Windows takes `{text}` for a device. Choose another id.")
    return text


def zone_of(text: str) -> str:
    """A zone that is in the database.

    Raises:
        click.BadParameter: it is not.
    """
    try:
        zone_info(text)
    except LocalTimeError as error:
        raise click.BadParameter(str(error)) from error
    return text


def language_of(text: str) -> str:
    """A language as posts' front matter and brand.yaml have it.

    Raises:
        click.BadParameter: it has another form.
    """
    if not _LANGUAGE.fullmatch(text):
        raise click.BadParameter(f"`{text}` is no language. Write `en`, `de` or `pt-BR`.")
    return text


def machine_zone() -> str:
    """The zone that this machine is set to; `UTC` where it does not say."""
    link = Path("/etc/localtime")
    named = [os.environ.get("TZ", "").lstrip(":")]
    if link.is_symlink():
        named.append(str(link.resolve()).rpartition("zoneinfo/")[2])
    for word in named:
        try:
            zone_info(word)
        except LocalTimeError:
            continue
        return "UTC" if word in {"Etc/UTC", "Etc/UCT", "UCT", "Zulu"} else word
    return "UTC"


def machine_language() -> str:
    """The language that this machine is set to; `en` where it does not say."""
    words = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    word = next(filter(None, words), "").partition(".")[0].partition("@")[0].partition("_")[0]
    return word if _LANGUAGE.fullmatch(word) else "en"


def asked(question: str, default: str, judge: Callable[[str], str]) -> str:
    """Ask at the terminal until the answer can be one."""

    def judged(text: str) -> str:
        try:
            return judge(text)
        except click.BadParameter as error:
            raise click.UsageError(error.message) from error  # without the words of an option

    return str(click.prompt(question, default=default, value_proc=judged))


def requirement(source: str | None) -> str:
    """The line that installs this very Signpost elsewhere.

    Args:
        source: the address that a person gave: `git+https://…@v1`, a wheel's address, or a path
            that is seen from the repository's root.

    Returns:
        A comment to be completed where nobody can know where others get it from: a wheel of this
        machine, a checkout.
    """
    version = _version()
    if source:
        beside = source.startswith(("./", "../")) and source.endswith(".whl")
        return f"{source}[cli]" if beside else f"signpost[cli] @ {source}"
    found = _origin()
    if found is None:
        return UNKNOWN_SOURCE.format(version=version)
    if not found:
        return f"signpost[cli]=={version}"
    vcs, url = found.get("vcs_info"), str(found.get("url", ""))
    if not isinstance(vcs, dict) or not url.startswith(("https://", "ssh://")):
        return UNKNOWN_SOURCE.format(version=version)
    wished = str(vcs.get("requested_revision", ""))
    # A branch moves; a tag of the version says more than a commit.
    at = wished if wished.lstrip("v") == version else str(vcs.get("commit_id", ""))
    return f"signpost[cli] @ {vcs.get('vcs', 'git')}+{_without_password(url)}@{at}"


def _version() -> str:
    try:
        return metadata.version("signpost")
    except metadata.PackageNotFoundError:  # run from its source
        return "VERSION"


def _origin() -> dict[str, object] | None:
    """Where pip took this installation from: {} for an index, None where that is not known.

    Source: https://packaging.python.org/en/latest/specifications/direct-url/ (noted 2026-11-22).
    """
    try:
        ours = metadata.distribution("signpost")
    except metadata.PackageNotFoundError:
        return None
    if ours.read_text("INSTALLER") is None:  # unpacked, or on the path otherwise
        return None
    text = ours.read_text("direct_url.json")
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    kept = f"{user.partition(':')[0]}@{host}" if parts.scheme == "ssh" and user else host
    return urlunsplit(parts._replace(netloc=kept))
