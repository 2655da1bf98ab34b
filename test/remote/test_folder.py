import json
import os
import time

import pytest
from conftest import HOSTILE, Failed, sha256


def test_a_run_folder_has_read_only_copies_and_linked_data(machine):
    folder = machine.create(files={f"mmar/{HOSTILE}/{HOSTILE}": b"config", "data/ü b": b"volume"})
    copy, data = folder / "mmar" / HOSTILE / HOSTILE, folder / "data" / "ü b"
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (b"config", 0o444)
    assert (data.read_bytes(), data.stat().st_nlink) == (b"volume", 2)
    assert [p.name for p in folder.parent.iterdir()] == ["r1"]


def test_the_same_again_is_the_same_run_and_another_is_refused(machine):
    assert machine.create() == machine.create()
    with pytest.raises(Failed, match="another run with the id r1"):
        machine.create(files={"bundle/x": b"y"})


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a//b", "", "x\0y"])
def test_a_path_that_leads_out_is_refused_and_nothing_half_made_stays(machine, path):
    with pytest.raises(Failed) as found:
        machine.create(files={path: b"x"})
    assert found.value.kind == "refused"
    assert list((machine.root / "runs").iterdir()) == []


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", ".x", "x\n", "a b", "x" * 129])
def test_an_odd_run_id_is_refused(machine, run_id):
    with pytest.raises(Failed, match="no run id"):
        machine.create(run_id)


def test_a_file_that_was_not_uploaded_is_named(machine):
    machine.send(b"x")
    files = [{"path": "bundle/gone", "sha256": sha256(b"gone"), "size": 4}]
    with pytest.raises(Failed, match="bundle/gone was not uploaded") as found:
        machine.call("create", record={"id": "r1"}, files=files)
    assert found.value.kind == "missing"
    assert list((machine.root / "runs").iterdir()) == []


def test_a_run_builds_on_another_only_when_that_has_a_model(machine):
    """Such a run once started, and died seconds later of a missing file."""
    files = [{"path": "bundle/x", "sha256": sha256(b"x"), "size": 1}]
    record = {"id": "r2", "parent": "r1"}
    with pytest.raises(Failed, match="no run r1"):
        machine.call("create", record=record, files=files)
    parent = machine.create()
    with pytest.raises(Failed, match="r1 has no best model yet: let it reach its first validation") as found:
        machine.call("create", record=record, files=files)
    assert found.value.kind == "missing"
    assert [p.name for p in parent.parent.iterdir()] == ["r1"]
    (parent / "models" / "model.pt").write_bytes(b"")
    machine.call("create", record=record, files=files)


def test_a_name_that_comes_twice_cannot_write_into_the_store(machine):
    """A second entry of that name was once copied through the first one's link."""
    machine.send(b"one", b"two")
    files = [{"path": "data/x", "sha256": sha256(c), "size": 3, "link": True} for c in (b"one", b"two")]
    with pytest.raises(Failed, match="twice"):
        machine.call("create", record={"id": "r1"}, files=files)
    assert machine.call("missing", hashes=[sha256(b"one")]) == {"missing": []}
    assert (machine.root / "store" / sha256(b"one")[:2] / sha256(b"one")).read_bytes() == b"one"


def test_what_a_killed_call_left_is_swept_away_later(machine):
    runs = machine.root / "runs"
    (runs / "old.1.part" / "bundle").mkdir(parents=True)
    (runs / "new.1.part").mkdir()
    long_ago = time.time() - 90_000
    os.utime(runs / "old.1.part", (long_ago, long_ago))
    machine.create()
    assert sorted(p.name for p in runs.iterdir()) == ["new.1.part", "r1"]


def test_text_is_read_on_from_an_offset_without_cut_characters(machine):
    folder = machine.create()
    (folder / "job.log").write_bytes("a脾b".encode())
    read = [machine.call("read", run_id="r1", file="job.log", offset=o, limit=3) for o in (0, 1, 4, 5, 99)]
    assert [r["text"] for r in read] == ["a", "脾", "b", "", ""]
    assert [r["next"] for r in read] == [1, 4, 5, 5, 99]
    assert machine.call("read", run_id="r1", file="none", offset=0) == {"text": "", "next": 0, "size": 0}


def test_bytes_that_are_no_text_do_not_stop_the_reader(machine):
    folder = machine.create()
    (folder / "job.log").write_bytes(b"\xc3\xff\xf0")
    found = machine.call("read", run_id="r1", file="job.log", offset=0)
    assert found["next"] in (2, 3)
    (folder / "job.log").write_bytes(b"\xf0")  # what is never completed is given as it is
    assert machine.call("read", run_id="r1", file="job.log", offset=0)["next"] == 1


@pytest.mark.parametrize("file", ["../r2/run.json", "/etc/passwd", "link", "bundle", "pipe"])
def test_nothing_but_files_of_the_run_can_be_read(machine, file):
    folder = machine.create()
    machine.create("r2")
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    with pytest.raises(Failed) as found:
        machine.call("read", run_id="r1", file=file, offset=0)
    assert found.value.kind == "refused"


def test_results_name_finished_files_only(machine):
    folder = machine.create()
    (folder / "eval" / HOSTILE).mkdir()
    (folder / "eval" / HOSTILE / "ü.nii").write_bytes(b"12345")
    (folder / "eval" / "half.nii.part").write_bytes(b"1")
    (folder / "eval" / "dead").symlink_to("nothing")
    found = machine.call("results", run_id="r1", under="eval")["files"]
    assert [(f["path"], f["size"]) for f in found] == [(f"eval/{HOSTILE}/ü.nii", 5)]
    assert machine.call("results", run_id="r1", under="absent") == {"files": []}


def test_a_broken_folder_hides_no_other_run(machine):
    for run_id in ("a", "b", "c", "d", "e", "f"):
        machine.create(run_id)
    runs = machine.root / "runs"
    (runs / "a" / "run.json").write_text("{")
    (runs / "b" / "job.json").write_text('{"attempt": "x"}')
    (runs / "c" / "exit.json").write_text("[]")
    (runs / "d" / "run.json").write_text(json.dumps({"id": "other"}))
    (runs / "e" / "job.json").write_bytes(b"\xff")
    (runs / "file").write_text("")
    listed = machine.call("list")["runs"]
    assert [r["record"]["id"] for r in listed] == ["b", "c", "e", "f"]
    assert {r["status"]["state"] for r in listed} == {"FAILED"}


def test_nothing_is_listed_where_nothing_ever_ran(machine):
    assert machine.call("list") == {"runs": []}
    assert machine.call("status", runs=["gone"]) == {"runs": {}}


def test_two_windows_that_make_the_same_run_both_get_it(machine):
    """The slower one's rename once failed."""
    from mmar_remote.folder import rename_to

    folder = machine.create()
    files = json.loads((folder / "manifest.json").read_text())["files"]
    part = folder.with_name("r1.1.part")
    part.mkdir()
    rename_to(part, folder, files)
    with pytest.raises(Exception, match="another run"):
        rename_to(part, folder, [])
