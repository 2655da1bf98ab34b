"""Replies as the program gives them, kept in test/fixtures/contract for the other side's tests to decode.

MMAR_WRITE_CONTRACT=1 writes them anew after a change that is meant.
"""

import json
import os

import pytest
from conftest import HOSTILE, REPOSITORY, reply_in
from test_slurm import site  # noqa: F401  a fixture

FOLDER = REPOSITORY / "test" / "fixtures" / "contract"
#: Differs from call to call and from machine to machine.
FIXED = {
    "job_id": "4711",
    "started": 1764000000,
    "ended": 1764000060,
    "now": 1764000000.5,
    "modified": 1764000000.5,
    "free": 10**12,
    "user": "alice",
    "host": "login1",
    "python": "3.6.15",
    "torch": None,
    "monai": None,
    "log_size": 120,
    "detail": "as Python says it",
    "problem": "[Errno 2] No such file or directory: '/no such/python'",
}


def settled(value, root, key=""):
    if isinstance(value, dict):
        return {k: settled(v, root, k) for k, v in value.items()}
    if isinstance(value, list):
        return [settled(v, root) for v in value]
    if isinstance(value, str):
        value = value.replace(str(root), "/root of runs")
    return FIXED[key] if key in FIXED and value is not None and value != "" else value


def check(name, machine, reply):
    found = settled(reply, machine.root)
    file = FOLDER / f"{name}.json"
    if os.environ.get("MMAR_WRITE_CONTRACT"):
        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(file.read_text(encoding="utf-8"))


def test_probe(machine):
    machine.env["PATH"] = os.defpath + ":/usr/local/bin"
    found = machine.reply("probe", training="/no such/python")
    found["value"]["slurm"] = None
    check("probe", machine, found)


def test_store_and_create(machine):
    folder = machine.create(files={"bundle/x": b"x"})
    check("missing", machine, machine.reply("missing", hashes=["0" * 64, "1" * 64]))
    record = json.loads((folder / "run.json").read_text())
    files = json.loads((folder / "manifest.json").read_text())["files"]
    check("create", machine, machine.reply("create", record=record, files=files))
    check("create refused", machine, machine.reply("create", record=record, files=[]))
    check("receive refused", machine, reply_in(machine.raw(["receive", str(machine.root)], b"no tar" * 100).stdout))


def test_a_run_of_the_process_scheduler(machine):
    folder = machine.create()
    machine.submit(f"open('../eval/{'ü b'}.txt', 'w').write('12345'); print('脾', end='')")
    machine.ended()
    check("status completed", machine, machine.reply("status", runs=["r1", "gone"]))
    check("list", machine, machine.reply("list"))
    check("results", machine, machine.reply("results", run_id="r1", under="eval"))
    (folder / "job.log").write_text("脾 " + HOSTILE, encoding="utf-8")
    check("read", machine, machine.reply("read", run_id="r1", file="job.log", offset=3))
    check("remove", machine, machine.reply("remove", run_id="r1"))
    check("cancel missing", machine, machine.reply("cancel", run_id="r1"))


def test_a_run_that_vanished(machine):
    folder = machine.create()
    (folder / "job.json").write_text('{"attempt": 1, "scheduler": "process", "job_id": "1", "pid": 1, "born": "x"}')
    check("status vanished", machine, machine.reply("status", runs=["r1"]))


@pytest.mark.usefixtures("site")
def test_a_run_of_slurm(site):  # noqa: F811
    site.queued()
    check("status pending", site, site.reply("status", runs=["r1"]))
    site.job(state="OUT_OF_MEMORY", reason="OutOfMemory", code="0:9")
    check("status out of memory", site, site.reply("status", runs=["r1"]))


def test_a_machine_without_slurm(machine):
    machine.create(scheduler="slurm")
    machine.env["PATH"] = "/nowhere"
    request = {"run_id": "r1", "attempt": 1, "python": "p", "command": [], "env": {}, "resources": {}}
    check("submit no scheduler", machine, machine.reply("submit", **request))
