"""One Python module as text: which names it binds at its top level, and to what."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


@dataclass(frozen=True)
class Defined:
    node: ast.ClassDef | Function


@dataclass(frozen=True)
class FromImport:
    module: str
    name: str


@dataclass(frozen=True)
class ModuleImport:
    name: str


@dataclass(frozen=True)
class Assigned:
    node: ast.expr


Binding = Union[Defined, FromImport, ModuleImport, Assigned]


@dataclass(eq=False)
class Module:
    name: str
    is_package: bool
    tree: ast.Module
    names: dict[str, Binding] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # from X import *
    docs: dict[str, str] = field(default_factory=dict)  # Adam.__doc__ = ... after the class

    def bind(self, name: str, binding: Binding, weak: bool) -> None:
        if not (weak and name in self.names):
            self.names[name] = binding


def read_module(name: str, path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = Module(name, path.name == "__init__.py", tree)
    scan(module, tree.body)
    return module


def scan(module: Module, body: list[ast.stmt], weak: bool = False) -> None:
    """Of branches the first one counts: `weak` names do not replace what is bound already."""
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            module.bind(node.name, Defined(node), weak)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                module.bind(alias.asname or top, ModuleImport(alias.name if alias.asname else top), weak)
        elif isinstance(node, ast.ImportFrom):
            scan_from(module, node, weak)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            scan_assignment(module, node, weak)
        elif isinstance(node, ast.If):
            scan(module, node.body, weak)
            scan(module, node.orelse, True)
        elif isinstance(node, ast.Try):
            scan(module, node.body, weak)
            for handler in node.handlers:
                scan(module, handler.body, True)
            scan(module, node.orelse, True)
        elif isinstance(node, ast.With):
            scan(module, node.body, weak)


def scan_from(module: Module, node: ast.ImportFrom, weak: bool) -> None:
    origin = absolute(module, node)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(origin)
        else:
            module.bind(alias.asname or alias.name, FromImport(origin, alias.name), weak)


def absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    if not module.is_package:
        package.pop()
    package = package[: len(package) - (node.level - 1)]
    return ".".join(package + ([node.module] if node.module else []))


def scan_assignment(module: Module, node: ast.Assign | ast.AnnAssign, weak: bool) -> None:
    if node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = [target.id for target in targets if isinstance(target, ast.Name)]
    is_lambda = isinstance(node.value, ast.Lambda) and named
    bound: Binding = Defined(as_function(named[0], node.value)) if is_lambda else Assigned(node.value)
    for target in targets:
        if isinstance(target, ast.Name):
            module.bind(target.id, bound, weak)
        elif isinstance(target, ast.Tuple) and target.elts and isinstance(target.elts[0], ast.Name):
            optional = optional_import(node.value)
            if optional:
                module.bind(target.elts[0].id, optional, True)
        elif isinstance(target, ast.Attribute) and target.attr == "__doc__" and isinstance(target.value, ast.Name):
            module.docs[target.value.id] = all_text(node.value)


def as_function(name: str, node: ast.expr) -> ast.FunctionDef:
    """MedNeXtS = lambda **kwargs: ... is as good as a def."""
    assert isinstance(node, ast.Lambda)
    body: list[ast.stmt] = [ast.Return(node.body)]
    return ast.FunctionDef(name=name, args=node.args, body=body, decorator_list=[], returns=None)


def optional_import(call: ast.expr) -> Binding | None:
    """`Metric, has_metric = optional_import("ignite.metrics", "0.4", check, "Metric")` of MONAI."""
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "optional_import"):
        return None
    module = text_of(call.args[0]) if call.args else None
    if module is None:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"] or call.args[3:4]
    name = text_of(named[0]) if named else None
    return FromImport(module, name) if name else ModuleImport(module)


def text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def all_text(node: ast.AST) -> str:
    return "".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
