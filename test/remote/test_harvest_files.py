"""The files that the harvest writes: facts for all, texts for who has the packages, from places that nobody trusts."""

import json

from harvest_tree import BASES, components, read, release, run, write_tree


def test_no_sentence_of_others_is_in_a_release(tmp_path):
    files = {
        "monai/x.py": '''
            from monai.utils import deprecated
            @deprecated(since="1", msg_suffix="A sentence of theirs.")
            class X:
                """Another sentence of theirs."""
                def __init__(self, a=1):
                    """
                    Args:
                        a: the third sentence of theirs. And more.
                    """
        ''',
    }
    root = write_tree(tmp_path, files)
    assert "theirs" not in json.dumps(release(root))
    docs = json.loads(run("docs", "--root", root).stdout)
    assert docs["items"]["monai.x.X"] == ["Another sentence of theirs", {"a": "the third sentence of theirs"}]


def test_outside_of_monai_only_handed_on_classes(tmp_path):
    root = write_tree(
        tmp_path,
        {
            "torch/optim/__init__.py": "from .adam import Adam as Adam\nfrom .adam import helper\nimport math",
            "torch/optim/adam.py": '''
                from .optimizer import Optimizer
                from math import sqrt
                class Adam(Optimizer):
                    def __init__(self, params, lr=1e-3, *, foreach: bool | None = None): ...
                class Hidden(Optimizer): ...
                def helper(): ...
                Adam.__doc__ = r"""Adam. More.

                Args:
                    params (iterable): what to optimize.
                    lr (float, optional): how fast (default: 1e-3)
                """
            ''',
            "torch/optim/optimizer.py": "class Optimizer: ...",
        },
    )
    document = release(root)
    found = components(document)
    assert list(found) == ["Adam"]
    assert (found["Adam"].kind, found["Adam"].public) == ("optimizer", "torch.optim")
    assert document["covers"] == ["torch.optim"]
    docs = json.loads(run("docs", "--root", root).stdout)["items"]["torch.optim.adam.Adam"]
    assert docs == ["Adam", {"params": "what to optimize", "lr": "how fast (default: 1e-3)"}]


POISON = 'raise SystemExit("this package was imported")\n'


def test_an_environment_is_found_and_nothing_in_it_runs(tmp_path):
    files = {
        "monai/__init__.py": POISON,
        "monai/nets.py": f"{POISON}class Net:\n    def __init__(self, size=1): ...\n",
        "torch/__init__.py": POISON,
        "torch/nn/__init__.py": f"{POISON}class Linear: ...\n",
        "ignite/__init__.py": POISON,
        "monai-9.8.7.dist-info/METADATA": "Name: monai\nVersion: 9.8.7\n",
        "torch-2.0.0+cpu.dist-info/METADATA": "Name: torch\nVersion: 2.0.0+cpu\n",
    }
    root = write_tree(tmp_path / "site packages", files)
    document = json.loads(run("environment", PYTHONPATH=str(root)).stdout)
    assert document["label"] == "monai-9.8.7"
    assert document["packages"] == {"monai": "9.8.7", "torch": "2.0.0"}
    assert set(components(document)) == {"Net", "Linear"}


def test_an_environment_without_any_of_them_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("release", "--label", "x", "--root", tmp_path / "empty", check=False)
    assert done.returncode == 1
    assert "no monai, torch or ignite in" in done.stderr


def test_the_same_sources_give_the_same_bytes(tmp_path):
    root = write_tree(tmp_path / "root", BASES)
    files = [tmp_path / name for name in ("one.json.gz", "two.json.gz")]
    for file in files:
        run("release", "--label", "x", "--root", root, "-o", file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes()[4:8] == bytes(4)  # no time in the header
    assert read(files[0])["format"] == 1
