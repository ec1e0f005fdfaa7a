"""ResNet-50 and ResNet-152: bottleneck blocks with shortcuts.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", arXiv:1512.03385, CVPR 2016,
Table 1 and §3.3, §4.1. As published, the stride stands in a block's first 1 × 1 convolution; torchvision
moves it to the 3 × 3 one ("v1.5"), with as many parameters and more operations. The stages keep the paper's
names, conv2_x to conv5_x.
"""

from collections.abc import Iterator
from functools import partial

from reference_model.specs.layer import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    Flatten,
    Layer,
    Linear,
    Pool,
    ReLU,
    Softmax,
    Spec,
)
from reference_model.specs.model import Model

BLOCKS = {"resnet50": (3, 4, 6, 3), "resnet152": (3, 8, 36, 3)}
"""Blocks of the stages conv2_x to conv5_x (Table 1)."""

WIDTHS = (64, 128, 256, 512)
"""Filters of a block's first two convolutions; the third has four times as many (Table 1)."""


def _conv(name: str, filters: int, kernel: int, stride: int = 1, padding: int = 0) -> tuple[Layer, ...]:
    # No bias: the batch normalisation that follows shifts anyway (§3.4).
    return (
        Conv(name, filters, kernel, stride=stride, padding=padding, bias=False),
        BatchNorm(f"{name}_bn"),
    )


def _block(name: str, width: int, stride: int, *, project: bool) -> Iterator[Layer]:
    shortcut = _conv(f"{name}.shortcut", 4 * width, 1, stride=stride) if project else ()  # §3.3 option B
    yield Branches(
        name,
        (
            (
                *_conv(f"{name}.reduce", width, 1, stride=stride),
                ReLU(f"{name}.reduce_relu"),
                *_conv(f"{name}.conv3x3", width, 3, padding=1),
                ReLU(f"{name}.conv3x3_relu"),
                *_conv(f"{name}.expand", 4 * width, 1),
            ),
            shortcut,
        ),
        join="add",
    )
    yield ReLU(f"{name}_relu")  # Figure 2: after the addition


def _layers(blocks: tuple[int, ...]) -> Iterator[Layer]:
    yield from _conv("conv1", 64, 7, stride=2, padding=3)
    yield ReLU("conv1_relu")
    yield Pool("pool1", kernel=3, stride=2, padding=1)
    for stage, (width, count) in enumerate(zip(WIDTHS, blocks, strict=True), start=2):
        for number in range(1, count + 1):
            first = number == 1
            yield from _block(f"conv{stage}_{number}", width, 2 if first and stage > 2 else 1, project=first)
    yield AdaptivePool("pool5", 1)  # "global average pooling": the maps are 7 × 7
    yield Flatten("flatten")
    yield Linear("fc", 1000)
    yield Softmax("prob")


def resnet(model: str) -> Spec:
    """Write out ``"resnet50"`` or ``"resnet152"``."""
    return Spec(
        model=model,
        variant="paper",
        title=f"ResNet-{model.removeprefix('resnet')}",
        input=(3, 224, 224),
        layers=tuple(_layers(BLOCKS[model])),
        source="He et al., CVPR 2016, Table 1",
    )


RESNET50 = Model(
    name="resnet50",
    published="2015-12-10",
    specs={"paper": partial(resnet, "resnet50")},
    network="resnet",
    family="resnet",
)

RESNET152 = Model(
    name="resnet152",
    published="2015-12-10",
    specs={"paper": partial(resnet, "resnet152")},
    network="resnet",
    family="resnet",
    represents_family=True,
)
