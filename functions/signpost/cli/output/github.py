"""Prints for a job on GitHub: workflow commands that become annotations of the files.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts (noted 2026-11-22).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from signpost.cli.output.human import amount, plain
from signpost.domain.diagnostics import Diagnostic, Severity

SHOWN = 10
"""Annotations of one kind that GitHub shows for a step; all of them are in its log.

Source: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md (noted 2026-11-22): 10
errors, 10 warnings and 10 notices a step.
"""


def show(
    diagnostics: Sequence[Diagnostic],
    names: Mapping[str, str],
    read: int,
    silenced: int = 0,
    *,
    thing: str = "post",
    title: str = "signpost check",
) -> None:
    """Print a command for each finding, then one notice with their number.

    Args:
        diagnostics: with paths as the repository's root sees them.
        names: of the rules, by code.
        read: how many files were read.
        silenced: how many findings a silence let pass.
        thing: what the files are.
        title: of the notice.
    """
    lines = [finding(item, names.get(item.code, "")) for item in diagnostics]
    summary = _summary(diagnostics, amount(read, thing), silenced)
    lines.append(command("notice", summary, {"title": title}))
    text = "\n".join(lines) + "\n"
    # The runner reads UTF-8, whatever the locale says.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def show_error(code: str, cause: str, remedy: str) -> None:
    """Print why there is no result, as an annotation of the step."""
    print(
        command("error", f"{cause}\n{remedy}".rstrip(), {"title": f"signpost {code}"}), flush=True
    )


def finding(item: Diagnostic, name: str) -> str:
    """The command of one finding."""
    properties = {
        "file": item.span.path,
        "line": str(item.span.line),
        "col": str(item.span.column),
        "title": f"{item.code} {name}".rstrip(),
    }
    return command(str(item.severity), f"{item.cause}\n{item.remedy}".rstrip(), properties)


def command(kind: str, message: str, properties: Mapping[str, str]) -> str:
    """A workflow command: one line in which nothing of a file can begin another.

    Args:
        kind: `error`, `warning` or `notice`.
    """
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {told}::{_data(message)}"


def _summary(diagnostics: Sequence[Diagnostic], read: str, silenced: int) -> str:
    errors = sum(item.severity is Severity.ERROR for item in diagnostics)
    warnings = len(diagnostics) - errors
    if diagnostics:
        files = len({item.span.path for item in diagnostics})
        kinds = f"{amount(errors, 'error')} and {amount(warnings, 'warning')}"
        text = f"{kinds} in {amount(files, 'file')}."
    else:
        text = f"{read} checked: nothing found."
    if silenced:
        text += f" {amount(silenced, 'finding')} silenced."
    if max(errors, warnings) > SHOWN:
        text += f" GitHub shows {SHOWN} of each kind; the log of this step has all."
    return text


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return plain(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
