"""Preflights of many bundles with one import of MONAI: each in a process of its own, forked from this one.

    python preflightAll.py RUN_FOLDER...

Each run folder has `bundle/`; its `preflight.json` comes to lie beside it. Output of each goes to `preflight.log`.
"""

import os
import sys
from pathlib import Path

# what takes the time; neither starts threads that a fork would lose
import ignite  # noqa: F401
import monai.bundle
import monai.engines
import monai.handlers  # noqa: F401
import torch

ATONCE = 2


def run(folder):
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(folder / "preflight.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        torch.set_num_threads(1)
        os.chdir(folder / "bundle")
        sys.path[:0] = [str(folder / "bundle"), str(folder / "bundle" / "custom")]
        from scripts.mmar_preflight.__main__ import main

        files = [f for f in ("train", "evaluate", "inference") if (Path("configs") / f"{f}.json").is_file()]
        configs = [f"configs/{f}.json" for f in files[:1]]
        os._exit(main(["../preflight.json", "../eval/progress.jsonl", *configs]))
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(70)


def main():
    waiting, live, codes = [Path(f) for f in sys.argv[1:]], {}, []
    while waiting or live:
        while waiting and len(live) < ATONCE:
            folder = waiting.pop(0)
            live[run(folder)] = folder
        pid, status = os.wait()
        codes.append((live.pop(pid), os.waitstatus_to_exitcode(status)))
    for folder, code in codes:
        print(f"{code} {folder}")


main()
