import { t } from '@vscode/l10n';
import type { Scaffold } from '../scaffold.ts';

const module = `"""{{name}}: an image reader of this MMAR, for LoadImaged.

LoadImaged asks the reader first. One that raises is passed over, and MONAI's own
readers are asked: so refuse what is not yours.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from monai.data import ImageReader


class {{name}}(ImageReader):
    """Reads NumPy archives (.npz) that hold a volume and where it lies.

    Args:
        image_key: name of the volume in the archive, an array (spatial...).
        affine_key: name of its affine, 4 x 4, voxels to RAS millimetres; without one,
            voxels are 1 mm.
    """

    def __init__(self, image_key: str = "image", affine_key: str = "affine") -> None:
        super().__init__()
        self.image_key = image_key
        self.affine_key = affine_key

    def verify_suffix(self, filename: Sequence[str | Path] | str | Path) -> bool:
        """Whether all the files are of this reader's format, by their names."""
        return all(name.endswith(".npz") for name in names_of(filename))

    def read(self, data: Sequence[str | Path] | str | Path, **kwargs: Any) -> list[Any]:
        """Opens the files; several files are the channels of one image."""
        names = names_of(data)
        if not self.verify_suffix(names):
            raise ValueError(f"{names} are no .npz files")
        # TODO: replace this by how a file of your format is read.
        archives = []
        for name in names:
            with np.load(name, **kwargs) as archive:
                archives.append({key: archive[key] for key in archive.files})
        return archives

    def get_data(self, img: list[Any]) -> tuple[np.ndarray, dict[str, Any]]:
        """The volume, (spatial...) or (C, spatial...), and what is known of it."""
        volumes = [archive[self.image_key] for archive in img]
        affine = np.asarray(img[0].get(self.affine_key, np.eye(4)), dtype=np.float64)
        several = len(volumes) > 1
        meta = {
            "affine": affine.copy(),
            "original_affine": affine,
            "spatial_shape": np.asarray(volumes[0].shape),
            "original_channel_dim": 0 if several else "no_channel",
        }
        return (np.stack(volumes) if several else volumes[0]), meta


def names_of(data: Sequence[str | Path] | str | Path) -> list[str]:
    listed = [data] if isinstance(data, (str, Path)) else list(data)
    return [str(name) for name in listed]
`;

const test = `"""{{docs}}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from monai.transforms import Compose, EnsureChannelFirstd, LoadImaged

# isort: split
from {{module}} import {{name}}

SHAPE = (4, 5, 6)
AFFINE = np.diag([2.0, 3.0, 4.0, 1.0])


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    file = tmp_path / "case 1 (a).npz"
    image = np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE)
    np.savez_compressed(file, image=image, affine=AFFINE)
    return file


def load(files: Any) -> Any:
    chain = Compose(
        [LoadImaged(keys="image", reader={{name}}()), EnsureChannelFirstd(keys="image")]
    )
    return chain({"image": files})


def affine_of(case: Any) -> np.ndarray:
    """MONAI keeps it beside the image, since 1.0 with it."""
    image = case["image"]
    affine = image.affine if hasattr(image, "affine") else None
    return np.asarray(case["image_meta_dict"]["affine"] if affine is None else affine)


def test_through_the_transforms(volume: Path) -> None:
    case = load(str(volume))
    image = np.asarray(case["image"])
    assert image.shape == (1, *SHAPE)
    assert image.dtype == np.float32
    assert image[0, 0, 0, 1] == 1.0
    np.testing.assert_allclose(affine_of(case), AFFINE)


def test_several_files_are_channels(volume: Path) -> None:
    image = np.asarray(load([str(volume), str(volume)])["image"])
    assert image.shape == (2, *SHAPE)
    np.testing.assert_array_equal(image[0], image[1])


def test_is_deterministic(volume: Path) -> None:
    first, second = load(str(volume)), load(str(volume))
    np.testing.assert_array_equal(
        np.asarray(first["image"]), np.asarray(second["image"])
    )


def test_knows_its_files(tmp_path: Path) -> None:
    reader = {{name}}()
    assert reader.verify_suffix("a.npz")
    assert reader.verify_suffix(["a.npz", "b.npz"])
    assert not reader.verify_suffix(["a.npz", "b.nii.gz"])
    with pytest.raises(ValueError, match="npz"):
        reader.read(tmp_path / "a.nii.gz")


def test_without_affine(tmp_path: Path) -> None:
    file = tmp_path / "plain.npz"
    np.savez(file, image=np.zeros(SHAPE))
    np.testing.assert_array_equal(affine_of(load(str(file))), np.eye(4))
`;

export const imageReader: Scaffold = {
  kind: 'imageReader',
  label: () => t('Image Reader'),
  detail: () => t('a file format for LoadImaged'),
  suggestion: 'MyReader',
  module,
  test,
  args: () => ({}),
};
