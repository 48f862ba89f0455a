"""Derivatives of a content folder's pictures: made once, kept in git's own folder, read again.

What is kept can be deleted at any time: it is made again, to the same bytes as long as Pillow and
this code are the same, which is part of each name. Refusals are never kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

from signpost.content.memory import git_folder
from signpost.content.regular import regular
from signpost.domain.media import MAX_FILE_BYTES, MediaFact
from signpost.domain.picture.recipe import Change, Derivative, Order, Refusal, as_it_is
from signpost.errors import StackError

FORM = 1
"""Of the files kept."""
WORKERS = 4
"""Pictures at a time: Pillow works beside Python, and each takes up to some hundred megabytes."""
LARGE_PIXELS = 40_000_000
"""Pictures with more are made one at a time."""
MOST_BYTES = 2_000_000_000
"""What is kept at most; the oldest go first."""
_LIVE_S = 3600.0
"""What was used in the last hour is not deleted: another run may be about to read it."""
_SHARED_WITH = ("content/pictures.py", "domain/media.py", "domain/picture")
"""Our code that decides on the bytes."""

Told = Callable[[int, int], None]
"""Is told how many of how many are done."""


class PictureLibrary:
    """Makes and keeps derivatives. Implements usecases.pictures.Pictures; safe in many threads.

    Args:
        root: the content folder.
        facts: path → what was found of the file.
        folder: where derivatives are kept; None: nowhere.
        told: hears of progress.
    """

    def __init__(
        self,
        root: Path,
        facts: Mapping[str, MediaFact],
        folder: Path | None,
        told: Told | None = None,
    ) -> None:
        self._root = root
        self._facts = facts
        self._folder = folder
        self._told = told
        self._answers: dict[Order, Derivative | Refusal] = {}
        self._orders: dict[str, Order] = {}
        self._held: dict[str, bytes] = {}
        self._large = Lock()

    def fill(self, orders: Sequence[Order]) -> None:
        """Make all of these; what was kept is only looked up."""
        left = [order for order in dict.fromkeys(orders) if order not in self._answers]
        new = [order for order in left if not self._looked_up(order)]
        if not new:
            return
        done = 0
        with ThreadPoolExecutor(min(WORKERS, len(new))) as pool:
            for order, answer in zip(new, pool.map(self._make, new), strict=True):
                self._remember(order, answer)
                done += 1
                if self._told is not None:
                    self._told(done, len(new))
        self._tidy()

    def get(self, order: Order) -> Derivative | Refusal:
        """The derivative, or why there is none."""
        if order not in self._answers and not self._looked_up(order):
            self._remember(order, self._make(order))
        return self._answers[order]

    def order_of(self, sha256: str) -> Order | None:
        """What a derivative was made by; None for originals and what is not known."""
        return self._orders.get(sha256)

    def mime_of(self, sha256: str) -> str:
        """The media type of a derivative that was asked for before."""
        answer = self._answers[self._orders[sha256]]
        return answer.mime if isinstance(answer, Derivative) else ""

    def data(self, sha256: str) -> bytes:
        """The bytes of a derivative that was asked for before.

        Raises:
            StackError: they are gone, and the original was changed meanwhile.
        """
        if sha256 in self._held:
            return self._held[sha256]
        order = self._orders[sha256]
        kept = self._kept(order)
        if kept is not None and hashlib.sha256(kept[1]).hexdigest() == sha256:
            return kept[1]
        again = self._make(order, hold=True)
        if not isinstance(again, Derivative) or again.sha256 != sha256:
            raise StackError(f"{order.path} was changed just now.", "Do it again.")
        return self._held[sha256]

    def _remember(self, order: Order, answer: Derivative | Refusal) -> None:
        self._answers[order] = answer
        if isinstance(answer, Derivative) and answer.changes:
            self._orders[answer.sha256] = order

    def _looked_up(self, order: Order) -> bool:
        kept = self._kept(order, whole=False)
        if kept is None:
            return False
        self._remember(order, kept[0])
        return True

    def _make(self, order: Order, *, hold: bool = False) -> Derivative | Refusal:
        """Make one, and keep it.

        Args:
            hold: keep the bytes in memory, whether they can be written or not.
        """
        fact = self._facts[order.path]
        if fact.size > MAX_FILE_BYTES:
            return Refusal(f"it has {fact.size:,} bytes", "Export it smaller.")
        try:
            with open(self._root / order.path, "rb", opener=regular) as stream:
                data = stream.read()
        except OSError as error:
            return Refusal(f"it cannot be read ({error.strerror})", "Look at the file.")
        if hashlib.sha256(data).hexdigest() != fact.sha256:
            return Refusal("it was changed just now", "Do it again.")
        from signpost.content.pictures import PictureError, make

        large = (fact.width or 0) * (fact.height or 0) > LARGE_PIXELS
        try:
            with self._large if large else contextlib.nullcontext():
                made = make(data, order.recipe)
        except PictureError as error:
            return Refusal(error.cause, error.remedy)
        if not made.changes:
            answer = as_it_is(fact)
            self._keep(order, answer, b"")
            return answer
        sha256 = hashlib.sha256(made.data).hexdigest()
        answer = Derivative(
            sha256, made.mime, len(made.data), made.width, made.height, made.changes, made.focus
        )
        if not self._keep(order, answer, made.data) or hold:
            self._held[sha256] = made.data
        return answer

    # --- what is kept ---------------------------------------------------------------------------

    def _file(self, order: Order) -> Path | None:
        if self._folder is None:
            return None
        wish = f"{self._facts[order.path].sha256} {order.recipe.key} {_kitchen()}"
        name = hashlib.sha256(wish.encode()).hexdigest()
        return self._folder / name[:2] / name

    def _kept(self, order: Order, *, whole: bool = True) -> tuple[Derivative, bytes] | None:
        """A derivative as it was kept, and its bytes; None where there is none that is sound.

        Args:
            whole: read the bytes too.
        """
        file = self._file(order)
        if file is None:
            return None
        try:
            with file.open("rb") as stream:
                head = stream.readline(10_000)
                size = os.fstat(stream.fileno()).st_size - len(head)
                data = stream.read() if whole else b""
            with contextlib.suppress(OSError):
                os.utime(file)
        except OSError:
            return None
        answer = _read_head(head)
        if answer is None or size != (answer.size if answer.changes else 0):
            return None
        return (answer, data) if answer.changes else (as_it_is(self._facts[order.path]), b"")

    def _keep(self, order: Order, answer: Derivative, data: bytes) -> bool:
        """Write it; whether that could be done."""
        file = self._file(order)
        if file is None:
            return False
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_head(answer))
                    stream.write(data)
                Path(name).replace(file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError:
            return False
        return True

    def _tidy(self) -> None:
        """Delete the oldest where there is too much; another run may be doing the same."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            files = [(file.stat(), file) for file in self._folder.glob("*/*")]
            total = sum(stat.st_size for stat, _ in files)
            for stat, file in sorted(files, key=lambda item: item[0].st_mtime):
                if total <= MOST_BYTES or stat.st_mtime > time.time() - _LIVE_S:
                    return
                file.unlink(missing_ok=True)
                total -= stat.st_size


def picture_folder(root: Path) -> Path | None:
    """Where a content folder's derivatives are kept: in git's folder, else the user's own cache."""
    inside = git_folder(str(root))
    if inside is not None:
        return inside / "signpost" / "pictures"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = str(Path("~/Library/Caches").expanduser())
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or str(Path("~/.cache").expanduser())
    return Path(base) / "signpost" / "pictures" if Path(base).is_absolute() else None


_KITCHEN: list[str] = []


def _kitchen() -> str:
    """Digest of all that decides on the bytes beside original and recipe; made once."""
    if not _KITCHEN:
        from PIL import __version__, features

        digest = hashlib.sha256(f"{FORM} {__version__}".encode())
        for codec in ("libjpeg_turbo", "webp", "zlib", "littlecms2"):
            digest.update(f" {codec} {features.version(codec)}".encode())
        package = Path(__file__).parents[1]
        for name in _SHARED_WITH:
            place = package / name
            for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
                digest.update(file.read_bytes())
        _KITCHEN.append(digest.hexdigest())
    return _KITCHEN[0]


def _head(answer: Derivative) -> bytes:
    """The first line of a kept file: a digest, and what is known of the derivative."""
    told = [
        answer.sha256,
        answer.mime,
        answer.size,
        answer.width,
        answer.height,
        answer.changes,
        answer.focus,
    ]
    text = json.dumps(told, separators=(",", ":"))
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}\n".encode()


def _read_head(line: bytes) -> Derivative | None:
    digest, _, text = line.rstrip(b"\n").partition(b" ")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        return None
    value: list[Any] = json.loads(text)
    sha256, mime, size, width, height, changes, focus = value
    return Derivative(
        sha256,
        mime,
        size,
        width,
        height,
        tuple(Change(item) for item in changes),
        (focus[0], focus[1]) if focus else None,
    )
