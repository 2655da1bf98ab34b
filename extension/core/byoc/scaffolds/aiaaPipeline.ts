import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a pipeline of AIAA that asks several models.

AIAA imports it from the folder lib of its workspace: copy this file there, and load
the models under the names that models lists. The package aiaa exists only inside
Clara Train's container.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from aiaa.inference.inference_pipeline import InferencePipeline


class {{name}}(InferencePipeline):
    """Lets several segmentation models vote: a voxel is what most of them say.

    Args:
        models: names of the models, as they are loaded in AIAA.
        backend: "AIAA" or "TRITON", where the models run.
        result: key that the answer is put under.
    """

    def __init__(
        self, models: list[str], backend: str = "AIAA", result: str = "pred"
    ) -> None:
        if not models:
            raise ValueError("a pipeline needs the names of one or more models")
        super().__init__()
        self.models = list(models)
        self.backend = backend
        self.result = result
        self.inferences: dict[str, Any] = {}
        self.logger = logging.getLogger(__name__)

    def pipeline(
        self, name: str, data: dict[str, Any], config: Any, triton_config: Any
    ) -> dict[str, Any]:
        """Adds the answer of the whole pipeline to the request's data."""
        votes = []
        for model in self.models:
            self.logger.info("%s asks %s", name, model)
            votes.append(self._ask(model, data, triton_config))
        # TODO: replace this by how the answers of your models are put together.
        data[self.result] = majority(np.stack(votes))
        return data

    def _ask(self, model: str, data: dict[str, Any], triton_config: Any) -> np.ndarray:
        """The label map that a model gives, (spatial...) or (1, spatial...)."""
        config = InferencePipeline.get_model_config(model)
        if config is None:
            raise ValueError(f"AIAA has no model of the name {model}: load it first")
        if model not in self.inferences:
            self.inferences[model] = InferencePipeline.init_inference(
                config, self.backend
            )
        answer = InferencePipeline.run_inference(
            model, self.inferences[model], dict(data), config, triton_config
        )
        labels = answer[config.get_inference_output()]
        return np.asarray(labels.cpu() if hasattr(labels, "cpu") else labels)


def majority(votes: np.ndarray) -> np.ndarray:
    """(models, spatial...) -> (spatial...); of equal counts the lower label wins."""
    labels = np.unique(votes)
    counts = np.stack([(votes == label).sum(axis=0) for label in labels])
    return np.asarray(labels[counts.argmax(axis=0)], dtype=votes.dtype)
`;

const test = `"""{{docs}}

A stand-in with the methods that AIAA's manual describes takes the place of the base
class, since the models that it asks live in a server: what is shown is how this class
puts answers together, not that AIAA takes it. Load it into an AIAA server for that.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ANSWERS = {
    "a": np.array([[0, 1], [1, 2]], dtype=np.uint8),
    "b": np.array([[0, 1], [2, 2]], dtype=np.uint8),
    "c": np.array([[1, 0], [1, 2]], dtype=np.uint8),
}


class Config:
    """The part of AIAA's ModelConfig that is used here."""

    def __init__(self, model: str) -> None:
        self.model = model

    def get_inference_output(self) -> str:
        return f"pred_{self.model}"


STARTED: list[str] = []


class Base:
    """Stands in for aiaa.inference.inference_pipeline.InferencePipeline."""

    @staticmethod
    def get_model_config(name: str) -> Config | None:
        return Config(name) if name in ANSWERS else None

    @staticmethod
    def init_inference(config: Config, backend: str) -> str:
        STARTED.append(config.model)
        return f"{config.model} on {backend}"

    @staticmethod
    def run_inference(
        name: str, inference: Any, data: Any, config: Config, triton_config: Any
    ) -> dict[str, Any]:
        assert inference == f"{name} on AIAA"
        return {**data, config.get_inference_output(): ANSWERS[name]}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class under test, on the stand-in."""
    STARTED.clear()
    for name in ("aiaa", "aiaa.inference", "aiaa.inference.inference_pipeline"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    package: Any = sys.modules["aiaa.inference.inference_pipeline"]
    package.InferencePipeline = Base
    monkeypatch.delitem(sys.modules, "{{module}}", raising=False)
    return importlib.import_module("{{module}}").{{name}}


def test_majority(made: Any) -> None:
    data = made(models=["a", "b", "c"]).pipeline("vote", {"image": 1}, None, None)
    assert data["pred"].dtype == np.uint8
    np.testing.assert_array_equal(data["pred"], [[0, 1], [1, 2]])
    assert set(data) == {"image", "pred"}


def test_one_model_and_equal_counts(made: Any) -> None:
    alone = made(models=["b"]).pipeline("vote", {}, None, None)["pred"]
    np.testing.assert_array_equal(alone, ANSWERS["b"])
    two = made(models=["b", "c"]).pipeline("vote", {}, None, None)["pred"]
    np.testing.assert_array_equal(two, [[0, 0], [1, 2]])


def test_is_deterministic_and_starts_models_once(made: Any) -> None:
    pipeline = made(models=["a", "b"])
    first, second = (pipeline.pipeline("vote", {}, None, None) for _ in range(2))
    np.testing.assert_array_equal(first["pred"], second["pred"])
    assert STARTED == ["a", "b"]


def test_refuses_nonsense(made: Any) -> None:
    with pytest.raises(ValueError, match="one or more"):
        made(models=[])
    with pytest.raises(ValueError, match="load it first"):
        made(models=["unknown"]).pipeline("vote", {}, None, None)
`;

export const aiaaPipeline: Scaffold = {
  kind: 'aiaaPipeline',
  label: () => t('AIAA Pipeline'),
  detail: () => t('several models of AIAA in one answer'),
  suggestion: 'MyPipeline',
  module,
  test,
  args: () => ({ models: ['first_model', 'second_model'], backend: 'AIAA', result: 'pred' }),
};
