"""Which classes and functions are components, under which names, and from where they are handed on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .components import Component, class_component, function_component
from .source import Module
from .values import last_name
from .world import Class, Routine, World, path_of

WHOLE = "monai"  # everything public below
# outside of MONAI only the classes that these hand on
CLASSES = [
    *("torch.optim", "torch.optim.lr_scheduler", "torch.nn", "torch.utils.data", "torch.nn.parallel"),
    *("ignite.metrics", "ignite.handlers", "ignite.engine"),
]
SKIPPED = re.compile(r"^monai\.(_extensions|_version)|\.tests?\b")
FAULT = re.compile(r"(Error|Exception|Warning)$")  # but MeanAbsoluteError is a metric


class Harvest:
    def __init__(self, roots: list[Path]) -> None:
        self.world = World(roots)
        self.components: dict[str, Component] = {}  # by path
        self.public: dict[str, set[str]] = {}  # path -> modules that hand it on
        self.covers: list[str] = []
        self.read_monai()
        for package in CLASSES:
            self.read_classes(package)
        for path, component in self.components.items():
            modules = self.public.get(path, set()) - {component.module}
            component.public = sorted(modules, key=lambda name: (len(name), name))

    def read_monai(self) -> None:
        for name in self.world.modules_below(WHOLE):
            module = None if SKIPPED.search(name) else self.world.module(name)
            if module is None:
                continue
            if not self.covers:
                self.covers.append(WHOLE)
            for public in public_names(self.world, module):
                found = self.world.lookup(name, public)
                if isinstance(found, (Class, Routine)):
                    if found.module is module:
                        self.add(found, public)
                    if module.is_package:
                        self.public.setdefault(path_of(found), set()).add(name)
            self.read_decorated_aliases(module)

    def read_decorated_aliases(self, module: Module) -> None:
        """@alias("Unet") of old releases."""
        for node in module.tree.body:
            for call in node.decorator_list if isinstance(node, ast.ClassDef) else []:
                if isinstance(node, ast.ClassDef) and isinstance(call, ast.Call) and last_name(call.func) == "alias":
                    for name in call.args:
                        if isinstance(name, ast.Constant):
                            self.add(Class(module, node), str(name.value))

    def read_classes(self, package: str) -> None:
        module = self.world.module(package)
        if module is None:
            return
        self.covers.append(package)
        for name in public_names(self.world, module):
            found = self.world.lookup(package, name)
            if not isinstance(found, Class) or found.module.name.split(".")[0] != package.split(".")[0]:
                continue
            if (package, name) != ("torch.optim.lr_scheduler", "Optimizer"):  # an import, not handed on
                self.add(found, name)
                self.public.setdefault(path_of(found), set()).add(package)

    def add(self, found: Class | Routine, name: str) -> None:
        path = path_of(found)
        if path not in self.components:
            made = (
                class_component(self.world, found)
                if isinstance(found, Class)
                else function_component(self.world, found)
            )
            self.components[path] = made
        component = self.components[path]
        if name != component.name and name not in component.aliases:
            component.aliases.append(name)

    def sorted(self) -> list[Component]:
        """By name and module; exceptions are left out."""
        kept = [c for c in self.components.values() if not (c.kind == "class" and FAULT.search(c.name))]
        return sorted(kept, key=lambda component: (component.name, component.module))


def public_names(world: World, module: Module) -> Iterator[str]:
    """Names without underscore, with those of `from x import *`."""
    seen: set[str] = set()
    waiting, done = [module], {module.name}
    while waiting:
        current = waiting.pop(0)
        for name in current.names:
            if not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name
        for star in current.stars:
            starred = world.module(star)
            if starred is not None and star not in done:
                done.add(star)
                waiting.append(starred)
