"""Builds and uses components with arguments that only **kwargs take: {"Component(argument)": "accepted"|"refused"}."""

import json
import warnings

import torch
from monai import data, networks, transforms
from monai.transforms import croppad

ITEM = {"image": torch.rand(2, 8, 8)}
CASES = {
    "AsDiscreted(n_classes)": lambda: transforms.AsDiscreted(keys="image", argmax=True, n_classes=2)(ITEM),
    "AsDiscreted(keepdim)": lambda: transforms.AsDiscreted(keys="image", argmax=True, keepdim=True)(ITEM),
    "AsDiscreted(nonsense)": lambda: transforms.AsDiscreted(keys="image", argmax=True, nonsense=2)(ITEM),
    "Activationsd(dim)": lambda: transforms.Activationsd(keys="image", softmax=True, dim=0)(ITEM),
    "Activationsd(nonsense)": lambda: transforms.Activationsd(keys="image", softmax=True, nonsense=1)(ITEM),
    "SpatialPadd(value)": lambda: transforms.SpatialPadd(keys="image", spatial_size=(9, 9), value=1)(ITEM),
    "SpatialPadd(nonsense)": lambda: transforms.SpatialPadd(keys="image", spatial_size=(9, 9), nonsense=1)(ITEM),
    "Zoomd(nonsense)": lambda: transforms.Zoomd(keys="image", zoom=0.5, nonsense=1)(ITEM),
    "GridPatchd(nonsense)": lambda: transforms.GridPatchd(
        keys="image", patch_size=(3, 3), pad_mode="constant", nonsense=1
    )(ITEM),
    "ToDeviced(non_blocking)": lambda: transforms.ToDeviced(keys="image", device="cpu", non_blocking=True)(ITEM),
    "ToDeviced(nonsense)": lambda: transforms.ToDeviced(keys="image", device="cpu", nonsense=1)(ITEM),
    "PadListDataCollate(nonsense)": lambda: croppad.batch.PadListDataCollate(nonsense=1)(
        [{"image": torch.rand(1, 2)}, {"image": torch.rand(1, 3)}]
    ),
    "DataLoader(batch_size)": lambda: list(data.DataLoader(data.Dataset([1, 2]), batch_size=2)),
    "DataLoader(batchsize)": lambda: data.DataLoader(data.Dataset([1, 2]), batchsize=2),
    "DataLoader(persistent_workers)": lambda: data.DataLoader(data.Dataset([1, 2]), persistent_workers=False),
    "ThreadDataLoader(shuffle)": lambda: data.ThreadDataLoader(data.Dataset([1, 2]), shuffle=True),
    "ThreadDataLoader(nonsense)": lambda: data.ThreadDataLoader(data.Dataset([1, 2]), nonsense=True),
    "DenseNet121(dropout_prob)": lambda: networks.nets.DenseNet121(2, 1, 2, dropout_prob=0.1),
    "DenseNet121(nonsense)": lambda: networks.nets.DenseNet121(2, 1, 2, nonsense=0.1),
    "torch.nn.Sigmoid(nonsense)": lambda: torch.nn.Sigmoid(nonsense=1),
    "torch.nn.LSTM(num_layers)": lambda: torch.nn.LSTM(2, 2, num_layers=2),
    "LoadImaged(nonsense)": lambda: transforms.LoadImaged(keys="image", nonsense=1),
}


def outcome(call):
    try:
        call()
    except (TypeError, ValueError):
        return "refused"
    return "accepted"


warnings.simplefilter("ignore")
print(json.dumps({name: outcome(call) for name, call in CASES.items()}))
