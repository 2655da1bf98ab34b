import { t } from '@vscode/l10n';
import { isValues } from '../../mmar/kind.ts';
import { isList } from '../../mmar/bundle/json.ts';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: a writer of this MMAR's AIAA model, the last stage of a request.

AIAA imports it from the folder lib of its workspace: copy this file there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import nibabel as nib
import numpy as np


class {{name}}:
    """Writes a label map as NIfTI, and says how large every label is.

    Args:
        image: key of the label map, (1, spatial...) or (spatial...), on the grid of the
            image that was sent (aiaa.transforms.Restored puts it there).
        ref_image: key of that image, whose affine the file gets.
        label_names: names of the labels 1, 2, ...; without them numbers are used.
    """

    def __init__(
        self,
        image: str = "pred",
        ref_image: str = "image",
        label_names: Sequence[str] | None = None,
    ) -> None:
        self.image = image
        self.ref_image = ref_image
        self.label_names = list(label_names or [])

    def __call__(self, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Returns the file that is sent back, and a JSON document."""
        labels = as_array(data[self.image])
        if labels.ndim == 4 and labels.shape[0] == 1:
            labels = labels[0]
        if labels.ndim not in (2, 3):
            raise ValueError(f"{self.image} of shape {labels.shape} is no label map")
        labels = np.rint(labels).astype(np.uint8)
        affine = self._affine(data)
        with tempfile.NamedTemporaryFile(suffix=".nii.gz", delete=False) as file:
            name = file.name
        nib.save(nib.Nifti1Image(labels, affine), name)
        # TODO: replace this by what the client is to be told.
        voxel = abs(float(np.linalg.det(affine[:3, :3]))) / 1000.0
        counts = np.bincount(labels.ravel())
        volumes = {
            self._name(value): round(float(count) * voxel, 3)
            for value, count in enumerate(counts)
            if value > 0 and count > 0
        }
        return name, {"volumes_ml": volumes}

    def _affine(self, data: Mapping[str, Any]) -> np.ndarray:
        meta = data.get(f"{self.ref_image}_meta_dict")
        if meta is None:
            found = getattr(data.get(self.ref_image), "affine", None)
        else:
            found = meta.get("original_affine", meta.get("affine"))
        return np.eye(4) if found is None else as_array(found).astype(np.float64)

    def _name(self, value: int) -> str:
        known = value <= len(self.label_names)
        return self.label_names[value - 1] if known else str(value)


def as_array(value: Any) -> np.ndarray:
    """Tensors may be on another device."""
    return np.asarray(value.cpu() if hasattr(value, "cpu") else value)
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import torch

# isort: split
from {{module}} import {{name}}

AFFINE = np.diag([2.0, 2.0, 5.0, 1.0])
META = {"image_meta_dict": {"affine": np.eye(4), "original_affine": AFFINE}}


def label_map() -> np.ndarray:
    labels = np.zeros((4, 5, 6), dtype=np.float32)
    labels[:2] = 1
    labels[3, 0, 0] = 2
    return labels


def write(pred: Any, **args: Any) -> tuple[Any, dict[str, Any]]:
    file, result = {{name}}(**args)({"pred": pred, **META})
    written = nib.load(file)
    image = (np.asarray(written.dataobj), written.affine)
    Path(file).unlink()
    return image, result


def test_file() -> None:
    (labels, affine), _ = write(label_map()[None])
    assert labels.shape == (4, 5, 6)
    assert labels.dtype == np.uint8
    np.testing.assert_array_equal(labels, label_map())
    np.testing.assert_allclose(affine, AFFINE)


def test_tensors_and_arrays_give_the_same() -> None:
    (one, _), first = write(torch.from_numpy(label_map()))
    (other, _), second = write(label_map())
    np.testing.assert_array_equal(one, other)
    assert first == second


def test_volumes() -> None:
    _, result = write(label_map())
    assert result == {"volumes_ml": {"1": pytest.approx(1.2), "2": pytest.approx(0.02)}}
    _, named = write(label_map(), label_names=["spleen"])
    assert set(named["volumes_ml"]) == {"spleen", "2"}


def test_nothing_found() -> None:
    _, result = write(np.zeros((4, 5, 6)))
    assert result == {"volumes_ml": {}}


def test_refuses_probabilities() -> None:
    with pytest.raises(ValueError, match="label map"):
        {{name}}()({"pred": np.zeros((2, 4, 5, 6)), **META})
`;

export const aiaaWriter: Scaffold = {
  kind: 'aiaaWriter',
  label: () => t('AIAA Writer'),
  detail: () => t('what AIAA sends back'),
  suggestion: 'MyWriter',
  module,
  test,
  args: ({ before, config }) => {
    const labels = isValues(config) ? config['labels'] : undefined;
    return {
      image: before['image'] ?? 'pred',
      ref_image: 'image',
      ...(isList(labels) ? { label_names: labels } : {}),
    };
  },
};
