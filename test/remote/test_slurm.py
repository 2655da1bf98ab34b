import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import HOSTILE, Failed, Machine

COMMANDS = ("sbatch", "squeue", "sacct", "scontrol", "scancel", "sinfo")


class Site(Machine):
    """A machine with the commands of a Slurm that does what a test wants."""

    file: Path

    @property
    def state(self):
        return json.loads(self.file.read_text())

    def change(self, **values):
        self.file.write_text(json.dumps({**self.state, **values}))

    def job(self, number="100", **values):
        state = self.state
        state["jobs"][number].update(values)
        self.file.write_text(json.dumps(state))

    def calls(self, command):
        return self.state["calls"].count(command)

    def queued(self, run_id="r1", **more):
        folder = self.create(run_id, scheduler="slurm")
        return folder, self.submit("pass", run_id, **more)


@pytest.fixture
def site(machine, tmp_path):
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    fake = Path(__file__).with_name("fake_slurm.py")
    for name in COMMANDS:
        (bin_folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" {name} "$@"\n')
        (bin_folder / name).chmod(0o755)
    file = tmp_path / "slurm.json"
    file.write_text(json.dumps({"jobs": {}, "calls": []}))
    env = {**machine.env, "PATH": f"{bin_folder}:{machine.env['PATH']}", "FAKE_SLURM": str(file)}
    made = Site(machine.root, env)
    made.file = file
    return made


def test_what_the_user_chose_arrives_as_it_is(site):
    resources = {"partition": "gpu", "account": "a b", "gpus": 2, "cpus": 4, "memory": "16G", "time": "04:00:00"}
    folder, found = site.queued(resources=resources, env={"A": "x,y=1\n"})
    job = site.state["jobs"]["100"]
    assert (found["state"], found["reason"], found["job_id"], found["attempt"]) == ("PENDING", "Priority", "100", 1)
    assert job["name"] == "mmar-r1-1" and job["env"] == "x,y=1\n"
    wanted = {"--partition=gpu", "--account=a b", "--gpus-per-node=2", "--cpus-per-task=4", "--mem=16G"}
    assert wanted | {"--time=04:00:00", f"--output={folder}/job.log", "--open-mode=append"} <= set(job["argv"])
    script = job["argv"].index(next(a for a in job["argv"] if a.endswith("job.sh")))
    assert job["argv"][script + 1 :] == [str(folder), "1", sys.executable, "-c", "pass"]
    assert HOSTILE in str(folder)
    assert not any(a.startswith("--qos") for a in job["argv"])


def test_an_attempt_is_queued_once_even_if_nobody_wrote_that_down(site):
    folder, _ = site.queued()
    (folder / "job.json").unlink()
    assert site.submit("pass")["job_id"] == "100"
    (folder / "job.json").unlink()
    site.job(state="COMPLETED")  # a short one ends before the second try
    assert site.submit("pass")["job_id"] == "100"
    (folder / "job.json").unlink()
    site.job(purged=True)
    (folder / "started.json").write_text(json.dumps({"attempt": 1, "job": "100"}))
    assert site.submit("pass")["job_id"] == "100"
    assert site.calls("sbatch") == 1


def test_a_slurm_that_is_down_gets_no_job(site):
    folder = site.create(scheduler="slurm")
    site.change(down=True)
    with pytest.raises(Failed, match="does not answer, try again later") as found:
        site.submit("pass")
    assert found.value.kind == "no-scheduler"
    assert site.calls("sbatch") == 0
    assert not folder.exists(), "what never was a job is no run to look at"
    site.change(down=False)
    assert site.queued()[1]["job_id"] == "100"


@pytest.mark.parametrize(
    "said", ["Socket timed out on send/recv operation", "Unable to contact slurm controller (receive failure)"]
)
def test_a_job_that_was_taken_although_sbatch_failed_is_found(site, said):
    """sbatch gives up on a busy controller, which queues the job all the same: a second try would train twice."""
    site.change(falls_silent=said)
    folder, found = site.queued(env={"A": "kept"})
    assert (found["state"], found["job_id"]) == ("PENDING", "")
    assert "did not answer the submission" in found["reason"]
    with pytest.raises(Failed) as refused:
        site.call("cancel", run_id="r1")
    assert refused.value.kind == "no-scheduler" and not (folder / "cancel.json").exists()
    with pytest.raises(Failed, match="cancel it first"):
        site.call("remove", run_id="r1")
    assert site.submit("pass")["job_id"] == "", "asked again, it is the same submission"
    site.change(down=False)
    assert (site.status()["state"], site.status()["job_id"]) == ("PENDING", "100")
    assert site.call("cancel", run_id="r1")["state"] == "CANCELLED"
    assert site.calls("sbatch") == 1
    site.change(falls_silent=None)
    site.submit("pass", attempt=2, env=None)
    assert site.state["jobs"]["101"]["env"] == "kept"


def test_a_submission_that_slurm_lost_is_given_up_after_a_while(site):
    site.change(falls_silent="Socket timed out on send/recv operation", loses=True)
    folder, _ = site.queued()
    site.change(down=False)
    assert site.status()["state"] == "PENDING"
    job = json.loads((folder / "job.json").read_text())
    (folder / "job.json").write_text(json.dumps({**job, "submitted": time.time() - 600}))
    assert site.status()["state"] == "FAILED" and "submit it again" in site.status()["reason"]
    site.change(falls_silent=None, calls=[])
    assert site.status()["state"] == "FAILED"
    assert site.calls("squeue") == 0
    assert site.submit("pass", attempt=2)["job_id"] == "100"


def test_a_job_that_nobody_wrote_down_is_seen_when_it_begins(site):
    folder, _ = site.queued()
    (folder / "job.json").unlink()
    assert "never submitted" in site.status()["reason"]
    (folder / "started.json").write_text(json.dumps({"attempt": 1, "started": 5, "job": "100"}))
    site.job(state="RUNNING", reason="None")
    assert (site.status()["state"], site.status()["job_id"]) == ("RUNNING", "100")


def test_a_resume_that_is_refused_leaves_the_run_as_it_was(site):
    """The end of the attempt before was put aside, and the run then counted as FAILED."""
    folder, _ = site.queued()
    (folder / "exit.json").write_text('{"attempt": 1, "code": 0, "ended": 6}')
    site.job(state="COMPLETED", reason="None")
    before = site.status()
    site.job(purged=True)
    site.change(refuses="Batch job submission failed: Job violates accounting policy")
    with pytest.raises(Failed, match="accounting policy"):
        site.submit("pass", attempt=2)
    assert site.status() == before


def test_a_cancel_that_slurm_did_not_hear_is_none(site):
    """It was noted down all the same, and the job was killed without having been asked to save."""
    folder, _ = site.queued()
    site.job(state="RUNNING")
    site.change(deaf=True)
    with pytest.raises(Failed) as found:
        site.call("cancel", run_id="r1")
    assert found.value.kind == "no-scheduler"
    assert not (folder / "cancel.json").exists()


def test_one_job_that_cannot_be_taken_away_hides_no_other_run(site):
    folder, _ = site.queued()
    site.job(state="RUNNING", reason="None")
    site.change(deaf=True)
    (folder / "cancel.json").write_text(json.dumps({"asked": time.time() - 600}))
    assert site.status()["state"] == "RUNNING"


def test_a_slurm_that_falls_silent_between_two_questions_ends_no_run(site):
    folder, _ = site.queued()
    site.job(purged=True)
    site.change(silent_scontrol=True)
    assert "does not answer" in site.status()["reason"]
    assert not (folder / "final.json").exists()


def test_a_slurm_that_does_not_answer_ends_no_run(site):
    folder, _ = site.queued()
    site.change(down=True)
    found = site.status()
    assert found["state"] == "PENDING" and "Unable to contact" in found["reason"]
    (folder / "started.json").write_text('{"attempt": 1, "started": 5}')
    assert site.status()["state"] == "RUNNING"
    (folder / "exit.json").write_text('{"attempt": 1, "code": 0, "ended": 6}')
    assert site.status()["state"] == "COMPLETED"
    site.change(down=False)
    site.job(state="COMPLETING", reason="None")
    assert site.status()["state"] == "COMPLETING", "what was concluded in silence is not kept"


def test_what_sbatch_says_reaches_the_user(site):
    site.change(
        refuses="invalid partition specified: no such\nsbatch: error: Batch job submission failed: Invalid partition"
    )
    words = (
        "Slurm refused the job: invalid partition specified: no such; Batch job submission failed: Invalid partition"
    )
    with pytest.raises(Failed, match=words) as found:
        site.queued()
    assert found.value.kind == "refused"
    assert site.call("list") == {"runs": []}


def test_a_machine_without_slurm_says_so(machine):
    machine.create(scheduler="slurm")
    machine.env["PATH"] = "/nowhere"
    with pytest.raises(Failed, match=r'There is no squeue.*"scheduler"') as found:
        machine.submit("pass")
    assert found.value.kind == "no-scheduler"


def test_one_question_for_all_runs(site):
    for number in range(5):
        site.queued(f"r{number}")
    site.change(calls=[])
    found = site.call("status", runs=[f"r{n}" for n in range(5)])["runs"]
    assert [r["job_id"] for r in found.values()] == ["100", "101", "102", "103", "104"]
    assert site.state["calls"] == ["squeue"]


def test_an_ended_run_is_not_asked_for_again(site):
    site.queued()
    site.job(state="FAILED", reason="NonZeroExitCode", code="3:0")
    assert (site.status()["state"], site.status()["exit_code"]) == ("FAILED", 3)
    site.job(purged=True)
    site.change(calls=[])
    assert site.status()["state"] == "FAILED"
    assert site.state["calls"] == []


@pytest.mark.parametrize(
    ("queue", "shown"),
    [
        ("CONFIGURING", "PENDING"),
        ("REQUEUE_HOLD", "PENDING"),
        ("STAGE_OUT", "COMPLETING"),
        ("SUSPENDED", "SUSPENDED"),
        ("OUT_OF_MEMORY", "OUT_OF_MEMORY"),
        ("NODE_FAIL", "NODE_FAIL"),
        ("TIMEOUT", "TIMEOUT"),
        ("PREEMPTED", "PREEMPTED"),
        ("DEADLINE", "DEADLINE"),
        ("REVOKED", "CANCELLED"),
    ],
)
def test_states(site, queue, shown):
    site.queued()
    site.job(state=queue, reason="None")
    assert (site.status()["state"], site.status()["reason"]) == (shown, "")


@pytest.mark.parametrize("accounting", [True, False])
def test_a_job_that_left_the_queue(site, accounting):
    folder, _ = site.queued()
    site.change(accounting=accounting)
    site.job(state="CANCELLED", sacct="CANCELLED by 2001", purged=True, code="0:15")
    found = site.status()
    if accounting:
        assert (found["state"], found["exit_code"]) == ("CANCELLED", 143)
    else:
        assert found["state"] == "FAILED" and "no longer knows" in found["reason"]
        (folder / "final.json").unlink()
        (folder / "exit.json").write_text('{"attempt": 1, "code": 0, "ended": 6}')
        assert site.status()["state"] == "COMPLETED"


def test_accounting_that_lags_behind_is_not_believed(site):
    folder, _ = site.queued()
    site.change(accounting=True)
    site.job(state="COMPLETED", sacct="RUNNING", reason="None")
    assert site.status()["state"] == "COMPLETED"
    (folder / "final.json").unlink()
    site.job(purged=True)
    assert site.status()["state"] == "RUNNING", "nobody says that it ended"


def test_a_resumed_run_is_asked_for_again(site):
    """The record of the first attempt's end once made the second one FAILED at once."""
    folder, _ = site.queued()
    site.job(state="FAILED", reason="None")
    site.status()
    found = site.submit("pass", attempt=2)
    assert (found["state"], found["job_id"], found["attempt"]) == ("PENDING", "101", 2)
    site.job("101", state="RUNNING", reason="None")
    assert site.status()["state"] == "RUNNING"
    assert json.loads((folder / "attempts" / "1" / "final.json").read_text())["state"] == "FAILED"


def test_a_job_that_saved_before_its_time_limit_is_not_called_completed(site):
    folder, _ = site.queued()
    (folder / "exit.json").write_text('{"attempt": 1, "code": 0, "signal": "USR1", "ended": 6}')
    site.job(state="COMPLETED", reason="None")
    found = site.status()
    assert found["state"] == "TIMEOUT" and "Resume" in found["reason"]


def test_cancel(site):
    folder, _ = site.queued()
    assert site.call("cancel", run_id="r1")["state"] == "CANCELLED"
    site.queued("r2")
    site.job("101", state="RUNNING")
    assert site.call("cancel", run_id="r2")["state"] == "RUNNING", "it may still save"
    asked = {"asked": time.time() - 60}
    (folder.with_name("r2") / "cancel.json").write_text(json.dumps(asked))
    site.status("r2")
    assert site.status("r2")["state"] == "CANCELLED"


def test_the_script_tells_which_signal_ended_it(machine):
    folder = machine.create()
    script = Path(__file__).parents[2] / "remote" / "sbatch" / "job.sh"
    code = "import signal, time; signal.signal(15, lambda *_: exit(0)); print('up', flush=True); time.sleep(30)"
    job = subprocess.Popen(["bash", str(script), str(folder), "1", sys.executable, "-c", code])
    machine.until(
        lambda: (folder / "job.log").read_text() if (folder / "job.log").exists() else "", lambda t: "up\n" in t
    )
    job.send_signal(10)
    assert job.wait(20) == 0
    assert json.loads((folder / "exit.json").read_text())["signal"] == "USR1"
