"""AlexNet: the published network and the named variants that are mistaken for it.

[P]  A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural
     Networks", NIPS 2012.
[S]  The authors' code and configurations of 2012 (Computer History Museum, 2025), ``layers-145.cfg`` and
     ``layer-params-145.cfg``, whose logs are the paper's results of one network.
[C]  Caffe's ``bvlc_alexnet`` and ``bvlc_reference_caffenet``.
[K]  A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", arXiv:1404.5997, 2014.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from reference_model.specs.layer import (
    AdaptivePool,
    Conv,
    Dropout,
    Flatten,
    Layer,
    LayerInit,
    Linear,
    LocalResponseNorm,
    Pool,
    ReLU,
    Softmax,
    Spec,
    WithinMapNorm,
)
from reference_model.specs.model import Model

Step = Literal["relu", "norm", "within", "pool"]


@dataclass(frozen=True, slots=True)
class Norm:
    """Local response normalisation as a variant has it; see `LocalResponseNorm`."""

    alpha: float = 1e-4  # [P] §3.3: n = 5, alpha = 1e-4, beta = 0.75, k = 2
    over: Literal["sum", "mean"] = "sum"  # [P] §3.3 prints a plain sum
    k: float = 2.0
    size: int = 5
    beta: float = 0.75
    towers: int = 1  # 2: a tower's maps are normalised among themselves


@dataclass(frozen=True, slots=True)
class Init:
    """Standard deviations and biases at the start, for conv1 to conv5 and fc6 to fc8.

    ``None`` in place of an `Init` leaves torch's own defaults.
    """

    # [P] §5: "a zero-mean Gaussian distribution with standard deviation 0.01"
    std: tuple[float, ...] = (0.01,) * 8
    # [P] §5: one in conv2, conv4, conv5 and the hidden fully connected layers, zero elsewhere
    bias: tuple[float, ...] = (0, 1, 0, 1, 1, 1, 1, 0)


@dataclass(frozen=True, slots=True)
class Variant:
    """All in which one AlexNet differs from another."""

    name: str
    description: str
    source: str
    filters: tuple[int, int, int, int, int] = (96, 256, 384, 384, 256)  # [P] §3.5
    # [P] §3.5: "the second, fourth, and fifth … are connected only to those kernel maps … on the same GPU"
    groups: tuple[int, int, int, int, int] = (1, 2, 1, 2, 2)
    hidden: int = 4096  # [P] §3.5: 4096 neurons each
    input_size: int = 224  # [P] §3.5, §4.1, and Figure 2: 150,528 = 224 · 224 · 3 inputs
    # (224 - 11) / 4 + 1 = 54.25 windows. [S] rounds up, so that the last window hangs three pixels over the
    # right and the bottom edge and sees zeros there: 55.
    padding: int = 0
    overhang: int = 3
    # What follows each convolution. [P] §3.3: normalisation after ReLU; §3.5: pooling after normalisation.
    after: tuple[tuple[Step, ...], ...] = (
        ("relu", "norm", "pool"),
        ("relu", "norm", "pool"),
        ("relu",),
        ("relu",),
        ("relu", "pool"),
    )
    norm: Norm = Norm()
    # [P] §4.2: outputs of the first two fully connected layers are dropped; torchvision drops their inputs.
    dropout: Literal["outputs", "inputs"] = "outputs"
    adaptive_pool: bool = False
    init: Init | None = Init()
    gpus: int = 1  # on which it was trained, a tower on each
    aliases: tuple[str, ...] = ()


_PAPER = Variant(
    name="paper",
    description="as published: two towers (groups of two in conv2, conv4 and conv5), 224 pixels, three zeros "
    "beyond the right and the bottom edge",
    source="Krizhevsky, Sutskever, Hinton, NIPS 2012, §3.2 to §3.5",
    gpus=2,  # [P] §3.2
    aliases=("two-tower", "grouped"),
)

_AUTHOR = Variant(
    name="author",
    description="the authors' configuration 145 of 2012: normalisation within a tower and before ReLU in "
    "layer 1, alpha divided by n, a second normalisation within each map in layer 2",
    source="AlexNet source code (Computer History Museum, 2025), layers-145.cfg, layer-params-145.cfg",
    after=(
        ("norm", "pool", "relu"),  # conv1 has no neuron; `neuron=relu` stands on the pooling layer
        ("relu", "norm", "within", "pool"),
        ("relu",),
        ("relu",),
        ("pool", "relu"),  # the same function as ReLU before pooling
    ),
    norm=Norm(over="mean", towers=2),  # layer.py: scale /= size; minDiv=2
    init=Init(std=(0.01, 0.01, 0.03, 0.03, 0.03, 0.01, 0.01, 0.01)),
    gpus=2,
    aliases=("author-2012-code", "authors", "cuda-convnet"),
)

_CAFFE = Variant(
    name="caffe",
    description="Caffe's bvlc_alexnet: 227 pixels, alpha divided by n, k = 1, biases 0.1",
    source="BVLC/caffe, models/bvlc_alexnet/train_val.prototxt",
    input_size=227,
    overhang=0,
    norm=Norm(over="mean", k=1.0),  # alpha_over_size; lrn_param sets no k, whose default is 1
    init=Init(std=(0.01,) * 5 + (0.005, 0.005, 0.01), bias=(0, 0.1, 0, 0.1, 0.1, 0.1, 0.1, 0)),
    aliases=("bvlc_alexnet",),
)

_CAFFENET = Variant(
    name="caffenet",
    description="Caffe's bvlc_reference_caffenet: pooling before normalisation",
    source="BVLC/caffe, models/bvlc_reference_caffenet/train_val.prototxt",
    input_size=227,
    overhang=0,
    after=(("relu", "pool", "norm"), ("relu", "pool", "norm"), ("relu",), ("relu",), ("relu", "pool")),
    norm=Norm(over="mean", k=1.0),
    init=Init(std=(0.01,) * 5 + (0.005, 0.005, 0.01)),
    aliases=("bvlc_reference_caffenet",),
)

_ONE_WEIRD_TRICK = Variant(
    name="one-weird-trick",
    description="the one-tower network of 2014, in torchvision's form: other filter counts, padding of two, "
    "no normalisation, dropout on the inputs of fc6 and fc7",
    source="Krizhevsky, arXiv:1404.5997, footnote 1; torchvision models/alexnet.py",
    filters=(64, 192, 384, 256, 256),
    groups=(1, 1, 1, 1, 1),
    padding=2,
    overhang=0,
    after=(("relu", "pool"), ("relu", "pool"), ("relu",), ("relu",), ("relu", "pool")),
    dropout="inputs",
    adaptive_pool=True,
    init=None,
    aliases=("torchvision", "owt"),
)

_ONE_GPU = Variant(
    name="one-gpu",
    description="the control of §3.2: half the kernels in conv1 to conv4, conv5 and the fully connected "
    "layers not halved",
    source="Krizhevsky, Sutskever, Hinton, NIPS 2012, §3.2, footnote 2",
    filters=(48, 128, 192, 192, 256),
    groups=(1, 1, 1, 1, 1),
)

_UNGROUPED = Variant(
    name="ungrouped",
    description="one tower with all the kernels of two: not published, and what many take for AlexNet",
    source="the published layer table with groups = 1 throughout",
    groups=(1, 1, 1, 1, 1),
)

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (_PAPER, _AUTHOR, _CAFFE, _CAFFENET, _ONE_WEIRD_TRICK, _ONE_GPU, _UNGROUPED)
}


def channels(variant: Variant, width: float) -> tuple[int, ...]:
    """Count the filters of conv1 to conv5 at a fraction of the published width, even for two towers' sake."""
    return tuple(max(2, 2 * round(filters * width / 2)) for filters in variant.filters)


def units(variant: Variant, width: float) -> int:
    """Count the units of fc6 and of fc7 at a fraction of the published width, even for two towers' sake."""
    return max(2, 2 * round(variant.hidden * width / 2))


def alexnet(
    variant: Variant = _PAPER, *, input_size: int | None = None, classes: int = 1000, width: float = 1.0
) -> Spec:
    """Write a variant out layer by layer.

    Parameters
    ----------
    variant
        Which AlexNet.
    input_size
        Height and width of the image in pixels; the variant's own where left out. fc6 is fitted to it.
    classes
        Units of fc8.
    width
        Fraction of the published filters and hidden units: 1 is AlexNet, less is a miniature for experiments.

    Returns
    -------
    Spec
        Layers named as in Caffe: conv1, relu1, norm1, pool1, …, fc8, prob.
    """
    size = input_size or variant.input_size
    hidden = units(variant, width)
    return Spec(
        model="alexnet",
        variant=variant.name,
        title="AlexNet",
        input=(3, size, size),
        layers=(*_features(variant, width), *_classifier(variant, hidden, classes)),
        source=variant.source,
        description=variant.description,
        gpus=variant.gpus,
        init=tuple(_init(variant)),
        disputed_input="224 or 227",
    )


def _init(variant: Variant) -> Iterator[LayerInit]:
    if variant.init is not None:
        names = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")
        for name, std, bias in zip(names, variant.init.std, variant.init.bias, strict=True):
            yield LayerInit(name, std, bias)


def _features(variant: Variant, width: float) -> Iterator[Layer]:
    kernels = (11, 5, 3, 3, 3)  # [P] §3.5
    padding = (variant.padding, 2, 1, 1, 1)  # [S]; [P] gives the sizes of the maps in Figure 2 alone
    for index, (filters, groups) in enumerate(zip(channels(variant, width), variant.groups, strict=True)):
        number = index + 1
        yield Conv(
            f"conv{number}",
            filters,
            kernels[index],
            stride=4 if number == 1 else 1,  # [P] §3.5
            padding=padding[index],
            overhang=variant.overhang if number == 1 else 0,
            groups=groups,
        )
        for step in variant.after[index]:
            yield _after(step, number, variant.norm)
    if variant.adaptive_pool:
        yield AdaptivePool("avgpool", 6)


def _after(step: Step, number: int, norm: Norm) -> Layer:
    match step:
        case "relu":
            return ReLU(f"relu{number}")
        case "norm":
            return LocalResponseNorm(
                f"norm{number}", norm.size, norm.alpha, norm.beta, norm.k, norm.over, norm.towers
            )
        case "within":
            return WithinMapNorm(f"cnorm{number}")  # [S] scale=0.001, size=5, pow=0.75
        case "pool":
            return Pool(f"pool{number}", kernel=3, stride=2)  # [P] §3.4: overlapping


def _classifier(variant: Variant, hidden: int, classes: int) -> Iterator[Layer]:
    yield Flatten("flatten")
    for number, outputs in ((6, hidden), (7, hidden)):
        if variant.dropout == "inputs":
            yield Dropout(f"drop{number}")
        yield Linear(f"fc{number}", outputs)
        yield ReLU(f"relu{number}")
        if variant.dropout == "outputs":
            yield Dropout(f"drop{number}")  # [P] §4.2: probability 0.5
    yield Linear("fc8", classes)
    yield Softmax("prob")


ALEXNET = Model(
    name="alexnet",
    published="2012-12-03",
    specs={name: partial(alexnet, variant) for name, variant in VARIANTS.items()},
    network="alexnet",
    variant_aliases={alias: variant.name for variant in VARIANTS.values() for alias in variant.aliases},
)
