import pytest
from conftest import Failed, reply_in, sha256, tar_of


def stored(machine):
    return sorted(p.name for p in (machine.root / "store").rglob("*") if p.is_file())


def test_keeps_what_arrives_and_asks_for_nothing_twice(machine):
    contents = [b"", b"one", bytes(3 << 20)]
    hashes = [sha256(c) for c in contents]
    assert machine.call("missing", hashes=hashes) == {"missing": hashes}
    assert machine.send(*contents) == {"received": 3}
    assert machine.send(*contents) == {"received": 3}
    assert machine.call("missing", hashes=[*hashes, sha256(b"two")]) == {"missing": [sha256(b"two")]}
    assert stored(machine) == sorted(hashes)


@pytest.mark.parametrize("name", [sha256(b"other"), "../../x", "x", "/etc/x", sha256(b"one") + "\n"])
def test_refuses_what_does_not_match_its_name(machine, name):
    done = machine.raw(["receive", str(machine.root)], tar_of([b"one"], lambda _: name))
    reply = reply_in(done.stdout)
    assert (reply["ok"], reply["kind"]) == (False, "refused")
    assert stored(machine) == []


@pytest.mark.parametrize("length", [0, 100, 600, 5000])
def test_an_upload_that_is_cut_short_leaves_nothing(machine, length):
    done = machine.raw(["receive", str(machine.root)], tar_of([bytes(9000)])[:length])
    reply = reply_in(done.stdout)
    assert (reply["ok"], reply["kind"]) == (False, "refused")
    assert "send it again" in reply["message"]
    assert stored(machine) == []


def test_a_hash_that_is_none_is_refused(machine):
    with pytest.raises(Failed, match="no SHA-256"):
        machine.call("missing", hashes=["../x"])
