"""Makes the samples' data: synthetic abdominal CT with the spleen as truth, as a Decathlon-style data set.

    python makePhantom.py OUT [--seed 0] [--size 72] [--train 8] [--validation 3] [--test 2]

Organs have the Hounsfield units of contrast CT in the portal phase, with noise. Liver and spleen are nearly
alike, so that position and shape must be learned. Spacing, position, size, tilt and noise differ from case to case;
the affine has flipped axes, as volumes born as DICOM have. Needs numpy and nibabel. One seed makes the same voxels.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np


def smooth(volume, passes):
    """Blurs by the kernel (1 2 1)/4 along each axis, `passes` times."""
    for _ in range(passes):
        for axis in range(3):
            volume = (np.roll(volume, 1, axis) + 2 * volume + np.roll(volume, -1, axis)) / 4
    return volume


def ellipsoid(grid, centre, radii, tilt=0.0):
    """Below 1 inside. Centre and radii in mm; tilt in radians about the front-to-back axis."""
    x, y, z = (g - c for g, c in zip(grid, centre))
    x, z = x * np.cos(tilt) + z * np.sin(tilt), z * np.cos(tilt) - x * np.sin(tilt)
    return (x / radii[0]) ** 2 + (y / radii[1]) ** 2 + (z / radii[2]) ** 2


def make_case(rng, size):
    """One patient: HU (int16), label (uint8, 1 = spleen), affine (RAS, mm). Axes: +x left, +y posterior, +z head."""
    spacing = np.array([210.0, 210.0, 190.0]) / size * rng.uniform(0.95, 1.05, 3)
    axes = [(np.arange(size) - (size - 1) / 2) * s for s in spacing]
    grid = np.meshgrid(*axes, indexing="ij")
    wobble = smooth(rng.standard_normal((size,) * 3), 6)
    wobble *= 0.12 / wobble.std()

    def near(centre, mm):
        return np.array(centre) + rng.uniform(-mm, mm, 3)

    body = ellipsoid(grid, near((0, 0, 0), 3), np.array([92, 72, 400]) * rng.uniform(0.94, 1.04)) < 1
    hu = np.full((size,) * 3, -1000.0)
    hu[body] = -95  # fat
    hu[ellipsoid(grid, (0, 0, 0), (82, 62, 400)) < 1] = 45  # muscle, bowel
    hu[ellipsoid(grid, near((0, 42, 0), 2), (15, 14, 400)) < 1] = rng.uniform(300, 500)  # spine
    hu[ellipsoid(grid, near((8, 22, 0), 2), (8, 8, 400)) < 1] = rng.uniform(150, 190)  # aorta
    stomach = ellipsoid(grid, near((30, -20, 10), 6), (20, 16, 26)) + wobble
    hu[stomach < 1] = rng.uniform(-20, 30)
    lobe = np.array([40, 44, 52]) * rng.uniform(0.9, 1.1)
    liver = ellipsoid(grid, near((-34, -4, 14), 6), lobe, 0.3) + wobble < 1
    hu[liver] = rng.uniform(95, 120)
    for side in (-1, 1):  # kidneys
        hu[ellipsoid(grid, near((side * 38, 34, -38), 4), (13, 13, 26)) < 1] = rng.uniform(150, 190)
    radii = np.array([23, 30, 42]) * rng.uniform(0.88, 1.12)
    spleen = ellipsoid(grid, near((54, 22, 24), 7), radii, rng.uniform(-0.5, 0.1)) + wobble < 1
    spleen &= body & ~liver
    hu[spleen] = rng.uniform(105, 135)

    noise = smooth(rng.standard_normal(hu.shape), 1) * 3.3 * rng.uniform(7, 13)
    hu = smooth(hu, 1) + noise
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = [axis[0] for axis in axes]
    to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    return (
        np.clip(hu, -1024, 1500).round().astype(np.int16),
        spleen.astype(np.uint8),
        to_ras @ affine,
    )


def save(array, affine, path):
    image = nib.Nifti1Image(array, affine)
    image.header.set_xyzt_units("mm")
    nib.save(image, path)


def write(out, seed=0, size=72, train=8, validation=3, test=2):
    """Writes the data set into `out`, whole or not at all."""
    out = Path(out)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    rng = np.random.default_rng(seed)
    lists = {"training": train, "validation": validation, "test": test}
    datalist = {
        "name": "Phantom",
        "description": f"Synthetic abdominal CT, seed {seed}",
        "tensorImageSize": "3D",
        "modality": {"0": "CT"},
        "labels": {"0": "background", "1": "spleen"},
        **{key: [] for key in lists},
    }
    number = 0
    for key, count in lists.items():
        suffix = "Ts" if key == "test" else "Tr"
        for _ in range(count):
            hu, label, affine = make_case(rng, size)
            entry = {}
            for kind, array in (("image", hu), ("label", label)):
                entry[kind] = f"{kind}s{suffix}/phantom_{number:02d}.nii.gz"
                (part / entry[kind]).parent.mkdir(parents=True, exist_ok=True)
                save(array, affine, part / entry[kind])
            datalist[key].append(entry)
            number += 1
    (part / "dataset.json").write_text(json.dumps(datalist, indent=2) + "\n", encoding="utf-8")
    if out.exists():
        shutil.rmtree(out)
    part.replace(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    defaults = (("seed", 0), ("size", 72), ("train", 8), ("validation", 3), ("test", 2))
    for name, default in defaults:
        parser.add_argument(f"--{name}", type=int, default=default)
    write(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
