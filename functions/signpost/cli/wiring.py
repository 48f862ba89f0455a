"""Puts the parts together that commands use: the content, the connectors, the bucket.

The one place of the command line that knows `content` and `aws` (and so YAML and boto3); both
are imported when they are needed. Over 400 lines for that reason: what is moved out
would have to know them, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from signpost.cli.connection import Connection, find_connection
from signpost.cli.places import from_here, named
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.errors import ContentError, SignpostError, StackError

if TYPE_CHECKING:  # every class costs its part of a `check` that finds little changed
    from signpost.aws.session import Clients
    from signpost.checks.public_holidays import Holidays
    from signpost.checks.silence import Silenced
    from signpost.cli.statefile import StateFile
    from signpost.cli.website.hosting import Hosting
    from signpost.content.chosen import Search
    from signpost.content.memory import Remembering
    from signpost.content.picture_library import PictureLibrary, Told
    from signpost.content.posts import PostFiles
    from signpost.content.workspace_reader import ReadResult
    from signpost.domain.delivery import About, Delivery
    from signpost.domain.goals import Goals
    from signpost.domain.handbook import Handbook
    from signpost.domain.letterhead import Letterhead
    from signpost.domain.media import MediaFact
    from signpost.domain.plan import Actual
    from signpost.domain.post import Post
    from signpost.domain.website.source import Version
    from signpost.domain.workspace import Brand, Workspace
    from signpost.ports import Distribution, ObjectStore, SiteStore

READ_TIMEOUT_S = 30.0
PAST_TIME = "TIM303"


class Checked(NamedTuple):
    """What `check` found.

    Args:
        diagnostics: paths in them are relative to the content folder.
        silenced: findings that a comment lets pass, with its reason.
        old_schemas: what editors know of the files is out of date.
    """

    diagnostics: tuple[Diagnostic, ...]
    posts: int
    silenced: tuple[Silenced, ...] = ()
    old_schemas: bool = False

    @property
    def errors(self) -> bool:
        """Whether anything found stops a push."""
        return any(item.severity is Severity.ERROR for item in self.diagnostics)


class Compiled(NamedTuple):
    """Content that is ready to be sent.

    Args:
        lines: every delivery that the content wants, and why.
        facts: what is known of each media file, by digest.
        pictures: what was made of pictures.
        work: tasks on posts that are not ready, as JSON members.
        drafts: titles of posts that are not sent; the title is the file's name where it has none.
        accounts: every account of the content, as the head of a bundle lists them.
        files: brand and post id → the files that the post is made of, its own first.
    """

    content: Path
    workspace: str
    lines: tuple[tuple[Delivery, About], ...]
    facts: Mapping[str, MediaFact]
    work: tuple[Mapping[str, Any], ...]
    drafts: tuple[str, ...]
    pictures: PictureLibrary
    accounts: tuple[Mapping[str, Any], ...]
    files: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Chosen(NamedTuple):
    """A few posts, every finding about their files, and the words that name no post."""

    read: ReadResult
    findings: tuple[Diagnostic, ...]
    lost: tuple[str, ...]


def project_folder() -> Path:
    """Where the project's own files lie: the checkout, or what an installed package holds of it."""
    from signpost.content.project import project_root

    return project_root()


def open_content(content: Path) -> tuple[Workspace, list[Brand]]:
    """The workspace and its brands.

    Raises:
        ContentError: signpost.yaml, or a brand's file, cannot be used.
    """
    read = _read(content)
    if read.workspace is None:
        raise ContentError(_shown(content, read.diagnostics))
    return read.workspace, list(read.brands.values())


def open_posts(content: Path) -> tuple[Workspace, ReadResult]:
    """The workspace and all that was read, posts and ideas included; no rule has judged it.

    Raises:
        ContentError: signpost.yaml cannot be used.
    """
    read = _read(content)
    if read.workspace is None:
        raise ContentError(_shown(content, read.diagnostics))
    return read.workspace, read


def open_goals(content: Path, brand: str) -> Goals:
    """The KPIs, targets and roadmap of a brand, as far as they can be read."""
    from signpost.content.goals import read_goals

    return read_goals(content, brand)


def check_content(content: Path, paths: Sequence[Path], *, cold: bool = False) -> Checked:
    """All findings of all rules.

    Which posts are new is known to the stack. Where it cannot be asked, a time in the past is an
    error for a post that is being written, and a warning for one that was committed so: it may
    have gone out long ago.

    Args:
        paths: files or folders whose findings are asked for; none: all.
        cold: read every post, whether it changed since the last run or not.
    """
    from signpost.checks.collector import paused_collector

    with paused_collector(for_good=True):
        from signpost.content.identity import GitLook

        # Git looks while all that reads and judges is loaded.
        look = None if cold else GitLook(os.path.realpath(content))
        from signpost.content.memory import Remembering
        from signpost.content.workspace_reader import read_workspace

        with nullcontext() if look is None else Remembering(content, look) as remembering:
            read = read_workspace(content, list(paths), remember=remembering)
            known = _known(content, read.workspace) if read.workspace else None
            found, silenced = _judge_all(content, read, known or {}, remembering)
    if known is None:
        found = _old_times_forgiven(content, found)
    return Checked(
        tuple(found),
        len(read.posts) + read.kept_posts,
        tuple(silenced),
        _schemas_are_old(content, read, remembering),
    )


def _old_times_forgiven(content: Path, found: list[Diagnostic]) -> list[Diagnostic]:
    """The findings, a time in the past only a warning for what was committed so."""
    if not any(item.code == PAST_TIME for item in found):
        return found
    from signpost.cli.git import committed

    old = committed(content)
    return [
        item._replace(
            severity=Severity.WARNING,
            cause=f"{item.cause} (Or it has gone out: no stack could be asked.)",
        )
        if item.code == PAST_TIME and item.span.path in old
        else item
        for item in found
    ]


def _known(content: Path, workspace: Workspace) -> Mapping[str, str] | None:
    """Post ids that the stack knows and their files; None where it cannot be asked."""
    state, _why_not = ask_state(content, workspace)
    return state.homes() if state else None


def ask_state(content: Path, workspace: Workspace) -> tuple[StateFile | None, str]:
    """What the stack knows; None where it cannot be asked, and why it cannot."""
    from signpost.errors import SettingsError

    try:
        find_connection(content, workspace.deploy)
    except SettingsError as error:
        return None, error.cause
    from botocore.exceptions import BotoCoreError, ClientError

    from signpost.cli.statefile import read_state

    try:
        _connection, objects = connect(content, workspace)
        return read_state(objects, workspace.id), ""
    except SignpostError as error:
        return None, error.cause
    except (BotoCoreError, ClientError) as error:
        return None, f"The stack did not answer: {error}."


def mend(content: Path, diagnostics: Sequence[Diagnostic]) -> int:
    """Apply the safe edits that findings propose; how many were applied."""
    from signpost.content.fixes import apply_fixes

    return len(apply_fixes(content, diagnostics))


def compile_content(
    content: Path,
    connection: Connection,
    known: Mapping[str, str],
    actual: Mapping[str, Actual] | None = None,
    told: Told | None = None,
) -> Compiled:
    """Check and compile.

    Args:
        connection: on a local stack, every account speaks to the local network instead of the
            server that the content names: trying something out must not reach the public.
        known: post ids that the stack knows, each with the file it came from.
        actual: what the stack has: no picture is opened for it again.
        told: hears of pictures that are being made: how many of how many are done.

    Raises:
        ContentError: with every finding, if there are errors.
    """
    from signpost.cli.work import gather
    from signpost.usecases.account_entries import listed_accounts
    from signpost.usecases.compile import compile_posts

    read = _read(content)
    found = _judge(content, read, known)
    if read.workspace is None or any(item.severity is Severity.ERROR for item in found):
        raise ContentError(_shown(content, found))
    brands = dict(read.brands)
    if connection.network:
        brands = {name: _at_home(brand, connection.network) for name, brand in brands.items()}
    pictures = open_pictures(content, read.media, told)
    try:
        lines = compile_posts(
            read.workspace, brands, read.posts, _registry(), read.media, pictures, actual
        )
    except ContentError as error:
        raise ContentError(_shown(content, error.diagnostics)) from error
    facts = {fact.sha256: fact for fact in read.media.values()}
    work = tuple(task.wire() for task in gather(content, read, datetime.now(UTC)))
    drafts = tuple(post.title or post.path for post in read.posts if post.status == "draft")
    return Compiled(
        content=content,
        workspace=read.workspace.id,
        lines=tuple(lines),
        facts=facts,
        work=work,
        drafts=drafts,
        pictures=pictures,
        accounts=listed_accounts(brands.values()),
        files={f"{post.brand}/{post.id}": _files_of(post) for post in read.posts},
    )


def _files_of(post: Post) -> tuple[str, ...]:
    """The files that a post is made of, its own first; all of its folder, where it has one."""
    folder, _, name = post.path.rpartition("/")
    if name == "index.md":
        return post.path, folder
    texts = [body.path for body in post.bodies.values()]
    found = [post.path, *texts, *(media.path for media in post.every_media() if media.path)]
    return tuple(dict.fromkeys(found))


def editable(channel: str) -> bool:
    """Whether what is public on a channel can be edited."""
    found: bool = _registry().spec(channel).edit
    return found


def open_pictures(
    content: Path, facts: Mapping[str, MediaFact], told: Told | None = None
) -> PictureLibrary:
    """Makes what channels get of pictures, and keeps it.

    Args:
        facts: path in the content folder → what was found of the file.
    """
    from signpost.content.picture_library import PictureLibrary, picture_folder

    return PictureLibrary(content, facts, picture_folder(content), told)


def choose_posts(content: Path, words: Sequence[str], files: Sequence[str]) -> Chosen:
    """Read a few posts; nothing else of the content is read, and no stack is asked.

    Args:
        words: what a person calls a post: a file or folder, relative to the content folder, an
            id or its beginning, a title.
        files: files that changed, relative to the content folder; the posts that they belong to.

    Raises:
        ContentError: signpost.yaml, or the brand of a post, cannot be used.
    """
    from signpost.content.chosen import read_chosen

    lost: list[str] = []

    def choose(search: Search) -> list[PostFiles]:
        found = {item.path: item for item in search.of_files(files)}
        for word in words:
            named = search.at(word) or search.named(word)
            if not named:
                lost.append(word)
            found.update({item.path: item for item in named})
        return list(found.values())

    read, brandless = read_chosen(content, choose)
    if read.workspace is None or brandless:
        raise ContentError(_shown(content, read.diagnostics))
    judged, _silenced = _judge_all(content, read, {}, holidays=_kept_holidays(content))
    found = _old_times_forgiven(content, judged)
    return Chosen(read, tuple(found), tuple(lost))


def post_head(data: bytes) -> tuple[str, str]:
    """Id and title of a post's file, empty where they cannot be read."""
    from signpost.content.chosen import head_of

    return head_of(data)


def media_bytes(compiled: Compiled, sha256: str) -> tuple[bytes, str]:
    """Bytes and media type of a file of the compiled content, or of what was made of it.

    Raises:
        StackError: the file was changed since it was compiled.
    """
    from hashlib import sha256 as hashed

    if compiled.pictures.order_of(sha256) is not None:
        return compiled.pictures.data(sha256), compiled.pictures.mime_of(sha256)
    fact = compiled.facts[sha256]
    data = (compiled.content / fact.path).read_bytes()
    if hashed(data).hexdigest() != sha256:
        raise StackError(f"{fact.path} was changed just now.", "Push again.")
    return data, fact.mime


def connect(content: Path, workspace: Workspace) -> tuple[Connection, ObjectStore]:
    """The stack of the workspace, and its bucket.

    Raises:
        SettingsError: it is not known where the stack is.
        StackError: it belongs to another workspace.
    """
    from signpost.aws.objects import S3Objects

    connection = find_connection(content, workspace.deploy)
    if connection.workspace and connection.workspace != workspace.id:
        raise StackError(
            f"The stack here belongs to workspace `{connection.workspace}`, "
            f"this content to `{workspace.id}`.",
            "Work in that workspace's folder (or name its content with --content), or start a "
            "stack for this one.",
        )
    s3 = clients_of(connection).get("s3")
    return connection, S3Objects(s3, connection.bucket, forbidden_is_absent=True)


@lru_cache(maxsize=4)
def clients_of(connection: Connection) -> Clients:
    """boto3 clients for the stack, one session for all."""
    from signpost.aws.session import Clients

    return Clients(
        endpoint=connection.endpoint,
        region=connection.region or None,
        access_key=connection.access_key,
        secret_key=connection.secret_key,
        read_timeout_s=READ_TIMEOUT_S,
    )


def _read(content: Path, paths: Sequence[Path] = ()) -> ReadResult:
    from signpost.content.workspace_reader import read_workspace

    return read_workspace(content, list(paths))


def _judge(content: Path, read: ReadResult, known: Mapping[str, str]) -> list[Diagnostic]:
    return _judge_all(content, read, known)[0]


def _judge_all(
    content: Path,
    read: ReadResult,
    known: Mapping[str, str],
    remembering: Remembering | None = None,
    holidays: Holidays | None = None,
) -> tuple[list[Diagnostic], list[Silenced]]:
    from signpost.checks.registry import judge_all, judge_read

    registry = _registry()
    specs = {channel: registry.spec(channel) for channel in registry.ids()}

    @cache
    def committed() -> frozenset[str]:
        from signpost.cli.git import in_head

        return in_head(content)

    judged = judge_read(read, specs)
    if remembering is not None:
        remembering.finish(read.fresh, judged.findings, judged.outlines)
    return judge_all(
        read,
        specs,
        datetime.now(UTC),
        known,
        random_bits=_random_bits,
        committed=committed,
        judged=judged,
        holidays=remembering.holidays if remembering is not None else holidays,
    )


def _kept_holidays(content: Path) -> Holidays | None:
    """The holidays that were looked up before, where the content lies in git."""
    from signpost.content.holiday_table import KeptHolidays
    from signpost.content.memory import memory_file

    file = memory_file(os.path.realpath(content))
    return None if file is None else KeptHolidays(file.with_name("holidays.json"))


def _random_bits(count: int) -> int:
    from secrets import randbits  # few runs need an id

    return randbits(count)


def open_handbook(docs: Path, content: Path) -> Handbook:
    """The handbook below a docs folder, and what its generated parts should be.

    Raises:
        ContentError: signpost.yaml, or a brand's file, cannot be used.
    """
    from signpost.content.handbook.site import read_handbook

    _workspace, brands = open_content(content)
    registry = _registry()
    specs = {channel: registry.spec(channel) for channel in registry.ids()}
    return read_handbook(docs, content, {brand.id: brand for brand in brands}, specs)


def open_letterhead(data: bytes, brand_id: str) -> Letterhead:
    """The letterhead that the bytes of a `brand.yaml` describe, as far as they can be read."""
    from signpost.content.letterhead import read_letterhead

    return read_letterhead(data, brand_id)


def tell_people(docs: Path, brands: Iterable[Brand]) -> tuple[Mapping[str, Any], ...]:
    """The people of brands, as the head of a bundle lists them.

    Args:
        docs: the folder of the handbook's pages, which say on which day newcomers are to have read.
        brands: those that sign.
    """
    from signpost.content.handbook.checklists import checklist_days
    from signpost.domain.people import members_of

    return tuple(
        member.wire()
        for brand in sorted(brands, key=lambda item: item.id)
        for member in members_of(brand, checklist_days(docs, brand.id))
    )


def write_handbook(docs: Path, content: Path) -> list[str]:
    """Bring the generated parts of the handbook up to date; the pages that were written.

    Raises:
        ContentError: a file cannot be used, or a part cannot be made; nothing was written.
    """
    from signpost.content.handbook import site

    return site.write_handbook(docs, lambda: open_handbook(docs, content))


def site_settings(file: Path) -> dict[str, Any]:
    """What mkdocs.yml says, as plain values.

    Raises:
        SettingsError: there is none, or it cannot be read.
    """
    from signpost.content.website.settings import read_settings

    return read_settings(file)


def site_sources(
    version: Version, settings: Mapping[str, Any], assets: Mapping[str, bytes]
) -> dict[str, bytes]:
    """All files from which a version of the site is built."""
    from signpost.content.website.assemble import assemble

    return assemble(version, settings, assets)


def open_site(hosting: Hosting) -> tuple[SiteStore, Distribution | None]:
    """The site's bucket, and its distribution where there is one."""
    from signpost.aws.site import CloudFront, S3Site

    clients = clients_of(hosting.connection)
    store = S3Site(clients.get("s3"), hosting.connection.bucket)
    if not hosting.distribution:
        return store, None
    return store, CloudFront(clients.get("cloudfront"), hosting.distribution)


def editor_schemas(content: Path, brands: Iterable[Brand]) -> dict[Path, str]:
    """The JSON Schemas and snippets for editors: file → text, as it should lie there."""
    from signpost.cli import snippets
    from signpost.content.json_schema import FOLDER, schemas

    registry = _registry()
    specs = {channel: registry.spec(channel) for channel in registry.ids()}
    brands = list(brands)
    files = {content / FOLDER / name: text for name, text in schemas(specs, brands).items()}
    file = content.parent / snippets.FILE
    try:
        there = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return files
    wanted = snippets.with_types(there, [kind for brand in brands for kind in brand.types])
    return files if wanted is None else {**files, file: wanted}


def _schemas_are_old(content: Path, read: ReadResult, remembering: Remembering | None) -> bool:
    """Whether the content has schemas for editors, and other ones than it should."""
    folder = content / ".schemas"
    if read.workspace is None or not folder.is_dir():
        return False

    def ask() -> bool:
        from signpost.cli.schema import out_of_date

        return bool(out_of_date(editor_schemas(content, read.brands.values())))

    if remembering is None or remembering.schemas is None:
        return ask()
    try:
        names = sorted(item.name for item in folder.iterdir())
        files = [(folder / name).read_bytes() for name in names if (folder / name).is_file()]
        snippets = content.parent / ".vscode" / "signpost.code-snippets"
        files.append(snippets.read_bytes() if snippets.is_file() else b"")
    except OSError:
        return ask()
    return remembering.schemas.to([*map(os.fsencode, names), *files], ask)


def _registry() -> Any:
    from signpost.connectors.registry import Registry

    return Registry()


def _at_home(brand: Brand, network: str) -> Brand:
    from signpost.domain.home import home_of

    accounts = tuple(
        account._replace(server=home_of(network, account.channel, account.server, account.id))
        for account in brand.accounts
    )
    return brand._replace(accounts=accounts)


def _shown(content: Path, diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return named(diagnostics, from_here(content))
