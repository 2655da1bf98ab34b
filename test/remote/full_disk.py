"""Run by test_full_disk.py inside a namespace of its own, where MMAR_FULL_DISK is a disk of 2 MB."""

import os
from pathlib import Path

import pytest
from conftest import HOSTILE, Failed, Machine, sha256


@pytest.fixture
def small():
    disk = Path(os.environ["MMAR_FULL_DISK"])
    os.system('rm -rf -- "$MMAR_FULL_DISK"/*')
    return Machine(disk / HOSTILE, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})


def fill(machine, leave=0):
    (machine.root.parent / "ballast").write_bytes(b"")
    with open(machine.root.parent / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
        file.truncate(max(0, file.tell() - leave))


def files(machine):
    return [p for p in machine.root.rglob("*") if p.is_file()]


def test_receiving(small):
    with pytest.raises(Failed, match=r"(?s)no space left in .*free some, or use another root") as found:
        small.send(b"x", bytes(3 << 20))
    assert found.value.kind == "no-space"
    assert [p.name for p in files(small)] == [sha256(b"x")]
    assert small.send(b"y") == {"received": 1}


@pytest.mark.parametrize("told", [500_000, 1])
def test_creating(small, told):
    """Seen before anything is written, and when the disk fills up meanwhile."""
    content = os.urandom(500_000)
    small.send(content)
    fill(small, leave=100_000)
    manifest = [{"path": "bundle/x", "sha256": sha256(content), "size": told}]
    with pytest.raises(Failed) as found:
        small.call("create", record={"id": "r1"}, files=manifest)
    assert found.value.kind == "no-space"
    assert list((small.root / "runs").iterdir()) == []


def test_submitting(small):
    folder = small.create()
    fill(small)
    with pytest.raises(Failed) as found:
        small.submit(f"open({str(folder / 'ran')!r}, 'w')")
    assert found.value.kind == "no-space"
    assert not folder.exists(), "what never ran is no run to look at"
    (small.root.parent / "ballast").unlink()
    small.create()
    small.submit("pass")
    assert small.ended()["state"] == "COMPLETED"


def test_a_job_that_fills_the_disk_still_leaves_its_exit_code(small):
    folder = small.create()
    small.submit("f = open('../models/x', 'wb', 0)\nwhile True: f.write(bytes(4096))")
    found = small.ended()
    assert (found["state"], found["exit_code"]) == ("FAILED", 1)
    assert (folder / "exit.json").exists()
