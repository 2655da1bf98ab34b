import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a dictionary transform of this MMAR.

It is deterministic, so training, validation, inference and AIAA all need it at the same
place. Random augmentation belongs into a random transform.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform


class {{name}}(MapTransform):
    """Multiplies the entries of keys by a factor.

    Shape (C, spatial...) and dtype stay as they are; arrays and tensors both work.

    Args:
        keys: entries of the data dictionary.
        factor: what the values are multiplied by.
        allow_missing_keys: whether a key that a case does not have is passed over.
    """

    def __init__(
        self,
        keys: KeysCollection,
        factor: float = 1.0,
        allow_missing_keys: bool = False,
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        self.factor = factor

    def __call__(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        out = dict(data)  # what came in stays as it was
        for key in self.key_iterator(out):
            # TODO: replace this line by what the transform is for.
            out[key] = out[key] * self.factor
        return out
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

# isort: split
from {{module}} import {{name}}

SHAPE = (1, 4, 5, 6)


def test_array_keeps_shape_and_dtype() -> None:
    image = np.ones(SHAPE, dtype=np.float32)
    out = {{name}}(keys="image", factor=2.0)({"image": image})["image"]
    assert out.shape == SHAPE
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, 2.0)


def test_tensor_keeps_shape_and_dtype() -> None:
    image = torch.ones(SHAPE, dtype=torch.float32)
    out = {{name}}(keys="image", factor=2.0)({"image": image})["image"]
    assert tuple(out.shape) == SHAPE
    assert out.dtype == torch.float32
    assert torch.all(out == 2.0)


def test_touches_its_keys_only_and_copies() -> None:
    image, label = np.ones(SHAPE, np.float32), np.ones(SHAPE, np.uint8)
    data = {"image": image, "label": label}
    out = {{name}}(keys="image", factor=3.0)(data)
    assert out["label"] is label
    assert data["image"] is image
    np.testing.assert_array_equal(image, 1.0)


def test_is_deterministic() -> None:
    image = np.random.RandomState(0).rand(*SHAPE).astype(np.float32)
    transform = {{name}}(keys="image", factor=0.5)
    first, second = transform({"image": image}), transform({"image": image})
    np.testing.assert_array_equal(first["image"], second["image"])


def test_missing_key() -> None:
    with pytest.raises(KeyError):
        {{name}}(keys="image")({})
    assert {{name}}(keys="image", allow_missing_keys=True)({}) == {}
`;

export const transform: Scaffold = {
  kind: 'transform',
  label: () => t('Dictionary Transform'),
  detail: () => t('deterministic; for training, validation, inference and AIAA alike'),
  suggestion: 'MyTransformd',
  module,
  test,
  args: ({ slot }) => ({ keys: slot === 'post_transforms' ? 'pred' : 'image', factor: 1 }),
};
