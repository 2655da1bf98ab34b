"""What MONAI's decorators declare outdated: classes, arguments, defaults."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from .source import Module
from .values import Json, evaluate, last_name
from .world import World

# decorator -> names of its arguments, in order
DECORATORS = {
    "deprecated": ["since", "removed", "msg"],
    "deprecated_arg": ["name", "since", "removed", "msg", "version_val", "new_name"],
    "deprecated_arg_default": ["name", "old", "new", "since", "replaced", "msg"],
}
SPELLINGS = {"msg_suffix": "msg", "old_default": "old", "new_default": "new"}

SUCCESSOR = [
    re.compile(
        r"(?:use|using|to|by|with)\s+(?:the\s+)?(?:class\s+|argument\s+)?`([\w. ,=|\[\]]+?)`"
    ),  # use `x` instead
    re.compile(r"(monai\.[\w.]+\w)"),
    re.compile(r"[Uu]se (\w*[A-Z]\w+)"),
]


@dataclass(frozen=True)
class Deprecation:
    since: str | None = None
    removed: str | None = None
    replaced: str | None = None
    successor: str | None = None
    origin: str | None = None  # of the successor: decorator or deprecation text


def successor_in(text: str) -> str | None:
    """What a text of a deprecation names as the way out. The text itself is MONAI's and goes no further."""
    found = next((match for match in (p.search(text) for p in SUCCESSOR) if match), None)
    return found.group(1) if found else None


def declared(
    world: World, module: Module, decorators: list[ast.expr]
) -> tuple[Deprecation | None, dict[str, Deprecation]]:
    """Of the decorated thing itself, and of its arguments."""
    itself: Deprecation | None = None
    arguments: dict[str, Deprecation] = {}
    for call in decorators:
        if not isinstance(call, ast.Call) or last_name(call.func) not in DECORATORS:
            continue
        given = arguments_of(world, module, call, DECORATORS[last_name(call.func)])
        if last_name(call.func) == "deprecated":
            itself = deprecation(given)
        elif isinstance(given.get("name"), str):
            arguments.setdefault(given["name"], deprecation(given))
    return itself, arguments


def arguments_of(world: World, module: Module, call: ast.Call, order: list[str]) -> dict[str, Json]:
    named: list[tuple[str, ast.expr]] = list(zip(order, call.args))
    named += [(SPELLINGS.get(keyword.arg, keyword.arg), keyword.value) for keyword in call.keywords if keyword.arg]
    values = {name: evaluate(world, module, node) for name, node in named}
    return {name: constant.value for name, constant in values.items() if constant}


def deprecation(given: dict[str, Any]) -> Deprecation:
    if " " in str(given.get("since", "")):  # typing_extensions.deprecated("some text") of torch
        given = {"msg": given["since"]}
    renamed = given.get("new_name")
    hinted = successor_in(str(given.get("msg") or ""))
    return Deprecation(
        since=release_text(given.get("since")),
        removed=release_text(given.get("removed")),
        replaced=release_text(given.get("replaced")),
        successor=renamed or hinted,
        origin="decorator" if renamed else "deprecation text" if hinted else None,
    )


def release_text(value: Any) -> str | None:
    return None if value is None else str(value)
