import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a random dictionary transform of this MMAR, for training only.

Compose.set_random_state and monai.utils.set_determinism seed it: all chance comes
from self.R. Never use random or numpy.random here, workers would repeat draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform, RandomizableTransform


class {{name}}(RandomizableTransform, MapTransform):
    """Adds one random offset per case to the entries of keys.

    Shape (C, spatial...) and dtype stay as they are; arrays and tensors both work. All
    keys of a case get the same offset.

    Args:
        keys: entries of the data dictionary.
        max_offset: offsets are drawn from [-max_offset, max_offset].
        prob: probability that a case is changed at all.
        allow_missing_keys: whether a key that a case does not have is passed over.
    """

    def __init__(
        self,
        keys: KeysCollection,
        max_offset: float = 0.1,
        prob: float = 0.5,
        allow_missing_keys: bool = False,
    ) -> None:
        MapTransform.__init__(self, keys, allow_missing_keys)
        RandomizableTransform.__init__(self, prob)
        if max_offset < 0:
            raise ValueError(f"max_offset must not be negative, got {max_offset}")
        self.max_offset = max_offset
        self.offset = 0.0

    def randomize(self, data: Any = None) -> None:
        """Draws everything that is random about one case."""
        super().randomize(None)  # whether this case is changed
        # TODO: draw from self.R what the transform needs, also for unchanged cases.
        self.offset = float(self.R.uniform(-self.max_offset, self.max_offset))

    def __call__(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        out = dict(data)  # what came in stays as it was
        self.randomize()
        if not self._do_transform:
            return out
        for key in self.key_iterator(out):
            out[key] = out[key] + self.offset
        return out
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from monai.transforms import Compose

# isort: split
from {{module}} import {{name}}

SHAPE = (1, 4, 5, 6)


def draws(seed: int, prob: float = 1.0, count: int = 8) -> list[float]:
    transform = {{name}}(keys="image", max_offset=1.0, prob=prob)
    transform.set_random_state(seed=seed)
    image = np.zeros(SHAPE, dtype=np.float32)
    return [float(transform({"image": image})["image"].mean()) for _ in range(count)]


def test_array_keeps_shape_and_dtype() -> None:
    transform = {{name}}(keys="image", prob=1.0)
    out = transform({"image": np.zeros(SHAPE, dtype=np.float32)})["image"]
    assert out.shape == SHAPE
    assert out.dtype == np.float32


def test_tensor_keeps_shape_and_dtype() -> None:
    transform = {{name}}(keys="image", prob=1.0)
    out = transform({"image": torch.zeros(SHAPE)})["image"]
    assert tuple(out.shape) == SHAPE
    assert out.dtype == torch.float32


def test_same_seed_same_draws() -> None:
    assert draws(seed=0) == draws(seed=0)
    assert draws(seed=0) != draws(seed=1)
    assert len(set(draws(seed=0))) > 1


def test_compose_seeds_it() -> None:
    image = np.zeros(SHAPE, dtype=np.float32)

    def run(seed: int) -> float:
        chain = Compose([{{name}}(keys="image", max_offset=1.0, prob=1.0)])
        chain.set_random_state(seed=seed)
        return float(chain({"image": image})["image"].mean())

    assert run(0) == run(0)
    assert run(0) != run(1)


def test_probability() -> None:
    assert set(draws(seed=0, prob=0.0)) == {0.0}
    changed = [value != 0.0 for value in draws(seed=0, prob=0.5, count=200)]
    assert 50 < sum(changed) < 150


def test_stays_within_its_range_and_copies() -> None:
    values = draws(seed=0, count=200)
    assert max(abs(value) for value in values) <= 1.0
    data = {"image": np.zeros(SHAPE, dtype=np.float32)}
    {{name}}(keys="image", prob=1.0)(data)
    np.testing.assert_array_equal(data["image"], 0.0)


def test_all_keys_of_a_case_get_the_same() -> None:
    image = np.zeros(SHAPE, dtype=np.float32)
    out = {{name}}(keys=["a", "b"], prob=1.0)({"a": image, "b": image})
    np.testing.assert_array_equal(out["a"], out["b"])


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="max_offset"):
        {{name}}(keys="image", max_offset=-1.0)
`;

export const randomTransform: Scaffold = {
  kind: 'randomTransform',
  label: () => t('Random Dictionary Transform'),
  detail: () => t('augmentation, in training only'),
  suggestion: 'RandMyTransformd',
  module,
  test,
  args: () => ({ keys: 'image', max_offset: 0.1, prob: 0.5 }),
};
