"""mmar-schemas/tools/harvest reads packages as text; here they are small ones with everything that MONAI does."""

import pytest
from harvest_tree import BASES, components, release, write_tree


@pytest.fixture
def harvested(tmp_path):
    """Harvests files beside BASES; gives the components by name."""

    def harvest(files):
        return components(release(write_tree(tmp_path / "a b'c $(touch x) 日本", {**BASES, **files})))

    return harvest


def test_inherited_signatures_aliases_and_re_exports(harvested):
    found = harvested(
        {
            "monai/transforms/dictionary.py": """
                from .transform import MapTransform
                from monai.utils import alias
                @alias("Flip2")
                class Flipd(MapTransform):
                    def __call__(self, data): ...
                FlipD = FlipDict = Flipd
                Old = Flipd
            """,
        }
    )["Flipd"]
    assert list(found.args) == ["keys", "allow_missing_keys"]
    assert found.args["keys"]["required"] and not found.args["allow_missing_keys"]["required"]
    assert found.args["allow_missing_keys"]["default"] is False
    assert (found.kind, found.module, found.public) == (
        "dict_transform",
        "monai.transforms.dictionary",
        "monai.transforms",
    )
    assert found.aliases == ["FlipD", "FlipDict", "Old", "Flip2"]


def test_every_public_module_is_known(harvested):
    found = harvested(
        {
            "monai/__init__.py": "from .nets import Net",
            "monai/nets/__init__.py": "from .net import *",
            "monai/nets/net.py": "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self, size): ...",
        }
    )["Net"]
    assert (found.public, found.further, found.kind) == ("monai", ["monai.nets"], "network")


def test_the_order_of_ancestors_is_pythons(harvested):
    found = harvested(
        {
            "monai/data/sets.py": """
                from torch.utils.data import Dataset
                class A(Dataset):
                    def __init__(self, a): ...
                class B(A): ...
                class C(A):
                    def __init__(self, c): ...
                class D(B, C): ...
            """,
        }
    )
    assert list(found["D"].args) == ["c"]
    assert found["D"].kind == "dataset"


def test_defaults(harvested):
    args = harvested(
        {
            "monai/transforms/dictionary.py": """
                import sys
                from ..utils import Mode
                LIMIT = 3
                class Act:
                    TANH = "x"
                class Alld:
                    def __init__(self, a, b=None, c=-1.5, d=(1, (2, 3)), e={"x": [True]}, f=Mode.NEAREST,
                                 g=Mode.NEAREST.value, h=sys.maxsize, i=lambda x: x,
                                 j=LIMIT * 2, k=float("inf"), *, l, m="text\\n'日本"): ...
            """,
        }
    )["Alld"].args
    assert args["a"]["required"] and args["l"]["required"] and args["l"]["keyword_only"]
    values = {name: arg["default"] for name, arg in args.items() if not arg["required"]}
    assert {name: value for name, value in values.items() if not args[name]["expression"]} == {
        **{"b": None, "c": -1.5, "d": [1, [2, 3]], "e": {"x": [True]}, "f": "nearest", "g": "nearest", "j": 6},
        "m": "text\n'日本",
    }
    assert {name: value for name, value in values.items() if args[name]["expression"]} == {
        "h": "sys.maxsize",
        "i": "lambda x: x",
        "k": "float('inf')",
    }


def test_listed_values_are_closed_only_where_literal_says_so(harvested):
    args = harvested(
        {
            "monai/transforms/dictionary.py": '''
                from typing import Literal, Optional, Union
                from ..utils import Mode
                Kind = Literal["x", "y"]
                class Alld:
                    """Does it.

                    Args:
                        text: {``"one"``, ``"two"``}
                            What to do.
                        prose: either ``"left"`` or ``"right"``.
                        one: only ``"alone"``.
                        post_key: {``"a"``, ``"b"``}
                    """
                    def __init__(self, closed: Literal["a", 1], maybe: Optional[Literal["a", "b"]] = None,
                                 open: Union[Literal["a"], str] = "a",
                                 alias: Kind = "x", enum: Mode = "nearest", default: str = Mode.BILINEAR,
                                 text="one", prose="left", one="alone", post_key=Mode.NEAREST): ...
            ''',
        }
    )["Alld"].args
    assert {name: (arg["values"], arg["closed"]) for name, arg in args.items()} == {
        "closed": (["a", 1], True),
        "maybe": (["a", "b"], True),
        "open": (["a"], False),
        "alias": (["x", "y"], False),
        "enum": (["bilinear", "nearest"], False),
        "default": (["bilinear", "nearest"], False),
        "text": (["one", "two"], False),
        "prose": (["left", "right"], False),
        "one": ([], False),
        "post_key": ([], False),
    }


def test_types_have_one_spelling(harvested):
    args = harvested(
        {
            "monai/data/x.py": """
                class X:
                    def __init__(self, a: Optional[Union[int, List[Tuple[str, ...]]]],
                                 b: "Dict[str, typing.Any]" = None, c: int | None = 0,
                                 d=1, *args: int, **kwargs: Any): ...
            """,
        }
    )["X"].args
    types = {name: arg["type"] for name, arg in args.items()}
    assert types == {
        **{"a": "int | list[tuple[str, ...]] | None", "b": "dict[str, Any]", "c": "int | None", "d": ""},
        **{"*args": "int", "**kwargs": "Any"},
    }


def test_what_decorators_declare_outdated(harvested):
    document = harvested(
        {
            "monai/nets/nets.py": """
                import torch.nn as nn
                from monai.utils import deprecated, deprecated_arg, deprecated_arg_default
                SINCE = "0.7"
                class Net(nn.Module):
                    @deprecated_arg(name="dimensions", new_name="spatial_dims", since="0.6", removed="0.9",
                                    msg_suffix="Please use `spatial_dims` instead.")
                    @deprecated_arg("levels", SINCE, msg_suffix="please use `depth` instead.")
                    @deprecated_arg_default("bias", True, False, since="1.0", replaced="1.2")
                    @deprecated_arg(name="gone", since="0.8")
                    def __init__(self, spatial_dims, dimensions=None, levels=3, bias=True, **kwargs): ...
                @deprecated(since="0.8", msg_suffix="This one is slow and ugly, use `monai.nets.Net` instead.")
                class Ugly(Net): ...
            """,
        }
    )
    args = document["Net"].args
    assert args["dimensions"]["deprecation"] == {"since": "0.6", "removed": "0.9", "successor": "spatial_dims"}
    assert args["levels"]["deprecation"] == {"since": "0.7", "successor": "depth"}
    assert args["bias"]["deprecation"] == {"since": "1.0", "replaced": "1.2"}
    assert document["Net"].extra["g"] == [["gone", {"since": "0.8"}]]
    assert "d" not in document["Net"].extra
    assert document["Ugly"].extra["d"] == {"since": "0.8", "successor": "monai.nets.Net"}


def test_where_kwargs_go(harvested):
    found = harvested(
        {
            "monai/data/x.py": """
                from torch.utils.data import DataLoader as Base
                class A:
                    def __init__(self, first, second=2, third=3): ...
                class Super(A):
                    def __init__(self, own, **kwargs):
                        if "second" not in kwargs: kwargs["second"] = own
                        super().__init__(own, third=4, **kwargs)
                class Named(A):
                    def __init__(self, **kwargs): A.__init__(self, 1, **kwargs)
                class Holds:
                    def __init__(self, **options): self.a = A(first=1, **options)
                class Further(Super):
                    def __init__(self, **kwargs): super().__init__(**kwargs)
                class Nowhere(A):
                    def __init__(self, **kwargs): super().__init__(1)
                class Kept(A):
                    def __init__(self, **kwargs): self.kwargs = kwargs
                class Twice:
                    def __init__(self, **kwargs): self.a, self.b = A(**kwargs), A(**kwargs)
                class Popped(A):
                    def __init__(self, **kwargs):
                        self.x = kwargs.pop("x")
                        super().__init__(**kwargs)
                class Outside(Base):
                    def __init__(self, **kwargs): super().__init__(**kwargs)
                class Abstract:
                    def __init__(self, **kwargs): raise NotImplementedError
                make = Made = lambda **kwargs: A(first=1, **kwargs)
            """,
        }
    )
    to_a = "monai.data.x", "A"
    assert found["Super"].goes_to == [*to_a, ["first", "third"]]
    assert found["Named"].goes_to == [*to_a, ["first"]]
    assert found["Holds"].goes_to == [*to_a, ["first"]]
    assert found["Further"].goes_to == ["monai.data.x", "Super"]
    assert found["make"].goes_to == [*to_a, ["first"]]
    assert found["make"].aliases == ["Made"]
    assert found["Nowhere"].extra["i"] == 1
    for name in ("Kept", "Twice", "Popped", "Outside", "Abstract"):
        assert found[name].goes_to is None and "i" not in found[name].extra, name


def test_optional_imports_branches_and_classes_out_of_reach(harvested):
    found = harvested(
        {
            "monai/handlers/x.py": """
                import torch
                from monai.utils import optional_import
                Metric, _ = optional_import("ignite.metrics", "0.4", None, "Metric")
                Events, _ = optional_import("ignite.engine", name="Events")
                class Mean(Metric):
                    def __init__(self, output_transform=lambda x: x): ...
                try:
                    import fast
                    class Choice:
                        def __init__(self, fast): ...
                except ImportError:
                    class Choice:
                        def __init__(self, slow): ...
                if torch.version > 2:
                    Base = torch.nn.Module
                else:
                    Base = object
                class Net(Base): ...
                class Handler:
                    def __init__(self, interval: int): ...
                    def attach(self, engine): ...
            """,
        }
    )
    assert found["Mean"].kind == "ignite_metric"
    assert list(found["Choice"].args) == ["fast"]
    assert found["Net"].kind == "network"
    assert found["Net"].extra["o"] == 1  # torch is not there to be read
    assert found["Handler"].kind == "handler"


def test_dataclasses_overloads_and_wrong_files(harvested):
    found = harvested(
        {
            "monai/data/x.py": """
                from dataclasses import dataclass, field
                from typing import ClassVar, overload
                @dataclass
                class A:
                    kind: ClassVar[str] = "a"
                    size: int
                @dataclass
                class B(A):
                    names: list = field(default_factory=list)
                    flag: bool = True
                class C:
                    @overload
                    def __init__(self, a): ...
                    @overload
                    def __init__(self, b): ...
                    def __init__(self, c=1): ...
            """,
            "monai/data/broken.py": "class {{ template }}:\n",
            "monai/data/bytes.py": "x = 1\n",
        }
    )
    assert list(found["B"].args) == ["size", "names", "flag"]
    assert found["B"].args["names"]["expression"]
    assert list(found["C"].args) == ["c"]


def test_exceptions_are_no_components_but_errors_may_be_metrics(harvested):
    found = harvested(
        {
            "monai/utils/module.py": "class OptionalImportError(ImportError): ...\nclass _Private: ...",
            "monai/handlers/x.py": """
                from ignite.metrics import Metric
                class MeanAbsoluteError(Metric):
                    def __init__(self): ...
            """,
        }
    )
    assert "MeanAbsoluteError" in found
    assert "OptionalImportError" not in found and "_Private" not in found
