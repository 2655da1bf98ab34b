"""Folders that packages lie in, and the releases that their metadata name."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

PACKAGES = {"monai": "monai", "torch": "torch", "ignite": "pytorch-ignite"}  # import name -> distribution


def environment_roots() -> list[Path]:
    """Where this interpreter would import the packages from. A top-level name is found without importing it."""
    roots: list[Path] = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        for folder in spec.submodule_search_locations or [] if spec else []:
            roots.append(Path(folder).parent)
    return list(dict.fromkeys(roots))


def releases(roots: list[Path]) -> dict[str, str]:
    """Distribution -> release, from the *.dist-info beside the package."""
    found: dict[str, str] = {}
    for distribution in PACKAGES.values():
        pattern = f"{distribution.replace('-', '_')}-*.dist-info"
        files = [file for root in roots for file in sorted(root.glob(f"{pattern}/METADATA"))]
        for file in files:
            # without +cpu or +cu130: the Python files are the same
            version = re.search(r"^Version: ([^\s+]+)", file.read_text(encoding="utf-8"), re.M)
            if version:
                found.setdefault(distribution, version.group(1))
    return found
