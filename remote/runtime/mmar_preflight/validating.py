"""What follows the network: inferer, post transforms and metrics of a section, on one case."""

import time
from collections.abc import Mapping
from typing import Any

import torch
from ignite.engine import Engine
from monai.data import decollate_batch
from monai.inferers import SlidingWindowInferer
from monai.transforms import Invertd
from monai.utils import fall_back_tuple

from .blame import root_cause, text_of
from .cases import Walk
from .components import Config
from .memory import accepts
from .report import Report
from .stand_ins import Network

#: A prediction of a whole case is made up to this size, so that inverse transforms can be tried.
MOST_BYTES = 1 << 29
#: Where nothing is inverted, a cube in the middle of a case shows the same.
EDGE = 64


class Section:
    """Inferer, post transforms and metrics of `train::`, `validate::` or a flat config."""

    def __init__(self, config: Config, section: str, report: Report, severity: str = "error") -> None:
        self.config, self.section, self.report, self.severity = config, section, report, severity
        self.known = False

    def infer(self, batch: dict[str, Any], channels: int) -> Any:
        """The prediction of a batch by the section's inferer, with a stand-in for the network."""
        inferer = self.config.built(f"{self.section}inferer")
        image = batch["image"]
        if inferer is None:
            return Network(channels)(image)
        try:
            with torch.no_grad():
                return inferer(image, Network(channels))
        except Exception as error:
            self.failed(f"{self.section}inferer", error)
            return Network(channels)(image)  # what comes after it is tried all the same

    def fits(self, network: Any, image: Any) -> None:
        """Whether the network takes the window of the inferer, or a whole case where it has none."""
        inferer = self.config.built(f"{self.section}inferer")
        if network is None or inferer is None:
            return
        window, arg = tuple(image.shape[2:]), []
        if isinstance(inferer, SlidingWindowInferer):
            try:
                window, arg = fall_back_tuple(inferer.roi_size, window), ["roi_size"]
            except ValueError:
                return  # of another rank than the image: the inferer itself says so
        error = accepts(network, (1, image.shape[1], *window))
        if error is not None:
            size = " x ".join(map(str, window))
            message = f"The network does not take an image of {size}: {text_of(root_cause(error))}"
            more: dict[str, Any] = {"kind": "window", "arg": arg, "type": type(root_cause(error)).__name__}
            self.fault(f"{self.section}inferer", message, **more)

    def post(self, item: dict[str, Any]) -> dict[str, Any]:
        """One item through the post transforms, one at a time."""
        walk = Walk(self.config, self.section, self.report, "postprocessing", self.severity)
        made = walk.run(item)
        walk.tell()
        self.known = bool(walk.faults)
        return made[0] if made and isinstance(made[0], dict) else item

    def inverts(self) -> bool:
        walk = Walk(self.config, self.section, self.report, "postprocessing")
        return any(isinstance(self.config.built(id), Invertd) for id in walk.ids)

    def metrics(self, item: dict[str, Any]) -> None:
        for group in ("key_metric", "additional_metrics"):
            for label in self.config.raw(f"{self.section}{group}") or {}:
                self.metric(f"{self.section}{group}::{label}", label, item, group == "key_metric")

    def metric(self, id: str, label: str, item: dict[str, Any], key: bool) -> None:
        """Each metric on an engine of its own, whose only output is the item."""
        metric = self.config.built(id)
        if metric is None:
            return
        # two cases: one alone would make a number of every list of scores
        engine = Engine(lambda *_: [dict(item), dict(item)])
        engine.state.metric_details, engine.state.batch = {}, [dict(item), dict(item)]
        before = {name: getattr(metric, name, None) for name in ("_engine", "_name")}
        try:
            metric.attach(engine, label)
            with torch.no_grad():
                engine.run([0])
        except Exception as error:
            if not self.known:  # a faulty post transform makes every metric fail
                self.failed(id, error)
            return
        finally:
            vars(metric).update({name: value for name, value in before.items() if hasattr(metric, name)})
        value = engine.state.metrics.get(label)
        if key and not isinstance(value, (int, float)):
            message = f"The key metric is no single number ({shape(value)}): no best model would be kept."
            self.fault(id, message, kind="metric")

    def failed(self, id: str, error: Exception) -> None:
        where, message, details = self.config.raised(id, error, "call")
        self.fault(where, message, **details)

    def fault(self, id: str, message: str, **more: Any) -> None:
        self.report.fault(self.config.name, id, message, severity=self.severity, **more)


def shape(value: Any) -> str:
    return f"shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__


def whole_or_middle(batch: dict[str, Any], channels: int, inverts: bool) -> tuple[dict[str, Any], bool]:
    """The middle of a batch is enough, unless transforms are inverted: that takes the whole, where it is not too large.

    The second value is False where the post transforms cannot be tried.
    """
    whole = batch["image"][0, 0].numel() * channels * 4
    if inverts:
        return batch, whole <= MOST_BYTES
    return middle(batch, EDGE), True


def middle(batch: dict[str, Any], edge: int) -> dict[str, Any]:
    """Everything of the image's shape cut to a cube in its middle."""
    same = batch["image"].shape[2:]
    window = (..., *(slice((n - min(edge, n)) // 2, (n + min(edge, n)) // 2) for n in same))
    return {k: v[window] if isinstance(v, torch.Tensor) and v.shape[2:] == same else v for k, v in batch.items()}


def try_section(section: Section, batch: Any, network: Any, channels: int | None) -> dict[str, Any] | None:
    """Inferer, post transforms and metrics on one batch. Gives the seconds that it took and the case's shape."""
    if not isinstance(batch, Mapping) or not isinstance(batch.get("image"), torch.Tensor) or channels is None:
        return None
    start = time.perf_counter()
    section.fits(network, batch["image"])
    small, can_post = whole_or_middle(dict(batch), channels, section.inverts())
    prediction = section.infer(small, channels)
    if not can_post:
        return None
    item = decollate_batch({**small, "pred": prediction})[0]
    after = section.post(item)
    section.metrics(after)
    return {"input": list(small["image"].shape), "seconds": round(time.perf_counter() - start, 3)}
