"""The vocabulary in which a network is written down: one frozen record for each kind of layer.

A network is a sequence of layers. A layer that has several paths (`Branches`) holds a sequence for each.
Nothing is worked out here; shapes and counts are the business of `reference_model.analysis`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Shape: TypeAlias = tuple[int, ...]
"""Of one example, without the batch: (channels, height, width), (features,) or (tokens, width)."""


@dataclass(frozen=True, slots=True)
class Conv:
    """A 2-d convolution with square kernels.

    Parameters
    ----------
    name
        Name of the layer.
    filters
        Output channels, of all groups together.
    kernel, stride
        In pixels.
    padding
        Zeros on each of the four sides.
    overhang
        Further zeros at the right and the bottom alone. It is what a window sees that may hang over the edge,
        as where the number of positions is rounded up (cuda-convnet).
    groups
        Output channels of a group see the input channels of the same group only.
    bias
        Whether each filter has a bias.
    """

    name: str
    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    overhang: int = 0
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Pool:
    """Max or average pooling; with `ceil` the number of positions is rounded up, over the edge."""

    name: str
    kernel: int
    stride: int
    padding: int = 0
    how: Literal["max", "avg"] = "max"
    ceil: bool = False


@dataclass(frozen=True, slots=True)
class AdaptivePool:
    """Average pooling to `size` × `size` positions, whatever comes in."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class LocalResponseNorm:
    """Normalisation across neighbouring maps: ``b = a / (k + alpha * S) ** beta``.

    ``S`` is the sum of the squares of `size` adjacent maps, or with ``over="mean"`` their mean (counting maps
    beyond the border as zeros). The two conventions differ by a factor of `size` in alpha; a paper and a
    framework that both print ``alpha = 1e-4`` can mean different functions. With `groups` above one, maps of
    different groups (towers) are no neighbours. Where a paper does not print its constants, they are
    `assumed`.
    """

    name: str
    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0
    over: Literal["sum", "mean"] = "sum"
    groups: int = 1
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class WithinMapNorm:
    """The same within one map, over a square of `size` × `size` pixels; alpha divided by their number."""

    name: str
    size: int = 5
    alpha: float = 1e-3
    beta: float = 0.75
    k: float = 1.0


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Batch normalisation with a learnt scale and shift a channel."""

    name: str


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """Layer normalisation over the features of each token, with a learnt scale and shift."""

    name: str


@dataclass(frozen=True, slots=True)
class ReLU:
    """max(0, x)."""

    name: str


@dataclass(frozen=True, slots=True)
class Dropout:
    """Zero each value with probability `p` while training."""

    name: str
    p: float = 0.5


@dataclass(frozen=True, slots=True)
class Flatten:
    """(channels, height, width) to (features,)."""

    name: str


@dataclass(frozen=True, slots=True)
class Linear:
    """A fully connected layer; on tokens, the same for each."""

    name: str
    units: int
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Softmax:
    """The distribution over classes."""

    name: str


@dataclass(frozen=True, slots=True)
class Embedding:
    """A table of `words` rows of `width` numbers; with `shared`, another embedding's table, counted there."""

    name: str
    words: int
    width: int
    shared: bool = False
    side: Literal["source", "target"] = "source"


@dataclass(frozen=True, slots=True)
class Attention:
    """Multi-head attention: four `width` × `width` projections with biases, and two products a head.

    With `memory`, keys and values come from the encoder's output.
    """

    name: str
    heads: int
    width: int
    memory: bool = False


@dataclass(frozen=True, slots=True)
class SharedLogits:
    """The product with the embedding's table, whose weights are counted there (Press & Wolf 2016)."""

    name: str
    words: int


@dataclass(frozen=True, slots=True)
class Branches:
    """Paths from one input, concatenated along channels or added up. An empty path is the identity."""

    name: str
    paths: "tuple[tuple[Layer, ...], ...]"
    join: Literal["concat", "add"] = "concat"


Layer: TypeAlias = (
    Conv
    | Pool
    | AdaptivePool
    | LocalResponseNorm
    | WithinMapNorm
    | BatchNorm
    | LayerNorm
    | ReLU
    | Dropout
    | Flatten
    | Linear
    | Softmax
    | Embedding
    | Attention
    | SharedLogits
    | Branches
)


@dataclass(frozen=True, slots=True)
class LayerInit:
    """How a layer begins: weights from a normal distribution about zero, and one bias for all outputs."""

    layer: str
    std: float
    bias: float


@dataclass(frozen=True, slots=True)
class Spec:
    """One network.

    Parameters
    ----------
    model, variant
        Names as in `reference_model.models`; `variant` is ``"paper"`` where there is one form only.
    title
        How the field writes the model's name.
    input
        (channels, height, width) of an image, or (source tokens, target tokens) of a pair of sentences.
    layers
        From the input to the output.
    source
        Where the figures come from.
    description
        In what a variant differs from the others; empty where there is one form only.
    gpus
        On how many it was trained, a tower on each.
    init
        Of the layers whose beginning is known.
    disputed_input
        Which sizes of the input are disputed: ``224 or 227``. The arithmetic of the first window answers it.
    """

    model: str
    variant: str
    title: str
    input: Shape
    layers: tuple[Layer, ...]
    source: str
    description: str = ""
    gpus: int = 1
    init: tuple[LayerInit, ...] = ()
    disputed_input: str = ""

    @property
    def takes_images(self) -> bool:
        """Whether an example is an image; else it is a pair of sentences."""
        return len(self.input) == 3
