import { t } from '@vscode/l10n';
import { isValues } from '../../mmar/kind.ts';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a learning rate scheduler of this MMAR.

LrScheduleHandler steps it once per epoch.
"""

from __future__ import annotations

from torch.optim import Optimizer

try:
    from torch.optim.lr_scheduler import LRScheduler
except ImportError:  # before PyTorch 2.0, as in Clara Train 4.1
    from torch.optim.lr_scheduler import _LRScheduler as LRScheduler


class {{name}}(LRScheduler):
    """Rises linearly over the first epochs, then falls to zero as a power.

    Args:
        optimizer: whose learning rate is set; its lr is the highest one.
        total: epochs of the whole training.
        warmup: epochs of the rise.
        power: 1 falls in a straight line, more falls faster at first.
        last_epoch: -1 starts anew.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total: int,
        warmup: int = 5,
        power: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if total < 1 or warmup < 0:
            raise ValueError(f"total {total} or warmup {warmup} is no number of epochs")
        self.total = total
        self.warmup = min(warmup, total - 1)
        self.power = power
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """Share of the highest learning rate in an epoch, counted from 0."""
        # TODO: replace this by your curve.
        if epoch < self.warmup:
            return (epoch + 1) / (self.warmup + 1)
        left = max(0.0, 1.0 - (epoch - self.warmup) / (self.total - self.warmup))
        return float(left**self.power)

    def get_lr(self) -> list[float]:
        return [lr * self.factor(self.last_epoch) for lr in self.base_lrs]
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import pytest
import torch

# isort: split
from {{module}} import {{name}}

HIGHEST = 0.1


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=HIGHEST)


def curve(total: int, warmup: int) -> list[float]:
    """The learning rate of every epoch."""
    owner = optimizer()
    scheduler = {{name}}(owner, total=total, warmup=warmup)
    rates = []
    for _ in range(total):
        rates.append(float(owner.param_groups[0]["lr"]))
        owner.step()
        scheduler.step()
    return rates


def test_rises_then_falls() -> None:
    rates = curve(total=20, warmup=4)
    assert rates[:5] == pytest.approx([HIGHEST * i / 5 for i in range(1, 6)])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert 0 < rates[-1] < 0.1 * HIGHEST


def test_without_warmup_and_of_one_epoch() -> None:
    assert curve(total=10, warmup=0)[0] == pytest.approx(HIGHEST)
    assert curve(total=1, warmup=5) == pytest.approx([HIGHEST])


def test_stays_at_zero_after_the_end() -> None:
    owner = optimizer()
    scheduler = {{name}}(owner, total=3, warmup=0)
    for _ in range(6):
        owner.step()
        scheduler.step()
    assert owner.param_groups[0]["lr"] == 0.0


def test_is_deterministic() -> None:
    assert curve(total=20, warmup=4) == curve(total=20, warmup=4)


def test_goes_on_from_its_state() -> None:
    whole = curve(total=12, warmup=3)
    owner = optimizer()
    scheduler = {{name}}(owner, total=12, warmup=3)
    for _ in range(5):
        owner.step()
        scheduler.step()
    other = optimizer()
    again = {{name}}(other, total=99, warmup=0)
    other.load_state_dict(owner.state_dict())
    again.load_state_dict(scheduler.state_dict())
    other.step()
    again.step()
    assert other.param_groups[0]["lr"] == pytest.approx(whole[6])


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="epochs"):
        {{name}}(optimizer(), total=0)
`;

export const lrScheduler: Scaffold = {
  kind: 'lrScheduler',
  label: () => t('LR Scheduler'),
  detail: () => t('learning rate of every epoch'),
  suggestion: 'MyScheduler',
  module,
  test,
  args: ({ dialect, config }) => ({
    ...(dialect === '4.0' ? {} : { optimizer: '@optimizer' }),
    total: isValues(config) && 'epochs' in config ? '{epochs}' : 100,
    warmup: 5,
  }),
};
