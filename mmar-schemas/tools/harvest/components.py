"""Everything that is known of one class or function."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .arguments import Argument, add_texts, arguments_of, dataclass_fields, is_dataclass
from .deprecations import Deprecation, declared
from .docstrings import arg_texts, summary
from .forwarding import Method, Rest, follow, inherited_method
from .kinds import Lineage, kind_of
from .source import Function
from .values import Json, enum_members
from .world import Ancestor, Class, External, Routine, World, path_of

# ancestors outside of what is read that add no __init__ with arguments of its own
PLAIN = {"object", "abc", "ABC", "typing", "Generic", "Protocol", "enum", "Enum", "collections"}
PLAIN |= {"Exception", "dict", "list", "str", "type", "RuntimeError", "ValueError"}


@dataclass
class Component:
    name: str
    module: str
    kind: str
    arguments: list[Argument]
    aliases: list[str] = field(default_factory=list)
    public: list[str] = field(default_factory=list)  # other modules that hand it on, the shortest first
    members: list[Json] = field(default_factory=list)  # of an enum
    deprecation: Deprecation | None = None
    gone: dict[str, Deprecation] = field(default_factory=dict)  # outdated arguments that only **kwargs takes
    rest: Rest = field(default_factory=Rest)
    hidden: bool = False  # an ancestor that could not be read may change the signature
    doc: str = ""


def class_component(world: World, cls: Class) -> Component:
    ancestors = world.ancestors(cls)
    component = Component(cls.node.name, cls.module.name, kind_of_class(world, cls, ancestors), [])
    if component.kind == "enum":
        component.members = list(enum_members(cls).values())
    component.deprecation, _ = declared(world, cls.module, cls.node.decorator_list)
    maker = maker_of(world, cls, ancestors)
    if isinstance(maker, Class):
        component.arguments = dataclass_fields(world, cls)
    elif maker is not None:
        add_maker(world, component, cls, maker)
    component.hidden = maker is None and any(not is_plain(ancestor) for ancestor in ancestors)
    add_class_texts(component, cls, ancestors, maker)
    return component


def kind_of_class(world: World, cls: Class, ancestors: list[Ancestor]) -> str:
    if world.is_enum(cls):
        return "enum"
    paths = tuple(path_of(ancestor) for ancestor in ancestors[1:])
    names = frozenset(path.rsplit(".", 1)[-1] for path in paths) | {cls.node.name}
    attach = inherited_method(world, cls, "attach") is not None
    return kind_of(Lineage(cls.node.name, cls.module.name, names, paths, attach))


def maker_of(world: World, cls: Class, ancestors: list[Ancestor]) -> tuple[Class, Function] | Class | None:
    """The __init__ that counts, the dataclass that makes one, or __new__ where there is neither."""
    for ancestor in ancestors:
        if isinstance(ancestor, Class):
            for node in reversed(ancestor.node.body):
                if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                    return ancestor, node
            if is_dataclass(ancestor):
                return ancestor
    return inherited_method(world, cls, "__new__")


def add_maker(world: World, component: Component, cls: Class, maker: tuple[Class, Function]) -> None:
    owner, function = maker
    component.arguments = arguments_of(world, owner.module, function, bound=True)
    itself, outdated = declared(world, owner.module, function.decorator_list)
    if owner.node is cls.node:
        component.deprecation = component.deprecation or itself
    add_deprecations(component, outdated)
    component.rest = follow(world, Method(owner.module, function, owner, cls))


def add_deprecations(component: Component, outdated: dict[str, Deprecation]) -> None:
    by_name = {argument.name: argument for argument in component.arguments}
    for name, deprecation in outdated.items():
        if name in by_name:
            by_name[name].deprecation = deprecation
        else:
            component.gone[name] = deprecation


def is_plain(ancestor: Ancestor) -> bool:
    return not isinstance(ancestor, External) or ancestor.path.split(".")[0] in PLAIN


def add_class_texts(
    component: Component, cls: Class, ancestors: list[Ancestor], maker: tuple[Class, Function] | Class | None
) -> None:
    above = [ancestor for ancestor in ancestors[1:] if isinstance(ancestor, Class)]
    top = cls.module.name.split(".")[0]
    inherited = [class_doc(a) for a in above if a.module.name.split(".")[0] == top]
    own = class_doc(cls) or next((doc for doc in inherited if doc), "")
    component.doc = summary(own)
    docs = [own]
    if isinstance(maker, tuple):
        docs += [ast.get_docstring(maker[1], clean=False) or "", class_doc(maker[0])]
    texts: dict[str, str] = {}
    for doc in [*docs, *(class_doc(ancestor) for ancestor in above[:2])]:
        for name, text in arg_texts(doc).items():
            texts.setdefault(name, text)
    add_texts(component.arguments, texts)


def class_doc(cls: Class) -> str:
    return ast.get_docstring(cls.node, clean=False) or cls.module.docs.get(cls.node.name) or ""


def function_component(world: World, routine: Routine) -> Component:
    function = routine.node
    arguments = arguments_of(world, routine.module, function, bound=False)
    component = Component(function.name, routine.module.name, "function", arguments)
    component.deprecation, outdated = declared(world, routine.module, function.decorator_list)
    add_deprecations(component, outdated)
    component.rest = follow(world, Method(routine.module, function))
    doc = ast.get_docstring(function, clean=False) or ""
    component.doc = summary(doc)
    add_texts(component.arguments, arg_texts(doc))
    return component
