"""The files that a harvest becomes; `extension/core/config/catalogRows.ts` reads them.

A release: {format, label, packages, covers, kinds[], modules[], types[], values[][], items[]}; numbers index these.
 item  = [name, kind, module, public module|-1, aliases|0, args[], extra?]
 arg   = [name, type, flags, default?, values?, deprecation?]; "*x" and "**x" take the rest; a default left out is None
 flags = 1 required, 2 keyword-only, 4 the default is Python text, 8 the values are a closed list
 extra = {e: members of an enum, d: deprecation, p: further public modules, g: [[outdated argument, deprecation]],
          k: [module, name, given arguments?] that **kwargs go to, i: **kwargs are 1 never read, 2 refused,
          o: 1 signature hidden}

Texts are not in it: {format, label, items: {path: [sentence, {argument: sentence}]}}, for the one who has the package.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from .arguments import Argument
from .components import Component
from .deprecations import Deprecation

FORMAT = 1
Row = list[Any]


class Table:
    """Texts that are written once and named by their place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, value: object) -> int:
        return self.places.setdefault(json.dumps(value), len(self.places))

    def values(self) -> list[Any]:
        return [json.loads(key) for key in self.places]


class Encoder:
    def __init__(self) -> None:
        self.kinds, self.modules, self.types, self.lists = Table(), Table(), Table(), Table()
        self.known: set[tuple[str, str]] = set()

    def release(
        self, components: list[Component], label: str, packages: dict[str, str], covers: list[str]
    ) -> dict[str, Any]:
        self.known = {(component.module, component.name) for component in components}
        items = [self.item(component) for component in components]
        tables = {"kinds": self.kinds, "modules": self.modules, "types": self.types, "values": self.lists}
        return {
            "format": FORMAT,
            "label": label,
            "packages": packages,
            "covers": covers,
            **{name: table.values() for name, table in tables.items()},
            "items": items,
        }

    def item(self, component: Component) -> Row:
        public = [self.modules.place(name) for name in component.public]
        row: Row = [
            component.name,
            self.kinds.place(component.kind),
            self.modules.place(component.module),
            public[0] if public else -1,
            component.aliases or 0,
            [self.argument(argument) for argument in component.arguments],
        ]
        extra = self.extra(component, public[1:])
        return [*row, extra] if extra else row

    def extra(self, component: Component, further: list[int]) -> dict[str, Any]:
        target = component.rest.forwarded
        known = target is not None and (target.module, target.name) in self.known
        given = [list(target.given)] if target and target.given else []
        facts = {
            "e": component.members,
            "d": deprecation(component.deprecation),
            "p": further,
            "g": [[name, deprecation(outdated) or {}] for name, outdated in component.gone.items()],
            "k": [self.modules.place(target.module), target.name, *given] if target and known else None,
            "i": 2 if component.rest.refused else int(component.rest.never_read),
            "o": int(component.hidden),
        }
        return {key: value for key, value in facts.items() if value}

    def argument(self, argument: Argument) -> Row:
        flags = argument.required | 2 * argument.keyword_only | 4 * argument.is_expression | 8 * argument.closed
        row: Row = [argument.name, self.types.place(argument.type), flags]
        values = self.lists.place(argument.values) if argument.values else None
        rest = [argument.default, values, deprecation(argument.deprecation)]
        while rest and rest[-1] is None:
            rest.pop()
        return row + rest


def deprecation(declared: Deprecation | None) -> dict[str, str] | None:
    if declared is None:
        return None
    facts = {
        "since": declared.since,
        "removed": declared.removed,
        "replaced": declared.replaced,
        "successor": declared.successor,
    }
    return {key: value for key, value in facts.items() if value is not None}


def texts(components: list[Component], label: str) -> dict[str, Any]:
    items = {}
    for component in components:
        arguments = {argument.name.lstrip("*"): argument.doc for argument in component.arguments if argument.doc}
        if component.doc or arguments:
            items[f"{component.module}.{component.name}"] = [component.doc, arguments]
    return {"format": FORMAT, "label": label, "items": items}


def write_json(document: dict[str, Any], file: Path) -> None:
    """Packed where the name ends in .gz; the same document gives the same bytes."""
    data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(data, 9, mtime=0) if file.suffix == ".gz" else data)
