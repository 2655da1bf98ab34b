"""Tries a compiled bundle out before a queue does: every fault with the id of what caused it.

    python -m scripts.mmar_preflight REPORT PROGRESS configs/train.json [configs/evaluate.json configs/inference.json]

Runs in the bundle's folder, as training does. Needs torch, monai, pytorch-ignite and numpy.
Exit status: 0 no faults, 1 faults.
"""
