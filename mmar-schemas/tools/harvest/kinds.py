"""What a component is, by its ancestors and its place: the first rule that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Lineage:
    """`names` are the class's own short name and those of its ancestors; `paths` are those of the ancestors."""

    name: str
    module: str
    names: frozenset[str]
    paths: tuple[str, ...]
    has_attach: bool

    def below(self, *modules: str) -> bool:
        return self.module.startswith(modules)


def is_dict_by_name(c: Lineage) -> bool:
    """Those of monai.apps (deepgrow and others) take dictionaries, but do not say so by their base."""
    return c.below("monai.apps") and c.name.endswith("d") and not c.module.endswith(".array")


Rule = tuple[str, Callable[[Lineage], object]]

RULES: list[Rule] = [
    ("lr_scheduler", lambda c: c.names & {"LRScheduler", "_LRScheduler", "ReduceLROnPlateau"}),
    ("lr_scheduler", lambda c: c.module.endswith("lr_scheduler")),
    ("optimizer", lambda c: "Optimizer" in c.names),
    ("loss", lambda c: c.below("monai.losses") or "_Loss" in c.names or c.module == "torch.nn.modules.loss"),
    ("dict_transform", lambda c: "MapTransform" in c.names and ("Transform" in c.names or c.below("monai.transforms"))),
    ("dict_transform", lambda c: c.names & {"Transform", "Randomizable"} and is_dict_by_name(c)),
    ("transform", lambda c: "Transform" in c.names or ("Randomizable" in c.names and c.below("monai.transforms"))),
    ("dict_transform", lambda c: c.below("monai.transforms") and "dictionary" in c.module and c.name.endswith("d")),
    ("transform", lambda c: c.below("monai.transforms") and c.module.endswith(".array")),
    ("ignite_metric", lambda c: any(p.startswith("ignite.metrics") and p.endswith(".Metric") for p in c.paths)),
    ("ignite_metric", lambda c: c.below("ignite.metrics") and "Metric" in c.names),
    ("metric", lambda c: c.below("monai.metrics") and c.names & {"Metric", "IterationMetric", "Cumulative"}),
    ("metric", lambda c: c.below("monai.metrics") and c.name.endswith("Metric")),
    ("class", lambda c: c.below("monai.metrics")),
    ("evaluator", lambda c: "Evaluator" in c.names),
    ("trainer", lambda c: "Trainer" in c.names),
    ("engine", lambda c: c.names & {"Engine", "Workflow"}),
    ("inferer", lambda c: "Inferer" in c.names),
    ("dataloader", lambda c: "DataLoader" in c.names),
    ("sampler", lambda c: "Sampler" in c.names),
    ("dataset", lambda c: "Dataset" in c.names or (c.below("monai.data") and c.name.endswith("Dataset"))),
    ("reader", lambda c: "ImageReader" in c.names),
    ("writer", lambda c: "ImageWriter" in c.names),
    ("network", lambda c: "Module" in c.names and ".nets" in c.module),
    ("block", lambda c: "Module" in c.names and c.below("monai.networks")),
    ("layer", lambda c: "Module" in c.names and c.below("torch")),
    ("network", lambda c: "Module" in c.names),
    ("handler", lambda c: c.has_attach or c.below("ignite.handlers")),
]


def kind_of(lineage: Lineage) -> str:
    return next((kind for kind, fits in RULES if fits(lineage)), "class")
