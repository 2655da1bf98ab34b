import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a dataset of this MMAR.

Clara and the compiled bundle read the datalist and pass its cases as data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from monai.data import Dataset


class {{name}}(Dataset):
    """Serves every case several times per epoch, transformed anew each time.

    Nothing is cached. For transforms that are dear, derive from
    monai.data.CacheDataset instead, which keeps the result of the deterministic ones.

    Args:
        data: the cases of the datalist, dictionaries with "image", "label" and so on.
        transform: what is done to a case; None serves it as it is.
        times: how often a case comes in an epoch.
    """

    def __init__(
        self,
        data: Sequence[Any],
        transform: Callable[[Any], Any] | None = None,
        times: int = 1,
    ) -> None:
        if times < 1:
            raise ValueError(f"times must be 1 or more, got {times}")
        super().__init__(data, transform)
        self.times = times

    def __len__(self) -> int:
        return len(self.data) * self.times

    def _transform(self, index: int) -> Any:
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no case {index} of {len(self)}")
        # TODO: replace this by how a case is found.
        return super()._transform(index % len(self.data))
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from monai.data import DataLoader

# isort: split
from {{module}} import {{name}}

CASES = [{"image": np.full((1, 4, 4), i, dtype=np.float32)} for i in range(3)]


def values(dataset: {{name}}) -> list[float]:
    return [float(dataset[i]["image"].mean()) for i in range(len(dataset))]


def test_every_case_comes_as_often_as_asked() -> None:
    assert values({{name}}(CASES)) == [0.0, 1.0, 2.0]
    assert values({{name}}(CASES, times=2)) == [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]


def test_transforms_anew_and_leaves_the_cases_alone() -> None:
    seen: list[float] = []

    def transform(case: dict[str, Any]) -> dict[str, Any]:
        seen.append(float(case["image"].mean()))
        return {"image": case["image"] + 10}

    dataset = {{name}}(CASES, transform, times=2)
    assert values(dataset) == [10.0, 11.0, 12.0, 10.0, 11.0, 12.0]
    assert len(seen) == 6
    assert float(CASES[0]["image"].mean()) == 0.0


def test_batches_keep_shape_and_dtype() -> None:
    loader = DataLoader({{name}}(CASES, times=2), batch_size=2, shuffle=False)
    batches = [batch["image"] for batch in loader]
    assert [tuple(batch.shape) for batch in batches] == [(2, 1, 4, 4)] * 3
    assert all(str(batch.dtype) == "torch.float32" for batch in batches)


def test_is_deterministic() -> None:
    dataset = {{name}}(CASES, times=3)
    assert values(dataset) == values(dataset)


def test_ends_and_refuses_nonsense() -> None:
    dataset = {{name}}(CASES)
    assert len(list(dataset)) == 3
    assert float(dataset[-1]["image"].mean()) == 2.0
    with pytest.raises(IndexError):
        dataset[3]
    with pytest.raises(ValueError, match="times"):
        {{name}}(CASES, times=0)
`;

export const dataset: Scaffold = {
  kind: 'dataset',
  label: () => t('Dataset'),
  detail: () => t('which cases an epoch has, and how often'),
  suggestion: 'MyDataset',
  module,
  test,
  args: ({ dialect }) => ({
    ...(dialect === '4.0' ? {} : { transform: '@pre_transforms' }),
    times: 1,
  }),
};
