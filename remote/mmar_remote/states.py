"""What became of a job: the scheduler's word, and where it is silent the run folder's own record."""

import time
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from . import process, slurm
from .errors import Refused
from .folder import read_json, write_json

#: The states in which the scheduler may still change something, as Slurm calls them.
LIVE = {
    "PENDING",
    "RUNNING",
    "COMPLETING",
    "REQUEUED",
    "SUSPENDED",
    "CONFIGURING",
    "RESIZING",
    "SIGNALING",
    "STAGE_OUT",
    "REQUEUE_HOLD",
    "REQUEUE_FED",
    "STOPPED",
}
#: Slurm's finer words for what the workbench calls by one.
SAME = {
    "CONFIGURING": "PENDING",
    "RESIZING": "RUNNING",
    "SIGNALING": "RUNNING",
    "STAGE_OUT": "COMPLETING",
    "REQUEUE_HOLD": "PENDING",
    "REQUEUE_FED": "PENDING",
    "SPECIAL_EXIT": "FAILED",
    "LAUNCH_FAILED": "FAILED",
    "RECONFIG_FAIL": "FAILED",
    "REVOKED": "CANCELLED",
    "STOPPED": "SUSPENDED",
}
#: A cancelled Slurm job that still runs after this many seconds is taken away.
CANCEL_GRACE_S = 45
NO_TRACE = "The process ended without a trace: it was killed, or the machine restarted."
FORGOTTEN = "Slurm no longer knows the job, and it left no exit code."
UNSURE = "Slurm did not answer the submission: waiting for the job to show up."
TIME_IS_UP = "The time limit was near: the job was asked to save and end. Resume goes on from there."


def read_job(folder: Path) -> Optional[Dict[str, Any]]:
    """None for a run that was never submitted, and for a record that nobody can read."""
    job = read_json(folder / "job.json")
    whole = job and isinstance(job.get("attempt"), int) and {"job_id", "scheduler"} <= set(job)
    return job if whole else None


def read_exit(folder: Path) -> Dict[str, Any]:
    found = read_json(folder / "exit.json") or {}
    return found if isinstance(found.get("code"), int) else {}


def status_of(folder: Path, job: Optional[Dict[str, Any]], queued: Dict[str, Any], silence: str) -> Dict[str, Any]:
    try:
        found = state_of(folder, job, queued, silence)
    except OSError as error:
        found = {"state": "FAILED", "reason": f"The run folder cannot be read: {error}"}
    record = read_json(folder / "run.json") or {}
    started, ended = read_json(folder / "started.json") or {}, read_exit(folder)
    progress = "models" if record.get("purpose") == "train" else "eval"
    made = {
        "state": SAME.get(found["state"], found["state"]),
        "reason": found.get("reason", ""),
        "job_id": job["job_id"] if job else "",
        "attempt": job["attempt"] if job else 0,
        "exit_code": ended.get("code", found.get("code")),
        "started": started.get("started"),
        "ended": ended.get("ended"),
        "log_size": size(folder / "job.log"),
        "progress_size": size(folder / progress / "progress.jsonl"),
    }
    return {key: value for key, value in made.items() if value is not None}


def size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def state_of(folder: Path, job: Optional[Dict[str, Any]], queued: Dict[str, Any], silence: str) -> Dict[str, Any]:
    if job is None:
        return {"state": "FAILED", "reason": "The run was never submitted."}
    found = slurm_state(folder, job, queued, silence) if job["scheduler"] == "slurm" else process_state(folder, job)
    if found["state"] in LIVE:
        return found
    ended = read_exit(folder)
    if (folder / "cancel.json").exists():
        # a job that ended well before it was asked is no cancelled one
        finished = ended.get("code") == 0 and not ended.get("signal")
        return found if finished else dict(found, state="CANCELLED", reason="")
    if ended.get("signal") == "USR1" and found["state"] in ("COMPLETED", "FAILED"):
        return dict(found, state="TIMEOUT", reason=TIME_IS_UP)
    return found


def process_state(folder: Path, job: Dict[str, Any]) -> Dict[str, Any]:
    if not read_exit(folder) and process.alive(job):
        asked = read_json(folder / "cancel.json")
        if asked and time.time() - asked.get("asked", 0) > process.KILL_AFTER_S:
            process.kill(job)  # whoever should have done it did not live to
        return {"state": "RUNNING"}
    ended = read_exit(folder)  # again: it may have ended between the two looks
    return by_exit(ended) if ended else {"state": "FAILED", "reason": NO_TRACE}


def by_exit(ended: Dict[str, Any]) -> Dict[str, Any]:
    return {"state": "COMPLETED" if ended["code"] == 0 else "FAILED", "reason": ""}


def slurm_state(folder: Path, job: Dict[str, Any], queued: Dict[str, Any], silence: str) -> Dict[str, Any]:
    final = read_final(folder, job)
    if final:
        return final
    if not job["job_id"]:
        return {"state": "PENDING", "reason": UNSURE}
    known = queued.get(job["job_id"])
    if known and known["state"] in LIVE:
        insist(folder, job)
        return dict(known)
    ended = read_exit(folder)
    found = None
    if not silence:
        found, silence = (known, "") if known and ended else concluded(job)
    if silence:
        return in_silence(folder, ended, silence)
    if found and found["state"] in LIVE and not ended:
        return found
    if not found or found["state"] in LIVE:
        found = by_exit(ended) if ended else {"state": "FAILED", "reason": FORGOTTEN}
    final = dict(found, job_id=job["job_id"])
    write_json(folder / "final.json", final)
    return final


def in_silence(folder: Path, ended: Dict[str, Any], silence: str) -> Dict[str, Any]:
    """What the run folder alone says; nothing of it is kept."""
    if ended:
        return by_exit(ended)
    state = "RUNNING" if (folder / "started.json").exists() else "PENDING"
    return {"state": state, "reason": f"Slurm does not answer: {silence}"}


def concluded(job: Dict[str, Any]) -> Tuple[Optional[Dict[str, Any]], str]:
    """What is known of a job that left the queue, and a text when Slurm would have to be asked again."""
    told, silence = slurm.recorded(job["job_id"])
    over = [found for found in told if found["state"] not in LIVE]
    known = over or told
    return known[0] if known else None, "" if over else silence


def read_final(folder: Path, job: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """How the job ended, as kept by an earlier look: Slurm forgets, and is not asked again."""
    final = read_json(folder / "final.json")
    return final if final and final.get("job_id") == job["job_id"] and "state" in final else None


def insist(folder: Path, job: Dict[str, Any]) -> None:
    asked = read_json(folder / "cancel.json")
    if asked and time.time() - asked.get("asked", 0) > CANCEL_GRACE_S:
        try:
            slurm.cancel(job["job_id"], running=False)
        except Refused:
            pass  # at the next look again; this one is for all runs
