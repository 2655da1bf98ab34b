"""The program as a machine runs it: one process per verb. MMAR_REMOTE_PYTHON names another Python to run it with."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "remote"
PYTHON = os.environ.get("MMAR_REMOTE_PYTHON", sys.executable)
HOSTILE = "a b'c $(touch x)\n日本"
MARKER = "#mmar-reply# "
LIVE = {"PENDING", "RUNNING", "COMPLETING"}

sys.path.insert(0, str(PROGRAM))


class Failed(Exception):
    def __init__(self, reply):
        super().__init__(reply["message"])
        self.kind = reply["kind"]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def tar_of(contents, name_of=sha256):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for data in contents:
            member = tarfile.TarInfo(name_of(data))
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def reply_in(output):
    lines = [line for line in output.decode().splitlines() if line.startswith(MARKER)]
    assert len(lines) == 1, output
    return json.loads(lines[0][len(MARKER) :])


class Machine:
    """Calls of one root, as extension/io/remote.ts makes them."""

    def __init__(self, root, env):
        self.root, self.env = root, env

    def raw(self, argv, stdin=b"", python=PYTHON, **env):
        command = [*(python if isinstance(python, list) else [python]), str(PROGRAM), *argv]
        environment = {k: v for k, v in {**self.env, **env}.items() if v is not None}
        return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=60)

    def reply(self, verb, **request):
        done = self.raw([verb], json.dumps({"root": str(self.root), **request}).encode())
        assert done.returncode == 0, done.stderr.decode()
        return reply_in(done.stdout)

    def call(self, verb, **request):
        return value_of(self.reply(verb, **request))

    def send(self, *contents):
        return value_of(reply_in(self.raw(["receive", str(self.root)], tar_of(contents)).stdout))

    def create(self, run_id="r1", files=None, scheduler="process", purpose="train"):
        files = {"bundle/x": b"x"} if files is None else files
        self.send(*files.values())
        manifest = [
            {"path": path, "sha256": sha256(data), "size": len(data), "link": path.startswith("data/")}
            for path, data in files.items()
        ]
        record = {
            "id": run_id,
            "purpose": purpose,
            "mmar": HOSTILE,
            "mmarPath": f"/home/alice/{HOSTILE}",
            "config": "config/config_train.json",
            "created": "2026-11-24T14:15:30.000Z",
            "scheduler": scheduler,
            "command": ["-m", "monai.bundle", "run", "--config_file", "['configs/train.json','configs/resume.json']"],
        }
        return Path(self.call("create", record=record, files=manifest)["folder"])

    def submit(self, script, run_id="r1", attempt=1, **more):
        given = {"python": sys.executable, "command": ["-c", script], "env": {}, "resources": {}, **more}
        return self.call("submit", run_id=run_id, attempt=attempt, **given)

    def status(self, run_id="r1"):
        return self.call("status", runs=[run_id])["runs"][run_id]

    def ended(self, run_id="r1", seconds=20):
        return self.until(lambda: self.status(run_id), lambda found: found["state"] not in LIVE, seconds)

    def until(self, look, wanted, seconds=20):
        end = time.time() + seconds
        while True:
            found = look()
            if wanted(found):
                return found
            assert time.time() < end, found
            time.sleep(0.05)


def value_of(reply):
    if not reply["ok"]:
        raise Failed(reply)
    return reply["value"]


@pytest.fixture
def machine(tmp_path):
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return Machine(tmp_path / HOSTILE / "root", env)
