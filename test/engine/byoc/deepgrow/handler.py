"""Stands in for Deepgrow's BYOC handlers: same signatures."""


class DeepgrowStatsHandler:
    def __init__(self, **options):
        self.options = options

    def attach(self, engine):
        """Nothing to do: only constructed in tests."""


class SegmentationSaver(DeepgrowStatsHandler):
    pass
