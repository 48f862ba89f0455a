"""Opening content files: what is no regular file is refused before it can keep anybody waiting.

A named pipe would block its reader for ever, and a device has no end.
"""

from __future__ import annotations

import errno
import os
import stat

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)  # Windows has neither


class NotRegularError(OSError):
    """A folder, named pipe, socket or device."""


def regular(file: str | os.PathLike[str], flags: int = os.O_RDONLY) -> int:
    """A descriptor of a regular file; made to be the `opener` of `open`.

    The open file is looked at, not its name: nobody can put a pipe there in between.

    Raises:
        NotRegularError: it is something else.
        OSError: it cannot be opened.
    """
    handle = os.open(file, flags | _AT_ONCE)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise NotRegularError(errno.EINVAL, "It is no regular file", str(file))
