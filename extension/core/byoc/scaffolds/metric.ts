import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a metric of this MMAR, for key_metric or additional_metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from ignite.exceptions import NotComputableError
from ignite.metrics import Metric
from ignite.metrics.metric import reinit__is_reduced, sync_all_reduce


class {{name}}(Metric):
    """Sensitivity: the share of a class's voxels that is found, averaged.

    The output of the engine is (predictions, labels), two lists with one tensor (C,
    spatial...) per case, one-hot, as monai.handlers.from_engine(['pred', 'label'])
    gives them. Classes that a case does not have do not count. Larger is better.

    Args:
        include_background: whether channel 0 counts.
        output_transform: engine output -> (predictions, labels).
        device: where the sums are kept; that of the process group when distributed.
    """

    def __init__(
        self,
        include_background: bool = False,
        output_transform: Callable[[Any], Any] = lambda x: x,
        device: str | torch.device = "cpu",
    ) -> None:
        self.first = 0 if include_background else 1
        super().__init__(output_transform=output_transform, device=device)

    @reinit__is_reduced
    def reset(self) -> None:
        self._sum = torch.zeros((), dtype=torch.float64, device=self._device)
        self._count = torch.zeros((), dtype=torch.int64, device=self._device)

    @reinit__is_reduced
    def update(
        self, output: tuple[Sequence[torch.Tensor], Sequence[torch.Tensor]]
    ) -> None:
        for prediction, label in zip(*output):
            if prediction.shape != label.shape:
                raise ValueError(
                    f"prediction {tuple(prediction.shape)} and label "
                    f"{tuple(label.shape)} differ: are both one-hot?"
                )
            found = prediction[self.first :].detach().flatten(1) > 0.5
            truth = label[self.first :].detach().flatten(1) > 0.5
            # TODO: replace these lines by your score of one case.
            sizes = truth.sum(1)
            there = sizes > 0
            scores = (found & truth).sum(1)[there].double() / sizes[there]
            self._sum += scores.sum().to(self._sum.device)
            self._count += scores.numel()

    @sync_all_reduce("_sum", "_count")
    def compute(self) -> float:
        if int(self._count) == 0:
            raise NotComputableError("no case had any of the classes that count")
        return float(self._sum / self._count)
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from ignite.engine import Engine
from ignite.exceptions import NotComputableError

# isort: split
from {{module}} import {{name}}

SIZE = 4


def one_hot(rows: int) -> torch.Tensor:
    """(2, SIZE, SIZE): rows rows of the foreground, the rest background."""
    foreground = torch.zeros(SIZE, SIZE)
    foreground[:rows] = 1.0
    return torch.stack([1.0 - foreground, foreground])


def score(*cases: tuple[torch.Tensor, torch.Tensor], **args: Any) -> float:
    metric = {{name}}(**args)
    for prediction, label in cases:
        metric.update(([prediction], [label]))
    return metric.compute()


def test_values() -> None:
    assert score((one_hot(2), one_hot(2))) == 1.0
    assert score((one_hot(0), one_hot(2))) == 0.0
    assert score((one_hot(1), one_hot(2))) == pytest.approx(0.5)


def test_mean_over_cases_in_any_order() -> None:
    cases = [(one_hot(1), one_hot(2)), (one_hot(4), one_hot(4))]
    assert score(*cases) == pytest.approx(0.75)
    assert score(*cases) == score(*reversed(cases))


def test_background_counts_only_when_asked() -> None:
    case = (one_hot(4), one_hot(2))
    assert score(case) == 1.0
    assert score(case, include_background=True) == pytest.approx(0.5)


def test_absent_classes_do_not_count() -> None:
    assert score((one_hot(1), one_hot(0)), (one_hot(2), one_hot(2))) == 1.0
    with pytest.raises(NotComputableError):
        score((one_hot(1), one_hot(0)))


def test_reset_forgets() -> None:
    metric = {{name}}()
    metric.update(([one_hot(0)], [one_hot(2)]))
    metric.reset()
    metric.update(([one_hot(2)], [one_hot(2)]))
    assert metric.compute() == 1.0


def test_attached_to_an_engine() -> None:
    def run(_: Engine, rows: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        return [one_hot(rows)], [one_hot(2)]

    engine = Engine(run)
    {{name}}().attach(engine, "score")
    assert engine.run([1, 2]).metrics["score"] == pytest.approx(0.75)


def test_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="one-hot"):
        score((one_hot(2)[:1], one_hot(2)))
`;

export const metric: Scaffold = {
  kind: 'metric',
  label: () => t('Metric'),
  detail: () => t('ignite metric over predictions and labels'),
  suggestion: 'MyMetric',
  module,
  test,
  args: ({ dialect }) => ({
    include_background: false,
    output_transform:
      dialect === '4.0'
        ? "lambda x: (x['pred'], x['label'])"
        : "#monai.handlers.from_engine(['pred', 'label'])",
  }),
};
