"""One step of training on the smallest cube that the network takes: forward, loss, backward, optimizer, scheduler."""

import copy
import math
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from monai.engines.utils import default_prepare_batch

from .cases import Case
from .components import Config
from .report import Report

#: Edges of cubes that are tried, from the smallest on.
EDGES = (16, 32, 48, 64, 96, 128)
#: Steps of the scheduler that are tried out: enough for every usual training, and quick.
HORIZON = 3000


@dataclass
class Step:
    """What the step showed; later stages build on it."""

    inputs: Any
    targets: Any
    output: Any
    channels: int | None
    edges: tuple[int, ...]


class Training:
    """The parts of a training, put together by hand so that each fault has one place."""

    def __init__(self, config: Config, report: Report) -> None:
        self.config, self.report = config, report
        self.network, self.loss = config.network, config.built("loss")
        self.optimizer, self.scheduler = config.made("optimizer"), config.built("lr_scheduler")
        self.inferer = config.built("train::inferer")
        self.device = config.value("device", torch.device("cpu"))

    def step(self, batch: Any, case: Case) -> Step | None:
        start = time.perf_counter()
        pair = self.attempt("train::trainer", lambda: self.prepare(batch))
        if pair is None or self.network is None:
            return None
        self.network.train()
        found = self.smallest(*pair)
        if found is None:
            return None
        self.fits_labels(found, case)
        value = self.loss_of(found)
        if value is not None:
            self.learn(value, found)
        self.report.facts["step"] = {
            "edges": list(found.edges),
            "batch": int(found.inputs.shape[0]),
            "input": list(found.inputs.shape),
            "output": shape_of(found.output),
            "loss": None if value is None else float(value.detach()),
            "seconds": round(time.perf_counter() - start, 3),
        }
        return found

    def prepare(self, batch: Any) -> tuple[Any, Any]:
        trainer = self.config.built("train::trainer")
        prepare = getattr(trainer, "prepare_batch", default_prepare_batch)
        made = prepare(batch, self.device, False)
        return made[0], made[1]

    def smallest(self, inputs: Any, targets: Any) -> Step | None:
        """The first cube that the network takes; when it takes none, what it said of the largest one."""
        last: Exception | None = None
        for edges in cubes(tuple(inputs.shape[2:])):
            image, label = cut(inputs, edges), cut_like(targets, inputs, edges)
            try:
                output = self.forward(image)
                channels = output.shape[1] if isinstance(output, torch.Tensor) and output.ndim > 1 else None
                return Step(image, label, output, channels, edges)
            except Exception as error:
                last = error
        if last is not None:
            self.failed("network_def", last)
        return None

    def forward(self, image: Any) -> Any:
        if self.inferer is None:
            return self.network(image)
        return self.inferer(image, self.network)

    def fits_labels(self, found: Step, case: Case) -> None:
        """A label value without a channel of its own is met only when a patch has it, some epochs on."""
        one_hot = self.config.value("loss::to_onehot_y", False)
        if not one_hot or case.label_max is None or found.channels is None or found.channels < 2:
            return
        if case.label_max >= found.channels:
            content = self.config.raw("network_def") or {}
            names = [name for name in ("out_channels", "num_classes", "classes") if name in content]
            self.report.fault(
                "train",
                "network_def",
                f"Labels go up to {case.label_max}, so {case.label_max + 1} channels are needed, "
                f"but the network gives {found.channels}.",
                kind="channels",
                arg=names[:1],
                about="loss",
            )

    def loss_of(self, found: Step) -> Any:
        if self.loss is None or found.targets is None:
            return None
        known = self.report.has_fault("train", "network_def")
        try:
            if self.device.type == "cuda":  # an index out of range there ends the process, here it is an exception
                copy.deepcopy(self.loss).cpu()(found.output.detach().cpu(), found.targets.cpu())
            value = self.loss(found.output, found.targets).mean()
        except Exception as error:
            if not known:
                self.failed("loss", error)
            return None
        if not bool(torch.isfinite(value)):
            self.fault("loss", f"The loss of the first step is {float(value)}.", kind="not-finite")
            return None
        return value

    def learn(self, value: Any, found: Step) -> None:
        if self.optimizer is None:
            return
        self.optimizer.zero_grad()
        if self.attempt("loss", lambda: value.backward() or True) is None:
            return
        trained = {id(p) for p in self.network.parameters() if p.requires_grad}
        updated = [p for group in self.optimizer.param_groups for p in group["params"]]
        if not any(id(p) in trained for p in updated):
            message = "The optimizer updates no parameter of the network."
            self.fault("optimizer", message, arg=["params"], kind="no-params")
        elif not any(p.grad is not None for p in self.network.parameters()):
            self.fault("loss", "No parameter of the network gets a gradient from this loss.", kind="no-gradient")
        self.attempt("optimizer", lambda: self.optimizer.step() or True)
        if not all(bool(torch.isfinite(p).all()) for p in self.network.parameters()):
            self.fault("optimizer", "After one step weights of the network are not finite.", kind="not-finite")

    def schedule(self) -> None:
        """As many steps as the training would make: some schedulers refuse only the last."""
        if self.optimizer is None or self.scheduler is None:
            return
        rates, before = [self.rate()], copy.deepcopy(self.scheduler.state_dict())
        plateau = isinstance(self.scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
        warnings.filterwarnings("ignore", message="Detected call of `lr_scheduler.step")
        for _ in range(self.horizon()):
            args = (1.0,) if plateau else ()
            if not self.scheduled(args):
                return
            rates.append(self.rate())
        self.scheduler.load_state_dict(before)
        for group in self.optimizer.param_groups:
            group["lr"] = rates[0]
        bad = next((r for r in rates if not math.isfinite(r) or r < 0), None)
        if bad is not None:
            self.fault("lr_scheduler", f"The learning rate becomes {bad}.", kind="rate")
        self.report.facts["rates"] = [rates[0], rates[len(rates) // 2], rates[-1]]

    def scheduled(self, args: tuple[float, ...]) -> bool:
        return self.attempt("lr_scheduler", lambda: self.scheduler.step(*args) or True) is not None

    def horizon(self) -> int:
        epochs = self.config.value("train::trainer::max_epochs", 1)
        handlers = self.config.raw("train::handlers") or []
        per_iteration = any(isinstance(h, dict) and h.get("epoch_level") is False for h in handlers)
        loader = self.config.built("train::dataloader")
        length = len(loader) if per_iteration and loader is not None else 1
        return max(2, min(HORIZON, epochs * length)) if isinstance(epochs, int) else 2

    def rate(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def attempt(self, id: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            self.failed(id, error)
            return None

    def failed(self, id: str, error: Exception) -> None:
        where, message, details = self.config.raised(id, error, "call")
        self.fault(where, message, **details)

    def fault(self, id: str, message: str, **more: Any) -> None:
        self.report.fault(self.config.name, id, message, **more)


def cubes(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Ever larger cubes within the configured patch, and at last the patch itself."""
    for edge in EDGES:
        if edge < min(shape, default=0):
            yield (edge,) * len(shape)
    yield shape


def cut(tensor: Any, edges: tuple[int, ...]) -> Any:
    """The middle of a batch: the corners of a volume are mostly air."""
    starts = [(n - e) // 2 for n, e in zip(tensor.shape[2:], edges)]
    return tensor[(..., *(slice(s, s + e) for s, e in zip(starts, edges)))]


def cut_like(targets: Any, inputs: Any, edges: tuple[int, ...]) -> Any:
    same = isinstance(targets, torch.Tensor) and targets.shape[2:] == inputs.shape[2:]
    return cut(targets, edges) if same else targets


def shape_of(output: Any) -> list[int] | None:
    return list(output.shape) if isinstance(output, torch.Tensor) else None
