"""What takes the place of a component that cannot be built, so that everything behind it is tried all the same."""

import re
from typing import Any

import torch
from ignite.metrics import Metric
from monai.data import DataLoader, Dataset
from monai.inferers import SimpleInferer
from monai.transforms import Transform


class Network(torch.nn.Module):
    """The same channels as the network, at no cost."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, image: Any, *_: Any, **__: Any) -> Any:
        # from the image, so that the prediction carries its meta data, as that of a network does
        drawn = torch.rand((image.shape[0], self.channels, *image.shape[2:]), device=image.device)
        return image[:, :1].float() * 0 + drawn * self.weight.to(image.device)


class Loss(torch.nn.Module):
    def forward(self, prediction: Any, _: Any) -> Any:
        return prediction.float().mean()


class Unchanged(Transform):
    def __call__(self, data: Any) -> Any:
        return data


class Handler:
    def attach(self, engine: Any) -> None:
        """Does nothing when something happens."""


class Score(Metric):
    def reset(self) -> None:
        pass

    def update(self, output: Any) -> None:
        pass

    def compute(self) -> float:
        return 0.0


def make(id: str, channels: int | None, parts: dict[str, Any]) -> Any:
    """A stand-in for an id by what it is for; None where there is none. `parts` are what was built so far."""
    role = id.removeprefix("train::").removeprefix("validate::")
    if id == "network_def":
        return None if channels is None else Network(channels)
    if id == "optimizer":
        network = parts.get("network")
        return None if network is None else torch.optim.SGD(network.parameters(), lr=1e-3)
    if id == "lr_scheduler":
        optimizer = parts.get("optimizer")
        return None if optimizer is None else torch.optim.lr_scheduler.ConstantLR(optimizer)
    for pattern, kind in ROLES:
        if re.fullmatch(pattern, role):
            return kind()
    return None


ROLES: tuple[tuple[str, Any], ...] = (
    (r"loss", Loss),
    (r"(pre|post)processing::transforms::\d+", Unchanged),
    (r"inferer", SimpleInferer),
    (r"handlers::\d+", Handler),
    (r"(key_metric|additional_metrics)::[^:]+", Score),
    (r"dataset", lambda: Dataset([{}, {}])),
    (r"dataloader", lambda: DataLoader(Dataset([{}, {}]))),
)
