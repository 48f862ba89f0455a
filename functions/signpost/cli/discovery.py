"""Finds the content folder and the local stack's file from where a person stands."""

from __future__ import annotations

from pathlib import Path

from signpost.errors import SettingsError

WORKSPACE_FILE = "signpost.yaml"
LOCAL_FILE = Path(".signpost") / "local.json"


def find_content(explicit: Path | None, start: Path | None = None) -> Path:
    """The folder that holds signpost.yaml.

    Args:
        explicit: what `--content` named: that folder, or one that has it as `content/`.
        start: where to search upwards from; the present folder where left out.

    Raises:
        SettingsError: there is none.
    """
    if explicit is not None:
        for folder in (explicit, explicit / "content"):
            if (folder / WORKSPACE_FILE).is_file():
                return folder.resolve()
        raise SettingsError(
            f"There is no {WORKSPACE_FILE} in {explicit}.",
            "Name the folder that holds it with --content.",
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / "content"):
            if (candidate / WORKSPACE_FILE).is_file():
                return candidate
    raise SettingsError(
        f"No {WORKSPACE_FILE} was found in {here} or above it.",
        "Go to your repository, or name its content folder with --content DIR.",
    )


def find_local(content: Path) -> Path | None:
    """The local stack's file, searched from the content folder upwards; None where none is."""
    for folder in (content, *content.parents):
        if (folder / LOCAL_FILE).is_file():
            return folder / LOCAL_FILE
    return None
