"""Stands in for the BYOC transform of the public examples: same signature."""

from monai.transforms import MapTransform, RandomizableTransform


class MyRandAdditiveNoised(RandomizableTransform, MapTransform):
    def __init__(self, keys, prob=0.5, max_add=0.1):
        MapTransform.__init__(self, keys)
        RandomizableTransform.__init__(self, prob)
        self.max_add = max_add

    def __call__(self, data):
        return dict(data)
