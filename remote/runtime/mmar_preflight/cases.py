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

from .blame import blamed_arg, frames_of, root_cause, text_of
from .components import Config
from .report import Report

#: Cases that are tried when one cannot be read: the fault of a file is not that of a transform.
TRIES = 3
#: Cases of a batch: more than two show nothing new.
BATCH = 2
#: Data sets that hand an entry of the datalist to the transforms as it is.
PLAIN = ("Dataset", "CacheDataset", "PersistentDataset", "SmartCacheDataset", "LMDBDataset", "CacheNTransDataset")


@dataclass
class Case:
    """What the transforms made of a case: its samples, and what is known of the whole."""

    samples: list[Any]
    #: Largest value of the label before random crops; None without a label of whole numbers.
    label_max: int | None = None
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
        self.finite = True

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
            start = time.perf_counter()
            try:
                after = [transform(sample) for sample in samples]
            except Exception as error:
                self.failed(id, error)
                if any(is_unread(sample) for sample in samples):
                    break  # nothing was loaded: all others would fail on file names
                continue
            samples = [one for made in after for one in (made if isinstance(made, list) else [made])]
            self.note(id, samples, time.perf_counter() - start)
        return samples

    def failed(self, id: str, error: Exception) -> None:
        where = self.config.owner(error) or id
        cause = root_cause(error)
        self.report.fault(
            self.config.name,
            where,
            text_of(cause),
            kind="call",
            type=type(cause).__name__,
            arg=blamed_arg(self.config.parser.ref_resolver.items[where].get_config(), error),
            frames=frames_of(error),
            severity="warning" if self.faults and self.severity == "error" else self.severity,
            follows=self.faults[0] if self.faults else None,
        )
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

    def check_finite(self, id: str, sample: Any) -> None:
        for key, value in arrays(sample).items():
            tensor = torch.as_tensor(np.asarray(value)) if not isinstance(value, torch.Tensor) else value
            if self.finite and tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                self.finite = False
                message = f'After this transform "{key}" holds values that are not finite (NaN or infinity).'
                self.report.fault(self.config.name, id, message, kind="not-finite", severity=self.severity)


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
                blame_file(report.faults[mark:told], section, list(data)[0])
            walk.tell()
            return Case(samples, walk.label_max, walk.faults)
    del report.faults[told:]  # the other cases said the same again
    return None


def blame_file(faults: list[dict[str, Any]], section: str, entry: Any) -> None:
    """A later case went well, so what was wrong with the first one is its file."""
    for fault in faults:
        fault.update(kind="file", case={"section": section.rstrip(":"), "index": 0, "files": files_of(entry)})
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
        where = config.owner(error) or f"{section}dataset"
        cause = root_cause(error)
        more = {"kind": "call", "type": type(cause).__name__, "frames": frames_of(error), "severity": severity}
        report.fault(config.name, where, text_of(cause), **more)
        return None
    return Case(made if isinstance(made, list) else [made])


def second_case(config: Config, section: str, first: Case) -> list[Any]:
    """Samples of another case: cases of different shapes are what batches fail on."""
    data = config.built(f"{section}dataset::data")
    whole = config.built(f"{section}preprocessing")
    if data is None or whole is None or len(data) < BATCH or first.faults:
        return first.samples
    try:
        made = whole(copy.deepcopy(data[1]))
    except Exception:
        return first.samples  # the first case has told what is wrong, or this one's file is broken
    return made if isinstance(made, list) else [made]


def make_batch(config: Config, section: str, case: Case, report: Report, cases: int) -> Any:
    """A batch as the section's loader makes it, of at most two cases; None where that fails."""
    loader = config.built(f"{section}dataloader")
    collate = loader.collate_fn if isinstance(loader, torch.utils.data.DataLoader) else list_data_collate
    items: list[Any] = [case.samples if len(case.samples) > 1 else case.samples[0]]
    if cases > 1:
        other = second_case(config, section, case)
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
        report.fault(config.name, f"{section}dataloader", "This loader gives no batch: nothing would be run.", kind="batch")
