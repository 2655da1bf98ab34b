"""From an exception to what caused it: the component that was at work, and the argument that it is about."""

import itertools
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

#: MONAI wraps what it meets in these; users' own `raise ... from` says more than what it wraps.
WRAPPERS = re.compile(r"(Failed to (instantiate|evaluate)|applying transform)\b")
#: Messages that mean an argument without naming it.
MEANT = (
    (re.compile(r"to have \d+ channels, but got \d+ channels|doesn't match.*groups"), "in_channels"),
    (re.compile(r"empty parameter list"), "params"),
    (re.compile(r"is out of bounds for dimension 0"), "to_onehot"),
)
LONGEST = 600
DEEPEST = 24


def identity(thing: object) -> int:
    """The builtin under another name: in a preflight an `id` is a place in a config."""
    return id(thing)


def root_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None and WRAPPERS.match(str(error)):
        error = error.__cause__
    return error


def text_of(error: BaseException) -> str:
    """The message in one line; that of a KeyError without its quotes, which make a riddle of it."""
    found = error.args[0] if isinstance(error, KeyError) and error.args else error
    text = re.sub(r"\s+", " ", str(found)).strip()
    if isinstance(error, KeyError) and re.fullmatch(r"\S+", text):
        text = f'there is no key "{text}"'
    return text[:LONGEST] or type(error).__name__


def frames_of(error: BaseException) -> list[dict[str, Any]]:
    """File, line and function, the innermost last. Files of the bundle are relative to it, packages to their folder."""
    here = Path.cwd()
    found = traceback.extract_tb(root_cause(error).__traceback__)
    if isinstance(root_cause(error), SyntaxError):
        syntax = root_cause(error)
        found.append(traceback.FrameSummary(getattr(syntax, "filename", None) or "?", getattr(syntax, "lineno", 0), ""))
    own = str(Path(__file__).resolve().parent)
    kept = [f for f in found if not str(Path(f.filename).absolute()).startswith(own)]
    return [{"file": shown(f.filename, here), "line": f.lineno or 0, "function": f.name} for f in kept[-DEEPEST:]]


def shown(file: str, here: Path) -> str:
    """BYOC modules may be found by way of links: both ends are resolved."""
    path = Path(file)
    for base in (here, here.resolve()):
        for one in (path, path.resolve() if path.exists() else path):
            if one.is_relative_to(base):
                return one.relative_to(base).as_posix()
    return re.sub(r"^.*/site-packages/", "", path.as_posix())


def frames_inside_out(error: BaseException) -> Iterator[FrameType]:
    """The frames that were active, of the root cause first, then of what wrapped it."""
    chain = [error]
    while chain[-1] is not root_cause(error) and chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    for one in reversed(chain):
        yield from reversed([frame for frame, _ in traceback.walk_tb(one.__traceback__)])


def owner_of(error: BaseException, objects: Mapping[int, str], codes: Mapping[int, str]) -> str | None:
    """Id of the innermost component or expression of the config that was at work when the error arose."""
    for frame in frames_inside_out(error):
        expression = codes.get(identity(frame.f_code))
        if expression is not None:
            return expression
        at_work = frame.f_locals.get("self")
        if at_work is not None and identity(at_work) in objects:
            return objects[identity(at_work)]
    return None


def blamed_arg(config: Any, written: Any, error: BaseException) -> list[str | int]:
    """Path of the one argument that an error is about, below its component; empty where none or several may be.

    `config` has its references resolved, `written` has not: its expressions can be read.
    """
    if not isinstance(config, Mapping) or not isinstance(written, Mapping):
        return []
    args = {k: v for k, v in config.items() if isinstance(k, str) and not re.fullmatch(r"_\w+_", k)}
    text = str(root_cause(error))
    guesses = (
        meant(args, text),
        quoted(args, text),
        in_expressions(written, text),
        named(args, text),
        numbers(args, text),
        texts(args, error),
    )
    return next((path for path in map(common, guesses) if path), [])


def common(guess: list[list[str | int]]) -> list[str | int]:
    """The one path, or what several elements of one argument have in common."""
    if not guess:
        return []
    steps = zip(*guess)
    return [step[0] for step in itertools.takewhile(lambda step: len(set(step)) == 1, steps)]


def meant(args: dict[str, Any], text: str) -> list[list[str | int]]:
    return [[name] for pattern, name in MEANT if pattern.search(text) and name in args]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[list[str | int], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield list(path), value


def quoted(args: dict[str, Any], text: str) -> list[list[str | int]]:
    """Arguments whose text stands in quotes in the message: `Key 'lable' was missing`."""
    marked = set(re.findall(r"[`'\"]([^`'\"]+)[`'\"]", text))
    return [path for path, value in leaves(args) if isinstance(value, str) and value in marked]


def in_expressions(written: Mapping[str, Any], text: str) -> list[list[str | int]]:
    """Expressions that hold a quoted word of the message: `from_engine(['pred', 'lable'])`."""
    marked = set(re.findall(r"[`'\"]([^`'\"]+)[`'\"]", text))
    found = [(path, value) for path, value in leaves(written) if isinstance(value, str) and value.startswith("$")]
    return [path for path, value in found if any(re.search(rf"['\"]{re.escape(word)}['\"]", value) for word in marked)]


def named(args: dict[str, Any], text: str) -> list[list[str | int]]:
    """Where a message marks names, the first of several is what it is about: "the length of `strides` should equal"."""
    places = {name: re.search(rf"(?<![\w.]){re.escape(name)}(?![\w(])", text) for name in args}
    found = sorted((place.start(), name) for name, place in places.items() if place)
    return [[name] for _, name in (found[:1] if "`" in text else found)]


def numbers(args: dict[str, Any], text: str) -> list[list[str | int]]:
    """Arguments whose number stands in the message: `Invalid learning rate: -0.1`."""
    marked = set(re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.]*\w)", text))
    is_number = (int, float)
    return [p for p, v in leaves(args) if isinstance(v, is_number) and not isinstance(v, bool) and str(v) in marked]


def texts(args: dict[str, Any], error: BaseException) -> list[list[str | int]]:
    """A text where a number belongs makes a TypeError that names neither."""
    about_types = re.search(r"\b(str|int|integer|float|number)\b", str(root_cause(error)))
    if not isinstance(root_cause(error), (TypeError, ValueError)) or not about_types:
        return []
    return [p for p, v in leaves(args) if isinstance(v, str) and re.fullmatch(r"\s*-?[\d.]+(e-?\d+)?\s*", v)]
