"""GoogLeNet: nine inception modules, each four paths side by side.

C. Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, CVPR 2015, §5 and Table 1. As published:
biases and local response normalisation, no batch normalisation. Table 1's own totals do not fit its kernels
(conv1 is given 2.7K parameters; 7 · 7 · 3 · 64 weights are 9,408).
"""

from collections.abc import Iterator
from typing import NamedTuple

from reference_model.specs.layer import (
    Branches,
    Conv,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    Pool,
    ReLU,
    Softmax,
    Spec,
)
from reference_model.specs.model import Model


class Inception(NamedTuple):
    """Filters of one row of Table 1."""

    conv1x1: int
    reduce3x3: int
    conv3x3: int
    reduce5x5: int
    conv5x5: int
    pool_proj: int


INCEPTIONS = {
    "3a": Inception(64, 96, 128, 16, 32, 32),
    "3b": Inception(128, 128, 192, 32, 96, 64),
    "4a": Inception(192, 96, 208, 16, 48, 64),
    "4b": Inception(160, 112, 224, 24, 64, 64),
    "4c": Inception(128, 128, 256, 24, 64, 64),
    "4d": Inception(112, 144, 288, 32, 64, 64),
    "4e": Inception(256, 160, 320, 32, 128, 128),
    "5a": Inception(256, 160, 320, 32, 128, 128),
    "5b": Inception(384, 192, 384, 48, 128, 128),
}


def _conv(name: str, filters: int, kernel: int, padding: int = 0) -> tuple[Layer, ...]:
    return Conv(name, filters, kernel, padding=padding), ReLU(f"{name}_relu")


def _inception(name: str, row: Inception) -> Branches:
    return Branches(
        name,
        (
            _conv(f"{name}.conv1x1", row.conv1x1, 1),
            (
                *_conv(f"{name}.reduce3x3", row.reduce3x3, 1),
                *_conv(f"{name}.conv3x3", row.conv3x3, 3, padding=1),
            ),
            (
                *_conv(f"{name}.reduce5x5", row.reduce5x5, 1),
                *_conv(f"{name}.conv5x5", row.conv5x5, 5, padding=2),
            ),
            (
                Pool(f"{name}.pool", kernel=3, stride=1, padding=1),
                *_conv(f"{name}.pool_proj", row.pool_proj, 1),
            ),
        ),
    )


def _layers() -> Iterator[Layer]:
    yield Conv("conv1", 64, kernel=7, stride=2, padding=3)
    yield ReLU("conv1_relu")
    yield Pool("pool1", kernel=3, stride=2, ceil=True)
    yield LocalResponseNorm("norm1", assumed=True)  # Figure 3; its constants are not given
    yield from _conv("conv2_reduce", 64, 1)
    yield from _conv("conv2", 192, 3, padding=1)
    yield LocalResponseNorm("norm2", assumed=True)
    yield Pool("pool2", kernel=3, stride=2, ceil=True)
    for name, row in INCEPTIONS.items():
        yield _inception(f"inception_{name}", row)
        if name in {"3b", "4e"}:
            yield Pool(f"pool{name[0]}", kernel=3, stride=2, ceil=True)
    yield Pool("pool5", kernel=7, stride=1, how="avg")
    yield Dropout("drop", p=0.4)  # Table 1: "dropout (40%)"
    yield Flatten("flatten")
    yield Linear("fc", 1000)
    yield Softmax("prob")


def googlenet() -> Spec:
    """Write GoogLeNet out layer by layer, without its side classifiers."""
    return Spec(
        model="googlenet",
        variant="paper",
        title="GoogLeNet",
        input=(3, 224, 224),
        layers=tuple(_layers()),
        source="Szegedy et al., CVPR 2015, Table 1",
    )


def auxiliary(after: str) -> Spec:
    """Write out the side classifier after inception 4a or 4d, which exists during training alone (§5).

    Parameters
    ----------
    after
        ``"4a"`` (512 maps) or ``"4d"`` (528 maps).
    """
    row = INCEPTIONS[after]
    maps = row.conv1x1 + row.conv3x3 + row.conv5x5 + row.pool_proj
    return Spec(
        model="googlenet",
        variant=f"auxiliary-{after}",
        title=f"GoogLeNet, side classifier after {after}",
        input=(maps, 14, 14),
        layers=(
            Pool("pool", kernel=5, stride=3, how="avg"),
            *_conv("conv", 128, 1),
            Flatten("flatten"),
            Linear("fc1", 1024),
            ReLU("fc1_relu"),
            Dropout("drop", p=0.7),
            Linear("fc2", 1000),
            Softmax("prob"),
        ),
        source="Szegedy et al., CVPR 2015, §5",
    )


GOOGLENET = Model(
    name="googlenet",
    published="2014-09-17",
    specs={"paper": googlenet},
    network="googlenet",
    aliases=("Inception v1",),
)
