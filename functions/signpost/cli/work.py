"""Tasks on posts that are not ready, gathered from the content and from git."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signpost.cli.git import lines_since
from signpost.domain.stages import tasks_of
from signpost.domain.work import Task

if TYPE_CHECKING:
    from signpost.content.workspace_reader import ReadResult


def gather(content: Path, read: ReadResult, now: datetime) -> list[Task]:
    """The tasks of all posts that are in a stage.

    Args:
        content: the folder that was read; its git knows since when a post is in its stage.
        now: aware UTC.
    """
    staged = [post for post in read.posts if post.stage]
    since = lines_since(content, {post.path: post.span("stage").line for post in staged})
    return tasks_of(staged, read.brands, since, now)
