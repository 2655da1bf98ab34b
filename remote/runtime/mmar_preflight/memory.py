"""A lower bound of the memory that a step takes, from shapes alone; and on a GPU the peak of one real step."""

import copy
import os
from typing import Any

import torch

from .report import Report


def on_meta(network: Any) -> Any:
    """A copy without values. Gradients and hooks of the original are not its business."""
    made = copy.deepcopy(network).to("meta")
    for parameter in made.parameters():
        parameter.grad = None
    return made


def accepts(network: Any, shape: tuple[int, ...]) -> Exception | None:
    """What the network says of a shape, or None. Costs nothing: only shapes are computed."""
    try:
        made = on_meta(network).eval()
        with torch.no_grad():
            made(torch.empty(shape, device="meta"))
    except Exception as error:
        return None if is_about_meta(error) else error
    return None


def is_about_meta(error: Exception) -> bool:
    """A network that looks at values cannot be tried without any."""
    text = str(error).lower()
    return isinstance(error, (NotImplementedError, AttributeError)) or "meta" in text or "item()" in text


def bytes_of(tensors: Any) -> int:
    return sum(t.numel() * t.element_size() for t in tensors if isinstance(t, torch.Tensor))


class Kept:
    """What autograd keeps for the way back: every storage once, without the parameters' own."""

    def __init__(self, network: Any) -> None:
        self.own = {p.untyped_storage()._cdata for p in [*network.parameters(), *network.buffers()]}
        self.sizes: dict[int, int] = {}
        self.alive: list[Any] = []  # holding a tensor keeps the number of its storage from being used again

    def pack(self, tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage._cdata not in self.own and storage._cdata not in self.sizes:
            self.sizes[storage._cdata] = storage.nbytes()
            self.alive.append(tensor)
        return tensor

    @property
    def total(self) -> int:
        return sum(self.sizes.values())


def lower_bound(network: Any, loss: Any, optimizer: Any, shapes: tuple[Any, Any], half: bool) -> dict[str, Any]:
    """Bytes of weights, gradients, what the optimizer keeps and what autograd keeps at the end of the forward pass.

    Temporaries and the work space of libraries are missing, so the real peak is higher. With mixed precision half of
    what autograd keeps is counted: nothing takes less.
    """
    made = on_meta(network).train()
    kept = Kept(made)
    image, label = shapes
    with torch.autograd.graph.saved_tensors_hooks(kept.pack, lambda t: t):
        output = made(torch.empty(image, device="meta"))
        with_loss = True
        try:
            loss(output, torch.empty(label, device="meta"))
        except Exception:
            with_loss = False  # a loss that looks at values: what it keeps is left out
    weights = bytes_of(network.parameters())
    gradients = bytes_of(p for p in network.parameters() if p.requires_grad)
    states = [] if optimizer is None else [t for s in optimizer.state.values() for t in s.values()]
    activations = kept.total // (2 if half else 1)
    sizes = {"weights": weights, "gradients": gradients, "optimizer": bytes_of(states), "activations": activations}
    return {**sizes, "at_least": sum(sizes.values()), "with_loss": with_loss, "half": half}


def device_facts(device: torch.device) -> dict[str, Any]:
    if device.type == "cuda":
        found = torch.cuda.get_device_properties(device)
        return {"type": "cuda", "name": found.name, "total": found.total_memory}
    return {"type": device.type, "name": "CPU", "total": host_memory()}


def host_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


def measured(parts: Any, shapes: tuple[Any, Any], like: Any, half: bool) -> int:
    """Peak of one real step on the GPU, in bytes. Raises torch.OutOfMemoryError where it does not fit.

    `like` is a label as training has it: some losses take whole numbers only.
    """
    image = torch.zeros(shapes[0], device=parts.device)
    label = torch.zeros(shapes[1], device=parts.device, dtype=like.dtype)
    torch.cuda.reset_peak_memory_stats(parts.device)
    parts.network.train()
    with torch.autocast("cuda", enabled=half):
        value = parts.loss(parts.network(image), label).mean()
    value.backward()
    parts.optimizer.step()
    return int(torch.cuda.max_memory_allocated(parts.device))


def judge(report: Report, bound: dict[str, Any], device: dict[str, Any]) -> None:
    total = device.get("total")
    if total and bound["at_least"] > total:
        text = "A step takes at least {:.1f} GiB, but {} has {:.1f} GiB: use a smaller patch, batch or num_samples."
        message = text.format(bound["at_least"] / 2**30, device["name"], total / 2**30)
        report.fault("train", "train::dataloader", message, kind="memory", arg=["batch_size"])
