"""The stages of a preflight, in order. `report.py` says what comes out."""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from .report import Report


def main(argv: list[str]) -> int:
    report = Report(Path(argv[0]), Path(argv[1]))
    # torch takes seconds to import, so the first line of progress is written before
    with report.stage("load"):
        try:
            from .stages import Preflight
        except ImportError as error:
            message = f"The engine's Python cannot run this: {error}"
            report.fault("train", "", message, kind="engine", type="ImportError")
    if report.ok:
        scratch = Path(argv[0]).resolve().parent / "preflight"
        try:
            Preflight(report, argv[2:], scratch).run()
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return report.end()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)  # data-loader workers and writers of logs of a bundle that is thrown away must not keep it
