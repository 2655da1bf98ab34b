"""Arguments of a function, with types, defaults and listed values."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from .deprecations import Deprecation
from .docstrings import first_sentence, listed_values, without_values
from .source import Function, Module
from .typetext import type_text
from .values import Constant, Json, evaluate, listed_by_type
from .world import Class, World

# the default enum of these is a list of keys of an item, not of what may be written
KEY_LIKE = re.compile(r"key|postfix|stats_name|_name$")
ONLY_LITERAL = re.compile(r"Literal\[[^\[\]]*\]( \| None)?")


@dataclass
class Argument:
    name: str  # "*x" and "**x" take the rest
    type: str
    required: bool = False
    default: Json = None
    is_expression: bool = False  # `default` is Python text
    keyword_only: bool = False
    values: list[Json] = field(default_factory=list)
    closed: bool = False
    deprecation: Deprecation | None = None
    doc: str = ""

    def takes_rest(self) -> bool:
        return self.name.startswith("*")


def arguments_of(world: World, module: Module, function: Function, bound: bool) -> list[Argument]:
    """In the order of the signature; `bound` leaves out self."""
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    defaults = [None] * (len(positional) - len(spec.defaults)) + list(spec.defaults)
    found = [argument(world, module, arg, default) for arg, default in zip(positional, defaults)][bound:]
    if spec.vararg:
        found.append(Argument(f"*{spec.vararg.arg}", type_text(spec.vararg.annotation)))
    for arg, default in zip(spec.kwonlyargs, spec.kw_defaults):
        made = argument(world, module, arg, default)
        made.keyword_only = True
        found.append(made)
    if spec.kwarg:
        found.append(Argument(f"**{spec.kwarg.arg}", type_text(spec.kwarg.annotation)))
    return found


def argument(world: World, module: Module, arg: ast.arg, default: ast.expr | None) -> Argument:
    made = with_default(world, module, Argument(arg.arg, type_text(arg.annotation)), default)
    if not KEY_LIKE.search(arg.arg):
        by_type = listed_by_type(world, module, arg.annotation)
        made.values = list(dict.fromkeys([*by_type, *listed_by_type(world, module, default)]))
        # an enum alone is no closed list: CropForegroundd's mode also takes the modes of numpy
        made.closed = bool(made.values) and ONLY_LITERAL.fullmatch(made.type) is not None
    return made


def with_default(world: World, module: Module, made: Argument, default: ast.expr | None) -> Argument:
    if default is None:
        made.required = True
        return made
    constant: Constant | None = evaluate(world, module, default)
    made.is_expression = constant is None
    made.default = constant.value if constant else ast.unparse(default)
    return made


def dataclass_fields(world: World, cls: Class) -> list[Argument]:
    """Arguments of the __init__ that @dataclass makes, those of its ancestors first."""
    fields: dict[str, Argument] = {}
    for ancestor in reversed(world.ancestors(cls)):
        if not isinstance(ancestor, Class) or not is_dataclass(ancestor):
            continue
        for node in ancestor.node.body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            if "ClassVar" not in ast.unparse(node.annotation):
                made = Argument(node.target.id, type_text(node.annotation))
                fields[made.name] = with_default(world, ancestor.module, made, node.value)
    return list(fields.values())


def is_dataclass(cls: Class) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in cls.node.decorator_list)


def add_texts(arguments: list[Argument], texts: dict[str, str]) -> None:
    """Takes over what a docstring says: a sentence, and values that it lists."""
    for made in arguments:
        text = texts.get(made.name.lstrip("*"))
        if not text:
            continue
        made.doc = first_sentence(without_values(text))
        if not made.closed and not re.search(r"key|postfix", made.name):
            made.values = list(dict.fromkeys([*made.values, *listed_values(text)]))
