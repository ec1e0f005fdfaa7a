"""What is trained, on what and how: all that decides the result of a training."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from math import isfinite
from typing import Any, get_args

from reference_model.errors import ReferenceModelError, UnknownName
from reference_model.models import variant_name
from reference_model.specs.alexnet import VARIANTS, Variant, alexnet
from reference_model.specs.layer import Spec
from reference_model.vocabulary import Initialisation, Schedule

PUBLISHED_MARGIN = Fraction(256, 224)
"""Side of the stored image over the side of the crop (paper §2, §4.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The published recipe, with the name of the data left open.

    Parameters
    ----------
    data
        As ``--data`` has it.
    variant
        Of AlexNet.
    size
        Height and width of the crops in pixels.
    width
        Fraction of the published filters and hidden units.
    dropout
        Probability of dropping an output of fc6 or fc7.
    init
        ``"published"`` or ``"fan-in"``; see `reference_model.training.initialisation`.
    epochs
        Passes over the training images.
    batch_size
        Images to a step, of all processes together.
    lr
        Learning rate at the start.
    momentum, weight_decay
        Of stochastic gradient descent.
    schedule
        When the learning rate falls; see `reference_model.training.schedule`.
    augment
        Random crops, and flips and colours where the data allow them; else the centre crop.
    amp
        Whether matrix products and convolutions run in bfloat16.
    seed
        Of the weights, the order, the augmentation and the dropout.

    Raises
    ------
    UnknownName
        With the nearest variants, schedules or initialisations.
    ReferenceModelError
        For a number that makes no training.
    """

    data: str
    variant: str = "paper"
    size: int = 224  # §3.5
    width: float = 1.0
    dropout: float = 0.5  # §4.2
    init: Initialisation = "published"
    epochs: int = 90  # §5: "roughly 90 cycles through the training set"
    batch_size: int = 128  # §5
    lr: float = 0.01  # §5
    momentum: float = 0.9  # §5
    weight_decay: float = 5e-4  # §5
    schedule: Schedule = "steps"
    augment: bool = True
    amp: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for what, name, known in (
            ("schedule", self.schedule, get_args(Schedule)),
            ("initialisation", self.init, get_args(Initialisation)),
        ):
            if name not in known:
                raise UnknownName(what, name, known)
        object.__setattr__(self, "variant", variant_name("alexnet", self.variant))
        for problem in self._problems():
            raise ReferenceModelError(problem)

    def _problems(self) -> Iterator[str]:
        for name in ("epochs", "batch_size", "size"):
            value = getattr(self, name)
            if value < 1:
                yield f"{name.replace('_', ' ')} is {value}; it must be at least 1"
        for name in ("lr", "width"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                yield f"{name} is {value}; it must be above 0"
        for name in ("momentum", "dropout"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                yield f"{name} is {value}; it must be at least 0 and below 1"
        if not (isfinite(self.weight_decay) and self.weight_decay >= 0):
            yield f"weight decay is {self.weight_decay}; it must be at least 0"
        if not 0 <= self.seed < 2**63:
            yield f"seed is {self.seed}; it must be at least 0 and below 2**63"

    @property
    def alexnet_variant(self) -> Variant:
        """The variant as data."""
        return VARIANTS[self.variant]

    @property
    def stored(self) -> int:
        """Side of the images that crops are taken from, in pixels."""
        if self.size == self.alexnet_variant.input_size:
            return 256  # §2; for Caffe's 227 pixels too
        return round(self.size * PUBLISHED_MARGIN)

    def network(self, classes: int) -> Spec:
        """Write the network out layer by layer.

        Raises
        ------
        WrongInput
            For a size that is too small for some layer.
        """
        return alexnet(self.alexnet_variant, input_size=self.size, classes=classes, width=self.width)

    @property
    def is_published_network(self) -> bool:
        """Whether the network has its full size and sees images of its own size."""
        return self.width == 1 and self.size == self.alexnet_variant.input_size

    def describe(self, classes: int) -> str:
        """Say in a line which network is trained.

        Examples
        --------
        >>> recipe_for("digits").describe(10)
        'a miniature: AlexNet (paper) at width 1/4, 64 pixels, 10 classes, dropout 0.5, init fan-in'
        >>> recipe_for("imagefolder:photos").describe(1000)
        'AlexNet (paper) at its full size: 224 pixels, 1000 classes, dropout 0.5, init published'
        """
        network = f"AlexNet ({self.variant})"
        width = Fraction(self.width).limit_denominator(64)
        kind = (
            f"{network} at its full size: "
            if self.is_published_network
            else f"a miniature: {network} at width {width}, "
        )
        return f"{kind}{self.size} pixels, {classes} classes, dropout {self.dropout:g}, init {self.init}"

    def departures(self) -> tuple[str, ...]:
        """List in what else than data, seed and size of the network it is not the published recipe.

        Examples
        --------
        >>> recipe_for("digits", lr=0.01, schedule="steps").departures()
        ('init fan-in instead of published', 'epochs 10 instead of 90', 'batch size 32 instead of 128')
        """
        same = {"data", "seed", "size", "width"}
        return tuple(
            f"{field.name.replace('_', ' ')} {getattr(self, field.name)} instead of {field.default}"
            for field in fields(self)
            if field.name not in same and getattr(self, field.name) != field.default
        )


MINIATURE: dict[str, Any] = {
    "size": 64,  # the smallest with as many rows and columns after every layer as windows fit exactly
    "width": 0.25,
    "init": "fan-in",
    "epochs": 10,
    "batch_size": 32,
    "lr": 0.005,
    "schedule": "constant",
}
"""What makes AlexNet learn small images in about a minute on two cores of a CPU.

With the published deviation of 0.01 the signal would shrink from layer to layer in a narrow network, and the
biases of one would drown it: the loss stays at log(classes) for tens of epochs.
"""


def recipe_for(data: str, **given: Any) -> Recipe:  # noqa: ANN401, each field has its own type
    """Make the recipe for a source: the published one for a folder of images, else a miniature.

    Parameters
    ----------
    data
        As ``--data`` has it.
    given
        Fields of `Recipe` that are to be as told; ``None`` leaves the default.

    Examples
    --------
    >>> recipe_for("digits").width, recipe_for("imagefolder:photos").width
    (0.25, 1.0)
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    if data.startswith("imagefolder"):
        variant = variant_name("alexnet", chosen.get("variant"))
        return Recipe(**{"data": data, "size": VARIANTS[variant].input_size, **chosen})
    return Recipe(**{"data": data, **MINIATURE, **chosen})
