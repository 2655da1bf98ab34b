"""Files by the SHA-256 of their content: each is sent once per machine."""

import hashlib
import os
import re
import shutil
import tarfile
import time
from pathlib import Path
from typing import IO, Any, Dict, Iterable, List

from .errors import Refused, space_needed

HASH = re.compile(r"[0-9a-f]{64}")
BLOCK = 1 << 20
#: What a killed call left behind is swept away after this many seconds; nobody works on it any more.
STALE_S = 86_400


def blob(root: Path, sha256: str) -> Path:
    if not HASH.fullmatch(sha256):
        raise Refused("refused", f"{sha256!r} is no SHA-256.")
    return root / "store" / sha256[:2] / sha256


def missing(request: Dict[str, Any]) -> Dict[str, Any]:
    root = Path(request["root"])
    return {"missing": [h for h in request["hashes"] if not blob(root, h).is_file()]}


def receive(root: Path, stream: IO[bytes]) -> Dict[str, Any]:
    """Takes a tar stream whose entries are named by their hashes. What does not match its name is refused."""
    received: List[str] = []
    with space_needed(str(root)):
        (root / "store").mkdir(parents=True, exist_ok=True)
        sweep((root / "store").glob("*/*.part"))
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    source = archive.extractfile(member) if member.isreg() else None
                    if source is None:
                        raise Refused("refused", f"{member.name!r} in the upload is no file.")
                    keep(root, member.name, source)
                    received.append(member.name)
        except tarfile.TarError as error:
            raise Refused("refused", "The upload was cut short: send it again.", str(error)) from error
    return {"received": len(received)}


def keep(root: Path, sha256: str, source: IO[bytes]) -> None:
    """Writes one blob under a temporary name, checks it and renames it: a reader never sees half of one."""
    path = blob(root, sha256)
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f"{sha256}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with open(str(part), "wb") as file:
            for data in iter(lambda: source.read(BLOCK), b""):
                digest.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            raise Refused("refused", f"A file arrived damaged ({sha256[:12]}): send it again.")
        part.chmod(0o444)
        os.replace(str(part), str(path))
    except BaseException:
        if part.exists():
            part.unlink()
        raise


def sweep(paths: Iterable[Path]) -> None:
    """Deletes what calls that were killed long ago left half-made."""
    before = time.time() - STALE_S
    for path in paths:
        try:
            if path.stat().st_mtime < before:
                shutil.rmtree(str(path)) if path.is_dir() else path.unlink()
        except OSError:
            pass  # somebody else's, or gone meanwhile
