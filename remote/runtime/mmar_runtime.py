"""What a compiled bundle needs beside MONAI: progress lines, checkpoints to resume from, scores per case.

Lies in the bundle's `scripts/`. Needs torch, monai, pytorch-ignite and numpy; works in one process and under torchrun.
"""

import csv
import functools
import json
import math
import os
import signal
import sys
import time
from pathlib import Path

import ignite.distributed
import numpy as np
import torch
from ignite.engine import Events
from monai.handlers import CheckpointLoader
from monai.transforms import LoadImage, MapTransform

# BYOC modules name each other by their top-level names, so their folder itself must be importable: that is
# scripts/ in a bundle that was exported, custom/ in the one of a run.
# MONAI evaluates `imports` before it looks for any class, which makes this early enough.
_SCRIPTS = Path(__file__).resolve().parent
for _folder in (_SCRIPTS, _SCRIPTS.parent / "custom"):
    if _folder.is_dir() and str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


def name_unreadable(load):
    """Makes LoadImage say which file it fails on: its readers' errors do not, and one of a thousand is hard to find."""

    @functools.wraps(load)
    def loads(self, filename, *args, **kwargs):
        try:
            return load(self, filename, *args, **kwargs)
        except Exception:
            print(f"unreadable: {json.dumps(str(filename))}", flush=True)
            raise

    return loads


LoadImage.__call__ = name_unreadable(LoadImage.__call__)


class Conf:
    """The MMAR's training config as an entry of a checkpoint: ignite saves only objects with `state_dict`."""

    def __init__(self, path):
        self.path = Path(path)

    def state_dict(self):
        return json.loads(self.path.read_text(encoding="utf-8"))

    def load_state_dict(self, _):
        """The file is the truth; what a checkpoint says of it is history."""


class Lines:
    """A file of JSON lines, each appended by one write, so that a reader sees whole lines or an unfinished last one."""

    def __init__(self, path):
        self.path = Path(path)
        self.file = None

    def put(self, kind, **values):
        if self.file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        line = {"t": round(time.time(), 3), "kind": kind, **finite(values)}
        os.write(self.file, (json.dumps(line) + "\n").encode())


class Progress:
    """Training as JSON lines: start, iteration (at most two per second), epoch, validation, done, stopped, failed.

    `epoch` counts from 1; `metrics` are the engines' scalar metrics; a value that is not finite becomes null.
    """

    def __init__(self, path, optimizer=None, validator=None, every_s=0.5):
        self.lines = Lines(path)
        self.optimizer, self.validator, self.every_s = optimizer, validator, every_s
        self.last = 0.0

    def attach(self, engine):
        if rank() != 0:
            return
        engine.add_event_handler(Events.STARTED, self.start)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.iteration)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self.epoch)
        engine.add_event_handler(Events.COMPLETED, lambda e: self.put("stopped" if e.should_terminate else "done", e))
        self.hear_first(engine)
        if self.validator is not None:
            self.validator.add_event_handler(
                Events.COMPLETED,
                lambda v: self.put(
                    "validation",
                    engine,
                    metrics=numbers(v.state.metrics),
                    key=v.state.key_metric_name,
                    **gpu_peak(),
                ),
            )

    def start(self, engine):
        self.put("start", engine, epochs=engine.state.max_epochs, per_epoch=engine.state.epoch_length)

    def iteration(self, engine):
        if time.monotonic() - self.last >= self.every_s:
            self.last = time.monotonic()
            self.put("iteration", engine, loss=loss_of(engine))

    def epoch(self, engine):
        lr = self.optimizer.param_groups[0]["lr"] if self.optimizer else None
        metrics = numbers(engine.state.metrics)
        self.put("epoch", engine, loss=loss_of(engine), lr=lr, metrics=metrics, **gpu_peak())

    def hear_first(self, engine):
        """Notes a failure before others hear of it: MONAI's StatsHandler raises at once, so nobody after it does."""

        def go_on(_, error):
            raise error  # ignite re-raises only when nobody handles the event

        for handler in (go_on, self.failed):
            engine.add_event_handler(Events.EXCEPTION_RAISED, handler)
        handlers = engine._event_handlers[Events.EXCEPTION_RAISED]
        handlers.insert(0, handlers.pop())

    def failed(self, engine, error):
        self.put("failed", engine, error=f"{type(error).__name__}: {error}"[:500])

    def put(self, kind, engine, **values):
        self.lines.put(kind, epoch=engine.state.epoch, iteration=engine.state.iteration, **values)


class CaseProgress:
    """Evaluation or inference as JSON lines: start, one `case` each, done."""

    def __init__(self, path):
        self.lines = Lines(path)

    def attach(self, engine):
        if rank() != 0:
            return
        engine.add_event_handler(
            Events.STARTED,
            lambda e: self.lines.put("start", epochs=1, per_epoch=e.state.epoch_length),
        )
        engine.add_event_handler(
            Events.ITERATION_COMPLETED,
            lambda e: self.lines.put("case", iteration=e.state.iteration),
        )
        engine.add_event_handler(Events.COMPLETED, lambda e: self.lines.put("done", metrics=numbers(e.state.metrics)))


class SafeCheckpoint:
    """Everything that continuing needs, in one file that is whole or absent; the newest two are kept.

    Saved at an epoch's end when `every_s` seconds have passed since the last one, after each validation, and at a stop.
    SIGTERM and SIGUSR1 end the run after the iteration in progress, with a checkpoint.
    `saver` is the validator's CheckpointSaver of the best model: without its list, the first validation
    after a restart would overwrite a better model.pt. MONAI's saver deletes that file before it writes the next one
    in place; here the next one replaces it when it is whole.
    """

    def __init__(self, folder, objects, validator=None, saver=None, every_s=10.0, keep=2):
        self.folder, self.objects, self.keep = Path(folder), objects, keep
        self.validator, self.saver, self.every_s = validator, saver, every_s
        self.best_file = None
        self.history, self.stop, self.due, self.last = [], False, False, time.monotonic()

    def attach(self, engine):  # on every rank: all must load, all must stop together
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.best_models() is not None:
            self.best_file = replace_whole(self.best_models())
        if rank() == 0:
            for part in [*self.folder.glob("*.part"), *self.folder.parent.glob("*.part")]:
                part.unlink()  # of an attempt that was killed
        for number in (signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, self.ask_stop)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.check)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self.epoch)
        if self.validator is not None:
            self.validator.add_event_handler(Events.COMPLETED, self.validated)

    def best_models(self):
        """What the saver keeps by the key metric; None for a saver that keeps none."""
        return getattr(self.saver, "_key_metric_checkpoint", None)

    def ask_stop(self, *_):
        self.stop = True

    def validated(self, _):
        self.due = True

    def check(self, engine):
        # terminate() skips EPOCH_COMPLETED: at an epoch's last iteration wait for it, else its LR step is lost
        self.stop = any_rank(self.stop, engine.state.device)
        inside = engine.state.iteration % engine.state.epoch_length
        if self.stop and not engine.should_terminate and inside:
            self.save(engine)
            engine.terminate()

    def epoch(self, engine):
        self.history.append({"epoch": engine.state.epoch, **numbers(engine.state.metrics)})
        if self.stop or self.due or time.monotonic() - self.last >= self.every_s:
            self.save(engine)
        if self.stop:
            engine.terminate()

    def save(self, engine):
        self.due, self.last = False, time.monotonic()
        if rank() != 0:
            return
        write_whole(self.folder / f"iteration_{engine.state.iteration:08d}.pt", self.state(engine))
        for old in sorted(self.folder.glob("iteration_*.pt"))[: -self.keep]:
            old.unlink()

    def state(self, engine):
        state = {key: bare(thing).state_dict() for key, thing in self.objects.items()}
        state["trainer"] = {
            "iteration": engine.state.iteration,
            "epoch_length": engine.state.epoch_length,
            "max_epochs": engine.state.max_epochs,
        }
        state["best"] = [[float(e.state.best_metric), e.state.best_metric_epoch] for e in self.engines(engine)]
        if self.best_models() is not None:
            saved = self.best_models().state_dict()["_saved"]
            state["saver"] = [[float(score), name] for score, name in saved]
        state["history"], state["random"] = self.history, torch.get_rng_state()
        if getattr(engine, "scaler", None) is not None:
            state["scaler"] = engine.scaler.state_dict()
        return state

    def engines(self, trainer):
        return [trainer, *([self.validator] if self.validator is not None else [])]


def replace_whole(checkpoint):
    """Makes ignite's Checkpoint write its one file of a fixed name by `write_whole`. Returns its path."""
    handler = checkpoint.save_handler
    if getattr(handler, "filename", None) is None:
        return None
    path = Path(handler.dirname) / handler.filename
    # a plain function is never asked to remove what it saved before
    checkpoint.save_handler = lambda state, _name, _metadata=None: write_whole(path, state)
    return path


def write_whole(path, state):
    """Writes a checkpoint under a temporary name, forces it to disk and renames it: a reader never sees half of one."""
    part = path.with_suffix(".part")
    try:
        with open(part, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def resume(safe, trainer, handlers=()):
    """Loads the newest checkpoint that can be read. Returns the iteration to go on from, 0 when there is none.

    `handlers` are the trainer's: a loader of pretrained weights among them would put those in place of resumed ones.
    Checkpoints of which none can be read are an error: days of training must not begin anew without a word.
    """
    path, state, skipped = newest_whole(safe.folder, trainer.state.device)
    if state is None:
        if skipped:
            raise RuntimeError(f"None of the {len(skipped)} checkpoints in {safe.folder} can be read: train again.")
        print("resume: no checkpoint, starting new", flush=True)
        return 0
    for broken in skipped if rank() == 0 else ():
        broken.replace(broken.with_suffix(".unreadable"))  # else it would pass for newer than what is saved next
    for key, thing in safe.objects.items():
        bare(thing).load_state_dict(state[key])
    continue_engine(trainer, state["trainer"])
    for engine, (metric, epoch) in zip(safe.engines(trainer), state["best"]):
        engine.state.best_metric, engine.state.best_metric_epoch = metric, epoch
    if safe.saver is not None and "saver" in state and (safe.best_file is None or safe.best_file.exists()):
        safe.saver.load_state_dict({"_saved": [tuple(item) for item in state["saver"]]})
    if getattr(trainer, "scaler", None) is not None and "scaler" in state:
        trainer.scaler.load_state_dict(state["scaler"])
    safe.history = state["history"]
    torch.set_rng_state(state["random"].cpu())
    for handler in handlers:
        if isinstance(handler, CheckpointLoader) and trainer.has_event_handler(handler, Events.STARTED):
            trainer.remove_event_handler(handler, Events.STARTED)
    print(f"resume: {path.name}, epoch {trainer.state.epoch}", flush=True)
    return state["trainer"]["iteration"]


def newest_whole(folder, device):
    """Path and content of the newest checkpoint that can be read, and the paths of newer ones that cannot."""
    skipped: list[Path] = []
    for path in sorted(folder.glob("iteration_*.pt"), reverse=True):
        try:
            return path, torch.load(path, map_location=device, weights_only=True), skipped
        except Exception as error:  # a cut-off or foreign file: say so, try the one before
            print(f"resume: skipped {path.name}: {error}", flush=True)
            skipped.append(path)
    return None, None, skipped


def go_on(trainer):
    """Trains from where `resume` has set the engine; ignite would begin a training anew that has had all its epochs."""
    epochs = trainer.state.max_epochs
    if trainer.state.epoch >= epochs:
        print(f"resume: all {epochs} epochs are done, nothing is left to train", flush=True)
        return
    trainer.run()


def continue_engine(trainer, was):
    """Sets where the engine goes on. `max_epochs` stays as configured now, so that a run can be made longer."""
    epochs, length = trainer.state.max_epochs, len(trainer.data_loader)
    if was["epoch_length"] != length:  # other batch size or process count: go on at whole epochs
        was = {
            "epoch": was["iteration"] // was["epoch_length"],
            "epoch_length": length,
            "max_epochs": was["max_epochs"],
        }
    trainer.load_state_dict(was)
    trainer.state.max_epochs = epochs


def init_distributed(device):
    """Starts the process group that torchrun describes."""
    if not torch.distributed.is_initialized():
        torch.distributed.init_process_group(backend="nccl" if device.type == "cuda" else "gloo")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    # ignite asks for its group lazily and collectively: rank 0's handlers alone would wait for ever
    ignite.distributed.get_rank()


class OriginalLabeld(MapTransform):
    """The label as it lies in the file, so that scores are at the input's own grid, not at a resampled one."""

    def __init__(self, keys):
        super().__init__(keys)
        self.read = LoadImage(ensure_channel_first=True)

    def __call__(self, data):
        data = dict(data)
        for key in self.key_iterator(data):
            data[key] = self.read(data[key].meta["filename_or_obj"]).to(data["pred"].device)
        return data


class CaseScores:
    """CSV with a line per case and a column per class, from the details of the key metric.

    Columns are called by the `labels` of the datalist where their number fits, with or without the background.
    """

    def __init__(self, path, metric=None, datalist=None):
        self.path, self.metric, self.names = Path(path), metric, []
        self.labels = labels_of(datalist) if datalist else []

    def attach(self, engine):
        engine.add_event_handler(Events.STARTED, lambda _: self.names.clear())
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.note)
        engine.add_event_handler(Events.COMPLETED, self.write)

    def note(self, engine):
        self.names.extend(str(item["image"].meta["filename_or_obj"]) for item in engine.state.batch)

    def write(self, engine):
        details = engine.state.metric_details
        scores = details[self.metric or next(iter(details))]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["case", *self.columns(scores.shape[1])])
            for name, row in zip(self.names, scores):
                out.writerow([name, *(f"{float(v):.4f}" for v in row)])

    def columns(self, count):
        for names in (self.labels, self.labels[1:]):
            if len(names) == count:
                return names
        return [f"class_{i}" for i in range(count)]


def labels_of(datalist):
    """Names of the label values, in their order; Decathlon's `{"0": "background", ...}` or a list."""
    labels = json.loads(Path(datalist).read_text(encoding="utf-8")).get("labels", [])
    if isinstance(labels, dict):
        labels = [labels[key] for key in sorted(labels, key=lambda key: (len(key), key))]
    return [str(name) for name in labels]


def bare(thing):
    """The network inside DistributedDataParallel; anything else as it is."""
    return thing.module if isinstance(thing, torch.nn.parallel.DistributedDataParallel) else thing


def rank():
    return torch.distributed.get_rank() if torch.distributed.is_initialized() else 0


def any_rank(flag, device):
    if not torch.distributed.is_initialized():
        return flag
    together = torch.tensor(int(flag), device=device)
    torch.distributed.all_reduce(together, torch.distributed.ReduceOp.MAX)
    return bool(together)


def loss_of(engine):
    out = engine.state.output
    out = out[0] if isinstance(out, (list, tuple)) and out else out
    return float(out["loss"]) if isinstance(out, dict) and "loss" in out else None


def numbers(metrics):
    return {k: float(v) for k, v in metrics.items() if np.isscalar(v) or getattr(v, "ndim", 1) == 0}


def finite(value):
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def gpu_peak():
    """Peak of memory that tensors took on the GPU, in bytes; nothing on a CPU."""
    return {"gpu_peak": torch.cuda.max_memory_allocated()} if torch.cuda.is_available() else {}
