"""One case through the transforms of a section, one transform at a time, and a batch of what comes out."""

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from monai.data import DataLoader, list_data_collate
from monai.transforms import RandomizableTransform

from .blame import frames_of, leaves, root_cause, text_of
from .components import Config
from .report import Report

#: Cases that are tried when one cannot be read: the fault of a file is not that of a transform.
TRIES = 3
#: Cases of a batch: more than two show nothing new.
BATCH = 2
#: Arguments that name keys which a transform reads.
READ_KEYS = ("keys", "label_key", "image_key", "source_key", "mask_key")
#: Data sets that hand an entry of the datalist to the transforms as it is.
PLAIN = ("Dataset", "CacheDataset", "PersistentDataset", "SmartCacheDataset", "LMDBDataset", "CacheNTransDataset")


@dataclass
class Case:
    """What the transforms made of a case: its samples, and what is known of the whole."""

    samples: list[Any]
    #: Largest value of the label before random crops; None without a label of whole numbers.
    label_max: int | None = None
    #: Without a channel axis: nothing behind can be right.
    broken: bool = False
    #: Faults on the way: what comes later may follow from them.
    faults: list[str] = field(default_factory=list)


class Walk:
    """The transforms of one list of a section, on any data."""

    def __init__(self, config: Config, section: str, report: Report, kind: str, severity: str = "error") -> None:
        self.config, self.report, self.severity = config, report, severity
        self.section, self.kind = section, kind
        self.prefix = f"{section}{kind}::transforms"
        self.steps: list[dict[str, Any]] = []
        self.label_max: int | None = None
        self.faults: list[str] = []
        self.finite, self.broken = True, False

    @property
    def ids(self) -> list[str]:
        written = self.config.raw(self.prefix)
        return [f"{self.prefix}::{i}" for i in range(len(written))] if isinstance(written, list) else []

    def run(self, data: Any) -> list[Any]:
        """Samples after all transforms; after a fault the others go on with what there was."""
        samples: list[Any] = [data]
        for id in self.ids:
            transform = self.config.built(id)
            if transform is None:
                if not self.config.is_disabled(id):
                    self.faults.append(id)
                continue
            act_always(transform)
            self.check_channels(id, transform, samples)
            start = time.perf_counter()
            try:
                after = [given_back(sample, transform(sample)) for sample in samples]
            except Exception as error:
                self.failed(id, error, samples[0])
                if any(is_unread(sample) for sample in samples):
                    break  # nothing was loaded: all others would fail on file names
                continue
            samples = [one for made in after for one in (made if isinstance(made, list) else [made])]
            self.note(id, samples, time.perf_counter() - start)
            self.check_keys(id, samples)
        return samples

    def failed(self, id: str, error: Exception, sample: Any) -> None:
        where, message, details = self.config.raised(id, error, "call")
        absent = absent_keys(self.config.content(id), sample)
        if len(absent) == 1:  # not every transform says which key it misses
            details["arg"], key = absent[0][:-1], absent[0][-1]
            message = message if str(key) in message else f'{message} (There is no key "{key}" here.)'
        follows = self.faults[0] if self.faults else None
        severity = "warning" if follows else self.severity
        self.report.fault(self.config.name, where, message, severity=severity, follows=follows, **details)
        self.faults.append(id)

    def tell(self) -> None:
        told = {"config": self.config.name, "section": self.section.rstrip(":"), "list": self.kind, "steps": self.steps}
        self.report.facts["transforms"].append(told)

    def note(self, id: str, samples: list[Any], seconds: float) -> None:
        first = samples[0] if samples else {}
        shapes = {str(k): list(v.shape) for k, v in arrays(first).items() if v.ndim > 1}
        name = self.config.raw(id)["_target_"]
        entry = {"id": id, "name": str(name).split(".")[-1], "seconds": round(seconds, 4), "shapes": shapes}
        self.steps.append({**entry, "samples": len(samples)} if len(samples) != 1 else entry)
        self.check_finite(id, first)
        label = arrays(first).get("label")
        if label is not None and len(samples) == 1:
            self.label_max = whole_max(label)

    def check_keys(self, id: str, samples: list[Any]) -> None:
        """A key that some transforms only look at is passed over in silence when it is not there."""
        for *path, key in absent_keys(self.config.content(id), samples[0] if samples else {}):
            if path[0] != "keys":
                message = f'There is no key "{key}" here, so this argument has no effect.'
                self.report.fault(self.config.name, id, message, kind="key", arg=path, severity=self.severity)

    def check_channels(self, id: str, transform: Any, samples: list[Any]) -> None:
        """Spatial transforms take the first axis for channels; without any they change the wrong axes, in silence."""
        if not type(transform).__module__.startswith(("monai.transforms.spatial", "monai.transforms.croppad")):
            return
        for key, value in arrays(samples[0] if samples else {}).items():
            meta = getattr(value, "meta", {})
            spatial = meta.get("spatial_shape")
            if spatial is None or len(spatial) != value.ndim or key not in getattr(transform, "keys", (key,)):
                continue
            message = (
                f'"{key}" has no channel axis here, so the wrong axes are changed. Put EnsureChannelFirstd before.'
            )
            if not self.broken:
                self.report.fault(self.config.name, id, message, kind="channels", severity=self.severity)
                self.faults.append(id)
            self.broken = True
            return

    def check_finite(self, id: str, sample: Any) -> None:
        for key, value in arrays(sample).items():
            tensor = torch.as_tensor(np.asarray(value)) if not isinstance(value, torch.Tensor) else value
            if self.finite and tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                self.finite = False
                message = f'After this transform "{key}" holds values that are not finite (NaN or infinity).'
                self.report.fault(self.config.name, id, message, kind="not-finite", severity=self.severity)


def given_back(before: Any, after: Any) -> Any:
    """Refuses what is no case any more at the transform that made it so."""
    several = after if isinstance(after, list) else [after]
    if isinstance(before, Mapping) and not all(isinstance(one, Mapping) for one in several):
        raise TypeError(f"This transform gives back {type(after).__name__}, not a case.")
    return after


def absent_keys(content: Any, sample: Any) -> list[list[str | int]]:
    """Arguments that name keys of a case which it does not have: their paths, with the key as the last step."""
    if not isinstance(content, Mapping) or not isinstance(sample, Mapping):
        return []
    read = {name: value for name, value in content.items() if name in READ_KEYS}
    return [[*path, value] for path, value in leaves(read) if isinstance(value, str) and value not in sample]


def is_unread(sample: Any) -> bool:
    return isinstance(sample, Mapping) and not arrays(sample)


def arrays(sample: Any) -> dict[str, Any]:
    if not isinstance(sample, Mapping):
        return {"": sample} if hasattr(sample, "shape") else {}
    return {k: v for k, v in sample.items() if isinstance(v, (torch.Tensor, np.ndarray)) and v.ndim > 0}


def whole_max(label: Any) -> int | None:
    tensor = torch.as_tensor(np.asarray(label))
    if tensor.numel() == 0 or bool((tensor != tensor.round()).any()):
        return None
    return int(tensor.max())


def act_always(transform: Any) -> None:
    """A random transform that is left out half of the time would hide its faults half of the time."""
    if isinstance(transform, RandomizableTransform) and 0 < getattr(transform, "prob", 0) < 1:
        transform.prob = 1.0
    for inner in getattr(transform, "transforms", ()):
        act_always(inner)


def first_case(config: Config, section: str, report: Report, severity: str = "error") -> Case | None:
    """A case of the section's data set through its transforms, or None when there is none to be had."""
    data = config.built(f"{section}dataset::data")
    if data is None or not has_plain_items(config, section):
        return by_dataset(config, section, report, severity)
    mark = len(report.faults)
    told = mark
    for index, entry in enumerate(list(data)[:TRIES]):
        walk = Walk(config, section, report, "preprocessing", severity)
        samples = walk.run(copy.deepcopy(entry))
        if index == 0:
            told = len(report.faults)
        if not any(is_unread(sample) for sample in samples):
            if index > 0:
                blame_file(report.faults[mark:told], section, data[0], 0)
            walk.tell()
            return Case(samples, walk.label_max, walk.broken, walk.faults)
    del report.faults[told:]  # the other cases said the same again
    return None


def blame_file(faults: list[dict[str, Any]], section: str, entry: Any, index: int) -> None:
    """Another case went well, so what was wrong with this one is its file."""
    for fault in faults:
        fault.update(kind="file", case={"section": section.rstrip(":"), "index": index, "files": files_of(entry)})
        fault.pop("arg", None)


def files_of(entry: Any) -> list[str]:
    values = entry.values() if isinstance(entry, Mapping) else [entry]
    return [str(v) for value in values for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def has_plain_items(config: Config, section: str) -> bool:
    """Whole-slide and other data sets make of an entry what only they know."""
    written = config.raw(f"{section}dataset") or {}
    return str(written.get("_target_", "")).split(".")[-1] in PLAIN


def by_dataset(config: Config, section: str, report: Report, severity: str) -> Case | None:
    dataset = config.built(f"{section}dataset")
    if dataset is None:
        return None
    try:
        made = dataset[0]
    except Exception as error:
        where, message, details = config.raised(f"{section}dataset", error, "call")
        report.fault(config.name, where, message, severity=severity, **details)
        return None
    return Case(made if isinstance(made, list) else [made])


def second_case(config: Config, section: str, first: Case, report: Report) -> list[Any]:
    """Samples of another case: cases of different shapes are what crops and batches fail on."""
    data = config.built(f"{section}dataset::data")
    if data is None or len(data) < BATCH or first.faults or not has_plain_items(config, section):
        return first.samples
    entry, mark = data[1], len(report.faults)
    walk = Walk(config, section, report, "preprocessing")
    samples = walk.run(copy.deepcopy(entry))
    if any(is_unread(sample) for sample in samples):
        blame_file(report.faults[mark:], section, entry, 1)
    elif walk.faults:
        for fault in report.faults[mark:]:
            fault["message"] += " (Seen with the second case, not with the first.)"
    return first.samples if walk.faults else samples


def make_batch(config: Config, section: str, case: Case, report: Report, cases: int) -> Any:
    """A batch as the section's loader makes it, of at most two cases; None where that fails."""
    loader = config.built(f"{section}dataloader")
    collate = loader.collate_fn if isinstance(loader, torch.utils.data.DataLoader) else list_data_collate
    items: list[Any] = [case.samples if len(case.samples) > 1 else case.samples[0]]
    if cases > 1:
        other = second_case(config, section, case, report)
        items.append(other if len(other) > 1 else other[0])
    try:
        return collate(items)
    except Exception as error:
        if not case.faults:
            cause = root_cause(error)
            report.fault(
                config.name,
                f"{section}dataloader",
                f"No batch can be made of {cases} cases: {text_of(cause)}",
                kind="batch",
                type=type(cause).__name__,
                frames=frames_of(error),
            )
        return None


def check_length(config: Config, section: str, report: Report) -> None:
    loader = config.built(f"{section}dataloader")
    if isinstance(loader, DataLoader) and len(loader) == 0:
        message = "This loader gives no batch: nothing would be run."
        report.fault(config.name, f"{section}dataloader", message, kind="batch")
