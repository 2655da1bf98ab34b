import os
import subprocess
import sys
from pathlib import Path

import pytest

INSIDE = 'mount -t tmpfs -o size=2m,mode=777 tmpfs "$MMAR_FULL_DISK" && exec "$@"'


def unshare(*argv, **env):
    options = ["--mount"] if os.getuid() == 0 else ["--user", "--map-root-user", "--mount"]
    command = ["unshare", *options, *argv]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, timeout=120)


def test_a_full_disk_is_named_and_leaves_nothing_half_made(tmp_path):
    if sys.platform != "linux" or unshare("true").returncode != 0:
        pytest.skip("needs Linux and the right to make a mount namespace")
    disk = tmp_path / "disk"
    disk.mkdir()
    inner = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(Path(__file__).with_name("full_disk.py")),
    ]
    done = unshare("sh", "-c", INSIDE, "sh", *inner, MMAR_FULL_DISK=str(disk))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
