"""Slurm's commands over a JSON file, for what a real one does too rarely or too slowly; test/cluster has the real one.

Output as Slurm 22.05 to 26.05 prints it. The file: {"jobs": {id: {...}}, "down": bool, "accounting": bool, "calls": []}
and the faults "refuses" and "falls_silent" (words of sbatch), "loses", "deaf" (scancel), "silent_scontrol".
"""

import json
import os
import sys
from pathlib import Path

FILE = Path(os.environ["FAKE_SLURM"])
DOWN = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"


def option(argv, name):
    return argv[argv.index(name) + 1] if name in argv else None


def sbatch(site, argv):
    if site.get("refuses"):
        return 1, f"sbatch: error: {site['refuses']}"
    if site.get("falls_silent") and site.get("loses"):
        site["down"] = True
        return 1, f"sbatch: error: Batch job submission failed: {site['falls_silent']}"
    options = dict(a[2:].split("=", 1) for a in argv if a.startswith("--") and "=" in a)
    number = str(100 + len(site["jobs"]))
    site["jobs"][number] = {
        "name": options["job-name"],
        "state": "PENDING",
        "reason": "Priority",
        "argv": argv,
        "env": os.environ.get("A"),
    }
    if site.get("falls_silent"):
        site["down"] = True
        return 1, f"sbatch: error: Batch job submission failed: {site['falls_silent']}"
    print(f"{number};site")
    return 0, ""


def squeue(site, argv):
    for number, job in site["jobs"].items():
        if not job.get("purged") and option(argv, "-n") in (None, job["name"]):
            fields = {"%i": number, "%T": job["state"], "%r": job.get("reason", "None")}
            line = option(argv, "-o")
            for key, value in fields.items():
                line = line.replace(key, value)
            print(line)
    return 0, ""


def sacct(site, argv):
    job = site["jobs"].get(option(argv, "-j"))
    if not site.get("accounting"):
        return 1, "Slurm accounting storage is disabled"
    if job:
        print("|".join([option(argv, "-j"), job.get("sacct", job["state"]), job.get("code", "0:0")]))
    return 0, ""


def scontrol(site, argv):
    if site.get("silent_scontrol"):
        return 1, DOWN
    job = site["jobs"].get(argv[-1])
    if not job or job.get("purged"):
        return 1, "slurm_load_jobs error: Invalid job id specified"
    state, reason = job["state"], job.get("reason", "None")
    print(f"JobId={argv[-1]} JobName=x JobState={state} Reason={reason} ExitCode={job.get('code', '0:0')} Comment=a b")
    return 0, ""


def scancel(site, argv):
    job = site["jobs"].get(argv[-1])
    if site.get("deaf"):
        return 1, f"scancel: error: Kill job error on job id {argv[-1]}: {DOWN.split(': ')[1]}"
    if not job:
        return 1, f"scancel: error: Kill job error on job id {argv[-1]}: Invalid job id specified"
    if "--batch" not in argv:
        job.update(state="CANCELLED")
    return 0, ""


def sinfo(_site, _argv):
    print("slurm-wlm 23.11.4")
    return 0, ""


def main():
    command, argv = sys.argv[1], sys.argv[2:]
    site = json.loads(FILE.read_text())
    site["calls"].append(command)
    if site.get("down") and command != "sinfo":
        code, error = 1, DOWN
    else:
        code, error = globals()[command](site, argv)
    FILE.write_text(json.dumps(site))
    if error:
        print(error, file=sys.stderr)
    return code


sys.exit(main())
