import { t } from '@vscode/l10n';
import { isValues } from '../../mmar/kind.ts';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: an optimizer of this MMAR."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.optim import Optimizer


class {{name}}(Optimizer):
    """Gradient descent with momentum and decoupled weight decay.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        momentum: share of the last step that goes into the next one, in [0, 1).
        weight_decay: share of a weight that is taken away per step, times lr.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> None:
        if lr < 0:
            raise ValueError(f"lr must not be negative, got {lr}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be in [0, 1), got {momentum}")
        if weight_decay < 0:
            raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step; closure, where given, computes the loss anew."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter: torch.Tensor, group: dict[str, Any]) -> None:
        # TODO: replace this by your rule; what a restart needs goes into state.
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
        parameter.mul_(1.0 - group["lr"] * group["weight_decay"])
        parameter.add_(state["momentum"], alpha=-group["lr"])
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

# isort: split
from {{module}} import {{name}}


def descend(
    optimizer: torch.optim.Optimizer, weights: torch.Tensor, steps: int
) -> None:
    """Towards the minimum of |weights - 1|^2."""
    for _ in range(steps):
        optimizer.zero_grad()
        (weights - 1.0).square().sum().backward()
        optimizer.step()


def start() -> torch.Tensor:
    return torch.tensor([3.0, -2.0], requires_grad=True)


def test_finds_the_minimum() -> None:
    weights = start()
    descend({{name}}([weights], lr=0.05), weights, 300)
    torch.testing.assert_close(weights.detach(), torch.ones(2), atol=1e-3, rtol=0)
    assert weights.dtype == torch.float32


def test_is_deterministic() -> None:
    first, second = start(), start()
    descend({{name}}([first], lr=0.1), first, 10)
    descend({{name}}([second], lr=0.1), second, 10)
    assert torch.equal(first, second)


def test_goes_on_from_its_state() -> None:
    whole, weights = start(), start()
    descend({{name}}([whole], lr=0.05), whole, 10)

    optimizer = {{name}}([weights], lr=0.05)
    descend(optimizer, weights, 4)
    saved = copy.deepcopy(optimizer.state_dict())
    again = {{name}}([weights], lr=0.9)
    again.load_state_dict(saved)
    descend(again, weights, 6)
    assert torch.equal(whole, weights)


def test_weight_decay_and_groups() -> None:
    still = torch.ones(2, requires_grad=True)
    still.grad = torch.zeros(2)
    frozen = torch.ones(2, requires_grad=True)  # has no gradient
    groups = [{"params": [still], "weight_decay": 0.5}, {"params": [frozen]}]
    {{name}}(groups, lr=0.1).step()
    torch.testing.assert_close(still.detach(), torch.full((2,), 0.95))
    assert torch.equal(frozen.detach(), torch.ones(2))


def test_closure() -> None:
    weights = start()
    optimizer = {{name}}([weights], lr=0.05)

    def closure() -> float:
        optimizer.zero_grad()
        loss = (weights - 1.0).square().sum()
        loss.backward()
        return float(loss.detach())

    assert optimizer.step(closure) == pytest.approx(13.0)


@pytest.mark.parametrize("args", [{"lr": -1}, {"momentum": 1}, {"weight_decay": -1}])
def test_refuses_nonsense(args: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(args))):
        {{name}}([start()], **args)
`;

export const optimizer: Scaffold = {
  kind: 'optimizer',
  label: () => t('Optimizer'),
  detail: () => t('torch.optim.Optimizer'),
  suggestion: 'MyOptimizer',
  module,
  test,
  args: ({ dialect, config, before }) => ({
    ...(dialect === '4.0' ? {} : { params: '#@model.parameters()' }),
    lr: before['lr'] ?? (isValues(config) && 'learning_rate' in config ? '{learning_rate}' : 1e-3),
    momentum: 0.9,
  }),
};
