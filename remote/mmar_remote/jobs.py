"""Jobs of run folders, whatever schedules them: submit, status, cancel, list, remove."""

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

from . import folder as folders
from . import process, slurm
from .adopt import adopt, begun, name_of
from .errors import Refused, space_needed
from .lock import locked
from .states import LIVE, UNSURE, read_final, read_job, status_of

SCRIPT = Path(__file__).resolve().parent.parent / "sbatch" / "job.sh"
#: What a resume puts aside, so that the new attempt has its own.
PER_ATTEMPT = ("exit.json", "cancel.json", "started.json", "final.json")


def submit(request: Dict[str, Any]) -> Dict[str, Any]:
    """Starts attempt number `attempt`; asked again for the same one, it answers with the job that there is."""
    root, run_id, attempt = Path(request["root"]), request["run_id"], int(request["attempt"])
    folder = folders.existing(root, run_id)
    with space_needed(str(folder)), locked(folder):
        folders.existing(root, run_id)  # another window's submission may have been refused meanwhile
        job = read_job(folder)
        if job and job["attempt"] >= attempt:
            return one(root, run_id)
        if job:
            if one(root, run_id)["state"] in LIVE:
                raise Refused("refused", f"The run {run_id} is still going on.")
            put_aside(folder, job)
        start(folder, request, attempt, job or {})
    return one(root, run_id)


def start(folder: Path, request: Dict[str, Any], attempt: int, before: Dict[str, Any]) -> None:
    """Without an environment in the request, the attempt before tells it."""
    record = folders.read_json(folder / "run.json") or {}
    scheduler = record.get("scheduler", "process")
    env = request.get("env")
    env = before.get("env", {}) if env is None else env

    def note(made: Dict[str, Any]) -> None:
        kept = dict(made, attempt=attempt, scheduler=scheduler, env=env, submitted=time.time())
        folders.write_json(folder / "job.json", kept)

    python = str(Path(request["python"]).expanduser())
    arguments = [str(attempt), python, *list(request["command"])]
    if scheduler == "slurm":
        name, resources = name_of(folder, attempt), request["resources"]
        with all_or_nothing(folder, before):
            job_id = begun(folder, attempt) or slurm.submit(SCRIPT, folder, arguments, env, resources, name)
        note({"job_id": job_id})
    else:
        with all_or_nothing(folder, before):
            process.submit(SCRIPT, folder, arguments, env, note)


@contextmanager
def all_or_nothing(folder: Path, before: Dict[str, Any]) -> Iterator[None]:
    """After a refusal there is no run to look at, or the attempt before as it was."""
    try:
        yield
    except Refused:
        if before:
            bring_back(folder, before)
        else:
            folders.remove(folder)
        raise


def put_aside(folder: Path, job: Dict[str, Any]) -> None:
    aside = folder / "attempts" / str(job["attempt"])
    aside.mkdir(parents=True, exist_ok=True)
    folders.write_json(aside / "job.json", job)
    for name in PER_ATTEMPT:
        if (folder / name).exists():
            os.replace(str(folder / name), str(aside / name))


def bring_back(folder: Path, job: Dict[str, Any]) -> None:
    for name in PER_ATTEMPT:
        aside = folder / "attempts" / str(job["attempt"]) / name
        if aside.exists() and not (folder / name).exists():
            os.replace(str(aside), str(folder / name))


def one(root: Path, run_id: str) -> Dict[str, Any]:
    found: Dict[str, Any] = status({"root": str(root), "runs": [run_id]})["runs"][run_id]
    return found


def status(request: Dict[str, Any]) -> Dict[str, Any]:
    """The state of several runs with one question to the scheduler. Runs that are not there are left out."""
    root = Path(request["root"])
    jobs = {}
    for run_id in request["runs"]:
        folder = folders.run_folder(root, run_id)
        if (folder / "run.json").is_file():
            jobs[run_id] = (folder, adopt(folder, read_job(folder)))
    open_ids = [
        job["job_id"]
        for folder, job in jobs.values()
        if job and job["job_id"] and job["scheduler"] == "slurm" and not read_final(folder, job)
    ]
    queued, silence = slurm.queue(open_ids) if open_ids else ({}, "")
    return {"runs": {run_id: status_of(f, job, queued, silence) for run_id, (f, job) in jobs.items()}}


def cancel(request: Dict[str, Any]) -> Dict[str, Any]:
    root, run_id = Path(request["root"]), request["run_id"]
    folder = folders.existing(root, run_id)
    now = one(root, run_id)
    job = read_job(folder)
    if not job or now["state"] not in LIVE:
        return now
    if not job["job_id"]:
        raise Refused("no-scheduler", f"{UNSURE} Cancel it then.")
    asked = folder / "cancel.json"
    if not asked.exists():
        folders.write_json(asked, {"asked": time.time()})
    if job["scheduler"] == "slurm":
        cancel_in_slurm(job, now["state"], asked)
    else:
        process.cancel(job, folder)
    return one(root, run_id)


def cancel_in_slurm(job: Dict[str, Any], state: str, asked: Path) -> None:
    try:
        slurm.cancel(job["job_id"], running=state != "PENDING")
    except Refused:
        asked.unlink()  # the job was not asked: it must not be taken for cancelled, nor be killed later on
        raise


def list_runs(request: Dict[str, Any]) -> Dict[str, Any]:
    """Every run of a root. A folder that cannot be read is passed over: one broken run hides no other."""
    root = Path(request["root"])
    top = root / "runs"
    names = sorted(p.name for p in top.iterdir()) if top.is_dir() else []
    records = {}
    for name in names:
        record = folders.read_json(top / name / "run.json") if folders.RUN_ID.fullmatch(name) else None
        if record and record.get("id") == name:
            records[name] = record
    states = status({"root": str(root), "runs": list(records)})["runs"]
    found: List[Dict[str, Any]] = [
        {"record": record, "folder": str(top / name), "status": states[name]}
        for name, record in records.items()
        if name in states
    ]
    return {"runs": found}


def remove(request: Dict[str, Any]) -> Dict[str, Any]:
    root, run_id = Path(request["root"]), request["run_id"]
    folder = folders.existing(root, run_id)
    if one(root, run_id)["state"] in LIVE:
        raise Refused("refused", f"The run {run_id} is still going on: cancel it first.")
    folders.remove(folder)
    return {}
