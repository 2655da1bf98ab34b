"""What a chain of releases tells that its two ends do not."""

import json

import pytest
from harvest_tree import run, write_tree

NET = """
    import torch.nn as nn
    from monai.utils import deprecated, deprecated_arg
"""
RELEASES = {
    "0.8.0": {
        "monai/nets.py": f"""{NET}
    class Net(nn.Module):
        def __init__(self, dimensions, norm="batch", old=1, dropped=1, same: tuple = (1,)): ...
    class Gone(nn.Module):
        def __init__(self, a, b): ...
    class Ugly(nn.Module):
        def __init__(self): ...
    Ugly2 = Ugly
    class Mover(nn.Module): ...
    class Quiet(nn.Module):
        def __init__(self, x=1): ...
        """,
    },
    "0.9.0": {
        "monai/nets.py": f"""{NET}
    class Net(nn.Module):
        @deprecated_arg("dimensions", new_name="spatial_dims", since="0.9", msg_suffix="Use it.")
        @deprecated_arg("older", new_name="old", since="0.9")
        @deprecated_arg("old", since="0.9", msg_suffix="please use `norm` instead.")
        def __init__(self, spatial_dims, norm="batch", old=None, dropped=1, same: tuple = (1,), dimensions=None,
                     older=1): ...
    class Gone(nn.Module):
        def __init__(self, a, b): ...
    @deprecated(since="0.9", msg_suffix="use `monai.nets.Net` instead.")
    class Ugly(nn.Module):
        def __init__(self): ...
    Ugly2 = Ugly
    class Mover(nn.Module): ...
    class Quiet(nn.Module):
        def __init__(self, x=1): ...
        """,
    },
    "1.0.0": {
        "monai/nets.py": f"""{NET}
    class Net(nn.Module):
        def __init__(self, spatial_dims, norm="instance", other: tuple = (1,), *, extra, bias=True): ...
    class Gone2(nn.Module):
        def __init__(self, a, b): ...
    class Quiet(nn.Module):
        def __init__(self, y=1, **kwargs): self.kwargs = kwargs
        """,
        "monai/others.py": "import torch.nn as nn\nclass Mover(nn.Module): ...",
    },
}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    options = []
    for name, files in RELEASES.items():
        options += ["--release", f"{name}={write_tree(folder / name, files)}"]
    hand = folder / "successors.json"
    hand.write_text('{"Quiet.x": "z"}')
    run("changes", *options, "--successors", hand, "-o", folder / "changes.json")
    text = (folder / "changes.json").read_text()
    return json.loads(text), text


def rows(table, component):
    document = table[0]
    return {
        (row[2], row[4]): {"first": document["releases"][row[3]], **(row[5] if len(row) > 5 else {})}
        for row in document["rows"]
        if row[0] == component
    }


def test_a_rename_is_known_from_the_decorator_that_lived_in_between(table):
    found = rows(table, "Net")
    assert found["arg-renamed", "dimensions"] == {
        **{"first": "1.0.0", "deprecatedSince": "0.9", "successor": "spatial_dims", "successorFrom": "decorator"},
    }
    assert found["arg-renamed", "old"]["successor"] == "norm"
    assert found["arg-renamed", "old"]["successorFrom"] == "deprecation text"
    assert ("default-changed", "old") not in found  # None only shows that it is not given
    assert found["arg-renamed", "older"]["successor"] == "norm"  # through old, which went at the same time
    assert found["arg-added", "spatial_dims"] == {"first": "0.9.0", "required": True}
    assert found["arg-added", "extra"] == {"first": "1.0.0", "required": True}
    assert found["arg-added", "bias"] == {"first": "1.0.0"}


def test_what_goes_without_a_word_is_only_guessed(table):
    found = rows(table, "Net")
    assert found["arg-removed", "dropped"] == {"first": "1.0.0"}
    assert found["arg-removed", "same"] == {"first": "1.0.0"}
    assert found["default-changed", "norm"] == {"first": "1.0.0", "before": "batch", "after": "instance"}
    gone = rows(table, "Gone")["component-removed", None]
    assert gone == {"first": "1.0.0", "successor": "Gone2", "successorFrom": "similar"}
    assert ("component-added", None) in rows(table, "Gone2")


def test_a_removed_class_and_its_alias(table):
    assert rows(table, "Ugly")["component-removed", None] == {
        **{"first": "1.0.0", "deprecatedSince": "0.9"},
        **{"successor": "monai.nets.Net", "successorFrom": "deprecation text"},
    }
    assert table[0]["aliases"] == {"Ugly2": "Ugly"}


def test_a_class_that_moved_is_not_removed(table):
    moved = rows(table, "Mover")
    assert moved == {("component-moved", None): {"first": "1.0.0", "before": "monai.nets", "after": "monai.others"}}


def test_an_argument_that_kwargs_swallow_and_a_successor_by_hand(table):
    assert rows(table, "Quiet")["arg-removed", "x"] == {
        **{"first": "1.0.0", "successor": "z", "successorFrom": "hand", "swallowed": True},
    }


def test_a_row_is_a_line(table):
    document, text = table
    assert len(text.splitlines()) == len(document["rows"]) + 5
