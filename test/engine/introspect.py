"""Compares a harvest with the packages that it was made of, as `inspect` sees them: one JSON document on stdout.

    python introspect.py HARVEST.json

{"components", "arguments", "agree", "differ": [[path, what, harvested, found]], "missing": [paths], "extra": [paths]}
"""

import contextlib
import enum
import importlib
import inspect
import io
import json
import math
import pkgutil
import sys
import types
import warnings
from pathlib import Path

PLAIN = ("class", "enum", "function")  # not what slots of a config take


def decode(file):
    """(module, name) -> component, with its arguments as the file has them."""
    found = {}
    for name, kind, module, public, aliases, args, *extra in file["items"]:
        found[file["modules"][module], name] = {
            "kind": file["kinds"][kind],
            "public": None if public < 0 else file["modules"][public],
            "aliases": aliases or [],
            "args": [dict(zip(("name", "type", "flags", "default"), arg)) for arg in args],
            "extra": extra[0] if extra else {},
        }
    return found


def as_json(value):
    if isinstance(value, enum.Enum):
        return as_json(value.value)
    if isinstance(value, (tuple, list, set, frozenset)):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def same_default(arg, parameter, namespace):
    """A default that was kept as text is evaluated where it was written."""
    if not arg["flags"] & 4:
        harvested = arg.get("default")
        found = as_json(parameter.default)
        return harvested == found and isinstance(harvested, bool) == isinstance(found, bool)
    try:
        value = eval(arg["default"], namespace)
    except NameError:
        return False
    found = parameter.default
    return value is found or repr(value) == repr(found) or same_lambda(value, found)


def same_lambda(a, b):
    if not isinstance(a, types.FunctionType) or not isinstance(b, types.FunctionType):
        return False
    return all(getattr(a.__code__, part) == getattr(b.__code__, part) for part in ("co_code", "co_consts", "co_names"))


def spelled(parameter):
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    return stars + parameter.name


def parameters_of(target):
    """Of a class those of __init__: a __new__ beside it (MapTransform) takes anything."""
    if inspect.isclass(target) and target.__init__ is not object.__init__:
        return list(inspect.signature(target.__init__).parameters.values())[1:]
    return list(inspect.signature(target).parameters.values())


def compare(component, target):
    """What differs: [what, harvested, found] each."""
    parameters = parameters_of(target)
    harvested = [arg["name"] for arg in component["args"]]
    if harvested != [spelled(p) for p in parameters]:
        return [["names", harvested, [spelled(p) for p in parameters]]]
    maker = target.__init__ if inspect.isclass(target) else target
    namespace = {**getattr(sys.modules.get(getattr(target, "__module__", "")), "__dict__", {})}
    namespace.update(getattr(inspect.unwrap(maker), "__globals__", {}))
    differ = []
    for arg, parameter in zip(component["args"], parameters):
        if arg["name"].startswith("*"):
            continue
        required = parameter.default is parameter.empty
        if bool(arg["flags"] & 1) != required:
            differ.append([f"{arg['name']}: required", not required, required])
        elif not required and not same_default(arg, parameter, namespace):
            differ.append([f"{arg['name']}: default", repr(arg.get("default")), repr(parameter.default)])
        if bool(arg["flags"] & 2) != (parameter.kind == parameter.KEYWORD_ONLY):
            differ.append([f"{arg['name']}: keyword-only", arg["flags"], str(parameter.kind)])
    return differ


def public_of_monai():
    """(module, name) of every public class and function that is defined in MONAI, as far as it can be imported."""
    import monai

    for info in pkgutil.walk_packages(monai.__path__, "monai.", onerror=lambda _: None):
        if ".test" in info.name:
            continue
        try:
            module = importlib.import_module(info.name)
        except BaseException as error:
            print(f"{info.name}: {error!r:.90}", file=sys.stderr)
            continue
        for name, value in inspect.getmembers(module):
            if name.startswith("_") or not isinstance(value, (type, types.FunctionType)):
                continue
            if value.__module__ == info.name and "<locals>" not in value.__qualname__:
                yield info.name, name


def report(components):
    result = {"components": 0, "arguments": 0, "agree": 0, "differ": [], "missing": [], "unreadable": []}
    for (module, name), component in components.items():
        if component["kind"] in PLAIN:
            continue
        path = f"{module}.{name}"
        try:
            target = getattr(importlib.import_module(module), name)
            differ = compare(component, target)
        except (ImportError, ValueError, AttributeError) as error:
            result["unreadable"].append(f"{path}: {error!r:.90}")
            continue
        result["components"] += 1
        result["arguments"] += len(component["args"])
        result["agree"] += not differ
        result["differ"] += [[path, *what] for what in differ]
    known = {(module, name) for (module, own), c in components.items() for name in (own, *c["aliases"])}
    for module, name in public_of_monai():
        if (module, name) not in known:
            result["missing"].append(f"{module}.{name}")
    return result


def main():
    warnings.simplefilter("ignore")
    components = decode(json.loads(Path(sys.argv[1]).read_text()))
    with contextlib.redirect_stdout(io.StringIO()):  # what modules print when they are imported
        result = report(components)
    print(json.dumps(result))


main()
