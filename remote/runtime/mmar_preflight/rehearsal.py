"""The real engines with all their handlers, for one small iteration each: what only running shows."""

import signal
from typing import Any

import torch
from monai.engines import Evaluator, Trainer

from .components import Config
from .report import Report
from .stand_ins import Handler, Loss, Network
from .training import Step, cut
from .validating import EDGE as WINDOW
from .validating import Section, middle

#: Edge of the cube for a stand-in of the network.
EDGE = 32
#: Handlers that may fail one after another before the rest is left to the next preflight.
ROUNDS = 6


def keep_signals() -> None:
    """Handlers of the training ask for a checkpoint on SIGTERM; a preflight simply ends."""
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)


class Rehearsal:
    def __init__(self, config: Config, report: Report) -> None:
        self.config, self.report = config, report
        self.trainer, self.evaluator = config.built("train::trainer"), config.built("validate::evaluator")

        safe = config.made("safe")
        if isinstance(getattr(safe, "saver", None), Handler):
            safe.saver = None  # a stand-in has no list of best models to keep

    @property
    def can_run(self) -> bool:
        return isinstance(self.trainer, Trainer) and isinstance(self.evaluator, Evaluator)

    def train(self, batch: Any, step: Step | None, channels: int | None) -> None:
        trainer = self.trainer
        trainer.data_loader = [small(batch, step.edges if step else None)]
        self.spare_faulty(channels if step is None else None)

        def run() -> None:
            trainer.state.max_epochs, trainer.state.epoch_length = 1, 1
            trainer.state.epoch, trainer.state.iteration = 0, 0
            trainer.run()

        self.rounds("train::trainer", trainer, run)

    def spare_faulty(self, channels: int | None) -> None:
        """What is known to fail is replaced, so that the handlers behind it are tried all the same."""
        if channels is not None:
            network = Network(channels).to(self.trainer.state.device)
            self.trainer.network, self.trainer.optimizer = network, torch.optim.SGD(network.parameters(), lr=1e-3)
        if self.report.has_fault("train", "loss"):
            self.trainer.loss_function = Loss()

    def shrink_validation(self, batch: Any, channels: int) -> None:
        """Before anything runs: the training's own handler may start a validation, which must not take all cases."""
        evaluator = self.evaluator
        inverts = Section(self.config, "validate::", self.report).inverts()
        evaluator.data_loader = [batch if inverts or not has_image(batch) else middle(batch, WINDOW)]
        evaluator.network = Network(channels).to(evaluator.state.device)
        evaluator.state.epoch_length = 1

    def validate(self) -> None:
        self.rounds("validate::evaluator", self.evaluator, lambda: self.evaluator.run(1))

    def save(self) -> None:
        """What a resume needs; a disabled part is None and has no state."""
        safe = self.config.built("safe")
        if safe is None or self.trainer is None or self.config.stood:
            return
        if self.report.has_fault("train", "safe::objects::lr_scheduler"):
            return
        try:
            safe.state(self.trainer)
        except Exception as error:
            self.failed("safe", error)

    def rounds(self, id: str, engine: Any, run: Any) -> None:
        """Runs again without the handler that failed, so that one does not hide the others."""
        for _ in range(ROUNDS):
            try:
                run()
                return
            except Exception as error:
                where = self.config.owner(error)
                if not self.report.has_fault("train", where or id):
                    self.failed(where or id, error)
                if where is None or not silence(engine, self.config.built(where)):
                    return

    def failed(self, id: str, error: Exception) -> None:
        where, message, details = self.config.raised(id, error, "call")
        self.fault(where, message, **details)

    def fault(self, id: str, message: str, **more: Any) -> None:
        self.report.fault(self.config.name, id, message, **more)


def has_image(batch: Any) -> bool:
    return isinstance(batch, dict) and isinstance(batch.get("image"), torch.Tensor)


def small(batch: Any, edges: tuple[int, ...] | None) -> Any:
    """The batch cut to the cube that the network took, or to a small one for its stand-in."""
    if not isinstance(batch, dict):
        return batch
    shape = batch["image"].shape[2:] if isinstance(batch.get("image"), torch.Tensor) else None
    fits = {k for k, v in batch.items() if isinstance(v, torch.Tensor) and v.ndim > 2 and v.shape[2:] == shape}
    edges = edges or tuple(min(EDGE, n) for n in shape or ())
    return {k: cut(v, edges) if k in fits else v for k, v in batch.items()}


def silence(engine: Any, handler: Any) -> bool:
    """Takes every callback of a handler out of an engine; False when it has none."""
    found = False
    for event, callbacks in engine._event_handlers.items():
        kept = [one for one in callbacks if handler is None or not belongs(one[0], handler)]
        found = found or len(kept) < len(callbacks)
        engine._event_handlers[event] = kept
    return found


def belongs(callback: Any, handler: Any) -> bool:
    """A handler is called itself or by a method, perhaps behind a filter of ignite's that closes over it."""
    if callback is handler or getattr(callback, "__self__", None) is handler:
        return True
    inner = getattr(callback, "__wrapped__", None) or getattr(callback, "_parent", None)
    if callable(inner) and not isinstance(inner, type) and inner is not callback:
        target = inner() if type(inner).__name__ == "ReferenceType" else inner
        if target is not None and belongs(target, handler):
            return True
    cells = getattr(callback, "__closure__", None) or ()
    held = [cell.cell_contents for cell in cells if full(cell)]
    return any(one is handler or getattr(one, "__self__", None) is handler for one in held)


def full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
