"""Stands in for Deepgrow's BYOC iteration: same signature."""


class ClickInteraction:
    def __init__(self, transforms, train, max_interactions, key_probability="probability", **rest):
        self.transforms, self.train, self.max_interactions = transforms, train, max_interactions

    def __call__(self, engine, batch):
        raise RuntimeError("only constructed in tests")
