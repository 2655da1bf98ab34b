import io
import json
import shutil
import subprocess
import tarfile

import pytest
from conftest import HOSTILE, PROGRAM, Failed, reply_in

old = [v for v in ("python2.7", "python3.6", "python3.7") if shutil.which(v)]


def runs_here(name):
    """A version manager may have a command of that name without the version."""
    return subprocess.run([name, "-c", ""], capture_output=True).returncode == 0


def request(machine, **more):
    return json.dumps({"root": str(machine.root), **more}).encode()


def test_probe_says_what_there_is(machine):
    found = machine.call("probe", training="python3")
    assert found["root"] == str(machine.root.resolve())
    assert found["free"] > 0 and found["user"] and found["host"]
    assert found["training"]["python"].startswith("3.")
    assert found["training"]["problem"] == ""
    absent = machine.call("probe", training="/no such/python")["training"]
    assert absent["python"] is None and "no such" in absent["problem"]
    assert machine.call("probe", training="false")["training"]["problem"] == "it ended with 1"


@pytest.mark.parametrize("stdin", [b"", b"[]", b"{", b'{"root": 3}', b"\xff"])
def test_a_request_that_nobody_can_read_is_refused(machine, stdin):
    assert reply_in(machine.raw(["create"], stdin).stdout)["kind"] == "refused"


def test_an_unknown_verb_is_refused(machine):
    with pytest.raises(Failed, match="no verb"):
        machine.call("explode")


def test_a_failed_transfer_says_so_on_stderr_and_by_its_exit_code(machine):
    machine.create()
    done = machine.raw(["fetch"], request(machine, run_id="r1", paths=["eval/none"]))
    assert done.returncode == 1
    reply = reply_in(done.stderr)
    assert (reply["kind"], reply["message"]) == ("missing", "The run r1 has no eval/none.")


def test_files_come_as_a_tar_behind_the_marker(machine):
    folder = machine.create()
    (folder / "eval" / HOSTILE).write_bytes(bytes(100_000))
    done = machine.raw(["fetch"], request(machine, run_id="r1", paths=[f"eval/{HOSTILE}", "bundle/x"]))
    assert done.returncode == 0, done.stderr
    _, archive = done.stdout.split(b"#mmar-stream#\n", 1)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert [(m.name, m.size) for m in tar] == [("0", 100_000), ("1", 1)]


@pytest.mark.parametrize("python", old)
def test_an_old_python_works_or_says_that_it_is_too_old(machine, python):
    if not runs_here(python):
        pytest.skip(f"{python} is a name without a version here")
    done = machine.raw(["probe"], request(machine), python, LC_ALL="C", PYTHONUTF8=None)
    reply = reply_in(done.stdout)
    if python == "python2.7":
        assert reply["kind"] == "refused" and "remotePython" in reply["message"]
    else:
        assert reply["ok"], reply
        assert (machine.root).is_dir()  # its name has other letters than ASCII


@pytest.mark.parametrize("python", [v for v in old if v != "python2.7"])
def test_every_module_loads_with_an_old_python(python):
    if not runs_here(python):
        pytest.skip(f"{python} is a name without a version here")
    code = f"import sys; sys.path.insert(0, {str(PROGRAM)!r}); import mmar_remote.main"
    subprocess.run([python, "-B", "-c", code], check=True)
