"""A preflight from its first stage to its last. A stage that has nothing to work on is skipped, and says why."""

import platform
from pathlib import Path
from typing import Any

import monai
import torch

from . import cases, memory
from .blame import frames_of, root_cause, text_of
from .components import Builder, Config, spare_caches
from .rehearsal import Rehearsal, keep_signals
from .report import Report
from .signatures import check_signatures
from .training import Step, Training
from .validating import Section, try_section

#: What the MMAR calls the file that each config of the bundle is made of.
NAMES = {"train": "train", "evaluate": "validation", "inference": "inference"}


class Preflight:
    def __init__(self, report: Report, files: list[str], scratch: Path) -> None:
        self.report, self.files = report, files
        self.configs: dict[str, Config] = {}
        report.class_of = lambda config, id: self.configs[config].class_in_list(id) if config in self.configs else ""
        self.outputs = {"MMAR_CKPT_DIR": str(scratch / "models"), "MMAR_EVAL_OUTPUT_PATH": str(scratch / "eval")}
        self.case: cases.Case | None = None
        self.batch: Any = None
        self.held: Any = None
        self.step: Step | None = None
        self.classes: dict[str, Any] = {}
        self.faulty: set[str] = set()
        report.facts["versions"] = {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "monai": monai.__version__,
        }

    def run(self) -> None:
        config = self.read(self.files[0])
        if config is None:
            return
        self.signatures(config)
        self.components(config)
        self.transforms(config)
        self.train(config)
        self.validate(config)
        self.rehearse(config)
        self.others(config)
        self.memory(config)

    def read(self, file: str, severity: str = "error") -> Config | None:
        name = NAMES.get(Path(file).stem, "train")
        try:
            self.configs[name] = Config(name, file, self.outputs)
            return self.configs[name]
        except Exception as error:
            cause = root_cause(error)
            more = {"kind": "read", "type": type(cause).__name__, "frames": frames_of(error), "severity": severity}
            self.report.fault(name, "", text_of(cause), **more)
            return None

    def signatures(self, config: Config) -> None:
        with self.report.stage("signatures"):
            self.classes, self.faulty = check_signatures(config, self.report)
            spare_caches(config, self.classes)

    def components(self, config: Config) -> None:
        with self.report.stage("components"):
            Builder(config, self.report).build(self.faulty)
            keep_signals()
            check_epochs(config, self.report)
            self.report.facts["components"] = len(config.objects)
            self.report.facts["device"] = memory.device_facts(config.value("device", torch.device("cpu")))

    def transforms(self, config: Config) -> None:
        with self.report.stage("transforms") as stage:
            for section in config.sections:
                cases.check_length(config, section, self.report)
            self.case = cases.first_case(config, "train::", self.report)
            if self.case is None or self.case.broken:
                stage["skipped"] = "No training case could be read."
                return
            size = config.value("train::dataloader::batch_size", 1)
            several = min(cases.BATCH, size) if isinstance(size, int) else 1
            self.batch = cases.make_batch(config, "train::", self.case, self.report, several)

    def train(self, config: Config) -> None:
        with self.report.stage("step") as stage:
            parts = Training(config, self.report)
            parts.schedule()
            if self.batch is None or parts.network is None:
                stage["skipped"] = "There is no batch or no network to train."
            elif config.raw("train::trainer::iteration_update") is not None:
                stage["skipped"] = "The config brings an iteration of its own; the rehearsal runs it."
            else:
                self.step = parts.step(self.batch, self.case or cases.Case([]))

    def validate(self, config: Config) -> None:
        with self.report.stage("validation") as stage:
            channels = self.step.channels if self.step else config.declared_channels
            if self.step is not None:
                self.after_training(config, self.step)
            case = cases.first_case(config, "validate::", self.report)
            self.held = (
                None if case is None or case.broken else cases.make_batch(config, "validate::", case, self.report, 1)
            )
            if self.held is None:
                stage["skipped"] = "No validation case could be read."
                return
            network = None if case is None or case.faults else config.network  # else it is no case as training has it
            found = try_section(Section(config, "validate::", self.report), self.held, network, channels)
            self.report.facts["validation"] = found

    def after_training(self, config: Config, step: Step) -> None:
        """Post transforms and metrics of the training, on the cube that was trained with."""
        if step.channels is None or not isinstance(self.batch, dict):
            return
        batch = {"image": step.inputs, "label": step.targets}
        section = Section(config, "train::", self.report)
        try_section(section, {k: v for k, v in batch.items() if v is not None}, None, step.channels)

    def rehearse(self, config: Config) -> None:
        with self.report.stage("rehearsal") as stage:
            rehearsal = Rehearsal(config, self.report)
            channels = self.step.channels if self.step else config.declared_channels
            if not rehearsal.can_run or self.held is None or channels is None:
                stage["skipped"] = "The engines cannot be run yet."
                return
            rehearsal.shrink_validation(self.held, channels)
            if self.batch is not None:
                rehearsal.train(self.batch, self.step, channels)
            rehearsal.validate()
            rehearsal.save()

    def others(self, config: Config) -> None:
        """The configs of validation and inference: training does not need them, so their faults are warnings."""
        with self.report.stage("configs") as stage:
            if len(self.files) < 2:
                stage["skipped"] = "The MMAR has no config for validation or inference."
            for file in self.files[1:]:
                other = self.read(file, "warning")
                if other is not None:
                    self.flat(other, config)

    def flat(self, other: Config, config: Config) -> None:
        data = config.built("validate::dataset::data")
        if data:
            other.mend({"dataset": {**(other.raw("dataset") or {}), "data": list(data)[:1]}})
        classes, faulty = check_signatures(other, self.report, "warning")
        spare_caches(other, classes)
        Builder(other, self.report, "warning").build(faulty)
        keep_signals()
        case = cases.first_case(other, "", self.report, "warning")
        batch = None if case is None or case.faults else cases.make_batch(other, "", case, self.report, 1)
        channels = self.step.channels if self.step else config.declared_channels
        section = Section(other, "", self.report, "warning")
        try_section(section, batch, other.network, channels)

    def memory(self, config: Config) -> None:
        with self.report.stage("memory") as stage:
            parts = Training(config, self.report)
            step, batch = self.step, self.batch
            if step is None or parts.loss is None or not isinstance(batch, dict):
                stage["skipped"] = "There was no step to measure."
                return
            shapes = self.configured(config, batch)
            half = bool(config.value("use_amp", False))
            try:
                bound = memory.lower_bound(parts.network, parts.loss, parts.optimizer, shapes, half)
            except Exception as error:
                if memory.is_about_meta(error):
                    stage["skipped"] = "The network looks at values, so its memory cannot be told from shapes."
                    return
                if self.case is None or not self.case.faults:  # else it is no patch as training has it
                    self.refuse_patch(shapes, error)
                return
            self.report.facts["memory"] = {"input": list(shapes[0]), **bound}
            memory.judge(self.report, bound, self.report.facts["device"])
            if parts.device.type == "cuda" and self.report.ok and parts.optimizer is not None:
                self.measure(parts, shapes, half)

    def configured(self, config: Config, batch: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Shapes of image and label as training would hand them to the network: samples times batch size."""
        size = config.value("train::dataloader::batch_size", 1)
        count = (size if isinstance(size, int) else 1) * len(self.case.samples if self.case else [0])
        image, label = batch["image"], batch.get("label", batch["image"])
        return (count, *image.shape[1:]), (count, *label.shape[1:])

    def refuse_patch(self, shapes: tuple[tuple[int, ...], Any], error: Exception) -> None:
        size = " x ".join(map(str, shapes[0][2:]))
        cause = root_cause(error)
        message = f"The network does not take a patch of {size}: {text_of(cause)}"
        self.report.fault("train", "network_def", message, kind="patch", type=type(cause).__name__)

    def measure(self, parts: Training, shapes: tuple[Any, Any], half: bool) -> None:
        label = self.batch.get("label", self.batch["image"])
        try:
            self.report.facts["memory"]["measured"] = memory.measured(parts, shapes, label, half)
        except torch.OutOfMemoryError as error:
            message = f"One step with the configured patch and batch does not fit on the GPU: {text_of(error)}"
            self.report.fault("train", "train::dataloader", message, kind="memory", arg=["batch_size"])
        except Exception as error:  # the small step went well, so this says nothing of the config
            print(f"preflight: the peak of a real step could not be measured: {text_of(error)}", flush=True)


def check_epochs(config: Config, report: Report) -> None:
    """How long the training is; without a validation in that time no best model is ever kept."""
    epochs = config.value("train::trainer::max_epochs", 1)
    if not isinstance(epochs, int) or isinstance(epochs, bool):
        message = f"max_epochs must be a whole number, not {epochs!r}."
        report.fault("train", "train::trainer", message, kind="value", arg=["max_epochs"])
    for place in range(len(config.raw("train::handlers") or [])):
        id = f"train::handlers::{place}"
        interval = config.value(f"{id}::interval")
        if not config.class_in_list(id).endswith("ValidationHandler") or config.value(f"{id}::epoch_level") is False:
            continue
        if isinstance(interval, int) and isinstance(epochs, int) and interval > epochs:
            message = f"With an interval of {interval} and {epochs} epochs no validation is ever run."
            report.fault("train", id, message, kind="value", arg=["interval"], severity="warning")
