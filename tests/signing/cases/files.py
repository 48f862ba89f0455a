"""Releases whose files are not what was signed, or may not be signed at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from signpost.domain.signing import document, manifest
from signpost.domain.signing.release import NAME
from tests.signing.office import BRAND, DOCUMENTS, Link, Office
from tests.signing.vector import Vector

PAGE = "files/docs/larkfell/strategy/index.md"
KPIS = "files/content/larkfell/kpis.yaml"
MIX = "mix-and-match of files from two releases"


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _altered()
    yield from _mixed()
    yield from _manifests()
    yield from _paths()
    yield from _contents()
    yield from _heads()


def made(**changes: object) -> Office:
    """Root 1 and one release."""
    office = Office()
    office.root()
    office.release(**changes)  # type: ignore[arg-type] # what each case changes is of its own type
    return office


def _altered() -> Iterator[Vector]:
    """Files that were changed after everybody had signed; None takes one away."""
    first = made()
    at = first.place()
    other = b"# Strategy\n\nOurs now.\n"
    old = hashlib.sha256(DOCUMENTS["docs/larkfell/strategy/index.md"]).hexdigest()
    fitting = first.sealed["2026.1"].replace(
        old.encode(), hashlib.sha256(other).hexdigest().encode()
    )
    more = "files/docs/larkfell/strategy/more.md"
    later = document.write(
        {
            "brand": BRAND,
            "version": "2026.1",
            "previous": None,
            "root": document.sha256(first.roots[1]),
            "effective": "2026-12-01",
            "review_by": "2029-05-31",
        }
    )
    edits: tuple[tuple[str, str, dict[str, bytes | Link | None], str, tuple[str, ...]], ...] = (
        ("page", "a page says the contrary of what was signed",
         {PAGE: b"# Strategy\n\nWe sell before we mend.\n"}, "tampered", ("altered",)),
        ("target", "one digit of a target was changed",
         {KPIS: DOCUMENTS["content/larkfell/kpis.yaml"].replace(b"450", b"550")}, "tampered",
         ("altered",)),
        ("missing", "a signed page is missing", {PAGE: None}, "tampered", ("missing-file",)),
        ("extra", "a page was added", {more: b"# More\n"}, "tampered", ("extra-file",)),
        ("beside", "a file was added beside files/", {"README.md": b"# Hello\n"}, "tampered",
         ("extra-file",)),
        ("symlink", "a link in place of a page", {PAGE: Link("../../../../../../../other.md")},
         "tampered", ("missing-file", "symlink")),
        ("symlink-more", "a link was added", {more: Link("index.md")}, "tampered", ("symlink",)),
        ("symlink-signature", "a signature that is a link to another's",
         {"signatures/kasimir.sig": Link("ottilie.sig")}, "tampered", ("symlink",)),
        ("submodule", "a repository within the release",
         {"files/docs/larkfell/strategy/sub/.git/HEAD": b"ref: refs/heads/main\n"}, "tampered",
         ("submodule",)),
        ("no-manifest", "the manifest is missing", {manifest.NAME: None}, "tampered",
         ("missing-file",)),
        ("no-head", "release.json is missing", {NAME: None}, "tampered",
         ("document-form", "missing-file")),
        ("review-moved", "the review date was moved by two years", {NAME: later}, "tampered",
         ("altered",)),
        ("resealed", "a page was altered and the manifest made to fit",
         {PAGE: other, manifest.NAME: fitting}, "unsigned", ("bad-signature",)),
    )  # fmt: skip
    for name, what, changes, state, reasons in edits:
        tree = dict(first.tree)
        for path, data in changes.items():
            if data is None:
                del tree[f"{at}/{path}"]
            else:
                tree[f"{at}/{path}"] = data
        yield Vector(f"file-{name}", what, tree, state, reasons)


def _mixed() -> Iterator[Vector]:
    """Two releases, each well signed, and files of the one in the other."""
    pages = {**DOCUMENTS, "docs/larkfell/strategy/index.md": b"# Strategy\n\nNewer.\n"}
    office = made()
    office.release("2026.2", previous="2026.1", effective=date(2026, 12, 5), documents=pages)
    old, new = office.place("2026.1"), office.place("2026.2")
    signatures = ("signatures/ottilie.sig", "signatures/juno.sig")
    for name, what, source, target, files, state, reasons in (
        ("page", "the page of the release before, in the newer one", old, new, (PAGE,),
         "tampered", ("altered",)),
        ("manifest", "manifest and signatures of another release", new, old,
         (manifest.NAME, NAME, *signatures), "tampered", ("altered", "version-folder")),
        ("signatures", "signatures of the release before", old, new, signatures, "unsigned",
         ("bad-signature",)),
    ):  # fmt: skip
        tree = dict(office.tree)
        for file in files:
            tree[f"{target}/{file}"] = tree[f"{source}/{file}"]
        yield Vector(f"mixed-{name}", what, tree, state, reasons,
                     version=target.rpartition("/")[2], attack=MIX)  # fmt: skip


def _manifests() -> Iterator[Vector]:
    lines = made().sealed["2026.1"].decode().splitlines(keepends=True)
    first = lines[0]
    table = (
        ("order", "its lines are not sorted", "".join(reversed(lines)), "manifest-order"),
        ("crlf", "its lines end with CRLF", "".join(lines).replace("\n", "\r\n"), "crlf"),
        ("no-newline", "its last line does not end", "".join(lines)[:-1], "manifest-form"),
        ("empty", "it is empty", "", "manifest-form"),
        ("blank-line", "it has an empty line", "".join([*lines, "\n"]), "manifest-form"),
        ("twice", "a path stands there twice", "".join([first, *lines]), "manifest-twice"),
        ("upper-case", "a digest in capitals", first[:64].upper() + first[64:] + "".join(lines[1:]), "manifest-form"),
        ("one-space", "one space between digest and path", first.replace("  ", " ", 1) + "".join(lines[1:]), "manifest-form"),
        ("binary", "the sign for binary files of sha256sum", first.replace("  ", " *", 1) + "".join(lines[1:]), "manifest-form"),
        ("short", "a digest that is cut off", first[1:] + "".join(lines[1:]), "manifest-form"),
        ("comment", "a comment before it", "# ours\n" + "".join(lines), "manifest-form"),
        ("bom", "a byte order mark before it", "\ufeff" + "".join(lines), "manifest-form"),
        ("escaped", "a path that sha256sum would escape", "\\" + "".join(lines), "manifest-form"),
    )  # fmt: skip
    for name, what, text, reason in table:
        office = made(seal=text.encode())
        yield Vector(
            f"manifest-{name}", f"a signed manifest: {what}", office.tree, "tampered", (reason,)
        )
    office = made(seal=b"\xff" + "".join(lines).encode())
    yield Vector("manifest-not-utf8", "a signed manifest that is not UTF-8", office.tree, "tampered",
                 ("manifest-form",))  # fmt: skip


def _paths() -> Iterator[Vector]:
    digest = hashlib.sha256(b"x\n").hexdigest()
    usual = (
        made(documents={**DOCUMENTS, "docs/larkfell/strategy/gross.md": b"x\n"})
        .sealed["2026.1"]
        .decode()
        .splitlines()
    )
    table = (
        ("absolute", "/etc/passwd", "absolute-path"),
        ("upwards", "files/../../../root.json", "path-dots"),
        ("dot", "files/./a.md", "path-dots"),
        ("double-slash", "files//a.md", "path-dots"),
        ("backslash", "files\\a.md", "path-letter"),
        ("drive", "C:a.md", "path-letter"),
        ("git", "files/.git/config", "path-git"),
        ("git-capitals", "files/.GIT/config", "path-git"),
        ("control", "files/a\tb.md", "path-letter"),
        ("direction", "files/a\u202egnp.md", "path-letter"),
        ("zero-width", "files/a\u200bb.md", "path-letter"),
        ("wide-space", "files/a\u3000b.md", "path-letter"),
        ("not-nfc", "files/u\u0308ber.md", "path-nfc"),
        ("end-space", "files/a.md ", "path-letter"),
        ("end-dot", "files/a./b.md", "path-letter"),
        ("long", f"files/{'a' * 1024}.md", "path-long"),
        ("capitals", "files/docs/larkfell/strategy/INDEX.md", "path-case"),
        ("sharp-s", "files/docs/larkfell/strategy/gro\u00df.md", "path-case"),
        ("file-as-folder", "files/docs/larkfell/strategy/index.md/more.md", "path-case"),
    )  # fmt: skip
    for name, path, reason in table:
        lines = sorted([*usual, f"{digest}  {path}"], key=lambda line: line[66:].encode())
        office = made(seal=("\n".join(lines) + "\n").encode())
        yield Vector(f"path-{name}", f"a signed manifest names {path[:60]!a}", office.tree,
                     "tampered", (reason,))  # fmt: skip


def _contents() -> Iterator[Vector]:
    page = "docs/larkfell/strategy/more.md"
    lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 3\n"
    for name, what, data, reason in (
        ("crlf", "a signed text with CRLF", b"a\r\nb\r\n", "crlf"),
        ("cr", "a signed text with a lone carriage return", b"a\rb\n", "crlf"),
        ("lfs", "a signed pointer of Git LFS", lfs, "lfs"),
    ):
        office = made(documents={**DOCUMENTS, page: data})
        yield Vector(f"content-{name}", what, office.tree, "tampered", (reason,))
    office = made(documents={**DOCUMENTS, "docs/other/strategy/index.md": b"x\n"})
    yield Vector("content-other-brand", "a signed page that the trust root does not name", office.tree,
                 "tampered", ("extra-file",))  # fmt: skip
    office = made(documents={"content/larkfell/kpis.yaml": b"targets: []\n"})
    yield Vector("content-uncovered", "no page of the strategy, though the trust root wants them signed",
                 office.tree, "tampered", ("missing-file",))  # fmt: skip


def _heads() -> Iterator[Vector]:
    office = Office()
    office.root()
    root = document.sha256(office.roots[1])
    good = {
        "brand": BRAND,
        "version": "2026.1",
        "previous": None,
        "root": root,
        "effective": "2026-12-01",
        "review_by": "2027-05-31",
    }
    text = document.write(good).decode()
    without = {name: value for name, value in good.items() if name != "review_by"}
    table = (
        ("spaces", "it has spaces", text.replace(":", ": "), "not-canonical"),
        ("order", "its names are not sorted", '{"version":"2026.1",' + text[1:].replace(',"version":"2026.1"', ""), "not-canonical"),
        ("twice", "a name stands there twice", '{"brand":"other",' + text[1:], "not-canonical"),
        ("no-newline", "its line does not end", text[:-1], "not-canonical"),
        ("more", "it says more than it should", document.write({**good, "urgent": True}).decode(), "document-form"),
        ("less", "it has no review date", document.write(without).decode(), "document-form"),
        ("number", "its version is a number", document.write({**good, "version": 2026}).decode(), "document-form"),
        ("date", "its date is none", document.write({**good, "effective": "2026-13-01"}).decode(), "document-form"),
        ("date-form", "its date has another form", document.write({**good, "effective": "20261201"}).decode(), "document-form"),
        ("root", "the root is no digest", document.write({**good, "root": "sha256:12"}).decode(), "document-form"),
        ("list", "it is a list", "[]\n", "document-form"),
        ("not-json", "it is no JSON", "brand: larkfell\n", "document-form"),
        ("float", "it holds a number with a fraction", '{"brand":1.5}\n', "document-form"),
        ("deep", "it is nested without end", "[" * 3000 + "]" * 3000 + "\n", "document-form"),
        ("backwards", "its review date is before its first day", document.write({**good, "review_by": "2026-11-01"}).decode(), "review-before-effective"),
        ("version", "its version is a word", document.write({**good, "version": "../1"}).decode(), "version"),
        ("version-zeros", "its version has needless zeros", document.write({**good, "version": "2026.01"}).decode(), "version"),
    )  # fmt: skip
    for name, what, data, reason in table:
        office = made(head=data.encode())
        yield Vector(
            f"head-{name}", f"a signed release.json: {what}", office.tree, "tampered", (reason,)
        )
    for name, what, changed, reason in (
        ("brand", "it is of another brand", {"brand": "other"}, "brand"),
        (
            "folder",
            "it lies in the folder of another version",
            {"version": "2027.1"},
            "version-folder",
        ),
        (
            "unknown-root",
            "it names a root that nobody has",
            {"root": f"sha256:{'0' * 64}"},
            "unknown-root",
        ),
    ):
        office = made(head=document.write({**good, **changed}))
        yield Vector(
            f"head-{name}", f"a signed release.json: {what}", office.tree, "not valid", (reason,)
        )
