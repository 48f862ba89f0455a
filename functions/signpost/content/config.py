"""The configuration files, as values of `domain.workspace`."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from signpost.checks.rules import time_zone, value_type
from signpost.checks.silence import Silence
from signpost.checks.suggest import did_you_mean
from signpost.content import schema
from signpost.content.files import form_findings, read_text, refuse_empty
from signpost.content.nodes import Items, Node, Pairs, parse
from signpost.content.people import people_findings
from signpost.content.shape import Shape
from signpost.content.silences import silences_of
from signpost.content.tree import Tree
from signpost.content.values import Sink, read_mapping
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.metrics import DEFAULT_AGES_S
from signpost.domain.workspace import (
    DEFAULT_GRACE_S,
    DEFAULT_READING_S,
    AccountSettings,
    Blackout,
    Brand,
    Department,
    Disclosure,
    Entry,
    Holder,
    People,
    Period,
    Person,
    Position,
    QuietHours,
    Stage,
    TierSettings,
    Utm,
    Workspace,
)
from signpost.errors import ContentError


class Parse(Protocol):
    """Makes nodes of a text."""

    def __call__(self, text: str, path: str, *, start: int) -> Node | None:
        """As `nodes.parse`."""
        ...


class ConfigReader:
    """Reads configuration files of one tree and collects their findings.

    Args:
        parse: makes nodes of a text, as `nodes.parse` does.
    """

    def __init__(self, tree: Tree, parse: Parse = parse) -> None:
        self._tree = tree
        self._parse = parse
        self.findings: list[Diagnostic] = []
        self.silences: list[Silence] = []
        self.sources: list[bytes] = []
        """Path and text of every file that was read, one after the other."""

    def workspace(self) -> Workspace | None:
        """`signpost.yaml`; None where it is missing or lacks what everything else needs."""
        path = "signpost.yaml"
        values, places = self._file(path, schema.WORKSPACE, needed=True)
        if not values.get("workspace") or not values.get("zone") or "brands" not in values:
            return None
        if not self._zone(values["zone"], places["zone"]):
            return None
        safety = values.get("safety", {})
        return Workspace(
            id=values["workspace"],
            brands=tuple(dict.fromkeys(values["brands"] or ())),
            zone=values["zone"],
            ages_s=tuple(sorted(set(values.get("ages") or DEFAULT_AGES_S))),
            late_s=safety.get("late") or DEFAULT_GRACE_S,
            deploy=dict(values.get("deploy") or {}),
            require_release=bool((values.get("publishing") or {}).get("require_release")),
            approvals=tuple(
                TierSettings(item["id"], item.get("needs") or 1, item.get("from", ()),
                             item.get("brands", ()), item.get("types", ()),
                             item.get("accounts", ()), item.get("tags", ()), item.get("warn"),
                             item[""])
                for item in values.get("approvals") or ()
                if item.get("id")
            ),
        )  # fmt: skip

    def brand(self, brand_id: str, zone: str, among: Iterable[str] = ()) -> Brand | None:
        """The brand's folder; None where it has no `brand.yaml`.

        Args:
            zone: the workspace's, for a brand that names none.
            among: the workspace's brands; none: they are not known.
        """
        path = f"{brand_id}/brand.yaml"
        values, places = self._file(path, schema.BRAND, needed=True)
        if not values:
            return None
        accounts, _ = self._file(f"{brand_id}/accounts.yaml", schema.ACCOUNTS)
        positions, _ = self._file(f"{brand_id}/positions.yaml", schema.POSITIONS)
        people, _ = self._file(f"{brand_id}/people.yaml", schema.PEOPLE)
        kpis, _ = self._file(f"{brand_id}/kpis.yaml", schema.KPIS)
        self._file(f"{brand_id}/roadmap.yaml", schema.ROADMAP)
        own_zone = values.get("zone")
        if own_zone and not self._zone(own_zone, places["zone"]):
            own_zone = None
        brand = Brand(
            id=brand_id,
            name=values.get("name") or brand_id,
            zone=own_zone or zone,
            language=values.get("language", ""),
            website=values.get("website", ""),
            late_s=values.get("late"),
            types=values.get("types", ()),
            objectives=_entries(kpis.get("objectives")),
            campaigns=_entries(values.get("campaigns")),
            themes=_entries(values.get("themes")),
            personas=_entries(values.get("personas")),
            accounts=_accounts(accounts.get("accounts")),
            positions=tuple(
                Position(item["id"], item["title"] or "", item.get("department", ""),
                         item.get("responsibilities", ()), item.get("client", False), item[""],
                         item.get("deputy") or "", item.get("merges", ()),
                         item.get("core", False), item.get("represents", False))
                for item in positions.get("positions") or ()
                if item.get("id") and "title" in item
            ),
            people=_people(people),
            voice=values.get("voice", {}),
            countries=values.get("countries", ()),
            quiet=tuple(
                QuietHours(item["from"], item["to"], frozenset(item.get("days", ())))
                for item in values.get("quiet", ())
                if item.get("from") is not None and item.get("to") is not None
            ),
            blackouts=tuple(
                Blackout(item["from"], item["to"], item.get("title") or "",
                         item.get("accounts", ()), item[""])
                for item in values.get("blackouts", ())
                if item.get("from") and item.get("to")
            ),
            spacing_s=values.get("spacing"),
            utm=_utm(values.get("utm")),
            disclosures=tuple(
                Disclosure(item["types"], item["phrases"], item.get("why", ""))
                for item in values.get("disclosures", ())
                if item.get("types") and item.get("phrases")
            ),
            stages=tuple(
                Stage(item["id"], item.get("title", item["id"]), item["position"], item["lead"],
                      item.get("types", ()), item[""])
                for item in values.get("stages", ())
                if item.get("id") and item.get("position") and item.get("lead") is not None
            ),
            spans=places,
        )  # fmt: skip
        self._unique(accounts.get("accounts"), "account")
        self._unique(positions.get("positions"), "position")
        self._unique(people.get("people"), "person")
        self._unique(people.get("departments"), "department")
        self._unique(values.get("stages"), "stage")
        self._references(people, brand)
        self._stand_ins(brand)
        self.findings.extend(people_findings(brand, frozenset(among)))
        return brand

    def _file(
        self, path: str, shape: Shape, *, needed: bool = False
    ) -> tuple[dict[str, Any], dict[str, Span]]:
        """Values of a file and where each stands; empty where it is missing or refused."""
        file = f"{self._tree.root}/{path}"
        if not os.path.lexists(file):
            if needed:
                cause = f"There is no `{path}`."
                remedy = "Add the file; the reference of front matter lists its keys."
                self.findings.append(value_type.RULE.at(Span(path), cause, remedy))
            return {}, {}
        named = path.encode("utf-8", "surrogateescape")
        if not self._tree.keeps(path):
            self.sources += [named, b"outside"]
            return {}, {}
        sink = Sink(path)
        try:
            text = read_text(file, path)
            self.sources += [named, b"text", text.encode()]
            refuse_empty(text, path, "Fill it in; the reference of front matter lists its keys.")
            self.findings.extend(form_findings(text, path))
            start = 1 if text.startswith("\ufeff") else 0
            sink.text, sink.start = text[start:], start
            node = self._parse(text[start:], path, start=start)
        except ContentError as error:
            self.sources += [named, *(str(item).encode() for item in error.diagnostics)]
            self.findings.extend(error.diagnostics)
            return {}, {}
        values = read_mapping(node, shape, sink)
        self.silences.extend(silences_of(text[start:], node, (path,), start=start))
        self.findings.extend(sink.findings)
        return values, _places(node, sink)

    def _zone(self, zone: str, span: Span) -> bool:
        found = time_zone.finding(span, zone)
        if found is not None:
            self.findings.append(found)
        return found is None

    def _unique(self, items: Iterable[Mapping[str, Any]] | None, what: str) -> None:
        seen: set[str] = set()
        for item in items or ():
            name = item.get("id")
            if name in seen:
                cause = f"The {what} `{name}` is described twice."
                self.findings.append(value_type.RULE.at(item[""], cause, "Keep one of the two."))
            if name:
                seen.add(name)

    def _stand_ins(self, brand: Brand) -> None:
        """Positions that other positions name."""
        known = {position.id for position in brand.positions}
        for position in brand.positions:
            named = (position.deputy, *position.merges)
            for name in dict.fromkeys(item for item in named if item):
                if name == position.id:
                    cause = f"The position `{name}` names itself."
                    remedy = "`deputy` and `merges` name other positions."
                elif name not in known:
                    cause = f"There is no position `{name}`."
                    remedy = did_you_mean(name, known)
                else:
                    continue
                self.findings.append(value_type.RULE.at(position.span, cause, remedy))

    def _references(self, people: Mapping[str, Any], brand: Brand) -> None:
        """Persons and positions that `people.yaml` refers to."""
        persons = {person.id for person in brand.people.people}
        positions = {position.id for position in brand.positions}
        for key in ("holders", "absences", "on_call", "departments"):
            for item in people.get(key) or ():
                for member, known in (
                    ("position", positions),
                    ("person", persons),
                    ("deputy", persons),
                    ("representative", persons),
                ):
                    name = item.get(member)
                    if name and known and name not in known:
                        cause = f"There is no {member} `{name}`."
                        remedy = did_you_mean(name, known)
                        self.findings.append(value_type.RULE.at(item[""], cause, remedy))


def _places(node: Node | None, sink: Sink) -> dict[str, Span]:
    """Where the value of each key stands, and each member of a list, as `countries.0`."""
    if type(node) is not Pairs:
        return {}
    found: dict[str, Span] = {}
    for key, value in zip(node.items[::2], node.items[1::2], strict=True):
        found[key.value] = sink.span(value.start_mark)
        if type(value) is Items:
            for index, item in enumerate(value.items):
                found[f"{key.value}.{index}"] = sink.span(item.start_mark)
    return found


def _entries(items: Iterable[Mapping[str, Any]] | None) -> tuple[Entry, ...]:
    return tuple(
        Entry(item["id"], item.get("title", ""), item.get("about", ""), item.get("from"),
              item.get("to"))
        for item in items or ()
        if item.get("id")
    )  # fmt: skip


def _accounts(items: Iterable[Mapping[str, Any]] | None) -> tuple[AccountSettings, ...]:
    return tuple(
        AccountSettings(
            id=item["id"],
            channel=item["channel"],
            handle=item.get("handle") or "",
            server=(item.get("server") or "").rstrip("/"),
            secret=item.get("secret") or "",
            name=item.get("name", ""),
            span=item[""],
        )
        for item in items or ()
        if item.get("id") and item.get("channel")
    )


def _utm(values: Mapping[str, Any] | None) -> Utm | None:
    if not values or not values.get("hosts"):
        return None
    utm = Utm(values["hosts"], values.get("source", ""), values.get("medium", ""))
    return utm._replace(required=values["required"]) if "required" in values else utm


def _people(values: Mapping[str, Any]) -> People:
    def periods(key: str) -> tuple[Period, ...]:
        return tuple(
            Period(item["person"], item["from"], item["to"], item[""])
            for item in values.get(key) or ()
            if item.get("person") and item.get("from") and item.get("to")
        )

    return People(
        people=tuple(
            Person(item["id"], item["name"] or "", item.get("email", ""),
                   item.get("department", ""), item.get("starts"), item.get("manager") or "",
                   item.get("checklist") or "", item.get("brands", ()), item.get("client"),
                   item[""])
            for item in values.get("people") or ()
            if item.get("id") and "name" in item
        ),
        departments=tuple(
            Department(item["id"], item.get("title", ""), item.get("representative", ""), item[""])
            for item in values.get("departments") or ()
            if item.get("id")
        ),
        holders=tuple(
            Holder(item["position"], item["person"], item.get("deputy", ""), item[""])
            for item in values.get("holders") or ()
            if item.get("position") and item.get("person")
        ),
        absences=periods("absences"),
        on_call=periods("on_call"),
        reading_s=values.get("reading") or DEFAULT_READING_S,
    )  # fmt: skip
