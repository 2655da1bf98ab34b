"""Stands in for the BYOC loss of the public examples, whose source is not part of the test data: same signature."""

from monai.losses import DiceLoss


class MyDiceLoss(DiceLoss):
    pass
