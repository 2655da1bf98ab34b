"""What a machine has to offer: asked once, before the first run goes there."""

import getpass
import json
import platform
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Dict

from . import slurm
from .errors import space_needed

#: Asks the interpreter for training without importing the packages, which takes seconds.
ASK = """
import importlib.util, json, platform
def version(name):
    if importlib.util.find_spec(name) is None:
        return None
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return ""
print(json.dumps({"python": platform.python_version(), "torch": version("torch"), "monai": version("monai")}))
"""
PATIENCE_S = 60


def probe(request: Dict[str, Any]) -> Dict[str, Any]:
    root = Path(request["root"]).expanduser()
    with space_needed(str(root)):
        root.mkdir(parents=True, exist_ok=True)
    return {
        "python": platform.python_version(),
        "user": getpass.getuser(),
        "host": platform.node(),
        "root": str(root.resolve()),
        "slurm": slurm.version(),
        "now": time.time(),
        "free": shutil.disk_usage(str(root)).free,
        "training": interpreter(request["training"]) if request.get("training") else None,
    }


def interpreter(program: str) -> Dict[str, Any]:
    """Versions of Python, torch and MONAI; null for what is not there, and why nothing is known at all."""
    none: Dict[str, Any] = {"python": None, "torch": None, "monai": None}
    try:
        done = subprocess.run(
            [str(Path(program).expanduser()), "-c", ASK],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
        )
        found: Dict[str, Any] = json.loads(done.stdout.decode("utf-8").splitlines()[-1])
        return dict(none, **found, problem="")
    except (OSError, subprocess.TimeoutExpired) as error:
        return dict(none, problem=str(error))
    except (ValueError, IndexError):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return dict(none, problem=said[-1] if said else f"it ended with {done.returncode}")
