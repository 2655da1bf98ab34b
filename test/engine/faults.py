"""Puts each fault to real MONAI. Reads {name: code} as JSON, writes {name: outcome}: "ok" or the error's class."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import monai  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from monai.bundle import ConfigParser  # noqa: E402


def build(target: str, **args: object) -> object:
    """What a bundle makes of a component."""
    parser = ConfigParser({"it": {"_target_": target, **args}})
    return parser.get_parsed_content("it")


def parsed(config: dict) -> object:
    """Resolves the id "it" of a whole config."""
    return ConfigParser(config).get_parsed_content("it")


def main() -> None:
    cases = json.load(sys.stdin)
    outcomes = {}
    image = torch.zeros(1, 16, 16, 16)
    for name, code in cases.items():
        scope = {"build": build, "parsed": parsed, "torch": torch, "np": np, "monai": monai, "image": image}
        try:
            exec(code, scope)
            outcomes[name] = "ok"
        except Exception as error:  # any failure is the answer
            outcomes[name] = type(error).__name__
    json.dump(outcomes, sys.stdout)


main()
