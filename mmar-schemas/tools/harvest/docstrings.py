"""Google-style docstrings: first sentences, texts of arguments, and values that a text lists."""

from __future__ import annotations

import inspect
import re

MAX_LENGTH = 120

ARGS = r"Args|Arguments|Parameters|Kwargs|Keyword args|Keyword arguments"
OTHERS = (
    r"Attributes|Returns?|Raises|Examples?|Notes?|Shape|Yields|References|See also|Inputs|Outputs|Warning|Important"
)
ARGS_HEAD = re.compile(rf"^\s*({ARGS})\s*:{{1,2}}\s*$", re.I)
ANY_HEAD = re.compile(rf"^\s*({ARGS}|{OTHERS})\s*:{{1,2}}\s*$", re.I)
ARG_HEAD = re.compile(
    r"\s*\**`{0,2}([A-Za-z_]\w*(?:\s*,\s*\**[A-Za-z_]\w*)*)`{0,2}\s*"  # name, or several
    r"(?:\(([^)]*(?:\([^)]*\)[^)]*)*)\))?\s*(?::|--)\s*(.*)$"  # (type): text
)
# {``"a"``, ``"b"``}, also in other brackets; or "a", "b" or "c" in running text
BRACED = re.compile(r"[{\[(]\s*((?:``?[\"'][^\"'`]*[\"']``?\s*,?\s*(?:or\s+|and\s+)?)+)[}\])]")
LISTED = re.compile(r"((?:``?[\"'][^\"'`\s]+[\"']``?\s*(?:,|\||/|or|,\s*or)\s*)+``?[\"'][^\"'`\s]+[\"']``?)")
QUOTED = re.compile(r"[\"']([^\"'`]*)[\"']")


def first_sentence(text: str) -> str:
    text = re.sub(r":(?:py:)?\w+:`~?([^`<]*?)(?:\s*<[^>]*>)?`", r"\1", text)
    text = re.sub(r"`([^`<]*?)\s*<[^>]*>`_+", r"\1", text).replace("`", "")
    text = re.sub(r"\s+", " ", text).strip()
    end = re.search(r"(?<!e\.g)(?<!i\.e)(?<!\bvs)(?<!etc)\.(?=\s|$)", text)
    sentence = text[: end.start()] if end else text
    if len(sentence) <= MAX_LENGTH:
        return sentence
    return sentence[: MAX_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def summary(doc: str) -> str:
    paragraph: list[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        if ANY_HEAD.match(line) or line.startswith(".. ") or (not line.strip() and paragraph):
            break
        if line.strip():
            paragraph.append(line.strip())
    return first_sentence(" ".join(paragraph))


def arg_texts(doc: str) -> dict[str, str]:
    """Name of each argument -> its text."""
    texts: dict[str, str] = {}
    section: int | None = None  # indentation of its head, and of its first argument
    base: int | None = None
    current: list[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        indent = len(line) - len(line.lstrip())
        if ARGS_HEAD.match(line):
            section, base, current = indent, None, []
            continue
        if section is None or not line.strip():
            continue
        if indent <= section or (ANY_HEAD.match(line) and base is not None and indent <= base):
            section = None
            continue
        base = indent if base is None else base
        if indent > base:
            for name in current:
                texts[name] += "\n" + line.strip()
            continue
        head = ARG_HEAD.match(line)
        current = [name.strip(" *") for name in head.group(1).split(",")] if head else []
        for name in current:
            texts.setdefault(name, head.group(3) if head else "")
    return texts


def listed_values(text: str) -> list[str]:
    """At least two quoted values that a text enumerates."""
    for pattern in (BRACED, LISTED):
        groups = [match.group(1) for match in pattern.finditer(text)]
        values = list(dict.fromkeys(value for group in groups for value in QUOTED.findall(group)))
        if len(values) >= 2:
            return values
    return []


def without_values(text: str) -> str:
    """The text behind a list of values at its begin."""
    return re.sub(r"^\s*" + BRACED.pattern, "", text).strip() or text
