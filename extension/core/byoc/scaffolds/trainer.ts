import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: the trainer of this MMAR."""

from __future__ import annotations

from typing import Any

import torch
from monai.engines import SupervisedTrainer
from monai.engines.utils import IterationEvents


class {{name}}(SupervisedTrainer):
    """MONAI's trainer for supervised learning that also clips gradients.

    Args:
        max_norm: gradients are scaled down to this norm where they are longer.
        args, kwargs: all that monai.engines.SupervisedTrainer takes.
    """

    def __init__(self, *args: Any, max_norm: float = 1.0, **kwargs: Any) -> None:
        if max_norm <= 0:
            raise ValueError(f"max_norm must be greater than 0, got {max_norm}")
        super().__init__(*args, **kwargs)
        self.max_norm = max_norm
        self.gradient_norm = 0.0
        # TODO: replace this by what is special about your trainer: an event handler, or
        # _iteration(self, engine, batchdata) written anew.
        self.add_event_handler(IterationEvents.BACKWARD_COMPLETED, self._clip)

    def _clip(self) -> None:
        if self.amp and self.scaler is not None:
            # mixed precision holds scaled gradients until the optimizer's step
            self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.max_norm)
        self.gradient_norm = float(norm)
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import pytest
import torch
from monai.data import DataLoader, Dataset
from monai.utils import set_determinism

# isort: split
from {{module}} import {{name}}

CASES = [
    {"image": torch.full((1, 4, 4), float(i)), "label": torch.full((1, 4, 4), 9.0 * i)}
    for i in range(1, 5)
]
LR = 0.01


def train(max_norm: float, epochs: int = 1) -> tuple[{{name}}, torch.nn.Module, float]:
    """The trainer, the network, and how far the network's weights moved."""
    set_determinism(seed=0)
    network = torch.nn.Conv2d(1, 1, kernel_size=1)
    before = torch.nn.utils.parameters_to_vector(network.parameters()).clone()
    trainer = {{name}}(
        device=torch.device("cpu"),
        max_epochs=epochs,
        train_data_loader=DataLoader(Dataset(CASES), batch_size=4),
        network=network,
        optimizer=torch.optim.SGD(network.parameters(), lr=LR),
        loss_function=torch.nn.MSELoss(),
        decollate=False,
        max_norm=max_norm,
    )
    trainer.run()
    set_determinism(seed=None)
    after = torch.nn.utils.parameters_to_vector(network.parameters())
    return trainer, network, float((after - before).detach().norm())


def test_trains() -> None:
    trainer, _, moved = train(max_norm=1.0, epochs=3)
    assert trainer.state.iteration == 3
    assert tuple(trainer.state.output["pred"].shape) == (4, 1, 4, 4)
    assert trainer.state.output["pred"].dtype == torch.float32
    assert moved > 0


def test_clips_long_gradients_only() -> None:
    trainer, _, moved = train(max_norm=0.5)
    assert trainer.gradient_norm > 0.5
    assert moved == pytest.approx(0.5 * LR, rel=1e-3)
    assert train(max_norm=1e6)[2] == pytest.approx(trainer.gradient_norm * LR, rel=1e-3)


def test_is_deterministic() -> None:
    first, second = train(max_norm=1.0)[1], train(max_norm=1.0)[1]
    for one, other in zip(first.parameters(), second.parameters()):
        assert torch.equal(one, other)


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="max_norm"):
        train(max_norm=0)
`;

export const trainer: Scaffold = {
  kind: 'trainer',
  label: () => t('Trainer'),
  detail: () => t('an engine of your own'),
  suggestion: 'MyTrainer',
  module,
  test,
  args: () => ({ max_norm: 1 }),
};
