"""Two derivations of one network: those of the catalogue agree, and one that is built otherwise is found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from reference_model import build, summary
from reference_model.analysis import analyse
from reference_model.errors import UnknownName
from reference_model.models import MODELS
from reference_model.networks import crosscheck as module
from reference_model.networks.alexnet import AlexNet
from reference_model.networks.crosscheck import compare, crosscheck
from reference_model.networks.resnet import ResNet
from reference_model.specs.alexnet import VARIANTS
from tests.tables import number, rows

KNOWN = [
    *(("alexnet", row["variant"], row) for row in rows("model/alexnet.md", "Totals of the variants")),
    *((row["model"], "paper", row) for row in rows("model/lineage.md", "Totals")),
]


def test_every_network_of_the_catalogue_has_a_known_total() -> None:
    assert {model for model, _, _ in KNOWN} == set(MODELS)
    assert {variant for model, variant, _ in KNOWN if model == "alexnet"} == set(VARIANTS)


@pytest.mark.parametrize(("model", "variant", "known"), KNOWN, ids=[f"{m} {v}" for m, v, _ in KNOWN])
def test_torch_confirms_each_layer_and_the_known_totals(
    model: str, variant: str, known: dict[str, str]
) -> None:
    found = crosscheck(model, variant)
    assert found.disagreements == ()
    assert (found.model, found.variant, found.device) == (model, variant, "meta")
    assert found.parameters == number(known["parameters"])
    if known["macs"].endswith(" G"):
        assert f"{found.macs / 1e9:.3f} G" == known["macs"]
    else:
        assert found.macs == number(known["macs"])


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        ("alexnet", 8 + 7 + 2 + 3 + 2),  # with weights; ReLUs, normalisations, poolings, dropouts
        ("vgg16", 16 + 15 + 5 + 2),
        (
            "resnet152",
            156 + 155 + 2 + 50 + 1,
        ),  # with weights, batch normalisations, poolings, blocks, first ReLU
    ],
)
def test_what_was_compared(model: str, layers: int) -> None:
    assert crosscheck(model).layers == layers


@pytest.mark.parametrize("model", MODELS)
def test_a_real_pass_on_the_cpu_confirms_each_shape(model: str) -> None:
    found = compare(build(model), summary(model))
    assert found.disagreements == ()
    assert found.device == "cpu"
    assert found.layers == crosscheck(model).layers


def test_the_version_is_torchs() -> None:
    assert torch.__version__.startswith(crosscheck("zfnet").version)


# Networks that are built otherwise


def at(path: str, change: Callable[[], nn.Module]) -> Callable[[nn.Module], None]:
    """Put another module in the place of one."""

    def mutate(network: nn.Module) -> None:
        parent, _, name = path.rpartition(".")
        setattr(network.get_submodule(parent), name, change())

    return mutate


def swap(first: str, second: str) -> Callable[[nn.Module], None]:
    """Let two neighbours of `features` run in the other order."""

    def mutate(network: nn.Module) -> None:
        layers = dict(network.get_submodule("features").named_children())
        order = [{first: second, second: first}.get(name, name) for name in layers]
        network.register_module("features", nn.Sequential())
        for name in order:
            network.get_submodule("features").register_module(name, layers[name])

    return mutate


def leave_out(path: str) -> Callable[[nn.Module], None]:
    """Take a module away."""

    def mutate(network: nn.Module) -> None:
        parent, _, name = path.rpartition(".")
        delattr(network.get_submodule(parent), name)

    return mutate


conv, pool = nn.Conv2d, nn.MaxPool2d

WRONG = [
    (
        "alexnet",
        at("features.conv2", partial(conv, 96, 256, 5, padding=2)),
        [
            "conv2: weights 614,400 in torch, 307,200 by arithmetic",
            "conv2: groups 1 in torch, 2 by arithmetic",
            "conv2: macs 447,897,600 in torch, 223,948,800 by arithmetic",
            "in all: parameters 61,272,424 in torch, 60,965,224 by arithmetic",
            "in all: macs 948,355,616 in torch, 724,406,816 by arithmetic",
        ],
    ),
    (
        "alexnet",
        at("features.overhang", nn.Identity),
        ["conv1: padding 0 in torch, (0, 3, 0, 3) by arithmetic"],
    ),
    ("alexnet", swap("norm1", "pool1"), ["pool1: runs where norm1 is due"]),
    (
        "alexnet",
        at("features.norm2", nn.Identity),
        ["norm2: Identity in torch, norm by arithmetic"],
    ),
    (
        "vgg16",
        at("features.conv3_2", partial(conv, 256, 256, 5, padding=2)),
        ["conv3_2: kernel 5 in torch, 3 by arithmetic"],
    ),
    (
        "vgg16",
        at("features.pool4", partial(pool, 3, stride=2, padding=1)),
        ["pool4: kernel 3 in torch, 2 by arithmetic", "pool4: padding 1 in torch, 0 by arithmetic"],
    ),
    (
        "vgg19",
        at("classifier.fc7", partial(nn.Linear, 4096, 4096, bias=False)),
        ["fc7: biases 0 in torch, 4,096 by arithmetic"],
    ),
    (
        "googlenet",
        at("features.pool1", partial(pool, 3, stride=2)),
        [
            "pool1: output (64, 55, 55) in torch, (64, 56, 56) by arithmetic",
            "inception_5b: the forward pass breaks off after it: ",
        ],
    ),
    (
        "googlenet",
        at("features.inception_4c.conv5x5", partial(conv, 24, 64, 3, padding=1)),
        ["inception_4c.conv5x5: kernel 3 in torch, 5 by arithmetic"],
    ),
    (
        "googlenet",
        at("features.inception_4c.extra", partial(conv, 512, 1, 1)),
        ["inception_4c.extra: 512 parameters in torch, no such layer by arithmetic"],
    ),
    ("zfnet", leave_out("features.norm1"), ["norm1: not in the module"]),
    (
        "resnet50",
        at("features.conv1_bn", nn.Identity),
        ["conv1_bn: Identity in torch, batch-norm by arithmetic"],
    ),
    (
        "transformer-base",
        at("encoder.3.self_attention.value", partial(nn.Linear, 512, 512, bias=False)),
        ["encoder.3.self_attention: biases 1,536 in torch, 2,048 by arithmetic"],
    ),
    (
        "transformer-base",
        at("logits", partial(nn.Linear, 512, 37_000, bias=False)),
        ["logits: weights 18,944,000 in torch, 0 by arithmetic"],
    ),
    (
        "transformer-base",
        at("final_norm", partial(nn.LayerNorm, 512)),
        ["final_norm: 512 parameters in torch, no such layer by arithmetic"],
    ),
]


@pytest.mark.parametrize(
    ("model", "mutate", "expected"), WRONG, ids=[f"{model} {lines[0]}" for model, _, lines in WRONG]
)
def test_a_network_that_is_built_otherwise_is_found(
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    mutate: Callable[[nn.Module], None],
    expected: list[str],
) -> None:
    def otherwise(name: str, variant: str | None = None) -> nn.Module:
        network = build(name, variant)
        mutate(network)
        return network

    monkeypatch.setattr(module, "build", otherwise)
    found = crosscheck(model)
    assert found.disagreements
    for line in expected:
        assert any(disagreement.startswith(line) for disagreement in found.disagreements)
    if len(expected) > 2:
        assert list(found.disagreements) == expected


def test_torchvisions_stride_is_no_published_resnet() -> None:
    with torch.device("meta"):
        network = ResNet("resnet50", stride_in="conv3x3")
    found = compare(network, summary("resnet50")).disagreements
    windows = [line for line in found if "stride" in line]
    assert windows == [
        line
        for stage in (3, 4, 5)
        for line in (
            f"conv{stage}_1.reduce: stride 1 in torch, 2 by arithmetic",
            f"conv{stage}_1.conv3x3: stride 2 in torch, 1 by arithmetic",
        )
    ]


def test_another_variant_is_not_taken_for_this_one() -> None:
    with torch.device("meta"):
        network = build("alexnet", "one-weird-trick")
    found = compare(network, summary("alexnet")).disagreements
    assert "norm1: not in the module" in found
    assert "conv1: padding 2 in torch, (0, 3, 0, 3) by arithmetic" in found
    assert "in all: parameters 61,100,840 in torch, 60,965,224 by arithmetic" in found


def test_a_layer_that_does_not_run_is_found() -> None:
    with torch.device("meta"):
        network = build("resnet50")
    network.get_submodule("features.conv2_1").register_module("shortcut_bn", nn.Identity())
    block = network.get_submodule("features.conv2_2")
    block.forward = lambda maps: maps
    found = compare(network, summary("resnet50")).disagreements
    assert "conv2_1.shortcut_bn: Identity in torch, batch-norm by arithmetic" in found
    assert "conv2_2.expand: in the module, but not run" in found


def test_numbers_that_are_none_are_found() -> None:
    network = AlexNet(width=1 / 16)
    with torch.no_grad():
        network.weighted()[-1].weight[0, 0] = float("nan")
    found = compare(network, analyse(network.spec))
    assert found.disagreements == ("in all: the output is not finite",)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_a_convolution_is_found(data: st.DataObject) -> None:
    with torch.device("meta"):
        network = build("alexnet")
    name = data.draw(st.sampled_from(["conv1", "conv2", "conv3", "conv4", "conv5"]))
    layer = network.get_submodule(f"features.{name}")
    assert isinstance(layer, nn.Conv2d)
    own = (layer.kernel_size[0], layer.stride[0], layer.padding, layer.groups, layer.bias is not None)
    kernel, stride, padding, groups, bias = data.draw(
        st.tuples(
            st.integers(1, 11), st.integers(1, 4), st.integers(0, 5), st.sampled_from([1, 2]), st.booleans()
        ).filter(lambda drawn: (drawn[0], drawn[1], (drawn[2], drawn[2]), drawn[3], drawn[4]) != own)
    )
    if layer.in_channels % groups:
        groups = 1
    with torch.device("meta"):
        other = nn.Conv2d(
            layer.in_channels, layer.out_channels, kernel, stride, padding, groups=groups, bias=bias
        )
    network.get_submodule("features").register_module(name, other)
    found = compare(network, summary("alexnet")).disagreements
    changed = (kernel, stride, (padding, padding), groups, bias) != own
    assert any(line.startswith(f"{name}: ") for line in found) == changed


def test_a_module_is_left_as_it_was() -> None:
    network = AlexNet(width=1 / 16).train()
    network.get_submodule("classifier.drop6").eval()
    modes = [layer.training for layer in network.modules()]
    compare(network, analyse(network.spec))
    assert [layer.training for layer in network.modules()] == modes
    assert not any(layer._forward_hooks for layer in network.modules())


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean resnet50"):
        crosscheck("resnet51")
