"""The training of a compiled bundle as a plain loop: the same data, network, loss and optimizer, no engine around them.

python plainLoop.py EPOCHS        in the bundle's folder; prints the seconds of each epoch as a JSON list
"""

import json
import sys
import time
from pathlib import Path

import torch
from monai.bundle import ConfigParser
from monai.data import decollate_batch
from monai.metrics import DiceMetric
from monai.utils import set_determinism


def train(epochs):
    parser = ConfigParser()
    parser.read_config("configs/train.json")
    parser["epochs"] = epochs
    parser.parse(True)
    set_determinism(0)
    network, loss_of, optimizer, schedule, loader, after = (
        parser.get_parsed_content(name)
        for name in (
            "network",
            "loss",
            "optimizer",
            "lr_scheduler",
            "train::dataloader",
            "train::postprocessing",
        )
    )
    metric = DiceMetric(include_background=False)
    seconds = []
    network.train()
    for _ in range(epochs):
        begun = time.perf_counter()
        for batch in loader:
            optimizer.zero_grad()
            out = network(batch["image"])
            loss = loss_of(out, batch["label"])
            loss.backward()
            optimizer.step()
            with torch.no_grad():  # a trainer measures its key metric, too
                pairs = [after(x) for x in decollate_batch({"pred": out.detach(), "label": batch["label"]})]
                metric([x["pred"] for x in pairs], [x["label"] for x in pairs])
        schedule.step()
        metric.aggregate()
        metric.reset()
        seconds.append(time.perf_counter() - begun)
    return seconds


sys.path.insert(0, str(Path.cwd()))
print(json.dumps(train(int(sys.argv[1]))))
