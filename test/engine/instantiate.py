"""Builds everything in compiled bundles with real MONAI, without training: one JSON line per bundle on stdout.

    python instantiate.py CUSTOM DATA_ROOT BUNDLE...

CUSTOM holds the BYOC modules. Each line: {"bundle", "ok": [ids], "failed": {id: error}}.
"""

import json
import os
import sys
from pathlib import Path

from monai.bundle import ConfigParser

TRAIN = [
    "network_def", "network", "loss", "optimizer", "lr_scheduler",
    "train::preprocessing", "train::dataset", "train::dataloader", "train::inferer", "train::postprocessing",
    "train::key_metric", "train::additional_metrics", "train::handlers", "train::trainer",
    "validate::preprocessing", "validate::dataset", "validate::dataloader", "validate::inferer",
    "validate::postprocessing", "validate::key_metric", "validate::handlers", "validate::evaluator",
    "safe", "progress", "initialize",
]  # fmt: skip
FLAT = [
    "network",
    "preprocessing",
    "dataset",
    "dataloader",
    "inferer",
    "postprocessing",
    "handlers",
    "evaluator",
]


def build(config, ids, overrides):
    parser = ConfigParser()
    parser.read_config(config)
    for key, value in overrides.items():
        if parser.get(key) is not None or "::" not in key:
            parser[key] = value
    for name in ("train::dataset", "validate::dataset"):
        if isinstance(parser.get(name), dict) and parser[name].get("_target_", "").endswith("CacheDataset"):
            parser[f"{name}::cache_num"] = 0  # the data are another test's business
    parser.parse(True)
    ok, failed = [], {}
    for name in ids:
        try:
            value = parser.get_parsed_content(name, instantiate=True, eval_expr=True)
            if value is None:
                raise ValueError("nothing was built")
            ok.append(name)
        except Exception as error:
            cause = error
            while cause.__cause__ is not None:
                cause = cause.__cause__
            failed[name] = f"{type(cause).__name__}: {cause}"[:300]
    return ok, failed


def main():
    custom, data, *bundles = sys.argv[1:]
    sys.path.insert(0, custom)
    for bundle in bundles:
        os.chdir(bundle)
        sys.path.insert(0, bundle)
        for name in [n for n in sys.modules if n == "scripts" or n.startswith("scripts.")]:
            del sys.modules[name]
        overrides = {"DATA_ROOT": data, "DATASET_JSON": str(Path(data) / "dataset.json")}
        line = {"bundle": bundle, "ok": [], "failed": {}}
        for file, ids in (("train", TRAIN), ("evaluate", FLAT), ("inference", FLAT)):
            ok, failed = build(f"configs/{file}.json", ids, overrides)
            line["ok"] += [f"{file}: {i}" for i in ok]
            line["failed"].update({f"{file}: {k}": v for k, v in failed.items()})
        sys.path.remove(bundle)
        print(json.dumps(line), flush=True)


main()
