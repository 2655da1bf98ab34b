import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: how AIAA runs this MMAR's model.

AIAA imports it from the folder lib of its workspace: copy this file there. The
package aiaa exists only inside Clara Train's container.
"""

from __future__ import annotations

import logging
from typing import Any

import torch
from aiaa.inference.inference import Inference
from monai.inferers import sliding_window_inference


class {{name}}(Inference):
    """Runs the model's TorchScript over overlapping windows, in this process.

    Args:
        roi: size of a window, that of the training's patches.
        overlap: share of a window that its neighbour has in common with it, in [0, 1).
        device: where the model runs.
    """

    def __init__(
        self, roi: list[int], overlap: float = 0.25, device: str = "cuda"
    ) -> None:
        if not 0 <= overlap < 1:
            raise ValueError(f"overlap must be in [0, 1), got {overlap}")
        super().__init__()
        self.roi = list(roi)
        self.overlap = overlap
        self.device = torch.device(device)
        self.network: torch.nn.Module | None = None
        self.logger = logging.getLogger(__name__)

    def inference(
        self, name: str, data: dict[str, Any], config: Any, triton_config: Any
    ) -> dict[str, Any]:
        """Adds the logits, (N, spatial...), to the request's data.

        config is AIAA's ModelConfig. Input and output are the keys that
        config_aiaa.json names; the input has the shape (C, spatial...).
        """
        if self.network is None:
            self.logger.info("loading the model of %s", name)
            self.network = torch.jit.load(config.get_path(), map_location=self.device)
            self.network.eval()
        image = torch.as_tensor(data[config.get_inference_input()])
        batch = image[None].to(self.device, torch.float32)
        # TODO: replace this by how your model is run.
        with torch.no_grad():
            logits = sliding_window_inference(
                batch, self.roi, 1, self.network, overlap=self.overlap
            )
        data[config.get_inference_output()] = logits[0].cpu()
        return data

    def close(self) -> None:
        """Called when the model is unloaded."""
        self.network = None
`;

const test = `"""{{docs}}

Outside AIAA's container there is no package aiaa. An empty class takes the place of
its base class then: what is shown is what this class computes, not that AIAA takes it.
Load the model into an AIAA server for that.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch


class Config:
    """The part of AIAA's ModelConfig that is used here."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_path(self) -> str:
        return str(self.path)

    def get_inference_input(self) -> str:
        return "image"

    def get_inference_output(self) -> str:
        return "pred"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class under test."""
    if importlib.util.find_spec("aiaa") is None:
        for name in ("aiaa", "aiaa.inference", "aiaa.inference.inference"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        base: Any = sys.modules["aiaa.inference.inference"]
        base.Inference = type("Inference", (), {})
    monkeypatch.delitem(sys.modules, "{{module}}", raising=False)
    return importlib.import_module("{{module}}").{{name}}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A model of two classes: the image, and its negative."""
    network = torch.nn.Conv3d(1, 2, kernel_size=1, bias=False)
    with torch.no_grad():
        network.weight[:] = torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1, 1)
    image = torch.zeros(1, 1, 2, 2, 2)
    torch.jit.trace(network, image).save(str(tmp_path / "model.ts"))
    return Config(tmp_path / "model.ts")


def test_logits(made: Any, config: Config) -> None:
    image = torch.rand(1, 8, 9, 10)
    inference = made(roi=[4, 4, 4], device="cpu")
    data = inference.inference("spleen", {"image": image}, config, None)
    assert tuple(data["pred"].shape) == (2, 8, 9, 10)
    assert data["pred"].dtype == torch.float32
    torch.testing.assert_close(data["pred"], torch.cat([image, -image]))
    assert data["image"] is image


def test_is_deterministic(made: Any, config: Config) -> None:
    inference = made(roi=[4, 4, 4], device="cpu")
    image = torch.rand(1, 8, 8, 8)

    def run() -> torch.Tensor:
        pred: torch.Tensor = inference.inference("a", {"image": image}, config, None)[
            "pred"
        ]
        return pred

    assert torch.equal(run(), run())


def test_close_frees_the_model(made: Any, config: Config) -> None:
    inference = made(roi=[4, 4, 4], device="cpu")
    inference.inference("a", {"image": torch.rand(1, 8, 8, 8)}, config, None)
    assert inference.network is not None
    inference.close()
    assert inference.network is None


def test_refuses_nonsense(made: Any) -> None:
    with pytest.raises(ValueError, match="overlap"):
        made(roi=[4, 4, 4], overlap=1.0)
`;

export const aiaaInference: Scaffold = {
  kind: 'aiaaInference',
  label: () => t('AIAA Inference'),
  detail: () => t('how AIAA runs the model'),
  suggestion: 'MyInference',
  module,
  test,
  args: ({ before }) => ({
    roi: before['roi'] ?? [96, 96, 96],
    overlap: before['overlap'] ?? 0.25,
    device: before['sw_device'] ?? 'cuda',
  }),
};
