"""The items of one config file of the bundle: read, mended where a misspelling would hide others, built one by one."""

import re
import types
import warnings
from typing import Any

from monai.bundle import ConfigParser
from monai.bundle.config_item import ConfigComponent, ConfigExpression
from monai.data import CacheDataset, SmartCacheDataset

from . import stand_ins
from .blame import blamed_arg, frames_of, identity, owner_of, root_cause, text_of
from .report import Report

#: What is run, not built.
NOT_BUILT = ("imports", "run", "finalize")
#: What a class says of the machine that happens to run it, not of the config.
ABOUT_MACHINES = re.compile(r"worker processes")
#: References that may lead to nothing.
OPTIONAL = ("safe::saver",)
#: Warnings that are about the release, not about the config.
ABOUT_RELEASES = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning)


class Config:
    """A config file of the bundle. `name` is what the MMAR calls it: train, validation or inference."""

    def __init__(self, name: str, file: str, overrides: dict[str, Any]) -> None:
        self.name, self.overrides = name, overrides
        self.parser = ConfigParser()
        self.parser.read_config(file)
        for id, value in overrides.items():
            if self.parser.get(id) is not None:
                self.parser[id] = value
        self.parser.parse(True)
        self.state: dict[str, bool] = {}
        self.objects: dict[int, str] = {}
        self.codes: dict[int, str] = {}
        self.alive: list[Any] = []
        self.told: set[str] = set()
        #: Ids whose objects are stand-ins.
        self.stood: set[str] = set()

    @property
    def sections(self) -> tuple[str, ...]:
        """What the ids of its parts begin with."""
        return ("train::", "validate::") if self.name == "train" else ("",)

    @property
    def items(self) -> dict[str, Any]:
        return dict(self.parser.ref_resolver.items)

    def raw(self, id: str) -> Any:
        """As it is written; None where there is no such id."""
        item = self.parser.ref_resolver.items.get(id)
        return None if item is None else self.parser.get(id)

    def content(self, id: str) -> Any:
        """What is written at an id, with its references resolved as far as it was built."""
        item = self.parser.ref_resolver.items.get(id)
        return None if item is None else item.get_config()

    def built(self, id: str) -> Any:
        """The object of an id; None when it is disabled, faulty, blocked or not there."""
        return None if id in self.stood else self.made(id)

    def made(self, id: str) -> Any:
        """The object of an id or its stand-in."""
        return self.parser.ref_resolver.resolved_content.get(id) if self.state.get(id) else None

    @property
    def network(self) -> Any:
        return None if "network_def" in self.stood else self.built("network")

    @property
    def declared_channels(self) -> int | None:
        """Channels of the prediction, as the config names them, for a network that cannot be tried."""
        for name in ("out_channels", "num_classes"):
            value = self.value(f"network_def::{name}")
            if isinstance(value, int):
                return value
        return None

    def value(self, id: str, default: Any = None) -> Any:
        """A plain value with its references resolved; the default where that is not possible."""
        if id not in self.parser.ref_resolver.items:
            return default
        try:
            return self.parser.get_parsed_content(id)
        except Exception:
            return default

    def class_in_list(self, id: str) -> str:
        """The class of the element of a list that an id is, or is a part of; '' outside of lists."""
        parts = id.split("::")
        for end, part in enumerate(parts, 1):
            element = self.raw("::".join(parts[:end])) if part.isdigit() else None
            if isinstance(element, dict) and "_target_" in element:
                return str(element["_target_"])
        return ""

    def is_disabled(self, id: str) -> bool:
        flag = self.value(f"{id}::_disabled_", False)
        return flag.lower().strip() == "true" if isinstance(flag, str) else bool(flag)

    def mend(self, changes: dict[str, dict[str, Any]]) -> None:
        """Replaces the content of components and reads the whole anew, before anything is built."""
        for id, content in changes.items():
            self.parser[id] = content
        self.parser.parse(True)

    def owner(self, error: BaseException) -> str | None:
        return owner_of(error, self.objects, self.codes)

    def raised(self, id: str, error: BaseException, kind: str) -> tuple[str, str, dict[str, Any]]:
        """Id, message and details of the fault that an exception is; `id` is what was tried."""
        where = self.owner(error) or id
        cause = root_cause(error)
        details = {"kind": kind, "type": type(cause).__name__, "frames": frames_of(error)}
        return where, text_of(cause), {**details, "arg": blamed_arg(self.content(where), self.raw(where), error)}


def spare_caches(config: Config, classes: dict[str, Any]) -> None:
    """A data set that caches would put all cases through the transforms before the first word."""
    changes = {}
    for id, target in classes.items():
        if isinstance(target, type) and issubclass(target, CacheDataset):
            few = 1 if issubclass(target, SmartCacheDataset) else 0
            changes[id] = {**config.raw(id), "cache_num": few}
    config.mend(changes)


class Builder:
    """Builds every item after those that it refers to: a fault has its own id, dependents are blocked."""

    def __init__(self, config: Config, report: Report, severity: str = "error") -> None:
        self.config, self.report, self.severity = config, report, severity
        self.resolver = config.parser.ref_resolver
        self.faulty: set[str] = set()

    def build(self, faulty: set[str]) -> None:
        self.faulty = faulty
        for id, item in self.config.items.items():
            if isinstance(item, (ConfigComponent, ConfigExpression)) and id.split("::")[0] not in NOT_BUILT:
                self.visit(id)
        self.register()
        self.refuse_disabled()

    def visit(self, id: str) -> bool:
        state = self.config.state
        if id in state:
            return state[id]
        state[id] = False  # whatever refers to itself in a circle is blocked, too
        raw = self.resolver.items[id].get_config()
        refs = list(self.resolver.find_refs_in_config(config=raw, id=id))
        missing = [ref for ref in refs if ref not in self.resolver.items]
        for ref in missing:
            if ref not in self.config.told:
                self.config.told.add(ref)
                self.fault(id, f'"@{ref}" names nothing in this config.', kind="reference")
        bad = [ref for ref in refs if ref not in missing and not self.visit(ref)]
        if bad or missing:
            if isinstance(self.resolver.items[id], ConfigComponent):
                self.report.blocked.append({"config": self.config.name, "id": id, "by": (bad or missing)[0]})
            return False
        built = id not in self.faulty and self.construct(id)
        state[id] = built or self.stand_in(id)
        return state[id]

    def stand_in(self, id: str) -> bool:
        if id == "optimizer":
            self.visit("network")
        if id == "lr_scheduler":
            self.visit("optimizer")
        parts = {name: self.config.made(name) for name in ("network", "optimizer")}
        made = stand_ins.make(id, self.config.declared_channels, parts)
        if made is None:
            return False
        self.resolver.resolved_content[id] = made
        self.config.stood.add(id)
        return True

    def construct(self, id: str) -> bool:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                self.config.parser.get_parsed_content(id)
            except Exception as error:
                self.failed(id, error)
                return False
        made = self.resolver.resolved_content.get(id)
        if isinstance(self.resolver.items[id], ConfigComponent) and made is not None:
            self.config.objects.setdefault(identity(made), id)
        for one in said:
            self.warned(id, one)
        return True

    def failed(self, id: str, error: Exception) -> None:
        where, message, details = self.config.raised(id, error, "construct")
        self.fault(where, message, **details)

    def warned(self, id: str, one: warnings.WarningMessage) -> None:
        """A class that warns of its own arguments (a stride too many) means this config."""
        content = self.resolver.items[id].get_config()
        message = one.message if isinstance(one.message, Exception) else UserWarning(one.message)
        if (
            issubclass(one.category, ABOUT_RELEASES)
            or ABOUT_MACHINES.search(str(message))
            or not isinstance(self.resolver.items[id], ConfigComponent)
        ):
            return
        arg = blamed_arg(content, self.config.raw(id), message)
        if arg:
            self.report.fault(
                self.config.name, id, text_of(message), kind="warning", severity="warning", arg=arg, type="UserWarning"
            )

    def fault(self, id: str, message: str, **more: Any) -> None:
        self.report.fault(self.config.name, id, message, severity=self.severity, **more)

    def register(self) -> None:
        """Which frames of a traceback belong to which id: objects by `self`, expressions by their code."""
        for id, item in self.config.items.items():
            made = self.resolver.resolved_content.get(id)
            if not isinstance(item, ConfigExpression) or not isinstance(made, types.FunctionType):
                continue
            if made.__code__.co_filename == "<string>":
                self.config.codes.setdefault(identity(made.__code__), id)
                self.config.alive.append(made)

    def refuse_disabled(self) -> None:
        """A reference to a disabled component is None, on which an engine fails much later."""
        off = {
            id
            for id, item in self.config.items.items()
            if isinstance(item, ConfigComponent) and self.config.state.get(id) and self.config.made(id) is None
        }
        for id in self.config.items:
            written = self.config.raw(id)
            if not (isinstance(written, str) and written.startswith("@")) or id.split("::")[0] in NOT_BUILT:
                continue
            target = written[1:]
            if target not in off or id in OPTIONAL or any(id.startswith(f"{other}::") for other in off):
                continue
            message = f'"{target}" is disabled: what refers to it gets None.'
            self.fault(id, message, kind="disabled", about=target)
