"""Where the `**kwargs` of a function go: to another function whose arguments it then takes too."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .source import Function, Module
from .values import last_name
from .world import Class, Routine, World, path_of


@dataclass(frozen=True)
class Forwarding:
    module: str
    name: str
    given: tuple[str, ...]  # arguments of the target that the call fills in by itself


@dataclass(frozen=True)
class Rest:
    """What becomes of `**kwargs`; at most one of these is known."""

    forwarded: Forwarding | None = None
    never_read: bool = False
    refused: bool = False


# its code raises a TypeError for whatever its signature lets in
REFUSES = {"torch.nn.modules.module.Module"}


@dataclass(frozen=True)
class Method:
    """A function, and for a method the class that defines it and the class that is made."""

    module: Module
    function: Function
    owner: Class | None = None
    made: Class | None = None


def follow(world: World, method: Method) -> Rest:
    kwargs = method.function.args.kwarg
    if kwargs is None:
        return Rest()
    if method.owner and path_of(method.owner) in REFUSES:
        return Rest(refused=True)
    body = ast.Module(method.function.body, [])
    parents = {child: node for node in ast.walk(body) for child in ast.iter_child_nodes(node)}
    reads = [node for node in parents if isinstance(node, ast.Name) and node.id == kwargs.arg]
    if not reads:
        return Rest(never_read=not is_abstract(method.function))
    handed_on = [read for read in reads if is_starred(parents[read])]
    if len(handed_on) != 1 or not all(read in handed_on or is_look(parents[read]) for read in reads):
        return Rest()
    call = parents[parents[handed_on[0]]]
    target = target_of(world, call, method) if isinstance(call, ast.Call) else None
    if not isinstance(call, ast.Call) or target is None:
        return Rest()
    return Rest(Forwarding(target.module.name, target.node.name, given_by(world, call, target)))


def is_starred(parent: ast.AST) -> bool:
    return isinstance(parent, ast.keyword) and parent.arg is None


def is_look(parent: ast.AST) -> bool:
    """Reads or sets single entries, so that whatever came in still goes on."""
    if isinstance(parent, ast.Attribute):
        return parent.attr in {"get", "setdefault", "keys", "items", "values", "update"}
    return isinstance(parent, (ast.Subscript, ast.Compare, ast.If, ast.BoolOp, ast.UnaryOp))


def is_abstract(function: Function) -> bool:
    """Nothing but a docstring, `pass` or an exception: says nothing of what subclasses do."""
    return all(
        isinstance(node, (ast.Pass, ast.Raise)) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.body
    )


def target_of(world: World, call: ast.Call, method: Method) -> Class | Routine | None:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
        above = call.func.value
        if isinstance(above, ast.Call):
            is_super = last_name(above.func) == "super"
            return next_with_init(world, method) if is_super else None
        found = world.resolve(method.module, above)
        return found if isinstance(found, Class) else None
    found = world.resolve(method.module, call.func)
    return found if isinstance(found, (Class, Routine)) else None


def next_with_init(world: World, method: Method) -> Class | None:
    """The ancestor whose __init__ `super()` means."""
    if method.owner is None or method.made is None:
        return None
    ancestors = world.ancestors(method.made)
    behind = [path_of(ancestor) for ancestor in ancestors].index(path_of(method.owner)) + 1
    for ancestor in ancestors[behind:]:
        if not isinstance(ancestor, Class):
            return None  # it may have one
        if own_method(ancestor, "__init__"):
            return ancestor
    return None


def own_method(cls: Class, name: str) -> Function | None:
    """The last one of the name, as Python takes it: the ones before are overloads."""
    methods = [n for n in cls.node.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == name]
    return methods[-1] if methods else None


def inherited_method(world: World, cls: Class, name: str) -> tuple[Class, Function] | None:
    for ancestor in world.ancestors(cls):
        method = own_method(ancestor, name) if isinstance(ancestor, Class) else None
        if isinstance(ancestor, Class) and method:
            return ancestor, method
    return None


def given_by(world: World, call: ast.Call, target: Class | Routine) -> tuple[str, ...]:
    names = [keyword.arg for keyword in call.keywords if keyword.arg is not None]
    found = inherited_method(world, target, "__init__") if isinstance(target, Class) else None
    function = target.node if isinstance(target, Routine) else found[1] if found else None
    if function is not None:
        positional = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(target, Class) and not passes_self(call):
            positional = positional[1:]
        names += positional[: sum(not isinstance(arg, ast.Starred) for arg in call.args)]
    return tuple(sorted(set(names) - {"self"}))


def passes_self(call: ast.Call) -> bool:
    """Base.__init__(self, ...)"""
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"
    return named and isinstance(call.func, ast.Attribute) and not isinstance(call.func.value, ast.Call)
