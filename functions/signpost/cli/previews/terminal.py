"""A preview in the terminal: as wide as it is, colour where it has any."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from signpost.cli.output.human import Terminal, amount, plain, show_findings, terminal_width
from signpost.previews.making import size_told
from signpost.previews.times import both
from signpost.previews.view import (
    Article,
    Card,
    Copy,
    Counter,
    Kind,
    Medium,
    PostView,
    Preview,
    Run,
    Shown,
    Text,
)

WIDEST = 88
"""Columns; longer lines are hard to read."""
NARROWEST = 30
_BAR = 20
_COLORS = {Kind.LINK: "blue", Kind.MENTION: "blue", Kind.HASHTAG: "blue"}


def show_preview(terminal: Terminal, preview: Preview) -> None:
    """Print every post, then what would be gone."""
    columns = max(NARROWEST, min(terminal_width(), WIDEST))
    for number, view in enumerate(preview.posts):
        if number:
            terminal.say()
        _Post(terminal, columns).show(view, preview.zone)
    if preview.gone:
        terminal.say()
        terminal.say(terminal.paint(f"{amount(len(preview.gone), 'post')} deleted", "bold"))
        for item in preview.gone:
            terminal.say(f"  {plain(item.title or item.id or item.path)}  {plain(item.path)}")


def show_summary(terminal: Terminal, preview: Preview) -> None:
    """Print a line for every post, for those who read the page."""
    for view in preview.posts:
        when = view.when
        if view.due is not None:
            when = " ".join(both(view.due, view.zone, view.zone)[0])
        facts = [view.path, "" if view.state == "ready" else view.state, when]
        if view.findings:
            facts.append(amount(len(view.findings), "finding"))
        shown = "  ".join(plain(fact) for fact in facts if fact)
        terminal.say(f"{terminal.paint(plain(view.title), 'bold')}  {shown}")
    for item in preview.gone:
        name = terminal.paint(plain(item.title or item.id or item.path), "bold")
        terminal.say(f"{name}  {plain(item.path)}  deleted")


class _Post:
    """Prints one post. Boxes have no right side: letters differ in width from font to font."""

    def __init__(self, terminal: Terminal, columns: int) -> None:
        self._terminal = terminal
        self._columns = columns

    def show(self, view: PostView, zone: str) -> None:
        """Print the head, the faults, and each copy."""
        say, paint = self._terminal.say, self._terminal.paint
        state = "" if view.state == "ready" else f" ({view.state})"
        say(paint(plain(view.title), "bold") + state)
        say(plain(f"{view.path}{f'  {view.id}' if view.id else ''}"))
        facts = [("Goes out", view.when)] if view.when else []
        if view.due is not None:
            times = both(view.due, view.zone, zone)
            facts = [("Goes out" if not n else "", f"{t} {z}") for n, (t, z) in enumerate(times)]
        if view.stage:
            facts.append(("Stage", view.stage))
        for label, value in (*facts, *view.why.items()):
            say(f"  {label:<10} {plain(value)}")
        for note in view.notes:
            say(f"  {note}")
        if view.findings:
            show_findings(self._terminal, view.findings)
        for copy in view.copies:
            say()
            self._copy(copy)

    def _copy(self, copy: Copy) -> None:
        self._rule("╭", f"{copy.channel_name} · {copy.account}")
        for number, part in enumerate(copy.parts):
            if number:
                self._rule("├", f"part {number + 1} of {len(copy.parts)}")
            self._item(copy, part)
        self._rule("╰", "")
        for number, part in enumerate(copy.parts, 1):
            which = f"part {number} " if len(copy.parts) > 1 else ""
            for counter in part.counters:
                self._terminal.say(self._counter(counter, which))
        for note in dict.fromkeys(note for part in copy.parts for note in part.notes):
            self._terminal.say(f"  {note}")

    def _item(self, copy: Copy, part: Shown) -> None:
        audience = f"  [{copy.audience}]" if copy.audience else ""
        name = self._terminal.paint(plain(copy.name), "bold")
        self._line(f"{name} {plain(copy.handle)}{audience}")
        if part.article is not None:
            self._article_head(part.article)
        self._line()
        if part.warning:
            self._words(f"[content warning] {part.warning}")
            self._fold("Show")
        self._text(part.text)
        if part.card is not None:
            self._card(part.card)
        if part.media:
            self._line()
        if part.covered:
            self._fold(part.covered)
        for medium in part.media:
            self._medium(medium)
        if part.article is not None:
            own = "own excerpt" if part.article.own_excerpt else "first words"
            self._line()
            self._words(f"In lists ({own}): {part.article.excerpt}")

    def _article_head(self, article: Article) -> None:
        self._line()
        self._words(article.title, "bold")
        if article.slug:
            self._words(article.slug, "dim")
        if article.terms:
            self._words(", ".join(article.terms), "dim")

    def _text(self, text: Text) -> None:
        self._runs(text.runs)
        if text.folded:
            self._fold(text.more)
            self._runs(text.folded)

    def _card(self, card: Card) -> None:
        self._line()
        self._words(f"[link card] {card.host}")
        self._words(card.title or "Title and picture come from the page.", "bold")
        if card.picture:
            self._words(f"[picture] {_file_told(card.picture)}")
            if card.picture.made:
                self._words(card.picture.made, "dim", indent="  ")
        if card.description:
            self._words(card.description)

    def _medium(self, medium: Medium) -> None:
        self._words(f"[{medium.kind}] {_file_told(medium)}")
        if medium.alt:
            told = f"ALT: {medium.alt} ({len(medium.alt)} of {medium.alt_max:,})"
            self._words(told, indent="  ")
        else:
            self._words("There is no alternative text.", "red", indent="  ")
        if medium.made:
            self._words(medium.made, "dim", indent="  ")

    def _words(self, text: str, color: str = "", indent: str = "") -> None:
        for start, end in wrap(plain(text), self._columns - 2 - len(indent)):
            line = plain(text)[start:end]
            self._line(indent + (self._terminal.paint(line, color) if color else line))

    def _runs(self, runs: Sequence[Run]) -> None:
        """A text in lines, what is a link there in colour."""
        runs = [Run(run.kind, plain(run.text), run.target) for run in runs]
        text = "".join(run.text for run in runs)
        first = len(text) - len(text.lstrip("\n"))
        for start, end in wrap(text, self._columns - 2):
            if end <= first and not text[start:end]:
                continue  # the fold is a break already
            self._line("".join(self._painted(runs, start, end)))

    def _painted(self, runs: Sequence[Run], start: int, end: int) -> Iterator[str]:
        at = 0
        for run in runs:
            piece = run.text[max(0, start - at) : max(0, end - at)]
            at += len(run.text)
            if piece:
                color = _COLORS.get(run.kind)
                yield self._terminal.paint(piece, color) if color else piece

    def _line(self, text: str = "") -> None:
        self._terminal.say(f"{self._terminal.paint('│', 'dim')} {text}".rstrip())

    def _fold(self, words: str) -> None:
        self._line(self._terminal.paint(f"┄┄ {plain(words)} ┄┄", "yellow"))

    def _rule(self, corner: str, label: str) -> None:
        told = f" {plain(label)} " if label else ""
        rest = "─" * max(1, self._columns - 2 - columns_of(told))
        self._terminal.say(
            f"{self._terminal.paint(f'{corner}─', 'dim')}{told}{self._terminal.paint(rest, 'dim')}"
        )

    def _counter(self, counter: Counter, which: str) -> str:
        share = min(1.0, counter.used / counter.limit) if counter.limit else 1.0
        bar = "█" * round(share * _BAR) + "░" * (_BAR - round(share * _BAR))
        color = "red" if counter.over else "green"
        over = " – too many" if counter.over else ""
        label = f"{which}{counter.what}"
        return f"  {label:<18} {self._terminal.paint(bar, color)} {counter.told}{over}"


def _file_told(medium: Medium) -> str:
    """Name, pixels and bytes of what is sent."""
    size = f", {medium.width}×{medium.height}" if medium.width else ""
    return f"{medium.path.rpartition('/')[2]}{size}, {size_told(medium.size)}"


def columns_of(text: str) -> int:
    """Terminal columns of a text; what joins or marks other characters takes none."""
    return sum(
        0
        if unicodedata.category(char) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def wrap(text: str, columns: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line of a text that is set in so many columns."""
    begin = 0
    for line in text.split("\n"):
        start, used, last_gap = begin, 0, -1
        for offset, char in enumerate(line, begin):
            if char == " ":
                last_gap = offset
            used += columns_of(char)
            if used <= columns:
                continue
            if last_gap >= start and char != " ":
                yield start, last_gap
                start = last_gap + 1
                used = columns_of(text[start : offset + 1])
            elif char == " ":
                yield start, offset
                start, used = offset + 1, 0
            else:  # a word, or a script without spaces, that is longer than a line
                yield start, offset
                start, used = offset, columns_of(char)
            last_gap = -1
        yield start, begin + len(line)
        begin += len(line) + 1
