"""Finds the job of a run again, when its id was never written down or Slurm fell silent over the submission."""

import time
from pathlib import Path
from typing import Any, Dict, Optional

from . import slurm
from .errors import Refused
from .folder import read_json, write_json
from .states import read_final

#: A controller that was busy takes the job after its client gave up; after this time there is none.
PATIENCE_S = 120
NEVER_CAME = "Slurm did not answer the submission, and no job came of it: submit it again."


def name_of(folder: Path, attempt: int) -> str:
    return f"mmar-{folder.name}-{attempt}"


def begun(folder: Path, attempt: int) -> Optional[str]:
    """The Slurm job that began this attempt, although its submitter died before it wrote that down."""
    started = read_json(folder / "started.json") or {}
    return (started.get("job") or None) if started.get("attempt") == attempt else None


def adopt(folder: Path, job: Optional[Dict[str, Any]]) -> Optional[Dict[str, Any]]:
    """The job with its id, as soon as anybody knows it."""
    if not job:
        return unwritten(folder)
    if job["job_id"] or job["scheduler"] != "slurm" or read_final(folder, job):
        return job
    attempt = job["attempt"]
    try:
        job_id = begun(folder, attempt) or slurm.find(name_of(folder, attempt))
    except Refused:
        return job  # it is still silent
    if job_id:
        job = dict(job, job_id=job_id)
        write_json(folder / "job.json", job)
    elif time.time() - job.get("submitted", 0) > PATIENCE_S:
        write_json(folder / "final.json", {"state": "FAILED", "reason": NEVER_CAME, "job_id": ""})
    return job


def unwritten(folder: Path) -> Optional[Dict[str, Any]]:
    """The first job of a run, when its submitter died or found the disk full before it wrote the job down."""
    job_id = begun(folder, 1)
    return {"job_id": job_id, "attempt": 1, "scheduler": "slurm"} if job_id else None
