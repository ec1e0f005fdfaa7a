"""The module that runs: its start, its order, and two towers that are one network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from reference_model import build, two_towers
from reference_model.errors import ReferenceModelError, WrongInput
from reference_model.networks.alexnet import AlexNet
from reference_model.networks.alexnet_towers import AlexNetTwoTower
from reference_model.specs.alexnet import VARIANTS
from tests.tables import rows

STARTS = rows("model/alexnet.md", "Start")


@pytest.mark.parametrize("expected", STARTS, ids=lambda row: row["variant"])
def test_weights_and_biases_at_the_start(expected: dict[str, str]) -> None:
    torch.manual_seed(0)
    network = AlexNet(VARIANTS[expected["variant"]])
    stds = map(float, expected["std"].split())
    biases = map(float, expected["bias"].split())
    for layer, std, bias in zip(network.weighted(), stds, biases, strict=True):
        assert layer.bias is not None
        assert layer.weight.std().item() == pytest.approx(std, rel=0.02)
        assert abs(layer.weight.mean().item()) < std / 50
        assert layer.bias.tolist() == pytest.approx([bias] * len(layer.bias))


def test_the_form_of_torchvision_begins_as_torch_does() -> None:
    torch.manual_seed(0)
    network = AlexNet(VARIANTS["one-weird-trick"])
    assert torch.equal(network.weighted()[0].weight, torch_default_conv1())


def torch_default_conv1() -> torch.Tensor:
    torch.manual_seed(0)
    nn.Conv2d(3, 64, 11)  # the first draw is made when the layer is, the second when it is reset
    for inputs, outputs, kernel in ((64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3)):
        nn.Conv2d(inputs, outputs, kernel)
    for inputs, outputs in ((9216, 4096), (4096, 4096), (4096, 1000)):
        nn.Linear(inputs, outputs)
    return nn.Conv2d(3, 64, 11).weight


@pytest.mark.parametrize("variant", ["paper", "author", "caffe"])
def test_the_modules_order_is_the_specifications(variant: str) -> None:
    with torch.device("meta"):
        network = AlexNet(VARIANTS[variant])
    names = [name for name, _ in network.features.named_children()]
    names += ["flatten", *(name for name, _ in network.classifier.named_children()), "prob"]
    assert [name for name in names if name != "overhang"] == [layer.name for layer in network.spec.layers]


def test_normalisation_of_the_author_stays_within_towers_and_divides_alpha() -> None:
    with torch.device("meta"):
        network = build("alexnet", "author")
    norm = network.get_submodule("features.norm1")
    assert norm.extra_repr() == "5, alpha=0.0001, beta=0.75, k=2.0, over='mean', groups=2"


def test_a_wrong_size_is_told_by_layer_before_torch_fails() -> None:
    network = AlexNet(width=1 / 16)
    with pytest.raises(WrongInput, match=r"3×200×200: fc6 expects 576 values and is given 400"):
        network(torch.zeros(1, 3, 200, 200))


def test_a_miniature_has_the_published_wiring() -> None:
    network = AlexNet(width=1 / 16, input_size=67, classes=10)
    assert [tuple(layer.weight.shape[:2]) for layer in network.weighted()] == [
        (6, 3), (16, 3), (24, 16), (24, 12), (16, 12), (256, 16), (256, 256), (10, 256)
    ]  # fmt: skip
    assert network(torch.zeros(2, 3, 67, 67)).shape == (2, 10)


@pytest.fixture(scope="module")
def grouped() -> AlexNet:
    torch.manual_seed(1)
    network = AlexNet(dropout=0).double()
    # The published start makes outputs that hardly depend on the image; these do.
    for layer in network.weighted():
        nn.init.kaiming_normal_(layer.weight)
    return network


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randn(2, 3, 224, 224, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


def test_two_towers_are_the_grouped_network(grouped: AlexNet, images: torch.Tensor) -> None:
    towers = AlexNetTwoTower(("cpu", "cpu"), dropout=0).double()
    towers.load_grouped(grouped)
    here, there = images.clone().requires_grad_(), images.clone().requires_grad_()
    expected, found = grouped(here), towers(there)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-10)
    assert expected.std() > 0.1

    grouped.zero_grad()
    nn.functional.cross_entropy(expected, torch.tensor([1, 2])).backward()  # type: ignore[no-untyped-call]
    nn.functional.cross_entropy(found, torch.tensor([1, 2])).backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(there.grad, here.grad, rtol=0, atol=1e-10)
    for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"):
        part = "features" if name.startswith("conv") else "classifier"
        for kind in ("weight", "bias"):
            gradients = [tower.get_parameter(f"{name}.{kind}").grad for tower in towers.towers]
            joined = torch.cat([gradient for gradient in gradients if gradient is not None])
            whole = grouped.get_parameter(f"{part}.{name}.{kind}").grad
            torch.testing.assert_close(joined, whole, rtol=0, atol=1e-10)
            assert joined.abs().max() > 0
    torch.testing.assert_close(
        towers.fc8.weight.grad, grouped.get_parameter("classifier.fc8.weight").grad, rtol=0, atol=1e-10
    )


def test_normalisation_per_tower_is_another_function(grouped: AlexNet, images: torch.Tensor) -> None:
    across = AlexNetTwoTower(("cpu", "cpu"), dropout=0).double()
    apart = AlexNetTwoTower(("cpu", "cpu"), norm="per-tower", dropout=0).double()
    across.load_grouped(grouped)
    apart.load_grouped(grouped)
    with torch.no_grad():
        assert not torch.allclose(across(images), apart(images), rtol=0, atol=1e-10)


def test_the_towers_have_the_published_number_of_parameters() -> None:
    with torch.device("meta"):
        towers = AlexNetTwoTower(("meta", "meta"))
    assert sum(parameter.numel() for parameter in towers.parameters()) == 60_965_224


def test_two_towers_need_two_devices() -> None:
    with pytest.raises(ReferenceModelError, match="two towers need two devices, not 1: cpu"):
        two_towers(["cpu"])


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ReferenceModelError, match="there is no device cuda:1: torch sees 1 GPU"):
        two_towers(("cpu", "cuda:1"))


def test_a_network_of_another_shape_does_not_fit_the_towers() -> None:
    with torch.device("meta"):
        other = AlexNet(VARIANTS["ungrouped"])
        towers = AlexNetTwoTower(("meta", "meta"))
    with pytest.raises(ReferenceModelError, match="conv2 has half of"):
        towers.load_grouped(other)
