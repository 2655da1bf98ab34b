"""Stands in for the BYOC network of the public examples: same signature (`dimensions`, as in MONAI 0.8)."""

from monai.networks.nets import BasicUNet


class MyBasicUNet(BasicUNet):
    def __init__(
        self,
        dimensions=3,
        in_channels=1,
        out_channels=2,
        features=(32, 32, 64, 128, 256, 32),
        **rest,
    ):
        super().__init__(dimensions, in_channels, out_channels, features, **rest)
