"""All networks by name, however the name is spelt: `MODELS`, of which each declares itself in `specs`."""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from reference_model import specs
from reference_model.errors import UnknownName
from reference_model.specs.layer import Spec
from reference_model.specs.model import Model

PAPER = "paper"
"""The variant that is meant where none is named."""


def _declared() -> Iterator[Model]:
    for found in sorted(pkgutil.iter_modules(specs.__path__), key=lambda found: found.name):
        module = import_module(f"{specs.__name__}.{found.name}")
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, Model):
                yield value


MODELS: Mapping[str, Model] = MappingProxyType(
    {model.name: model for model in sorted(_declared(), key=lambda model: model.published)}
)
"""The models by name, in the order of the lineage."""


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def model_name(name: str) -> str:
    """Give the table's name of a model, for any spelling of it: ``VGG-16``, ``ResNet 50``.

    Raises
    ------
    UnknownName
        Names the nearest models.
    """
    known = {_letters(spelt): each.name for each in MODELS.values() for spelt in (each.name, *each.aliases)}
    letters = _letters(name)
    if letters not in known:
        raise UnknownName("model", name, MODELS)
    return known[letters]


def variant_name(model: str, variant: str | None) -> str:
    """Give the table's name of a variant; without one, ``"paper"``.

    Parameters
    ----------
    model
        As in `MODELS`.
    variant
        In any spelling.

    Raises
    ------
    UnknownName
        Names the nearest variants of that model.
    """
    if variant is None:
        return PAPER
    record = MODELS[model]
    known = {"published": PAPER}
    known |= {_letters(spelt): name for spelt, name in record.variant_aliases.items()}
    known |= {_letters(name): name for name in record.specs}
    letters = _letters(variant)
    if letters not in known:
        raise UnknownName(f"variant of {model}", variant, record.specs)
    return known[letters]


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


@cache
def _spec(model: str, variant: str) -> Spec:
    return MODELS[model].specs[variant]()
