"""com.atproto.repo: an account's records and blobs.

Source: https://github.com/bluesky-social/atproto/tree/main/packages/pds/src/api/com/atproto/repo,
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.domain.media import HEAD_BYTES, sniff
from signpost.local.network.accounts import Account
from signpost.local.network.bluesky import lexicon
from signpost.local.network.bluesky.book import Record, uri_of
from signpost.local.network.bluesky.names import (
    LIKE,
    POST,
    REPOST,
    AtUri,
    blob_cid,
    did_of,
    is_record_key,
    record_cid,
    repository,
)
from signpost.local.network.bluesky.sessions import account_of
from signpost.local.network.calls import Call
from signpost.local.network.drafts import number
from signpost.local.network.media import Stored
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer

MAX_BLOB = 52_428_800
"""Bytes of an upload. Source: packages/pds/src/config/config.ts (blobUploadLimit), 2026-11-22."""

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def put_record(call: Call) -> Answer:
    """com.atproto.repo.putRecord.

    The same record at its key is answered and nothing is written; of another one `swapRecord`
    decides: null demands that nothing lies there, a cid that this lies there.
    """
    account = _own(call)
    collection, rkey = _place(call)
    fields = call.request.fields
    value = _judged(call, collection)
    # One at a time: of two requests with one key that arrive together, one finds the other's.
    with call.network.creating:
        there = call.network.records.get(account, collection, rkey)
        if there is not None and there.cid == record_cid(value):
            return _written(call, account, there, replayed=True)
        if "swapRecord" in fields and fields["swapRecord"] != (there.cid if there else None):
            raise Refused(400, f"Record was at {there.cid if there else None}", "InvalidSwap")
        _have_blobs(call, account, value)
        made = call.network.records.put(account, collection, rkey, value)
    return _written(call, account, made, created=there is None and collection == POST)


def create_record(call: Call) -> Answer:
    """com.atproto.repo.createRecord; a key that is in use is a failure of the server, as there."""
    account = _own(call)
    collection = str(call.request.fields.get("collection") or "")
    rkey = str(call.request.fields.get("rkey") or _tid(call))
    if not is_record_key(rkey):
        raise Refused(400, "Input/rkey must be a valid Record Key", "InvalidRequest")
    value = _judged(call, collection)
    with call.network.creating:
        if call.network.records.get(account, collection, rkey) is not None:
            raise Refused(500, "Internal Server Error", "InternalServerError")
        _have_blobs(call, account, value)
        made = call.network.records.put(account, collection, rkey, value)
    return _written(call, account, made, created=collection == POST)


def delete_record(call: Call) -> Answer:
    """com.atproto.repo.deleteRecord: what is not there is deleted already."""
    account = _own(call)
    collection, rkey = _place(call)
    with call.network.creating:
        there = call.network.records.get(account, collection, rkey)
        swap = call.request.fields.get("swapRecord")
        if swap is not None and swap != (there.cid if there else None):
            raise Refused(400, f"Record was at {there.cid if there else None}", "InvalidSwap")
        if there is None:
            return Answer.json({})
        call.network.records.delete(account, there)
    return Answer.json({"commit": _commit(call, there.cid)})


def get_record(call: Call) -> Answer:
    """com.atproto.repo.getRecord; anyone may read."""
    request = call.request
    account = _repository(call, request.text("repo") or "")
    collection, rkey = request.text("collection") or "", request.text("rkey") or ""
    found = call.network.records.get(account, collection, rkey)
    if found is None or request.text("cid") not in {None, "", found.cid}:
        uri = AtUri(did_of(account), collection, rkey)
        raise Refused(400, f"Could not locate record: {uri}", "RecordNotFound")
    return Answer.json(_shown(account, found))


def list_records(call: Call) -> Answer:
    """com.atproto.repo.listRecords, the highest key first."""
    request = call.request
    account = _repository(call, request.text("repo") or "")
    limit = min(number(request.text("limit")) or 50, 100)
    collection, cursor = request.text("collection") or "", request.text("cursor") or ""
    found = call.network.records.listed(account, collection, cursor, limit)
    body: dict[str, Any] = {"records": [_shown(account, record) for record in found]}
    if len(found) == limit:
        body["cursor"] = found[-1].rkey
    return Answer.json(body)


def describe_repo(call: Call) -> Answer:
    """com.atproto.repo.describeRepo."""
    account = _repository(call, call.request.text("repo") or "")
    did = did_of(account)
    return Answer.json(
        {
            "handle": account.username,
            "did": did,
            "didDoc": {"id": did, "alsoKnownAs": [f"at://{account.username}"]},
            "collections": [
                name
                for name in (LIKE, POST, REPOST)
                if call.network.records.listed(account, name, "", 1)
            ],
            "handleIsCorrect": True,
        }
    )


def upload_blob(call: Call) -> Answer:
    """com.atproto.repo.uploadBlob: the body is the file; its bytes say what it is."""
    account = account_of(call)
    data = call.request.body
    if not data:
        raise Refused(400, "A request body is expected but none was provided", "InvalidRequest")
    if len(data) > MAX_BLOB:
        raise Refused(413, "request entity too large", "PayloadTooLarge")
    kind = sniff(data[:HEAD_BYTES])
    mime = kind.mime or call.request.mime or "application/octet-stream"
    digest = call.network.media.store(data)
    stored = Stored(digest, mime, len(data), kind.width, kind.height)
    cid = blob_cid(data)
    call.network.records.keep_blob(account, cid, stored)
    blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": len(data)}
    return Answer.json({"blob": blob})


def get_blob(call: Call) -> Answer:
    """com.atproto.sync.getBlob: the bytes of an upload, for who wants to compare."""
    account = _repository(call, call.request.text("did") or "")
    stored = call.network.records.blob(account, call.request.text("cid") or "")
    found = call.network.media.file(stored.sha256) if stored else None
    if stored is None or found is None:
        raise Refused(400, "Blob not found", "BlobNotFound")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Answer(200, found[0].read_bytes(), stored.mime, headers)


def _own(call: Call) -> Account:
    """The caller, whose repository the request has to name."""
    account = account_of(call)
    repo = str(call.request.fields.get("repo") or "")
    if _repository(call, repo).id != account.id:
        raise Refused(401, "Authentication Required", "AuthenticationRequired")
    return account


def _repository(call: Call, name: str) -> Account:
    account = repository(call.network.accounts, name)
    if account is None:
        raise Refused(400, f"Could not find repo for DID: {name}", "RepoNotFound")
    return account


def _place(call: Call) -> tuple[str, str]:
    fields = call.request.fields
    rkey = fields.get("rkey")
    if not isinstance(rkey, str) or not is_record_key(rkey):
        raise Refused(400, "Input/rkey must be a valid Record Key", "InvalidRequest")
    return str(fields.get("collection") or ""), rkey


def _judged(call: Call, collection: str) -> Mapping[str, Any]:
    value = call.request.fields.get("record")
    lexicon.judge(collection, value)
    found: Mapping[str, Any] = value if isinstance(value, dict) else {}
    return found


def _have_blobs(call: Call, account: Account, value: Mapping[str, Any]) -> None:
    for blob in lexicon.blobs(value):
        cid = blob["ref"]["$link"]
        stored = call.network.records.blob(account, cid)
        if stored is None:
            raise Refused(400, f"Could not find blob: {cid}", "BlobNotFound")
        for name, had, said in (
            ("Mimetype", stored.mime, blob["mimeType"]),
            ("Size", stored.size, blob["size"]),
        ):
            if had != said:
                raise Refused(
                    400,
                    f"Referenced {name} does not match stored blob. Expected: {had}, Got: {said}",
                    "InvalidMimeType" if name == "Mimetype" else "InvalidSize",
                )


def _written(
    call: Call, account: Account, record: Record, *, created: bool = False, replayed: bool = False
) -> Answer:
    body: dict[str, Any] = {"uri": str(uri_of(account, record)), "cid": record.cid}
    if not replayed:
        body["commit"] = _commit(call, record.cid)
        body["validationStatus"] = "valid"
    made = str(record.status_id) if created else ""
    return Answer.json(body, note={"created": made, "replayed": replayed})


def _commit(call: Call, cid: str) -> dict[str, str]:
    return {"cid": record_cid({"record": cid}), "rev": _tid(call)}


def _shown(account: Account, record: Record) -> dict[str, Any]:
    return {"uri": str(uri_of(account, record)), "cid": record.cid, "value": record.value}


def _tid(call: Call) -> str:
    """A key of the present time. Source: https://atproto.com/specs/tid, 2026-11-22."""
    # Ids rise and are milliseconds above 16 bits; a TID has microseconds above 10.
    made = call.network.database.new_id()
    number_ = ((made >> 16) * 1000 << 10) | (made & 1023)
    return "".join(_ALPHABET[number_ >> shift & 31] for shift in range(60, -1, -5))
