import ast
import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from conftest import HOSTILE, PROGRAM, Failed, reply_in


def runs_here(program):
    """A version manager may have a command of that name without the version."""
    return subprocess.run([program, "-c", ""], capture_output=True).returncode == 0


def old_pythons():
    """The first that runs of each old version, of this machine or of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for version in ("2.7", "3.6", "3.7"):
        kept = pyenv.glob(f"versions/{version}.*/bin/python{version}")
        programs = [shutil.which(f"python{version}"), *map(str, kept)]
        yield from [p for p in programs if p and runs_here(p)][:1]


old = list(old_pythons())


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
    done = machine.raw(["probe"], request(machine), python, LC_ALL="C", PYTHONUTF8=None)
    reply = reply_in(done.stdout)
    if python.endswith("python2.7"):
        assert reply["kind"] == "refused" and "remotePython" in reply["message"]
    else:
        assert reply["ok"], reply
        assert (machine.root).is_dir()  # its name has other letters than ASCII


@pytest.mark.parametrize("python", [v for v in old if not v.endswith("python2.7")])
def test_every_module_loads_with_an_old_python(python):
    code = f"import sys; sys.path.insert(0, {str(PROGRAM)!r}); import mmar_remote.main"
    subprocess.run([python, "-B", "-c", code], check=True)


def test_the_program_keeps_to_the_grammar_of_python_3_6():
    """For machines without such a Python; what its library lacks only the real one tells."""
    for path in (PROGRAM / "mmar_remote").glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 6))
