"""What happened to components and arguments of MONAI from release to release.

`extension/core/config/changes.ts` reads it:

{format, releases[], aliases{alias: name}, rows[]}
 row  = [component, module, change, first release that has it, argument|null, more?]; releases as places in the list
 more = {before, after, deprecatedSince, successor, successorFrom, swallowed, required}

All releases are read, not only the first and the last: a decorator that names the successor of an argument is
itself gone a few releases later.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .arguments import Argument
from .collect import Harvest
from .components import Component
from .deprecations import Deprecation
from .values import Json

FORMAT = 1
PLAIN = {"function", "class", "enum"}  # they stand in no slot of a config
ALIKE = 0.72  # names and arguments alike to this degree are taken for a successor
COMMON_TYPES = {"", "bool", "int", "float"}  # two of the same type are no sign of anything
MAX_RENAMES = 5
Row = list[Any]


@dataclass
class Release:
    name: str
    components: list[Component]
    by_name: dict[str, list[Component]] = field(default_factory=dict)

    def find(self, wanted: Component) -> Component | None:
        """The same component: of several of one name the one of the same module, else one of the same kind."""
        named = self.by_name.get(wanted.name, [])
        same = [component for component in named if component.module == wanted.module]
        moved = [component for component in named if component.kind == wanted.kind]
        return next(iter(same + moved), None)


@dataclass
class History:
    """What decorators of any release so far said: by component, or by component and argument."""

    said: dict[tuple[str, str], Deprecation] = field(default_factory=dict)

    def note(self, release: Release) -> None:
        for component in release.components:
            self.say(component, "", component.deprecation)
            for argument in component.arguments:
                self.say(component, argument.name, argument.deprecation)
            for name, deprecation in component.gone.items():
                self.say(component, name, deprecation)

    def say(self, component: Component, argument: str, deprecation: Deprecation | None) -> None:
        if deprecation is not None:
            kept = self.said.get((component.name, argument))
            if kept is None or deprecation.successor or not kept.successor:
                self.said[component.name, argument] = deprecation

    def of(self, component: Component, argument: str = "") -> dict[str, Json]:
        deprecation = self.said.get((component.name, argument), Deprecation())
        return {
            "deprecatedSince": deprecation.since,
            "successor": deprecation.successor,
            "successorFrom": deprecation.origin,
        }


class Comparison:
    def __init__(self, hand: dict[str, str]) -> None:
        self.hand = hand  # "Component" or "Component.argument" -> successor
        self.history = History()
        self.rows: list[Row] = []
        self.first = 0

    def add(self, component: Component, change: str, argument: str | None = None, **more: Json) -> None:
        facts = {name: value for name, value in more.items() if value is not None or name in ("before", "after")}
        self.rows.append([component.name, component.module, change, self.first, argument, *([facts] if facts else [])])

    def compare(self, old: Release, new: Release) -> None:
        self.history.note(old)
        for component in old.components:
            if component.kind in PLAIN:
                continue
            found = new.find(component)
            if found is None:
                self.removed(component, old, new)
                continue
            if not paths_of(component) & paths_of(found):
                self.add(component, "component-moved", before=public(component), after=public(found))
            self.compare_arguments(component, found)
        for component in new.components:
            if component.kind not in PLAIN and old.find(component) is None:
                self.add(component, "component-added")

    def removed(self, component: Component, old: Release, new: Release) -> None:
        more = self.history.of(component)
        if component.name in self.hand:
            more.update(successor=self.hand[component.name], successorFrom="hand")
        if not more["successor"]:
            alike = most_alike(component, (c for c in new.components if c.name not in old.by_name))
            more.update(successor=alike, successorFrom="similar" if alike else None)
        self.add(component, "component-removed", **more)

    def compare_arguments(self, old: Component, new: Component) -> None:
        before = {argument.name: argument for argument in old.arguments if not argument.takes_rest()}
        after = {argument.name: argument for argument in new.arguments if not argument.takes_rest()}
        for name in [*before, *(name for name in old.gone if name not in before)]:
            if name in after:
                if name in before:
                    self.compare_argument(new, before[name], after[name])
            elif name not in new.gone:
                self.lost_argument(old, new, name)
        for name, argument in after.items():
            if name not in before and name not in old.gone:
                self.add(new, "arg-added", name, required=True if argument.required else None)

    def lost_argument(self, old: Component, new: Component, name: str) -> None:
        names = {argument.name for argument in new.arguments}
        more = self.history.of(old, name)
        for _ in range(MAX_RENAMES):  # n_classes, then num_classes, then to_onehot
            if more["successor"] in names or not self.history.of(old, str(more["successor"]))["successor"]:
                break
            more.update(self.history.of(old, str(more["successor"])), deprecatedSince=more["deprecatedSince"])
        hand = self.hand.get(f"{old.name}.{name}")
        if hand is not None:
            more.update(successor=hand, successorFrom="hand")
        if not more["successor"]:
            placed = in_its_place(old, new, name)
            more.update(successor=placed, successorFrom="same place" if placed else None)
        renamed = more["successor"] in names
        swallowed = any(argument.name.startswith("**") for argument in new.arguments)
        hidden = swallowed and not new.rest.refused and new.rest.forwarded is None
        self.add(old, "arg-renamed" if renamed else "arg-removed", name, **more, swallowed=True if hidden else None)

    def compare_argument(self, component: Component, old: Argument, new: Argument) -> None:
        if new.required and not old.required:
            self.add(component, "arg-required", new.name, before=old.default)
        elif new.deprecation and new.deprecation.replaced is None:
            return  # it has its default to be seen missing
        elif is_constant(old) and is_constant(new) and constant_of(old) != constant_of(new):
            self.add(component, "default-changed", new.name, before=old.default, after=new.default)


def is_constant(argument: Argument) -> bool:
    return not argument.required and not argument.is_expression


def constant_of(argument: Argument) -> tuple[bool, Json]:
    """True and 1 are the same to Python, but not to who reads a config."""
    return isinstance(argument.default, bool), argument.default


def paths_of(component: Component) -> set[str]:
    return {component.module, *component.public}


def public(component: Component) -> str:
    return (component.public or [component.module])[0]


def in_its_place(old: Component, new: Component, name: str) -> str | None:
    """A new argument at the same position, of the same type or of a name alike."""
    place = next((i for i, argument in enumerate(old.arguments) if argument.name == name), None)
    if place is None or place >= len(new.arguments):
        return None
    there = new.arguments[place]
    was_there = any(argument.name == there.name for argument in old.arguments)
    if was_there or there.takes_rest():
        return None
    same_type = there.type == old.arguments[place].type and there.type not in COMMON_TYPES
    return there.name if same_type or difflib.SequenceMatcher(None, there.name, name).ratio() > 0.6 else None


def most_alike(component: Component, candidates: Iterator[Component]) -> str | None:
    arguments = {argument.name for argument in component.arguments}
    best, best_name = ALIKE, None
    for candidate in candidates:
        if candidate.kind != component.kind:
            continue
        others = {argument.name for argument in candidate.arguments}
        shared = len(arguments & others) / max(1, len(arguments | others))
        names = difflib.SequenceMatcher(None, component.name.lower(), candidate.name.lower()).ratio()
        if (names + shared) / 2 > best:
            best, best_name = (names + shared) / 2, candidate.name
    return best_name


def read_release(name: str, roots: list[Path]) -> Release:
    components = [c for c in Harvest(roots).sorted() if c.module.split(".")[0] == "monai"]
    release = Release(name, components)
    for component in components:
        for spelling in (component.name, *component.aliases):
            release.by_name.setdefault(spelling, []).append(component)
    return release


def compare(releases: list[tuple[str, list[Path]]], hand: dict[str, str]) -> dict[str, Any]:
    comparison = Comparison(hand)
    aliases: dict[str, str] = {}
    old: Release | None = None
    for place, (name, roots) in enumerate(releases):
        new = read_release(name, roots)
        for component in new.components:
            aliases.update({alias: component.name for alias in component.aliases if component.kind not in PLAIN})
        comparison.first = place
        if old is not None:
            comparison.compare(old, new)
        old = new
    changed = {row[0] for row in comparison.rows}
    return {
        "format": FORMAT,
        "releases": [name for name, _ in releases],
        "aliases": {alias: name for alias, name in sorted(aliases.items()) if name in changed and alias not in changed},
        "rows": sorted(comparison.rows, key=lambda row: (row[0], row[3], row[2], row[4] or "")),
    }


def as_lines(document: dict[str, Any]) -> str:
    """A row a line, so that a difference between two tables can be read."""

    def compact(value: object) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    head = [f"{compact(key)}:{compact(value)}" for key, value in document.items() if key != "rows"]
    rows = ",\n".join(compact(row) for row in document["rows"])
    return "{" + ",\n".join([*head, f'"rows":[\n{rows}\n]']) + "}\n"
