"""One submitter at a time per run folder: two windows may press the same button."""

import errno
import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from .errors import Refused

#: Lustre and some NFS mounts have no flock.
NO_FLOCK = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP)
#: A folder that stands for the lock is somebody's who died, after this many seconds.
STALE_S = 300
PATIENCE_S = 120


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with open(str(folder / ".lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in NO_FLOCK:
                raise
            with folder_lock(folder / ".lock.d"):
                yield
            return
        yield


@contextmanager
def folder_lock(path: Path) -> Iterator[None]:
    """Making a folder succeeds for one only, on every file system."""
    until = time.time() + PATIENCE_S
    while True:
        try:
            path.mkdir()
            break
        except FileExistsError:
            give_up_stale(path)
        if time.time() > until:
            raise Refused("refused", f"Another submission of {path.parent.name} is going on: try again later.")
        time.sleep(0.1)
    try:
        yield
    finally:
        try:
            path.rmdir()
        except FileNotFoundError:
            pass  # the run folder was removed with it


def give_up_stale(path: Path) -> None:
    try:
        if time.time() - path.stat().st_mtime > STALE_S:
            path.rmdir()
    except FileNotFoundError:
        pass
