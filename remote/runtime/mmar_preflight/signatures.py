"""Arguments against signatures, before anything is built: all wrong and missing names at once."""

import difflib
import inspect
import pydoc
from typing import Any

from monai.bundle.config_item import ConfigComponent

from .blame import frames_of, root_cause, text_of
from .components import Config
from .report import Report

#: Where `**kwargs` of a class goes. Other names are ignored without a word, or fail much later.
SWALLOWED: dict[str, tuple[str, ...]] = {
    "AsDiscrete": ("dim", "keepdim", "dtype"),
    "AsDiscreted": ("dim", "keepdim", "dtype"),
    "Activations": ("dim",),
    "Activationsd": ("dim",),
    "DataLoader": (
        *("batch_size", "shuffle", "sampler", "batch_sampler", "drop_last", "pin_memory", "timeout", "worker_init_fn"),
        *("collate_fn", "multiprocessing_context", "generator", "prefetch_factor", "persistent_workers"),
        *("pin_memory_device", "in_order"),
    ),
    "DistributedSampler": ("num_replicas", "rank", "shuffle", "seed", "drop_last"),
}
#: Names that meant something to these classes once, and what takes their place.
GONE = {
    "n_classes": "to_onehot=N",
    "num_classes": "to_onehot=N",
    "logit_thresh": "threshold",
    "threshold_values": "threshold",
}


def check_signatures(config: Config, report: Report, severity: str = "error") -> tuple[dict[str, Any], set[str]]:
    """The classes that the ids name, and the ids that cannot be built. Misspelt arguments are mended to go on."""
    classes: dict[str, Any] = {}
    faulty: set[str] = set()
    changes: dict[str, dict[str, Any]] = {}
    for id, item in config.items.items():
        if not isinstance(item, ConfigComponent) or config.is_disabled(id):
            continue
        name = item.resolve_module_name()
        if not isinstance(name, str) or name.startswith(("$", "@")):
            continue  # what an expression gives is known only once it is built
        target = find_target(config, id, name, report, severity)
        if target is None:
            faulty.add(id)
            continue
        classes[id] = target
        checked = Arguments(config, id, item.resolve_args(), target, report, severity)
        if checked.missing():
            faulty.add(id)
        if checked.mended is not None:
            changes[id] = {**{k: v for k, v in item.get_config().items() if k in item.non_arg_keys}, **checked.mended}
    config.mend(changes)
    return classes, faulty


def find_target(config: Config, id: str, name: str, report: Report, severity: str) -> Any:
    """The class or function by its whole name, found as MONAI finds it."""
    more: dict[str, Any] = {"kind": "target", "arg": ["_target_"], "severity": severity}
    try:
        target = pydoc.locate(name)
    except Exception as error:
        cause = module_error(error)
        message = f"{name} cannot be imported: {text_of(cause)}"
        report.fault(config.name, id, message, type=type(cause).__name__, frames=frames_of(cause), **more)
        return None
    if target is None:
        report.fault(config.name, id, f"There is no class or function {name}.", type="ModuleNotFoundError", **more)
    return target


def module_error(error: BaseException) -> BaseException:
    """pydoc hides what an import raised in a field of its own."""
    value = getattr(error, "value", None)
    return root_cause(value if isinstance(value, BaseException) else error)


class Arguments:
    """The arguments of one component against the signature of its class."""

    def __init__(
        self, config: Config, id: str, given: dict[str, Any], target: Any, report: Report, severity: str
    ) -> None:
        self.config, self.id, self.given, self.report, self.severity = config, id, given, report, severity
        self.name = getattr(target, "__name__", str(target))
        self.mended: dict[str, Any] | None = None
        try:
            self.parameters = dict(inspect.signature(target).parameters)
        except (TypeError, ValueError):  # written in C: it says what is wrong when it is built
            self.parameters = {}
            return
        self.open = any(p.kind is p.VAR_KEYWORD for p in self.parameters.values())
        self.names = [n for n, p in self.parameters.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        self.refuse_unknown()

    def refuse_unknown(self) -> None:
        allowed = SWALLOWED.get(self.name)
        known = [*self.names, *(allowed or ())]
        if self.open and allowed is None:
            return
        for arg in [a for a in self.given if a not in known]:
            near = GONE.get(arg) if self.open else None
            close = [name for name in difflib.get_close_matches(arg, known, 1) if name not in self.given]
            hint = f" Use {near}." if near else f' Did you mean "{close[0]}"?' if close else ""
            fate = "ignores" if self.open else "takes no"
            self.fault(f'{self.name} {fate} argument "{arg}".{hint}', kind="unknown-arg", arg=[arg])
            self.mend(arg, close[0] if close else None)

    def mend(self, arg: str, meant: str | None) -> None:
        """Only to find what else is wrong; the fault stays."""
        kept = self.given if self.mended is None else self.mended
        self.mended = {(meant if k == arg and meant else k): v for k, v in kept.items() if k != arg or meant}

    def missing(self) -> bool:
        """True where the class cannot be built, because it lacks what it needs."""
        given = self.given if self.mended is None else self.mended
        wanted = [
            name
            for name, p in self.parameters.items()
            if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and name not in given
        ]
        for name in wanted:
            self.fault(f'{self.name} needs the argument "{name}".', kind="missing-arg")
        return bool(wanted)

    def fault(self, message: str, **more: Any) -> None:
        self.report.fault(self.config.name, self.id, message, severity=self.severity, type="TypeError", **more)
