"""What comes back out of a run folder: text by offset, the list of results, files as a tar stream."""

import os
import stat
import tarfile
from pathlib import Path
from typing import IO, Any, Dict, List

from .errors import Refused
from .folder import existing, inside

READ_LIMIT = 8 << 20


def read(request: Dict[str, Any]) -> Dict[str, Any]:
    """Text of a file from a byte offset; a character that is cut at the end waits for the next time."""
    folder = existing(Path(request["root"]), request["run_id"])
    path, offset = inside(folder, request["file"]), max(0, int(request["offset"]))
    limit = max(0, min(int(request.get("limit", READ_LIMIT)), READ_LIMIT))
    try:
        # without waiting: a named pipe would wait for a writer
        handle = os.open(str(path), os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return {"text": "", "next": offset, "size": 0}
    with open(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Refused("refused", "{!r} is no file.".format(request["file"]))
        file.seek(offset)
        data = file.read(limit)
    cut = unfinished(data)
    if cut < len(data):
        data = data[: len(data) - cut]
    return {"text": data.decode("utf-8", "replace"), "next": offset + len(data), "size": found.st_size}


def unfinished(data: bytes) -> int:
    """Bytes at the end that begin a UTF-8 character and do not complete it."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if length > back else 0
        if byte < 0x80:
            return 0
    return 0


def results(request: Dict[str, Any]) -> Dict[str, Any]:
    """The files below a folder of the run, without those that are being written."""
    folder = existing(Path(request["root"]), request["run_id"])
    top = inside(folder, request.get("under", "."))
    found: List[Dict[str, Any]] = []
    for path in sorted(top.rglob("*")):
        if path.name.endswith(".part"):
            continue
        try:
            facts = path.stat()
        except OSError:
            continue  # gone meanwhile, or a link to nothing
        if stat.S_ISREG(facts.st_mode):
            name = path.relative_to(folder).as_posix()
            found.append({"path": name, "size": facts.st_size, "modified": facts.st_mtime})
    return {"files": found}


def fetch(request: Dict[str, Any], out: IO[bytes]) -> None:
    """Writes the named files to `out` as a tar stream; entries are called 0, 1... by their places in the request.

    Names may have line breaks, which readers of extended tar headers trip over.
    """
    folder = existing(Path(request["root"]), request["run_id"])
    paths = [(name, inside(folder, name)) for name in request["paths"]]
    for name, path in paths:
        if not path.is_file():
            raise Refused("missing", "The run {} has no {}.".format(request["run_id"], name))
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for number, (_, path) in enumerate(paths):
            with open(str(path), "rb") as file:
                member = tarfile.TarInfo(str(number))
                member.size = os.fstat(file.fileno()).st_size
                archive.addfile(member, file)
