"""The process scheduler: a job is a detached session of its own on this machine. Its states are Slurm's words."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from .errors import Refused

#: Seconds between asking a job to save and end, and killing it.
KILL_AFTER_S = 20
PROGRAM = Path(__file__).resolve().parent.parent
#: Waits for the word that the job is written down; a submitter that dies before gives none, and nothing runs.
GATE = 'read -r go && exec bash "$@" </dev/null'


def submit(
    script: Path,
    folder: Path,
    arguments: List[str],
    env: Dict[str, str],
    note: Callable[[Dict[str, Any]], None],
) -> None:
    """Starts the script, and lets it run once `note` has written down which process it is."""
    null = subprocess.DEVNULL
    argv = ["bash", "-c", GATE, "bash", str(script), str(folder), *arguments]
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=null,
            stderr=null,
            env=dict(os.environ, **env),
            start_new_session=True,
        )
    except OSError as error:
        raise Refused("refused", f"The job could not be started: {error}") from error
    assert child.stdin
    try:
        note({"job_id": str(child.pid), "pid": child.pid, "born": born(child.pid)})
        child.stdin.write(b"go\n")
    finally:
        child.stdin.close()


def born(pid: int) -> Optional[str]:
    """What tells a process from a later one with the same id; None when there is none. A zombie is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
        return None if fields[0] in (b"Z", b"X") else f"{boot()}{fields[19].decode()}"
    except OSError:
        if Path("/proc/self").is_dir():
            return None
    return born_by_ps(pid)


def boot() -> str:
    """Start times count from the machine's start: after a restart the same number may come again."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip() + ":"
    except OSError:
        return ""


def born_by_ps(pid: int) -> Optional[str]:
    """Without /proc: macOS, BSD."""
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ, LC_ALL="C", TZ="UTC"),
    )
    return done.stdout.decode("ascii", "replace").strip() or None


def alive(job: Dict[str, Any]) -> bool:
    return job.get("born") is not None and born(int(job["pid"])) == job["born"]


def cancel(job: Dict[str, Any], folder: Path) -> None:
    """Asks the script, which asks the training, which saves and ends; data-loader workers are left to it.

    A process that outlives this call kills what has not ended in time.
    """
    if not alive(job):
        return
    os.kill(int(job["pid"]), signal.SIGTERM)
    null = subprocess.DEVNULL
    argv = [sys.executable, str(PROGRAM), "reap", str(folder)]
    subprocess.Popen(argv, stdin=null, stdout=null, stderr=null, start_new_session=True, cwd="/")


def reap(job: Dict[str, Any]) -> None:
    until = time.time() + KILL_AFTER_S
    while time.time() < until:
        if not alive(job):
            return
        time.sleep(0.5)
    kill(job)


def kill(job: Dict[str, Any]) -> None:
    """Ends a job with everything that it started."""
    if not alive(job):
        return
    try:
        os.killpg(int(job["pid"]), signal.SIGKILL)
    except ProcessLookupError:
        pass  # it ended by itself meanwhile
