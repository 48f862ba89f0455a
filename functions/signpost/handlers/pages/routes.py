"""The sign-off pages' addresses: who may ask what, and which use case answers.

Pages (GET) show; everything that changes anything is POST below /api, as JSON, from our own pages
only. There is no redirect anywhere: a page that wants to know who asks shows how to sign in at its
own address, so that no link can lead on to another site.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from signpost.domain.signing.authenticator import rp_id_of
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.passkey import web_base64
from signpost.errors import LedgerError, SignpostError, StackError
from signpost.handlers.pages import (
    enter,
    entry,
    home,
    lessons,
    onboarding,
    papers,
    posts,
    switch,
    web,
)
from signpost.handlers.pages.given import (
    MAX_FIELD,
    bytes_of,
    ceremonies,
    ceremony,
    hex_of,
    text_of,
    web64,
)
from signpost.handlers.pages.template import KINDS, Html, asset
from signpost.handlers.pages.web import Answer, Refused, Request, members
from signpost.handlers.pages.wording import Accounts
from signpost.observability import logger
from signpost.usecases.signoff.approving import NotDecided
from signpost.usecases.signoff.desk import SignoffDesk
from signpost.usecases.signoff.entering import NotKnown, Visitor
from signpost.usecases.signoff.records import SESSION_LASTS
from signpost.usecases.signoff.signing import ROOTS
from signpost.usecases.signoff.switching import NotLifted
from signpost.usecases.signoff.trust import NotThere

WINDOW_S = 300
FROM_ONE_ADDRESS = 120
"""Requests in five minutes that change something, from one address: a whole office may share it."""
BY_ONE_PASSKEY = 120

_STATUS = {NotThere: HTTPStatus.NOT_FOUND, NotKnown: HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Pages:
    """Answers requests.

    Args:
        desk: the use cases.
        media: bytes of a picture by its digest.
    """

    desk: SignoffDesk
    media: Callable[[str], bytes]

    def answer(self, request: Request) -> Answer:
        """The answer, whatever happens short of a fault of ours."""
        api = request.path.startswith("/api/")
        try:
            web.judge_host(request, self.desk.origin)
            if request.method == "POST" and api:
                return self._post(request)
            if request.method in ("GET", "HEAD") and not api:
                return self._get(request)
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "This is not done here.")
        except SignpostError as error:
            status = _status(error)
            if api:
                told = {"ok": False, "code": error.code, "cause": error.cause}
                return members({**told, "remedy": error.remedy}, status=status)
            return Answer(entry.trouble(error.cause, error.remedy), status)

    # --- pages ---

    def _get(self, request: Request) -> Answer:
        parts = request.parts
        if parts[:1] == ("static",):
            return _asset(parts)
        if parts == ("favicon.ico",):
            return Answer("", HTTPStatus.NO_CONTENT, "text/plain")
        if parts == ("enrol",):
            return Answer(entry.enrol())
        visitor = self._visitor(request)
        if visitor is None:
            # 200: it is what this address answers to who is not signed in, and no fault.
            return Answer(entry.sign_in())
        if len(parts) == 4 and parts[0] == "media":
            return self._picture(visitor, *parts[1:])
        return Answer(self._page(visitor, parts))

    def _page(self, visitor: Visitor, parts: tuple[str, ...]) -> str:
        who = visitor.name
        match parts:
            case ():
                return self._home(visitor)
            case ("releases", brand, version):
                paper = self.desk.signing.paper(visitor, "releases", brand, version)
                return papers.release_page(paper, self.desk.signing.read(visitor, paper), who)
            case ("roots", brand, number):
                paper = self.desk.signing.paper(visitor, ROOTS, brand, number)
                before = int(number) - 1
                older = before and self.desk.signing.paper(visitor, ROOTS, brand, str(before))
                return papers.root_page(paper, who, older or None)
            case (("releases" | "roots") as what, brand, name, "certificate"):
                paper = self.desk.signing.paper(visitor, what, brand, name)
                return papers.certificate_page(paper, who)
            case ("stop",):
                _counting(visitor)
                switching = self.desk.switching
                return switch.stop_page(switching.scopes(visitor), switching.now()["scopes"], who)
            case ("resume",):
                _counting(visitor)
                return self._resume(visitor)
            case (("acknowledge" | "enter" | "onboarding"), *_):
                return self._reading(visitor, parts)
            case ("posts", brand, post):
                return posts.post_page(self.desk.approving.one(visitor, brand, post), who)
        raise NotThere("There is no such page.", "Go to the start.")

    def _reading(self, visitor: Visitor, parts: tuple[str, ...]) -> str:
        room, who = self.desk.reading_room, visitor.name
        match parts:
            case ("acknowledge",):
                return lessons.shelf(room.lessons(visitor), who)
            case ("acknowledge", brand, version):
                return lessons.lesson_page(room.open(visitor, brand, version), who)
            case ("enter",):
                door = self.desk.site_entry
                return enter.enter_page(door.origin, door.brands(visitor), who)
            case ("onboarding",):
                now = self.desk.clock.now()
                return onboarding.readers_page(room.listings(visitor), now, who)
        raise NotThere("There is no such page.", "Go to the start.")

    def _home(self, visitor: Visitor) -> str:
        stopped: list[str] | None = None
        accounts: Accounts = {}
        found: list[Html | None] = []
        if visitor.counts:
            # The rest of the page is of use without either, and it says what is not known.
            with suppress(LedgerError, NotDecided, NotLifted):
                stopped = self.desk.switching.told(visitor)
                accounts = self.desk.switching.accounts(visitor) if stopped else {}
            found = [self._posts(visitor), self._lessons(visitor)]
        awaiting = self.desk.signing.awaiting(visitor)
        return home.home(visitor, awaiting, found, stopped, accounts)

    def _posts(self, visitor: Visitor) -> Html | None:
        try:
            return posts.cards(self.desk.approving.awaiting(visitor))
        except (LedgerError, NotDecided):
            return None

    def _lessons(self, visitor: Visitor) -> Html | None:
        try:
            return lessons.cards(self.desk.reading_room.awaiting(visitor))
        except StackError:
            return None  # its own page says why; signing and stopping wait for nothing

    def _resume(self, visitor: Visitor) -> str:
        switching, liftings, untold = self.desk.switching, [], {}
        for scope in switching.stopped(visitor):
            try:
                liftings.append(switching.lifting(scope))
            except NotLifted as error:
                untold[scope] = str(error)
        asked = {item.scope: switching.asked(visitor, item) for item in liftings}
        shown = [switching.shown(visitor, item) for item in liftings]
        held, accounts = switching.held(visitor), switching.accounts(visitor)
        return switch.resume_page(
            shown, untold, asked, held, accounts, visitor.name,
            signed={item.scope for item in liftings if item.met},
        )  # fmt: skip

    def _picture(self, visitor: Visitor, brand: str, post: str, sha256: str) -> Answer:
        """A picture of a post that awaits this person, and of no other."""
        item = self.desk.approving.one(visitor, brand, post)
        for found in posts.media(item):
            if found["sha256"] == sha256 and posts.is_shown(found):
                return Answer(self.media(sha256), kind=str(found["mime"]))
        raise NotThere("There is no such picture.", "Go to the start.")

    # --- what changes something ---

    def _post(self, request: Request) -> Answer:
        web.judge_writing(request, self.desk.origin)
        self._limit(f"ip/{request.ip}", FROM_ONE_ADDRESS)
        given = request.json()
        match request.parts[1:]:
            case ("enrol", "begin"):
                begun = self.desk.enrolling.begin(text_of(given, "token"))
                return members({name: web64(value) for name, value in begun.items()})
            case ("enrol", "finish"):
                return self._enrolled(given)
            case ("login", "begin"):
                nonce, challenge = self.desk.entering.begin()
                rp = rp_id_of(self.desk.origin)
                return members({"nonce": nonce, "challenge": web_base64(challenge), "rp": rp})
            case ("login", "finish"):
                return self._entered(request, given)
            case ("logout",):
                self.desk.entering.leave(self._token(request))
                cookie = web.session_cookie(self.desk.origin, "", 0)
                return members({"ok": True, "go": "/"}, cookie=cookie)
        visitor = self._visitor(request)
        if visitor is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "You are not signed in.", "Sign in again.")
        self._limit(f"passkey/{visitor.passkey.id}", BY_ONE_PASSKEY)
        return self._act(visitor, request.parts[1:], given)

    def _act(self, visitor: Visitor, path: tuple[str, ...], given: Mapping[str, Any]) -> Answer:
        match path:
            case ("papers", step):
                return self._paper(visitor, step, given)
            case ("posts", ("approve" | "reject") as how, step):
                return self._decided(visitor, how, step, given)
            case ("enter",):
                door = self.desk.site_entry
                return members({"ok": True, "visit": door.address(visitor, text_of(given, "to"))})
            case ("acknowledge", step):
                return self._read(visitor, step, given)
            case ("stop",):
                _counting(visitor)
                scope = text_of(given, "scope")
                reason = f"by {visitor.name}, on the sign-off page"
                said = self.desk.switching.stop(visitor, scope, reason)
                self._noted(visitor, "stop", {"scope": scope, "version": said.get("version")})
                return _done(said, "/resume")
            case ("resume", step):
                return self._lifted(visitor, step, given)
        raise NotThere("There is no such act.", "Go to the start.")

    def _enrolled(self, given: Mapping[str, Any]) -> Answer:
        passkey = self.desk.enrolling.finish(
            text_of(given, "token"), hex_of(given, "nonce"), ceremony(given.get("made")),
            ceremony(given.get("tried")),
        )  # fmt: skip
        return members({"ok": True, "fingerprint": parse_line(passkey.line).fingerprint})

    def _entered(self, request: Request, given: Mapping[str, Any]) -> Answer:
        answer = given.get("answer")
        name = bytes_of(answer, "id").hex()
        entering = self.desk.entering
        token = entering.finish(
            hex_of(given, "nonce"), name, ceremony(answer), self._token(request)
        )
        lasts = int(SESSION_LASTS.total_seconds())
        cookie = web.session_cookie(self.desk.origin, token, lasts)
        return members({"ok": True}, cookie=cookie)

    def _paper(self, visitor: Visitor, step: str, given: Mapping[str, Any]) -> Answer:
        what, brand, name = (text_of(given, one) for one in ("what", "brand", "name"))
        signing = self.desk.signing
        paper = signing.paper(visitor, what, brand, name)
        if paper.digest != text_of(given, "digest"):
            raise NotDecided("What is to be signed changed.", "Load the page again.")
        challenge = signing.begin(visitor, paper)
        if step == "begin":
            return self._challenges(visitor, [challenge])
        (answer,) = ceremonies(given, 1)
        said = signing.finish(visitor, paper, answer)
        self._noted(visitor, "sign", {"brand": brand, what: name, "ok": bool(said.get("ok"))})
        return _done(said, f"{papers.address(paper)}/certificate")

    def _read(self, visitor: Visitor, step: str, given: Mapping[str, Any]) -> Answer:
        room = self.desk.reading_room
        lesson = room.lesson(visitor, text_of(given, "brand"), text_of(given, "version"))
        challenge = room.begin(visitor, lesson, text_of(given, "digest"))
        if step == "begin":
            return self._challenges(visitor, [challenge])
        (answer,) = ceremonies(given, 1)
        said = room.finish(visitor, lesson, answer)
        detail = {"brand": lesson.brand, "version": lesson.version, "ok": bool(said.get("ok"))}
        self._noted(visitor, "acknowledge", detail)
        return _done(said, lesson.address)

    def _decided(self, visitor: Visitor, how: str, step: str, given: Mapping[str, Any]) -> Answer:
        approving = self.desk.approving
        brand, post = text_of(given, "brand"), text_of(given, "post")
        item = approving.one(visitor, brand, post)
        reason = text_of(given, "reason") if how == "reject" else None
        challenges = approving.begin(item, text_of(given, "digest"), reason)
        if step == "begin":
            return self._challenges(visitor, challenges)
        answers = ceremonies(given, len(challenges))
        said = approving.finish(visitor, item, answers, reason)
        self._noted(visitor, how, {"brand": brand, "post": post, "ok": bool(said.get("ok"))})
        return _done(said, "/")

    def _lifted(self, visitor: Visitor, step: str, given: Mapping[str, Any]) -> Answer:
        _counting(visitor)
        switching = self.desk.switching
        scope = text_of(given, "scope")
        if scope not in switching.stopped(visitor):
            raise NotLifted("This is not stopped.", "Look again.")
        lifting = switching.lifting(scope)
        if str(lifting.version) != text_of(given, "version"):
            raise NotLifted("The switch moved meanwhile.", "Look again, then sign.")
        challenges = switching.begin(visitor, lifting)
        if step == "begin":
            return self._challenges(visitor, challenges)
        answers = ceremonies(given, len(challenges))
        reason = str(given.get("reason", ""))[:MAX_FIELD]
        said = switching.finish(visitor, lifting, answers, reason)
        return _done(said, "/" if said.get("lifted") else "/resume")

    # --- what they share ---

    def _challenges(self, visitor: Visitor, challenges: list[bytes]) -> Answer:
        return members(
            {
                "challenges": [web_base64(item) for item in challenges],
                "id": web_base64(bytes.fromhex(visitor.passkey.id)),
                "rp": rp_id_of(self.desk.origin),
            }
        )

    def _visitor(self, request: Request) -> Visitor | None:
        return self.desk.entering.visitor(self._token(request))

    def _token(self, request: Request) -> str:
        return request.cookies.get(web.session_name(self.desk.origin), "")

    def _limit(self, name: str, limit: int) -> None:
        if not self.desk.store.count(name, limit, WINDOW_S):
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS, "That was asked too often.", "Wait five minutes."
            )

    def _noted(self, visitor: Visitor, action: str, detail: Mapping[str, Any]) -> None:
        try:
            self.desk.store.audit(self.desk.clock.now(), visitor.actor, action, detail)
        except LedgerError as error:
            # It is done, and on the ledger's trail: who did it must not be told otherwise.
            logger.error("not on the pages' trail", extra={"did": action, "reason": str(error)})


def _asset(parts: tuple[str, ...]) -> Answer:
    name = parts[-1]
    if name not in KINDS or "/".join(("", *parts)) != asset(name)[0]:
        raise NotThere("There is no such file.", "Load the page again.")
    return Answer(asset(name)[1], kind=KINDS[name], lasting=True)


def _status(error: SignpostError) -> HTTPStatus:
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, LedgerError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)


def _counting(visitor: Visitor) -> None:
    if not visitor.counts:
        raise NotKnown("Your passkey counts once its trust root is signed.", "Sign that first.")


def _done(said: Mapping[str, Any], go: str) -> Answer:
    """What `control` said, and the page that shows it."""
    if not said.get("ok"):
        told = {name: str(said.get(name, "")) for name in ("code", "cause", "remedy")}
        return members({"ok": False, **told}, status=HTTPStatus.CONFLICT)
    return members({"ok": True, "go": go})
