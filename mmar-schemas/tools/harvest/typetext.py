"""Annotations as text, in one spelling: `int | None`, `list[str]`, whatever the release wrote."""

from __future__ import annotations

import ast
from functools import reduce

LOWER = {"List", "Dict", "Tuple", "Type", "Set", "FrozenSet"}  # of typing, before Python 3.9
MODULES = {"typing", "typing_extensions", "collections.abc"}


def type_text(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(Modern().visit(node_of(ast.unparse(node))))


def node_of(text: str) -> ast.expr:
    """A fresh copy: what is read is read again for other components."""
    return ast.parse(text, mode="eval").body


class Modern(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = ast.unparse(self.visit(node.value))
        if name == "Literal":
            return ast.Subscript(ast.Name(name), node.slice, ast.Load())  # its texts are no types
        inner = self.visit(node.slice)
        if name == "Optional":
            return either([inner, ast.Constant(None)])
        if name == "Union":
            return either(inner.elts if isinstance(inner, ast.Tuple) else [inner])
        return ast.Subscript(node_of(name.lower() if name in LOWER else name), inner, ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr) if ast.unparse(node.value) in MODULES else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(None) if node.id == "NoneType" else node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A type in quotes is still a type."""
        if not isinstance(node.value, str):
            return node
        try:
            return self.visit(node_of(node.value))
        except SyntaxError:
            return node


def either(types: list[ast.expr]) -> ast.expr:
    return reduce(lambda left, right: ast.BinOp(left, ast.BitOr(), right), types)
