"""The only module that knows Slurm's commands and what they print.

Text only: `--json` differs by version and is slow.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from .errors import Refused

OPTIONS = {
    "partition": "--partition",
    "account": "--account",
    "qos": "--qos",
    "gpus": "--gpus-per-node",
    "cpus": "--cpus-per-task",
    "memory": "--mem",
    "time": "--time",
}
#: One question may take this long: slurmctld that is down answers after about ten seconds.
PATIENCE_S = 60
#: Seconds before the time limit at which the job is asked to save and end.
WARNING_S = 60
#: A character that no name or reason contains.
FIELD = "\x1f"
#: After these a job may have been queued although sbatch failed; "connect failure" is not among them.
UNSURE = re.compile(r"timed out|(send|receive|shutdown) failure|Zero Bytes|reset by peer|did not answer within")


def run(argv: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str, str]:
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(os.environ, **(env or {})),
            timeout=PATIENCE_S,
        )
    except FileNotFoundError as error:
        text = f'There is no {argv[0]} on this machine: correct "scheduler" in the cluster profile.'
        raise Refused("no-scheduler", text) from error
    except subprocess.TimeoutExpired:
        return 124, "", f"{argv[0]} did not answer within {PATIENCE_S} s"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def version() -> Optional[str]:
    try:
        code, out, _ = run(["sinfo", "-V"])
    except Refused:
        return None
    return out.split()[-1] if code == 0 and out.split() else None


def submit(
    script: Path, folder: Path, arguments: List[str], env: Dict[str, str], resources: Dict[str, Any], name: str
) -> str:
    """Queues the script once: a job of that name that is already there is the one.

    The id is "" when nobody can tell whether Slurm took the job: it will be found by its name, or never begin.
    """
    known = find(name)
    if known:
        return known
    argv = [
        "sbatch",
        "--parsable",
        f"--job-name={name}",
        "--output={}".format(str(folder / "job.log").replace("%", "%%")),
        "--open-mode=append",
        f"--chdir={folder}",
        f"--signal=B:USR1@{WARNING_S}",
        # a job that lost its node would begin anew; a resume goes on from the checkpoint
        "--no-requeue",
        "--export=ALL",  # the values go by the environment: here a comma would end one
    ]
    argv += [f"{flag}={resources[key]}" for key, flag in OPTIONS.items() if resources.get(key)]
    code, out, err = run([*argv, str(script), str(folder), *arguments], env)
    if code == 0:
        return out.strip().splitlines()[-1].split(";")[0]
    if UNSURE.search(err):
        return ""
    if is_silence(err):
        raise no_answer(err)
    raise Refused("refused", f"Slurm refused the job: {errors_in(err) or f'sbatch ended with {code}'}", err)


def is_silence(err: str) -> bool:
    return "Unable to contact" in err or UNSURE.search(err) is not None


def no_answer(err: str) -> Refused:
    return Refused("no-scheduler", f"Slurm does not answer, try again later: {last_line(err)}", err)


def errors_in(text: str) -> str:
    """What a command calls an error, in its own words; without any its last line."""
    lines = [x.split("error: ", 1)[1].strip() for x in text.splitlines() if "error: " in x]
    return "; ".join(lines) or last_line(text)


def last_line(text: str) -> str:
    lines = [re.sub(r"^(sbatch|squeue|scancel|scontrol): (error: )?", "", x) for x in text.splitlines() if x.strip()]
    return lines[-1] if lines else ""


def mine(*options: str) -> List[str]:
    return ["squeue", "-h", "-u", str(os.getuid()), "-t", "all", *options]


def find(name: str) -> Optional[str]:
    """The job of that name, ended ones included. No answer is no "no": a second job would be the harm."""
    code, out, err = run(mine("-n", name, "-o", "%i"))
    if code != 0:
        raise no_answer(err)
    ids = out.split()
    return ids[0] if ids else None


def queue(ids: List[str]) -> Tuple[Dict[str, Dict[str, Any]], str]:
    """State and reason of the jobs that Slurm still has, by id, and a text when it does not answer.

    All jobs of the user are asked for at once: a list with one id that is gone is an error for squeue.
    """
    code, out, err = run(mine("-o", FIELD.join(["%i", "%T", "%r"])))
    if code != 0:
        return {}, last_line(err) or f"squeue ended with {code}"
    found = {}
    wanted = set(ids)
    for line in out.splitlines():
        fields = line.split(FIELD, 2)
        if len(fields) == 3 and fields[0] in wanted:
            found[fields[0]] = {"state": fields[1], "reason": said(fields[2])}
    return found, ""


def said(reason: str) -> str:
    return "" if reason == "None" else reason


def recorded(job_id: str) -> Tuple[List[Dict[str, Any]], str]:
    """What accounting, then the controller's memory say of a job that left the queue; empty when neither knows it.

    And a text when the controller does not answer: then nothing is concluded from its silence.
    """
    account, (memory, silence) = by_sacct(job_id), by_scontrol(job_id)
    return [found for found in (account, memory) if found], silence


def by_sacct(job_id: str) -> Optional[Dict[str, Any]]:
    code, out, _ = run(["sacct", "-n", "-P", "-X", "-j", job_id, "-o", "JobID,State,ExitCode"])
    for line in out.splitlines() if code == 0 else []:
        fields = line.split("|")
        if len(fields) == 3 and fields[0] == job_id and fields[1]:
            return {"state": fields[1].split()[0], "reason": "", "code": exit_code(fields[2])}
    return None


def by_scontrol(job_id: str) -> Tuple[Optional[Dict[str, Any]], str]:
    code, out, err = run(["scontrol", "-o", "show", "job", job_id])
    if code != 0 and is_silence(err):
        return None, last_line(err)
    field = dict(re.findall(r"\b(JobState|Reason|ExitCode)=(\S*)", out))
    if code != 0 or "JobState" not in field:
        return None, ""
    found = {
        "state": field["JobState"],
        "reason": said(field.get("Reason", "None")),
        "code": exit_code(field.get("ExitCode", "")),
    }
    return found, ""


def exit_code(text: str) -> Optional[int]:
    """`3:0` is exit code 3; `0:9` is signal 9, which a shell calls 137."""
    found = re.match(r"^(\d+):(\d+)$", text)
    if not found:
        return None
    code, number = int(found.group(1)), int(found.group(2))
    return code or (128 + number if number else 0)


def cancel(job_id: str, running: bool) -> None:
    """A running job is asked to save and end, by a signal to its script; a waiting one is taken out."""
    ask = ["scancel", "--batch", "--signal=TERM", job_id] if running else ["scancel", job_id]
    code, _, err = run(ask)
    if code == 0 or "Invalid job id" in err:
        return
    if is_silence(err):
        raise no_answer(err)
    raise Refused("refused", f"Slurm did not cancel the job: {errors_in(err)}", err)
