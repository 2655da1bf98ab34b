"""Small packages named monai, torch and ignite, and a harvest of them as a user starts it."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

TOOLS = Path(__file__).resolve().parents[2] / "mmar-schemas" / "tools"
BASES = {
    "monai/utils/enums.py": """
        from enum import Enum
        class StrEnum(str, Enum): ...
        class Mode(StrEnum):
            BILINEAR = "bilinear"
            NEAREST = "nearest"
    """,
    "monai/utils/__init__.py": "from .enums import Mode\nfrom .deprecate import *",
    "monai/utils/deprecate.py": "def deprecated(*a, **k): ...\ndef deprecated_arg(*a, **k): ...",
    "monai/transforms/__init__.py": """
        from .transform import MapTransform, Transform
        from .dictionary import *
    """,
    "monai/transforms/transform.py": """
        class Transform: ...
        class MapTransform(Transform):
            def __init__(self, keys: KeysCollection, allow_missing_keys: bool = False): ...
    """,
}
FLAGS = {"required": 1, "keyword_only": 2, "expression": 4, "closed": 8}


def write_tree(root, files):
    """Files with their folders' __init__.py, where the tree does not bring one."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    for folder in {parent for name in files for parent in (root / name).parents if root in parent.parents}:
        if not folder.name.endswith(".dist-info"):
            (folder / "__init__.py").touch()
    return root


def run(*args, check=True, **env):
    return subprocess.run(
        [sys.executable, "-m", "harvest", *map(str, args)],
        cwd=TOOLS,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env},
        check=check,
        capture_output=True,
        text=True,
    )


def release(*roots):
    options = [part for root in roots for part in ("--root", root)]
    return json.loads(run("release", "--label", "monai-0.0.1", *options).stdout)


def read(file):
    data = file.read_bytes()
    return json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)


class Decoded:
    """A component by name, in words instead of numbers."""

    def __init__(self, document, row):
        tables = document["modules"], document["types"], document["values"]
        modules, types, values = tables
        self.name, kind, module, public, aliases, args, *extra = row
        self.kind = document["kinds"][kind]
        self.module = modules[module]
        self.public = None if public < 0 else modules[public]
        self.aliases = aliases or []
        self.extra = extra[0] if extra else {}
        self.further = [modules[place] for place in self.extra.get("p", [])]
        self.goes_to = [modules[self.extra["k"][0]], *self.extra["k"][1:]] if "k" in self.extra else None
        self.args = {}
        for name, type_, flags, *rest in args:
            default, listed, deprecation = [*rest, None, None, None][:3]
            self.args[name] = {
                "type": types[type_],
                "default": default,
                "values": [] if listed is None else values[listed],
                "deprecation": deprecation,
                **{flag: bool(flags & bit) for flag, bit in FLAGS.items()},
            }


def components(document):
    return {row[0]: Decoded(document, row) for row in document["items"]}
