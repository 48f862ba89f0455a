"""What changed between two versions, sentence by sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from signpost.domain.website.escaping import markup

_HEAD = re.compile(r"\A---\n.*?\n---[ \t]*\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BLOCK = re.compile(r"^\s*(?:[-*+]|\d+[.)]|#{1,6}|>|!!!|\|)", re.MULTILINE)
_END = re.compile(r"(?<=[.!?:;])[)\"”’*_]*\s+(?=[\"“‘(*_\[]*[A-ZÀ-Þ0-9])")
_TITLE = re.compile(r"^title:\s*(.+)$", re.MULTILINE)
_MARKS = re.compile(r"\s*\{:?\s*[#.][^{}\n]*\}|(?<![\w\\])[*_`]{1,3}|[*_`]{1,3}(?!\w)")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^)]*\)")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence that differs; one of the two is empty where it is new or gone."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How a page differs.

    Args:
        kind: `new`, `gone` or `changed`.
    """

    path: str
    title: str
    kind: str
    sentences: tuple[Changed, ...]


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """The pages that differ, in order of their paths.

    Args:
        before: path → text, Markdown or data.
    """
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        cut = sentences if path.endswith(".md") else lines
        changed = tuple(_changed(cut(old or ""), cut(new or "")))
        kind = "new" if old is None else "gone" if new is None else "changed"
        if changed or kind != "changed":
            found.append(Difference(path, title_of(path, new or old or ""), kind, changed))
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a page, its headings, list items and table rows among them."""
    text = _COMMENT.sub("", _HEAD.sub("", text))
    found: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text):
        starts = [item.start() for item in _BLOCK.finditer(block)]
        edges = sorted({0, *starts, len(block)})
        for begin, end in itertools.pairwise(edges):
            piece = re.sub(r"\s+", " ", block[begin:end]).strip()
            if piece and not re.fullmatch(r"[|:\s-]+", piece):
                found.extend(part for part in _END.split(piece) if part)
    return found


def lines(text: str) -> list[str]:
    """The lines of a data file; comments and empty ones decide nothing."""
    return [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]


def shown(sentence: str) -> str:
    """A sentence as a reader sees it, without the marks of Markdown."""
    sentence = re.sub(r"^(?:[-*+]|#{1,6}|>)\s+(?:\[[ xX]\]\s+)?", "", sentence)
    if sentence.startswith("|"):
        sentence = " · ".join(cell.strip() for cell in sentence.strip("| ").split("|"))
    return _MARKS.sub("", _LINK.sub(r"\1", sentence)).strip()


def difference_html(changed: Changed) -> str:
    """One sentence that differs, as an item of a list."""
    before, after = shown(changed.before), shown(changed.after)
    if before == after:  # only a link or a mark differs: show that
        before, after = changed.before, changed.after
    if not after:
        return f'<li class="sp-gone"><span class="sp-kind">Gone:</span> <del>{markup(before)}</del></li>'
    if not before:
        return (
            f'<li class="sp-new"><span class="sp-kind">New:</span> <ins>{markup(after)}</ins></li>'
        )
    return (
        '<li class="sp-other"><span class="sp-kind">Changed:</span> '
        f"{''.join(_by_word(before, after))}</li>"
    )


def _changed(before: list[str], after: list[str]) -> Iterator[Changed]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            continue
        old, new = before[start:end], after[begin:stop]
        for number in range(max(len(old), len(new))):
            left = old[number] if number < len(old) else ""
            right = new[number] if number < len(new) else ""
            if left and right and not _alike(left, right):
                yield Changed(left, "")
                yield Changed("", right)
            else:
                yield Changed(left, right)


def _alike(left: str, right: str) -> bool:
    """Whether it is one sentence changed, and not another in its place."""
    words = SequenceMatcher(None, _WORDS.findall(left), _WORDS.findall(right), autojunk=False)
    return words.ratio() > 0.5


def _by_word(before: str, after: str) -> Iterator[str]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for tag, start, end, begin, stop in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        left, right = markup("".join(old[start:end])), markup("".join(new[begin:stop]))
        if tag == "equal":
            yield left
            continue
        yield (f"<del>{left}</del>" if left else "") + (f"<ins>{right}</ins>" if right else "")


def title_of(path: str, text: str) -> str:
    """A page's title as its front matter has it; its path where it has none."""
    head = _HEAD.match(text)
    found = _TITLE.search(head[0]) if head else None
    return found[1].strip().strip("\"'") if found else path
