"""Run folders: made whole or not at all, never written outside of themselves."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional

from .errors import Refused, space_needed
from .store import blob, sweep

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def run_folder(root: Path, run_id: str) -> Path:
    if not RUN_ID.fullmatch(run_id):
        raise Refused("refused", f"{run_id!r} is no run id.")
    return root / "runs" / run_id


def existing(root: Path, run_id: str) -> Path:
    folder = run_folder(root, run_id)
    if not (folder / "run.json").is_file():
        raise Refused("missing", f"There is no run {run_id} in {root}.")
    return folder


def inside(folder: Path, path: str) -> Path:
    """A file below the folder; refuses everything that leads out of it, links included."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "" in parts or "\0" in path:
        raise Refused("refused", f"{path!r} does not stay in the run folder.")
    found = folder.joinpath(*parts)
    real, top = os.path.realpath(str(found)), os.path.realpath(str(folder))
    if os.path.commonpath([top, real]) != top:
        raise Refused("refused", f"{path!r} leads out of the run folder.")
    return found


def write_json(path: Path, value: Any) -> None:
    """Whole or absent."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with space_needed(str(path.parent)):
        try:
            part.write_text(json.dumps(value), encoding="utf-8")
            os.replace(str(part), str(path))
        except BaseException:
            if part.exists():
                part.unlink()
            raise


def read_json(path: Path) -> Optional[Dict[str, Any]]:
    """None for a file that is absent or broken."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def create(request: Dict[str, Any]) -> Dict[str, Any]:
    """Builds a run folder from the store. The same request again finds the folder as it is."""
    root, record, files = Path(request["root"]), request["record"], request["files"]
    folder = run_folder(root, record["id"])
    if is_made(folder, files):
        return {"folder": str(folder)}
    check_names(files)
    check_parent(root, record)
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    with space_needed(str(root)):
        try:
            part.mkdir(parents=True)
            sweep([*folder.parent.glob("*.part"), *folder.parent.glob("*.gone")])
            check_space(root, files)
            for name in ("models", "eval"):
                (part / name).mkdir()
            for item in files:
                place(root, part, item)
            write_json(part / "manifest.json", {"files": files})
            write_json(part / "run.json", record)
            rename_to(part, folder, files)
        finally:
            shutil.rmtree(str(part), ignore_errors=True)
    return {"folder": str(folder)}


def is_made(folder: Path, files: List[Dict[str, Any]]) -> bool:
    if read_json(folder / "run.json") is None:
        return False
    if read_json(folder / "manifest.json") != {"files": files}:
        raise Refused("refused", f"There is another run with the id {folder.name}.")
    return True


def rename_to(part: Path, folder: Path, files: List[Dict[str, Any]]) -> None:
    try:
        os.rename(str(part), str(folder))
    except OSError:
        if not is_made(folder, files):  # else another window was quicker with the same run
            raise


def check_names(files: List[Dict[str, Any]]) -> None:
    """A name that came twice would be written through the first one's link, into the store."""
    seen = set()
    for item in files:
        if item["path"] in seen:
            raise Refused("refused", "{!r} is twice in the run.".format(item["path"]))
        seen.add(item["path"])


def check_parent(root: Path, record: Dict[str, Any]) -> None:
    """An inference reads the best model of another run, which there is none of before its first validation."""
    parent = record.get("parent")
    if parent is None:
        return
    if not (existing(root, parent) / "models" / "model.pt").is_file():
        text = f"The run {parent} has no best model yet: let it reach its first validation, or choose another run."
        raise Refused("missing", text)


def check_space(root: Path, files: List[Dict[str, Any]]) -> None:
    needed = sum(item["size"] for item in files if not item.get("link"))
    free = shutil.disk_usage(str(root)).free
    if needed > free:
        text = "{} has {:.1f} MB free, the run needs {:.1f} MB: free some, or use another root."
        raise Refused("no-space", text.format(root, free / 1e6, needed / 1e6))


def place(root: Path, folder: Path, item: Dict[str, Any]) -> None:
    """A copy that nobody writes to again, or a hard link for what is big."""
    source, target = blob(root, item["sha256"]), inside(folder, item["path"])
    if not source.is_file():
        raise Refused("missing", "{} was not uploaded.".format(item["path"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    if item.get("link"):
        try:
            os.link(str(source), str(target))
            return
        except OSError:
            pass  # another file system, or one without links: a copy does as well
    shutil.copyfile(str(source), str(target))
    target.chmod(int(item.get("mode", 0o444)) & 0o555)


def remove(folder: Path) -> None:
    """Out of sight first: what is deleted half-way is no run any more."""
    gone = folder.with_name(f"{folder.name}.{os.getpid()}.gone")
    os.rename(str(folder), str(gone))
    shutil.rmtree(str(gone), ignore_errors=True)
