import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a loss of this MMAR."""

import torch
from monai.networks import one_hot
from torch.nn.modules.loss import _Loss


class {{name}}(_Loss):
    """Soft Dice loss over softmax probabilities, from 0 (all right) to 1 (all wrong).

    Takes logits (B, N, spatial...) with N > 1 and labels (B, 1, spatial...) whose
    values are the classes 0..N-1; returns a scalar.

    Args:
        include_background: whether class 0 counts.
        smooth: keeps the quotient defined where a class is neither there nor predicted.
    """

    def __init__(self, include_background: bool = False, smooth: float = 1e-5) -> None:
        super().__init__()
        self.include_background = include_background
        self.smooth = smooth

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        classes = input.shape[1]
        if classes < 2:
            raise ValueError(f"the loss needs two or more classes, got {classes}")
        if target.shape[1] != 1 or target.shape[2:] != input.shape[2:]:
            raise ValueError(
                f"labels of shape {tuple(target.shape)} do not fit "
                f"logits of shape {tuple(input.shape)}"
            )
        probability = torch.softmax(input.float(), dim=1)
        truth = one_hot(target.long(), num_classes=classes).to(probability.dtype)
        # TODO: replace what follows by your loss.
        axes = list(range(2, input.ndim))
        overlap = (probability * truth).sum(axes)
        size = probability.sum(axes) + truth.sum(axes)
        dice = (2.0 * overlap + self.smooth) / (size + self.smooth)
        first = 0 if self.include_background else 1
        return 1.0 - dice[:, first:].mean()
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import pytest
import torch

# isort: split
from {{module}} import {{name}}


def case(dims: int = 3, classes: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    size = [8] * dims
    logits = torch.randn(2, classes, *size, generator=generator, requires_grad=True)
    labels = torch.randint(0, classes, (2, 1, *size), generator=generator)
    return logits, labels.float()


def confident(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Logits that name the class of every voxel without doubt."""
    truth = torch.nn.functional.one_hot(labels[:, 0].long(), classes)
    return 50.0 * torch.movedim(truth, -1, 1).float()


@pytest.mark.parametrize("dims", [2, 3])
def test_scalar_with_finite_gradient(dims: int) -> None:
    logits, labels = case(dims)
    loss = {{name}}()(logits, labels)
    assert loss.shape == ()
    assert loss.dtype == torch.float32
    loss.backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert logits.grad.abs().max() > 0


def test_right_is_better_than_wrong() -> None:
    _, labels = case()
    right = {{name}}()(confident(labels, 3), labels)
    wrong = {{name}}()(confident((labels + 1) % 3, 3), labels)
    assert right < 0.01
    assert wrong > 0.9


def test_is_deterministic() -> None:
    logits, labels = case()
    assert torch.equal({{name}}()(logits, labels), {{name}}()(logits, labels))


def test_half_precision_stays_finite() -> None:
    logits, labels = case()
    assert torch.isfinite({{name}}()(logits.half(), labels))


def test_an_absent_class_is_no_fault() -> None:
    labels = torch.zeros(2, 1, 8, 8, 8)
    assert torch.isfinite({{name}}()(confident(labels, 3), labels))


def test_refuses_what_does_not_fit() -> None:
    logits, labels = case()
    with pytest.raises(ValueError, match="do not fit"):
        {{name}}()(logits, labels[..., :4])
    with pytest.raises(ValueError, match="two or more classes"):
        {{name}}()(logits[:, :1], labels)
`;

export const loss: Scaffold = {
  kind: 'loss',
  label: () => t('Loss'),
  detail: () => t('logits and labels to a scalar'),
  suggestion: 'MyLoss',
  module,
  test,
  args: ({ before }) => ({ include_background: before['include_background'] === true }),
};
