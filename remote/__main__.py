"""`python3 FOLDER VERB`: the folder that this file lies in is the program.

This file alone can be read by any Python, so that one that is too old says so instead of failing to parse the rest.
"""

import json
import locale
import os
import sys

TOO_OLD = "The Python {0} of this machine is too old, it takes 3.6 or newer: name another one in remotePython."


def refuse_old_python():
    # type: () -> None
    if sys.version_info >= (3, 6):  # noqa: UP036
        return
    version = ".".join(str(part) for part in sys.version_info[:3])
    reply = {"ok": False, "kind": "refused", "message": TOO_OLD.format(version), "detail": sys.executable}
    for stream in (sys.stdout, sys.stderr):  # calls read the one, transfers the other
        stream.write("\n#mmar-reply# " + json.dumps(reply) + "\n")
    sys.exit(1)


def use_utf8_names():
    # type: () -> None
    """Python 3.6 under the C locale cannot name files with other letters than ASCII: starts it again."""
    if sys.getfilesystemencoding().lower() == "utf-8" or "MMAR_UTF8" in os.environ:
        return
    for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        os.environ.update(LC_ALL=name, MMAR_UTF8="1")
        os.execv(sys.executable, [sys.executable] + sys.argv)  # noqa: RUF005


if __name__ == "__main__":
    refuse_old_python()
    use_utf8_names()
    from mmar_remote.main import main

    sys.exit(main(sys.argv[1:]))
