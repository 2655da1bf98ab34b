"""Data for a new MMAR: tiny volumes or images of boxes in noise, by the template's own datalist.

tinyData.py DATA_ROOT: fills in every file that DATA_ROOT/dataset.json names.
"""

import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np


def write(file: Path, array: np.ndarray, spacing: list[float]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    affine = np.diag([*(-s for s in spacing[:2]), *spacing[2:], *[1.0] * (4 - len(spacing))])
    affine[:3, 3] = 10.0, -20.0, 30.0
    nib.save(nib.Nifti1Image(array, affine), file)


def case(size: list[int], labels: int, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """A body of 50 in air of -1000, and a box per label that is a little brighter."""
    image = np.full(size, -1000.0, dtype=np.float32)
    label = np.zeros(size, dtype=np.uint8)
    image[tuple(slice(3, n - 3) for n in size)] = 50.0
    for value in range(1, labels + 1):
        start = rng.randint(5, 12, size=len(size))
        box = tuple(slice(a, a + 8 + value) for a in start)
        image[box], label[box] = 50.0 + 40.0 * value, value
    return image + rng.normal(0, 5, size).astype(np.float32), label


def main() -> None:
    root = Path(sys.argv[1])
    datalist = json.loads((root / "dataset.json").read_text())
    dims = 3 if datalist["tensorImageSize"] == "3D" else 2
    rng = np.random.RandomState(0)
    spacing = [1.5, 1.2, 2.0][:dims]
    lift = 1010.0 if "MR" in datalist["modality"].values() else 0.0  # MR has no negative values
    for entry in [e for name in ("training", "validation", "test") for e in datalist[name]]:
        image, label = case([40, 36, 44][:dims], len(datalist["labels"]) - 1, rng)
        for name in entry["image"] if isinstance(entry["image"], list) else [entry["image"]]:
            write(root / name, image + lift, spacing)
        if "label" in entry:
            write(root / entry["label"], label, spacing)


main()
