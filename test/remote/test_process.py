import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import HOSTILE, PROGRAM, Failed

SLOW = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLOW}"
POLITE = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); {SLOW}"


def log(machine):
    return machine.call("read", run_id="r1", file="job.log", offset=0)["text"]


def wait_for(machine, text):
    machine.until(lambda: log(machine), lambda found: text in found)


@pytest.fixture(autouse=True)
def no_job_stays(machine):
    yield
    for path in machine.root.glob("runs/*/job.json"):
        try:
            os.killpg(json.loads(path.read_text())["pid"], signal.SIGKILL)
        except (OSError, KeyError, ValueError):
            pass


def test_a_job_runs_in_its_folder_with_its_environment(machine):
    folder = machine.create(files={"bundle/custom/mine.py": b"word = 'found'"})
    script = "import mine, os, sys; print(mine.word, repr(os.getcwd()), sys.argv[1:], os.environ['A'])"
    machine.submit(script, command=["-c", script, HOSTILE, "", "*"], env={"A": "x,y=\n$(id)"})
    found = machine.ended()
    assert (found["state"], found["exit_code"], found["attempt"]) == ("COMPLETED", 0, 1)
    assert found["started"] <= found["ended"] and found["log_size"] == len(log(machine).encode())
    assert f"found {str(folder / 'bundle')!r} {[HOSTILE, '', '*']} x,y=\n$(id)\n" in log(machine)
    assert not list(folder.rglob("__pycache__")) and not list(folder.glob("*.part"))


@pytest.mark.parametrize(("script", "code"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_a_job_that_fails_keeps_its_exit_code(machine, script, code):
    machine.create()
    machine.submit(script)
    found = machine.ended()
    assert (found["state"], found["exit_code"], found["reason"]) == ("FAILED", code, "")


def test_an_interpreter_that_is_not_there_fails_the_job_and_says_so(machine):
    machine.create()
    machine.submit("", python="/no such/python")
    assert machine.ended()["exit_code"] == 127
    assert "/no such/python" in log(machine)


def test_an_attempt_is_submitted_once(machine):
    machine.create()
    ids = {machine.submit(SLOW)["job_id"] for _ in range(3)}
    assert len(ids) == 1
    with pytest.raises(Failed, match="still going on"):
        machine.submit(SLOW, attempt=2)
    with pytest.raises(Failed, match="cancel it first"):
        machine.call("remove", run_id="r1")


def test_a_submitter_that_dies_before_it_wrote_the_job_down_leaves_no_job(machine):
    """Else a second try would make a second job of the same attempt."""
    folder = machine.create()
    code = f"""
import os, sys
sys.path.insert(0, {str(PROGRAM)!r})
from pathlib import Path
from mmar_remote import jobs, process
def die(made):
    print(made["pid"], flush=True)
    os._exit(9)
process.submit(jobs.SCRIPT, Path({str(folder)!r}), ["1", "touch", {str(folder / "ran")!r}], {{}}, die)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    machine.until(lambda: Path(f"/proc/{done.stdout.strip()}/cwd").exists(), lambda there: not there)
    assert not (folder / "ran").exists() and not (folder / "started.json").exists()
    machine.submit("print('second')")
    assert machine.ended()["state"] == "COMPLETED"
    assert log(machine).count("-- attempt") == 1


def test_a_job_survives_its_submitter_and_its_session(machine):
    machine.create()
    found = machine.submit(SLOW)
    pid = int(found["job_id"])
    assert os.getsid(pid) == pid != os.getsid(0)
    assert Path(f"/proc/{pid}/fd/0").resolve() == Path("/dev/null")


def test_cancel_asks_first(machine):
    machine.create()
    machine.submit(POLITE)
    wait_for(machine, "up\n")
    machine.call("cancel", run_id="r1")
    found = machine.ended()
    assert (found["state"], found["exit_code"], found["reason"]) == ("CANCELLED", 0, "")
    assert machine.call("cancel", run_id="r1")["state"] == "CANCELLED"


def test_a_job_that_does_not_listen_is_killed_with_its_children(machine):
    folder = machine.create()
    machine.submit(f"import os; os.fork(); {STUBBORN}")
    wait_for(machine, "up\nup\n")
    pid = machine.call("cancel", run_id="r1")["job_id"]
    assert machine.status()["state"] == "RUNNING"
    (folder / "cancel.json").write_text(json.dumps({"asked": time.time() - 21}))  # the grace is over
    assert machine.ended()["state"] == "CANCELLED"
    left = subprocess.run(["pgrep", "-g", pid, "-r", "R,S,D"], capture_output=True, text=True)
    assert left.stdout == ""


def test_the_reaper_kills_without_anybody_looking(machine, monkeypatch):
    from mmar_remote import process

    monkeypatch.setattr(process, "KILL_AFTER_S", 0.5)
    folder = machine.create()
    machine.submit(STUBBORN)
    wait_for(machine, "up\n")
    process.reap(json.loads((folder / "job.json").read_text()))
    assert "without a trace" in machine.ended()["reason"]


def test_a_job_that_ended_before_it_was_asked_is_completed(machine):
    folder = machine.create()
    machine.submit("pass")
    machine.ended()
    (folder / "cancel.json").write_text(json.dumps({"asked": time.time()}))
    assert machine.status()["state"] == "COMPLETED"


def test_a_job_that_vanished_is_failed_and_says_why(machine):
    machine.create()
    os.killpg(int(machine.submit(SLOW)["job_id"]), signal.SIGKILL)
    found = machine.ended()
    assert found["state"] == "FAILED" and "without a trace" in found["reason"]


def test_a_process_id_that_somebody_else_has_now_is_not_believed(machine):
    folder = machine.create()
    machine.submit(SLOW)
    job = json.loads((folder / "job.json").read_text())
    os.killpg(job["pid"], signal.SIGKILL)
    other = subprocess.Popen(["sleep", "60"])
    try:
        (folder / "job.json").write_text(json.dumps({**job, "pid": other.pid, "job_id": str(other.pid)}))
        assert machine.status()["state"] == "FAILED"
        machine.call("cancel", run_id="r1")
        assert other.poll() is None
    finally:
        other.kill()


def test_resume_goes_on_in_the_same_folder_and_log(machine):
    folder = machine.create()
    machine.submit("raise SystemExit('first')")
    machine.ended()
    machine.submit("print('second')", attempt=2)
    found = machine.ended()
    assert (found["state"], found["attempt"]) == ("COMPLETED", 2)
    assert [w for w in ("attempt 1", "first", "attempt 2", "second") if w in log(machine)] != []
    assert log(machine).index("first") < log(machine).index("attempt 2")
    assert json.loads((folder / "attempts" / "1" / "exit.json").read_text())["code"] == 1
    assert machine.submit("print('third')", attempt=1)["attempt"] == 2, "an old attempt is not begun again"


def test_resume_without_an_environment_takes_the_one_before(machine):
    machine.create()
    machine.submit("pass", env={"A": "kept"})
    machine.ended()
    machine.submit("import os; print(os.environ['A'])", attempt=2, env=None)
    assert machine.ended()["state"] == "COMPLETED"
    assert "kept\n" in log(machine)


def test_an_ended_run_can_be_removed(machine):
    folder = machine.create()
    machine.submit("pass")
    machine.ended()
    machine.call("remove", run_id="r1")
    assert list(folder.parent.iterdir()) == []


def test_without_proc_the_start_time_of_ps_is_taken():
    from mmar_remote import process

    here = process.born_by_ps(os.getpid())
    assert here and here == process.born_by_ps(os.getpid())
    assert process.born_by_ps(2**22 + 1) is None


def test_a_file_system_without_flock_locks_by_a_folder(tmp_path, monkeypatch):
    import errno
    import fcntl

    from mmar_remote import lock

    def absent(*_):
        raise OSError(errno.ENOSYS, "no flock")

    monkeypatch.setattr(fcntl, "flock", absent)
    monkeypatch.setattr(lock, "PATIENCE_S", 0.3)
    with lock.locked(tmp_path), pytest.raises(Exception, match="going on"), lock.locked(tmp_path):
        pass
    with lock.locked(tmp_path):
        os.utime(tmp_path / ".lock.d", (0, 0))  # its owner died long ago
        monkeypatch.setattr(lock, "PATIENCE_S", 5)
        with lock.locked(tmp_path):
            (tmp_path / "inner").touch()
        (tmp_path / ".lock.d").mkdir()
    assert (tmp_path / "inner").exists()
