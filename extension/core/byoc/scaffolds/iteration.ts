import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: what this MMAR's training does with a batch."""

from __future__ import annotations

from typing import Any

import torch
from monai.engines import SupervisedTrainer


class {{name}}:
    """Adds noise to the images on the device, then trains on the batch as usual.

    MONAI calls it in place of the trainer's own iteration. The noise comes from
    PyTorch's generator, which monai.utils.set_determinism seeds.

    Args:
        std: standard deviation of the noise, in units of the images; 0 adds none.
        image_key: entry of the batch, shape (B, C, spatial...).
    """

    def __init__(self, std: float = 0.01, image_key: str = "image") -> None:
        if std < 0:
            raise ValueError(f"std must not be negative, got {std}")
        self.std = std
        self.image_key = image_key

    def __call__(
        self, engine: SupervisedTrainer, batchdata: dict[str, Any]
    ) -> dict[str, Any]:
        """Returns image, label, pred and loss, as the trainer's own iteration does."""
        if batchdata is None:
            raise ValueError("there is no batch: does the data loader give anything?")
        batch = dict(batchdata)
        # TODO: replace this by what is special about your iteration.
        image = batch[self.image_key].to(engine.state.device)
        batch[self.image_key] = image + self.std * torch.randn_like(image)
        output: dict[str, Any] = engine._iteration(engine, batch)
        return output
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import pytest
import torch
from monai.data import DataLoader, Dataset
from monai.engines import SupervisedTrainer
from monai.utils import set_determinism

# isort: split
from {{module}} import {{name}}

CASES = [
    {"image": torch.full((1, 4, 4), float(i)), "label": torch.full((1, 4, 4), 2.0 * i)}
    for i in range(1, 5)
]


def train(std: float) -> tuple[SupervisedTrainer, torch.nn.Module]:
    """Four batches of a network that has to learn to double."""
    set_determinism(seed=0)
    network = torch.nn.Conv2d(1, 1, kernel_size=1)
    trainer = SupervisedTrainer(
        device=torch.device("cpu"),
        max_epochs=2,
        train_data_loader=DataLoader(Dataset(CASES), batch_size=2),
        network=network,
        optimizer=torch.optim.SGD(network.parameters(), lr=0.01),
        loss_function=torch.nn.MSELoss(),
        iteration_update={{name}}(std=std),
        decollate=False,
    )
    trainer.run()
    set_determinism(seed=None)
    return trainer, network


def test_trains() -> None:
    trainer, network = train(std=0.01)
    output = trainer.state.output
    assert trainer.state.iteration == 4
    assert tuple(output["pred"].shape) == (2, 1, 4, 4)
    assert output["pred"].dtype == torch.float32
    assert torch.isfinite(output["loss"])
    start = torch.nn.Conv2d(1, 1, kernel_size=1)
    assert not torch.equal(next(network.parameters()), next(start.parameters()))


def test_is_deterministic() -> None:
    first, second = train(std=0.1)[1], train(std=0.1)[1]
    for one, other in zip(first.parameters(), second.parameters()):
        assert torch.equal(one, other)


def test_noise_is_added_to_the_image_only() -> None:
    noisy, clean = train(std=0.5)[0].state.output, train(std=0.0)[0].state.output
    assert not torch.equal(noisy["image"], clean["image"])
    assert torch.equal(noisy["label"], clean["label"])


def test_cases_stay_as_they_were() -> None:
    train(std=0.5)
    assert torch.all(CASES[0]["image"] == 1.0)


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="std"):
        {{name}}(std=-1)
`;

export const iteration: Scaffold = {
  kind: 'iteration',
  label: () => t('Iteration'),
  detail: () => t('what training does with a batch'),
  suggestion: 'MyIteration',
  module,
  test,
  args: () => ({ std: 0.01 }),
};
