"""All networks by name, however the name is spelt."""

import re
from functools import cache

from reference_model.errors import UnknownName
from reference_model.specs import alexnet as alexnets
from reference_model.specs.googlenet import GOOGLENET
from reference_model.specs.layer import Spec
from reference_model.specs.resnet import resnet
from reference_model.specs.transformer import transformer
from reference_model.specs.vgg import vgg
from reference_model.specs.zfnet import ZFNET

MODELS = (
    "alexnet",
    "zfnet",
    "vgg16",
    "vgg19",
    "googlenet",
    "resnet50",
    "resnet152",
    "transformer-base",
    "transformer-big",
)
"""The models in the order of the lineage."""

_OTHER_NAMES = {
    "transformer": "transformer-base",
    "vggd": "vgg16",
    "vgge": "vgg19",
    "inceptionv1": "googlenet",
    "zeilerfergus": "zfnet",
}
_OTHER_VARIANTS = {
    "published": "paper",
    "twotower": "paper",
    "grouped": "paper",
    "author2012code": "author",
    "authors": "author",
    "cudaconvnet": "author",
    "bvlcalexnet": "caffe",
    "bvlcreferencecaffenet": "caffenet",
    "torchvision": "one-weird-trick",
    "owt": "one-weird-trick",
}


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def model_name(name: str) -> str:
    """Give the catalogue's name of a model, for any spelling of it: ``VGG-16``, ``ResNet 50``.

    Raises
    ------
    UnknownName
        Names the nearest models.
    """
    letters = _letters(name)
    known = {_letters(model): model for model in MODELS} | _OTHER_NAMES
    if letters not in known:
        raise UnknownName("model", name, MODELS)
    return known[letters]


def variant_name(model: str, variant: str | None) -> str:
    """Give the catalogue's name of a variant; without one, ``"paper"``.

    Raises
    ------
    UnknownName
        Names the nearest variants of that model.
    """
    names = alexnets.VARIANTS if model == "alexnet" else {"paper": None}
    if variant is None:
        return "paper"
    known = {_letters(name): name for name in names}
    known |= {other: name for other, name in _OTHER_VARIANTS.items() if name in names}
    letters = _letters(variant)
    if letters not in known:
        raise UnknownName(f"variant of {model}", variant, names)
    return known[letters]


@cache
def _spec(model: str, variant: str) -> Spec:
    match model:
        case "alexnet":
            return alexnets.alexnet(alexnets.VARIANTS[variant])
        case "zfnet":
            return ZFNET
        case "googlenet":
            return GOOGLENET
        case "vgg16" | "vgg19":
            return vgg(model)
        case "resnet50" | "resnet152":
            return resnet(model)
        case _:
            return transformer(model)


def spec(name: str, variant: str | None = None) -> Spec:
    """Look a network up.

    Parameters
    ----------
    name
        A model in any spelling: ``alexnet``, ``VGG-16``, ``ResNet 50``, ``transformer-base``.
    variant
        For AlexNet ``paper`` (the default), ``author``, ``caffe``, ``caffenet``, ``one-weird-trick``,
        ``one-gpu`` or ``ungrouped``.

    Returns
    -------
    Spec
        Its layers as data.

    Raises
    ------
    UnknownName
        With the nearest names.

    Examples
    --------
    >>> spec("VGG-16").layers[0]
    Conv(name='conv1_1', filters=64, kernel=3, stride=1, padding=1, overhang=0, groups=1, bias=True)
    """
    model = model_name(name)
    return _spec(model, variant_name(model, variant))
