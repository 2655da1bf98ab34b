"""Failures that the user can act on. The kinds are those of extension/io/errors.ts."""

import errno
from contextlib import contextmanager
from typing import Iterator

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class Refused(Exception):
    """The machine said no, for a reason that the user can act on."""

    def __init__(self, kind: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.detail = detail


@contextmanager
def space_needed(where: str) -> Iterator[None]:
    """Turns a full disk or quota into words that name the place."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            text = f"There is no space left in {where}: free some, or use another root."
            raise Refused("no-space", text, str(error)) from error
        raise
