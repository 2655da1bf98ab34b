"""Annotations as text, in one spelling: `int | None`, `list[str]`, whatever the release wrote."""

from __future__ import annotations

import ast
import re

NESTED = r"((?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)"  # up to two brackets deep


def type_text(node: ast.expr | None) -> str:
    if node is None:
        return ""
    quoted = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return normal_type(str(node.value) if isinstance(node, ast.Constant) and quoted else ast.unparse(node))


def normal_type(text: str) -> str:
    text = text.replace("typing.", "").replace("collections.abc.", "").replace("NoneType", "None").replace('"', "'")
    for _ in range(3):  # they nest
        text = re.sub(rf"Optional\[{NESTED}\]", r"\1 | None", text)
        text = re.sub(rf"Union\[{NESTED}\]", lambda match: " | ".join(split_top(match.group(1))), text)
    for name in ("List", "Dict", "Tuple", "Type", "Set"):
        text = re.sub(rf"\b{name}\[", f"{name.lower()}[", text)
    return re.sub(r"\s+", " ", text).strip()


def split_top(text: str) -> list[str]:
    """Splits at commas outside of brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "[(") - (char in "])")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]
