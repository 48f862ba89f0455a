"""How a live post is named: its record, that record's content hash, and its thread's root.

A reply has to name uri *and* cid of the post before it and of the thread's first post, but what
the ledger keeps of a part is one text. So the external id carries all of it:

    at://<did>/app.bsky.feed.post/<rkey>#<cid>                           a post, or a first part
    at://<did>/app.bsky.feed.post/<rkey>#<cid>#<root rkey>#<root cid>    a later part of a thread

A person who says where a held post is live may give less: the record key (which is the end of
its web address) or the uri. What is missing is read from the server when it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from signpost.connectors.bluesky.spec import COLLECTION


@dataclass(frozen=True, slots=True)
class Ref:
    """A record: `did` and `cid` are empty where they are not known."""

    did: str
    rkey: str
    cid: str = ""

    @property
    def uri(self) -> str:
        """The record's address in the network."""
        return f"at://{self.did}/{COLLECTION}/{self.rkey}"

    def strong(self) -> dict[str, str]:
        """As a record names another (com.atproto.repo.strongRef)."""
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True, slots=True)
class Live:
    """A live post; `root` is the first post of its thread, None where that is itself."""

    ref: Ref
    root: Ref | None = None

    @property
    def external_id(self) -> str:
        """What the ledger keeps."""
        pieces = [self.ref.uri, self.ref.cid]
        if self.root is not None:
            pieces += [self.root.rkey, self.root.cid]
        return "#".join(pieces)

    def permalink(self, server: str) -> str:
        """Where people see it. By DID, so that it outlives a change of the handle.

        Args:
            server: the account's. One that only this machine reaches shows its posts itself: the
                public app has never heard of them.
        """
        host = urlsplit(server).hostname or ""
        here = host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
        app = server if here else "https://bsky.app"
        return f"{app}/profile/{self.ref.did}/post/{self.ref.rkey}"

    def reply(self) -> dict[str, dict[str, str]]:
        """The `reply` of a record that answers this post."""
        return {"root": (self.root or self.ref).strong(), "parent": self.ref.strong()}


def parse_external_id(text: str) -> Live:
    """What an external id says; a record key alone leaves the account and the hash open."""
    uri, _, rest = text.partition("#")
    cid, _, root = rest.partition("#")
    did, _, rkey = uri.removeprefix("at://").rpartition(f"/{COLLECTION}/")
    if not did:
        return Live(Ref("", uri))
    root_rkey, _, root_cid = root.partition("#")
    return Live(Ref(did, rkey, cid), Ref(did, root_rkey, root_cid) if root_cid else None)


def live_of(answer: object) -> Live | None:
    """The post that an answer of getRecord or putRecord names; None where it names none."""
    if not isinstance(answer, dict):
        return None
    ref = _ref(answer)
    if ref is None:
        return None
    value = answer.get("value")
    reply = value.get("reply") if isinstance(value, dict) else None
    return Live(ref, _ref(reply.get("root")) if isinstance(reply, dict) else None)


def _ref(value: object) -> Ref | None:
    if not isinstance(value, Mapping):
        return None
    uri, cid = value.get("uri"), value.get("cid")
    if not _is_text(uri) or not _is_text(cid):
        return None
    did, _, rkey = str(uri).removeprefix("at://").rpartition(f"/{COLLECTION}/")
    return Ref(did, rkey, str(cid)) if did and rkey else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and "#" not in value
