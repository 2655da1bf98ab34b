"""What a preflight found, written down as it goes: a reader sees a whole document, or the one before."""

import contextlib
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .blame import frames_of, text_of

#: In the order in which they run; the last word on each is in the report.
STAGES = ("load", "signatures", "components", "transforms", "step", "validation", "rehearsal", "configs", "memory")


class Report:
    """One JSON document, and a line of progress for every stage that begins."""

    def __init__(self, path: Path, progress: Path) -> None:
        self.path, self.progress = path, progress
        self.began = time.monotonic()
        self.stages: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.blocked: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {"transforms": []}
        self.now = STAGES[0]
        #: Gives the class of an element of a list by config and id: positions alone are not enough to find it again.
        self.class_of: Callable[[str, str], str] = lambda config, id: ""
        self.line("start", epochs=1, per_epoch=len(STAGES))

    def line(self, kind: str, **values: Any) -> None:
        """Appended by one write, so that a reader sees whole lines or an unfinished last one."""
        self.progress.parent.mkdir(parents=True, exist_ok=True)
        with open(self.progress, "ab", buffering=0) as file:
            file.write((json.dumps({"t": round(time.time(), 3), "kind": kind, **values}) + "\n").encode())

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Times a stage. Whoever finds that it has nothing to work on sets `skipped` to the reason."""
        self.now = name
        self.line("stage", stage=name, iteration=STAGES.index(name))
        entry: dict[str, Any] = {"name": name, "seconds": 0.0}
        self.stages.append(entry)
        start = time.monotonic()
        try:
            yield entry
        except Exception as error:
            # a fault of ours must not take away what the other stages find
            message = f"The preflight could not finish this stage: {text_of(error)}"
            self.fault("train", "", message, kind="internal", type=type(error).__name__, frames=frames_of(error))
        finally:
            entry["seconds"] = round(time.monotonic() - start, 3)
            failed = any(f["stage"] == name and f["severity"] == "error" for f in self.faults)
            entry["state"] = "failed" if failed else "skipped" if "skipped" in entry else "passed"
            self.write()

    def fault(self, config: str, id: str, message: str, **more: Any) -> None:
        """Notes a fault once. `more`: severity, kind, arg, type, frames, case, follows."""
        made = {"stage": self.now, "config": config, "id": id, "message": message, "severity": "error", **more}
        made["target"] = self.class_of(config, id)
        made = {key: value for key, value in made.items() if value not in (None, "", [], ())}
        same = ("config", "id", "message", "arg")
        if any(all(made.get(key) == known.get(key) for key in same) for known in self.faults):
            return
        self.faults.append(made)
        print(f"{made['severity']}: {config} {'::'.join([id, *map(str, made.get('arg', ()))])}: {message}", flush=True)

    def has_fault(self, config: str, id: str) -> bool:
        return any(f["config"] == config and f["id"] == id and f["severity"] == "error" for f in self.faults)

    @property
    def ok(self) -> bool:
        return not any(f["severity"] == "error" for f in self.faults)

    def write(self, finished: bool = False) -> None:
        document = {
            "version": 1,
            "finished": finished,
            "ok": self.ok,
            "seconds": round(time.monotonic() - self.began, 2),
            "stages": self.stages,
            "faults": self.faults,
            "blocked": self.blocked,
            **self.facts,
        }
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(json.dumps(finite(document), default=str), encoding="utf-8")
        os.replace(part, self.path)

    def end(self) -> int:
        self.write(finished=True)
        self.line("done", iteration=len(STAGES))
        errors = sum(f["severity"] == "error" for f in self.faults)
        print(f"preflight: {errors} faults in {time.monotonic() - self.began:.1f} s", flush=True)
        sys.stdout.flush()
        return 0 if self.ok else 1


def finite(value: Any) -> Any:
    """JSON knows no infinity and no NaN."""
    if isinstance(value, dict):
        return {str(k): finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
