"""VGG-16 and VGG-19: 3 × 3 convolutions throughout, pooling between stages.

K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
arXiv:1409.1556, ICLR 2015, §2.1 and Table 1, columns D and E.
"""

from collections.abc import Iterator
from functools import partial

from reference_model.specs.layer import Conv, Dropout, Flatten, Layer, Linear, Pool, ReLU, Softmax, Spec
from reference_model.specs.model import Model

WIDTHS = (64, 128, 256, 512, 512)
"""Filters of the five stages (Table 1)."""

CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
"""Convolutions of the five stages: columns D and E of Table 1."""


def _layers(convolutions: tuple[int, ...]) -> Iterator[Layer]:
    for stage, (width, count) in enumerate(zip(WIDTHS, convolutions, strict=True), start=1):
        for number in range(1, count + 1):
            yield Conv(f"conv{stage}_{number}", width, kernel=3, padding=1)
            yield ReLU(f"relu{stage}_{number}")
        yield Pool(f"pool{stage}", kernel=2, stride=2)
    yield Flatten("flatten")
    for name in ("6", "7"):
        yield Linear(f"fc{name}", 4096)
        yield ReLU(f"relu{name}")
        yield Dropout(f"drop{name}")  # §3.1: ratio 0.5 for the first two fully connected layers
    yield Linear("fc8", 1000)
    yield Softmax("prob")


def vgg(model: str) -> Spec:
    """Write out ``"vgg16"`` or ``"vgg19"``."""
    column = {"vgg16": "D", "vgg19": "E"}[model]
    return Spec(
        model=model,
        variant="paper",
        title=f"VGG-{model.removeprefix('vgg')}",
        input=(3, 224, 224),
        layers=tuple(_layers(CONVOLUTIONS[model])),
        source=f"Simonyan & Zisserman, ICLR 2015, Table 1, column {column}",
    )


VGG16 = Model(
    name="vgg16",
    published="2014-09-04",
    specs={"paper": partial(vgg, "vgg16")},
    network="vgg",
    aliases=("VGG-D",),
    family="vgg",
)

VGG19 = Model(
    name="vgg19",
    published="2014-09-04",
    specs={"paper": partial(vgg, "vgg19")},
    network="vgg",
    aliases=("VGG-E",),
    family="vgg",
    represents_family=True,
)
