"""python -m harvest VERB ...: facts about the components of MONAI, torch and ignite as JSON.

release      one release from unpacked wheels or site-packages folders:
               release --label monai-1.6.1 --root DIR[:DIR] [--root DIR] -o FILE
environment  the packages of the interpreter that runs this:
               environment [-o FILE]
docs         the first sentences of the documentation of the same, or of --root: they belong to the packages' authors
             and stay with who has the package:
               docs [--root DIR] -o FILE
changes      what happened from release to release, oldest first:
               changes --release 0.5.3=DIR[:DIR] --release 0.6.0=DIR ... --successors FILE -o FILE

A FILE ending in .gz is packed. Nothing that is read is imported or run. Needs Python 3.9 and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

if not __package__:  # started as a folder: python tools/harvest
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "harvest"

from .changes import as_lines, compare
from .collect import Harvest
from .encode import Encoder, texts, write_json
from .places import environment_roots, releases


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    return changes(options) if options.verb == "changes" else harvest(options)


def changes(options: argparse.Namespace) -> int:
    pairs = [pair.partition("=") for pair in options.release]
    hand = json.loads(options.successors.read_text(encoding="utf-8")) if options.successors else {}
    document = compare([(release, roots_of(folders)) for release, _, folders in pairs], hand)
    options.output.write_text(as_lines(document), encoding="utf-8")
    print(f"{options.output}: {len(document['rows'])} changes", file=sys.stderr)
    return 0


def harvest(options: argparse.Namespace) -> int:
    roots = [root for folders in options.root for root in roots_of(folders)] or environment_roots()
    found = Harvest(roots)
    if not found.components:
        print(f"no monai, torch or ignite in {', '.join(map(str, roots)) or sys.prefix}", file=sys.stderr)
        return 1
    packages = releases(roots)
    label = options.label or f"monai-{packages.get('monai', 'unknown')}"
    components = found.sorted()
    if options.verb == "docs":
        document = texts(components, label)
    else:
        document = Encoder().release(components, label, packages, found.covers)
    if options.output is None:
        json.dump(document, sys.stdout, separators=(",", ":"))
    else:
        write_json(document, options.output)
        print(f"{options.output}: {len(components)} components", file=sys.stderr)
    return 0


def roots_of(folders: str) -> list[Path]:
    return [Path(folder).resolve() for folder in folders.split(os.pathsep)]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("harvest", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    verbs = made.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in ("release", "environment", "docs", "changes"):
        options = verbs.add_parser(verb)
        options.add_argument("-o", "--output", type=Path, required=verb == "changes")
        if verb == "changes":
            options.add_argument("--successors", type=Path)
            options.add_argument("--release", action="append", required=True, metavar="RELEASE=DIR[:DIR]")
            continue
        options.add_argument("--label", required=verb == "release")
        options.add_argument("--root", action="append", default=[], required=verb == "release")
    return made


if __name__ == "__main__":
    sys.exit(main())
