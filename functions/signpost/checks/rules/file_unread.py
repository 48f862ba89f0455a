"""FIL609: a file or folder that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Collection

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic, Severity, Span

_POST = re.compile(
    r"\.(?:md\.txt|md\.docx?|md\.bak|md\.orig|markdown|mdown|mkdn?|mdx|md~?|mdtxt)$", re.IGNORECASE
)
_TEXT = re.compile(r"\.(?:txt|docx?|odt|rtf|pages|gdoc|ya?ml|json|csv|xlsx?)$", re.IGNORECASE)
_CONFIG = re.compile(r"\.(?:ya?ml|json|toml)(?:\.txt|\.bak|~)?$", re.IGNORECASE)
_FOLDERS = {"post": "posts", "posts": "posts", "idea": "ideas", "ideas": "ideas"}


def among_posts(path: str) -> Diagnostic | None:
    """What to say of a file among the posts that is neither a post nor a picture."""
    name = path.rpartition("/")[2]
    if _POST.search(name):
        return RULE.at(
            Span(path),
            f"`{name}` is not read, so it never goes out: a post's name ends in `.md`.",
            f"Rename it to `{_POST.sub('', name)}.md`, or delete it.",
        )
    if _TEXT.search(name):
        return RULE.at(
            Span(path),
            f"`{name}` lies among the posts, and nothing reads it.",
            "Put its text into a post, a file whose name ends in `.md`, or keep it elsewhere.",
            severity=Severity.WARNING,
        )
    return None


def configuration(path: str, known: Collection[str]) -> Diagnostic | None:
    """What to say of a file that looks like configuration, and is not.

    Args:
        known: names of the configuration files that belong into its folder.
    """
    name = path.rpartition("/")[2]
    if name in known or not _CONFIG.search(name):
        return None
    stem = _CONFIG.sub("", name).casefold()
    meant = next((item for item in known if item == f"{stem}.yaml"), None)
    return RULE.at(
        Span(path),
        f"`{name}` is not read: nothing of it counts.",
        f"Rename it to `{meant}`." if meant else did_you_mean(name, known),
    )


def folder(path: str) -> Diagnostic | None:
    """What to say of a folder of a brand whose name is nearly that of posts or ideas."""
    name = path.rpartition("/")[2]
    meant = _FOLDERS.get(name.casefold(), name)
    if meant == name:
        return None
    return RULE.at(
        Span(path),
        f"Nothing in the folder `{name}` is read, so nothing of it ever goes out.",
        f"Rename it to `{meant}`.",
    )


RULE = Rule(
    code="FIL609",
    name="unread-file",
    title="A file or folder that nothing reads",
    why="A post that is called `boots.md.txt` never goes out, and a `brand.yml` changes nothing, "
    "without a word: what is not found cannot be judged. Editors that hide endings make such names.",
    example="content/larkfell/brand.yml\ncontent/larkfell/posts/2026/12/boots.md.txt",
    fix="content/larkfell/brand.yaml\ncontent/larkfell/posts/2026/12/boots.md",
    source="our own rule, set 2026-11-22",
)
