"""All modules below some folders, and what a name in one of them means."""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from .source import Assigned, Defined, FromImport, Function, Module, ModuleImport, read_module

MAX_HOPS = 30  # re-exports may go in circles


@dataclass(frozen=True)
class Class:
    module: Module
    node: ast.ClassDef


@dataclass(frozen=True)
class Routine:
    module: Module
    node: Function


@dataclass(frozen=True)
class Expression:
    module: Module
    node: ast.expr


@dataclass(frozen=True)
class Package:
    name: str


@dataclass(frozen=True)
class External:
    """Something outside the folders, or that cannot be followed."""

    path: str


@dataclass(frozen=True)
class Member:
    owner: Class
    name: str


Found = Union[Class, Routine, Expression, Package, External, Member]
Ancestor = Union[Class, External]


class World:
    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots
        self.modules: dict[str, Module | None] = {}

    def module(self, name: str) -> Module | None:
        if name not in self.modules:
            self.modules[name] = None  # a module that imports itself must end somewhere
            self.modules[name] = self.read(name)
        return self.modules[name]

    def read(self, name: str) -> Module | None:
        for root in self.roots:
            base = root.joinpath(*name.split("."))
            for path in (base / "__init__.py", base.with_name(base.name + ".py")):
                if path.is_file():
                    try:
                        return read_module(name, path)
                    except (SyntaxError, UnicodeDecodeError):
                        return None  # a template, or for a newer Python than this one
        return None

    def modules_below(self, top: str) -> Iterator[str]:
        for root in self.roots:
            for folder, folders, files in os.walk(root.joinpath(*top.split("."))):
                folders.sort()
                for file in sorted(files):
                    if file.endswith(".py"):
                        parts = list(Path(folder, file).relative_to(root).with_suffix("").parts)
                        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def lookup(self, module_name: str, name: str, hops: int = 0) -> Found:
        """What `name` means in a module, followed through imports and plain assignments."""
        module = self.module(module_name) if hops < MAX_HOPS else None
        if module is None:
            return External(f"{module_name}.{name}")
        binding = module.names.get(name)
        if binding is None:
            return self.lookup_unbound(module, name, hops)
        if isinstance(binding, Defined):
            return definition(module, binding)
        if isinstance(binding, ModuleImport):
            return Package(binding.name)
        if isinstance(binding, FromImport):
            if (binding.module, binding.name) == (module_name, name):
                return Package(f"{module_name}.{name}")
            return self.lookup(binding.module, binding.name, hops + 1)
        if isinstance(binding.node, (ast.Name, ast.Attribute)):
            found = self.resolve(module, binding.node, hops + 1)
            if found:
                return found
        return Expression(module, binding.node)

    def lookup_unbound(self, module: Module, name: str, hops: int) -> Found:
        for star in module.stars:
            found = self.lookup(star, name, hops + 1)
            if not isinstance(found, External):
                return found
        if self.module(f"{module.name}.{name}"):
            return Package(f"{module.name}.{name}")
        return External(name if hasattr(builtins, name) else f"{module.name}.{name}")

    def resolve(self, module: Module, node: ast.expr, hops: int = 0) -> Found | None:
        """What an expression of names and dots means; None for any other expression."""
        if isinstance(node, ast.Subscript):
            return self.resolve(module, node.value, hops)  # Generic[T]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            return self.lookup(module.name, node.value, hops)
        if isinstance(node, ast.Name):
            return self.lookup(module.name, node.id, hops)
        if isinstance(node, ast.Attribute):
            owner = self.resolve(module, node.value, hops + 1)
            if isinstance(owner, Package):
                return self.lookup(owner.name, node.attr, hops + 1)
            if isinstance(owner, External):
                return External(f"{owner.path}.{node.attr}")
            if isinstance(owner, Class):
                return Member(owner, node.attr)
        return None

    def bases(self, cls: Class) -> list[Ancestor]:
        bases: list[Ancestor] = []
        for node in cls.node.bases:
            found = self.resolve(cls.module, node)
            if isinstance(found, (Class, External)):
                bases.append(found)
            else:
                bases.append(External(found.name if isinstance(found, Package) else ast.unparse(node)))
        return bases

    def ancestors(self, cls: Class, below: tuple[str, ...] = ()) -> list[Ancestor]:
        """The class and its ancestors in Python's own order (C3); what cannot be read is External."""
        if path_of(cls) in below:
            return [cls]
        bases = self.bases(cls)
        lines = [bases]
        for base in reversed(bases):
            lines.insert(0, self.ancestors(base, (*below, path_of(cls))) if isinstance(base, Class) else [base])
        return [cls, *merge(lines)]

    def is_enum(self, cls: Class) -> bool:
        return any("Enum" in path_of(ancestor) for ancestor in self.ancestors(cls)[1:])


def definition(module: Module, binding: Defined) -> Found:
    node = binding.node
    return Class(module, node) if isinstance(node, ast.ClassDef) else Routine(module, node)


def path_of(found: Class | Routine | External) -> str:
    return found.path if isinstance(found, External) else f"{found.module.name}.{found.node.name}"


def merge(lines: list[list[Ancestor]]) -> list[Ancestor]:
    merged: list[Ancestor] = []
    while any(lines):
        heads = [line[0] for line in lines if line]
        tails = {path_of(a) for line in lines for a in line[1:]}
        # an order that Python would refuse comes only from bases that could not be read
        head = path_of(next((h for h in heads if path_of(h) not in tails), heads[0]))
        merged.append(next(h for h in heads if path_of(h) == head))
        lines = [line[1:] if line and path_of(line[0]) == head else line for line in lines]
    return merged


__all__ = ["Ancestor", "Assigned", "Class", "Expression", "External", "Found", "Member", "Package", "Routine", "World"]
