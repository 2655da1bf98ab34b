"""What expressions in signatures evaluate to, and the values that annotations list."""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from typing import Any, Callable

from .world import Class, Expression, Member, World

Json = Any

# made by a method call, which is not evaluated: DEFAULT_POST_FIX = PostFix.meta()
KNOWN = {"DEFAULT_POST_FIX": "meta_dict"}

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True)
class Constant:
    value: Json


def as_json(value: object) -> Json:
    if isinstance(value, (tuple, list, set, frozenset)):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def evaluate(world: World, module: Any, node: ast.expr, depth: int = 0) -> Constant | None:
    """The constant that an expression is, with enum members as their values; None where it is none."""
    if depth > 20:
        return None
    try:
        return Constant(as_json(ast.literal_eval(node)))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    if isinstance(node, (ast.Name, ast.Attribute)):
        return evaluate_name(world, module, node, depth)
    if isinstance(node, (ast.Tuple, ast.List)):
        items = [evaluate(world, module, item, depth + 1) for item in node.elts]
        return Constant([item.value for item in items if item]) if all(items) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = evaluate(world, module, node.operand, depth + 1)
        return Constant(-operand.value) if operand and isinstance(operand.value, (int, float)) else None
    if isinstance(node, ast.BinOp):
        left = evaluate(world, module, node.left, depth + 1)
        right = evaluate(world, module, node.right, depth + 1)
        return evaluate_operation(node.op, left, right)
    return None


def evaluate_operation(op: ast.operator, left: Constant | None, right: Constant | None) -> Constant | None:
    function = OPERATORS.get(type(op))
    numbers = [side for side in (left, right) if side and isinstance(side.value, (int, float))]
    if function is None or len(numbers) < 2:
        return None
    try:
        return Constant(as_json(function(numbers[0].value, numbers[1].value)))
    except (ArithmeticError, ValueError):
        return None


def evaluate_name(world: World, module: Any, node: ast.Name | ast.Attribute, depth: int) -> Constant | None:
    if isinstance(node, ast.Name) and node.id in KNOWN:
        return Constant(KNOWN[node.id])
    if isinstance(node, ast.Attribute) and node.attr.isupper() and is_factory(world, module, node.value):
        return Constant(node.attr)  # Act.PRELU is a text, not a member of an enum
    found = world.resolve(module, node)
    if isinstance(found, Member) and world.is_enum(found.owner):
        members = enum_members(found.owner)
        if found.name in members:
            return Constant(members[found.name])
    if isinstance(found, Expression):
        constant = evaluate(world, found.module, found.node, depth + 1)
        if constant:
            return constant
    if isinstance(node, ast.Attribute) and node.attr in ("value", "name") and not isinstance(found, Expression):
        return evaluate(world, module, node.value, depth + 1)
    return None


def is_factory(world: World, module: Any, node: ast.expr) -> bool:
    found = world.resolve(module, node)
    call = found.node if isinstance(found, Expression) else None
    return isinstance(call, ast.Call) and "LayerFactory" in ast.unparse(call.func)


def enum_members(cls: Class) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for node in cls.node.body:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        if isinstance(node, ast.AnnAssign):
            target = node.target
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and not target.id.startswith("_") and value is not None:
            try:
                members[target.id] = as_json(ast.literal_eval(value))
            except ValueError:
                continue
    return members


def listed_by_type(world: World, module: Any, node: ast.expr | None) -> list[Json]:
    """Values that an annotation or a default names: Literal[...], an enum, one of its members."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return []
    values: list[Json] = []
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Subscript) and last_name(part.value) == "Literal":
            listed = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            values += [item.value for item in listed if isinstance(item, ast.Constant)]
        elif isinstance(part, (ast.Name, ast.Attribute)):
            values += listed_by_name(world, module, part)
    return list(dict.fromkeys(value for value in values if isinstance(value, (str, int, float, bool))))


def listed_by_name(world: World, module: Any, node: ast.Name | ast.Attribute) -> list[Json]:
    found = world.resolve(module, node)
    owner = found.owner if isinstance(found, Member) else found
    if isinstance(owner, Class) and world.is_enum(owner):
        return list(enum_members(owner).values())
    if isinstance(found, Expression) and isinstance(found.node, ast.Subscript):  # Mode = Literal["a", "b"]
        return listed_by_type(world, found.module, found.node)
    return []


def last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
