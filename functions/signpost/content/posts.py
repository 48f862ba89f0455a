"""One post from its file or folder: front matter by the schema, texts, places of the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from signpost.checks.rule import IdPlace
from signpost.checks.rules import value_type
from signpost.checks.silence import Silence
from signpost.content.files import (
    Split,
    form_findings,
    has_front_matter,
    plain_body,
    read_text,
    refuse_empty,
    split,
)
from signpost.content.heads import link_place, read_head
from signpost.content.nodes import parse
from signpost.content.places import Places
from signpost.content.schema import FRONT_MATTER, OWN_TEXT
from signpost.content.silences import silences_of
from signpost.content.values import Sink, read_mapping
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.post import Body, MediaRef, Post, Source, Yaml
from signpost.errors import ContentError

FindMedia = Callable[[str, str, Span, list[Diagnostic]], str | None]
"""Post folder, file as written, its place, findings → path in the content folder, empty where
there is no such file, None where the place was refused."""


class PostFiles(NamedTuple):
    """The files of one post.

    Args:
        path: of the post's file (`….md` or `…/index.md`), relative to the content folder.
        file: the same on disk.
        own: channel or account → path and file of its own text.
        idea: it lies among the brand's ideas.
        beside: media files in its post folder, relative to the content folder.
    """

    brand: str
    path: str
    file: str
    own: Mapping[str, tuple[str, str]]
    idea: bool = False
    beside: tuple[str, ...] = ()


class PostRead(NamedTuple):
    """What reading one post gave; `post` is None where its front matter could not be read."""

    post: Post | None
    id_place: IdPlace | None
    findings: list[Diagnostic]
    silences: tuple[Silence, ...] = ()


def read_post(files: PostFiles, brand_zone: str, find_media: FindMedia) -> PostRead:
    """Read a post and every fault of its form."""
    path = files.path
    form: list[Diagnostic] = []
    try:
        text = read_text(files.file, path)
        form = form_findings(text, path)
        parts = split(text, path)
        covers = (path, *(own for own, _ in files.own.values()))
        head = read_head(parts, covers)
    except ContentError as error:
        return PostRead(None, None, [*form, *error.diagnostics])
    findings = [*form, *head.findings]
    if head.values is None:
        return PostRead(None, None, findings)
    values, id_place, silences = head.values, head.id_place, [*head.silences]
    spans = Places(path, 2, head.places)
    ready = values.get("status", "ready") == "ready" and not files.idea
    if ready:
        findings.extend(
            _needed(path, spans.get(key), key)
            for key in ("publish", "accounts")
            if not values.get(key) and (key not in spans or key in values)
        )
    if id_place is not None and "id" in head.places and not head.id_written:
        findings = [item for item in findings if item.span != spans["id"]]  # REF402 says it
    folder = path.rpartition("/")[0]
    bodies: dict[str, Body] = {}
    if parts.body or not files.own:
        bodies[""] = _body(parts, path)
    for name, (own_path, own_file) in files.own.items():
        own = _own_text(own_path, own_file, folder, find_media, findings, silences)
        if own is not None:
            bodies[name] = own
    get = values.get
    post = Post(
        id=get("id") or head.id_written,
        brand=files.brand,
        path=path,
        publish=get("publish"),
        zone=get("timezone") or brand_zone,
        accounts=tuple(dict.fromkeys(get("accounts", ()))),
        bodies=bodies,
        title=get("title", ""),
        summary=get("summary", ""),
        type=get("type", ""),
        objective=get("objective", ""),
        campaign=get("campaign", ""),
        theme=get("theme", ""),
        persona=get("persona", ""),
        owner=get("owner", ""),
        link=get("link", ""),
        media=_media(get("media", ()), folder, find_media, findings),
        thread=get("thread", False),
        language=get("language", ""),
        tags=get("tags", ()),
        late_s=get("late"),
        on_ambiguous=get("on_ambiguous", ""),
        status="draft" if files.idea else get("status", "ready"),
        stage=get("stage", ""),
        source=_source(get("source")),
        link_at=head.link_at,
        idea=files.idea,
        beside=files.beside,
        options=get("options", {}),
        spans=spans,
        yaml=Yaml(parts.head, parts.head_start),
    )
    return PostRead(post, id_place, findings, tuple(silences))


def _source(values: Mapping[str, Any] | None) -> Source | None:
    if not values or not values.get("from"):
        return None
    return Source(values["from"], values.get("rights", ""), values.get("until"))


def _needed(path: str, span: Span | None, key: str) -> Diagnostic:
    return value_type.RULE.at(
        span or Span(path),
        f"`{key}` is missing.",
        f"Add `{key}: {FRONT_MATTER.by_name[key].example}`, or `status: draft`.",
    )


def _media(
    items: tuple[dict[str, Any], ...],
    folder: str,
    find_media: FindMedia,
    findings: list[Diagnostic],
) -> tuple[MediaRef, ...]:
    found = []
    for item in items:
        name, span = item.get("file"), item[""]
        if name:
            found_at = find_media(folder, name, span, findings)
            if found_at is not None:
                alt, focus = item.get("alt", ""), item.get("focus")
                card = item.get("card", False)
                found.append(MediaRef(name, found_at, alt or "", focus, span, card))
    return tuple(found)


def _own_text(
    path: str,
    file: str,
    folder: str,
    find_media: FindMedia,
    findings: list[Diagnostic],
    silences: list[Silence],
) -> Body | None:
    """A channel's or account's own text; its front matter is optional and small."""
    try:
        text = read_text(file, path)
        refuse_empty(
            text, path, "Write the text, or delete the file: then the shared text goes out."
        )
        findings.extend(form_findings(text, path))
        if not has_front_matter(text):
            body, line, start = plain_body(text)
            return Body(body, path, line, start=start)
        parts = split(text, path)
        node = parse(parts.head, path, 2, parts.head_start)
    except ContentError as error:
        findings.extend(error.diagnostics)
        return None
    sink = Sink(path, 2, parts.head, parts.head_start)
    values = read_mapping(node, OWN_TEXT, sink)
    findings.extend(sink.findings)
    silences.extend(silences_of(parts.head, node, (path,), start=parts.head_start, first_line=2))
    media: tuple[MediaRef, ...] | None = None
    if "media" in values:
        media = _media(values["media"], folder, find_media, findings)
    link = values.get("link")
    link_at = link_place(node, parts.head_start, path) if link else None
    return _body(parts, path)._replace(media=media, link=link, link_at=link_at)


def _body(parts: Split, path: str) -> Body:
    return Body(parts.body, path, parts.body_line, start=parts.body_start)
