"""The bring-your-own component of the spleen sample.

Contrast media and scanners shift the intensities of a body, never those of the air around it.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform, RandomizableTransform


class RandBodyShiftd(RandomizableTransform, MapTransform):
    """Adds one random offset to everything above `air`, for images scaled to 0..1.

    Shapes and dtypes stay as they are. The offset is drawn from [-offset, offset] once per case and shared by all keys.

    Args:
        keys: entries of the data dictionary, tensors of shape (C, spatial...).
        offset: largest shift, in units of the scaled image.
        prob: probability that a case is shifted at all.
        air: voxels at or below this value are left alone.
    """

    def __init__(self, keys: KeysCollection, offset: float = 0.1, prob: float = 0.5, air: float = 0.0) -> None:
        MapTransform.__init__(self, keys)
        RandomizableTransform.__init__(self, prob)
        if offset < 0:
            raise ValueError(f"offset must not be negative, got {offset}")
        self.offset, self.air, self.shift = offset, air, 0.0

    def randomize(self, data: Any = None) -> None:
        super().randomize(None)
        if self._do_transform:
            self.shift = float(self.R.uniform(-self.offset, self.offset))

    def __call__(self, data: Mapping[Hashable, torch.Tensor]) -> dict[Hashable, torch.Tensor]:
        out = dict(data)
        self.randomize()
        if self._do_transform:
            for key in self.key_iterator(out):
                out[key] = torch.where(out[key] > self.air, out[key] + self.shift, out[key])
        return out
