"""One verb per call: a JSON request on stdin, one JSON reply on stdout, behind a marker.

Login scripts may print before it; the marker says where the reply begins.
"""

import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

from . import folder, jobs, process, reading, states, store
from .errors import Refused
from .probe import probe

MARKER = "#mmar-reply# "
STREAM_MARKER = b"#mmar-stream#\n"

Verb = Callable[[Dict[str, Any]], Dict[str, Any]]

VERBS: Dict[str, Verb] = {
    "probe": probe,
    "missing": store.missing,
    "create": folder.create,
    "read": reading.read,
    "results": reading.results,
    "submit": jobs.submit,
    "status": jobs.status,
    "cancel": jobs.cancel,
    "list": jobs.list_runs,
    "remove": jobs.remove,
}


def request() -> Dict[str, Any]:
    value = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    if not isinstance(value, dict):
        raise Refused("refused", "A request is one JSON object.")
    return value


def answer(verb: str, arguments: List[str]) -> Dict[str, Any]:
    if verb == "receive":
        return store.receive(Path(arguments[0]), sys.stdin.buffer)
    if verb not in VERBS:
        raise Refused("refused", f"There is no verb {verb!r}.")
    return VERBS[verb](request())


def attempt(work: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
    """The reply, whether it went well or not."""
    try:
        return {"ok": True, "value": work()}
    except Refused as error:
        return {"ok": False, "kind": error.kind, "message": str(error), "detail": error.detail}
    except OSError as error:
        return {"ok": False, "kind": "refused", "message": str(error), "detail": ""}
    except (KeyError, TypeError, ValueError) as error:
        text = f"The request cannot be read: {type(error).__name__} {error}."
        return {"ok": False, "kind": "refused", "message": text, "detail": ""}


def send_files() -> Dict[str, Any]:
    sys.stdout.buffer.write(STREAM_MARKER)
    reading.fetch(request(), sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return {}


def main(argv: List[str]) -> int:
    verb, arguments = (argv[0] if argv else ""), argv[1:]
    if verb == "reap":  # started by cancel, with nobody to answer to
        job = states.read_job(Path(arguments[0]))
        if job:
            process.reap(job)
        return 0
    if verb == "fetch":  # stdout belongs to the files
        reply = attempt(send_files)
        if not reply["ok"]:
            sys.stderr.write("\n" + MARKER + json.dumps(reply) + "\n")
        return 0 if reply["ok"] else 1
    sys.stdout.write("\n" + MARKER + json.dumps(attempt(lambda: answer(verb, arguments))) + "\n")
    return 0
