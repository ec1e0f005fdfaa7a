"""All facts by key: computed from the specifications, measured here, or published."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from types import MappingProxyType

from reference_model.errors import MissingPackage, ReferenceModelError
from reference_model.factbook.computed.facts import computed, networks
from reference_model.factbook.fact import Accepted, Fact, by_key
from reference_model.factbook.measured import measured
from reference_model.factbook.published import published

__all__ = ["Accepted", "Fact", "facts"]

_COMPARED = frozenset(
    {
        "biases",
        "classes",
        "filters",
        "flops",
        "followed_by",
        "groups",
        "input_shape",
        "inputs",
        "kernel",
        "kernel_shape",
        "macs",
        "mac_share",
        "neurons",
        "order",
        "output_shape",
        "output_width",
        "overhang",
        "padding",
        "parameter_bytes",
        "parameter_share",
        "parameters",
        "stride",
        "units",
        "weights",
    }
)
"""Properties, without a layer's name, that torch can tell or that are sums of what it tells."""


def facts(*, live: bool = False) -> Mapping[str, Fact]:
    """Give all facts, sorted by key.

    Parameters
    ----------
    live
        Let torch confirm what is computed: each network is built and counted, its real shapes are read, and
        the evidence of its facts says so. Without it torch is not imported.

    Returns
    -------
    Mapping[str, Fact]
        Keys such as ``alexnet.parameters`` or ``geoffrey-hinton.nobel_prize_year``. Cannot be changed.

    Raises
    ------
    BadRecord
        If the published table or a record cannot be read, or two of them say the same thing twice.
    ReferenceModelError
        With `live`: if torch disagrees with the arithmetic, naming the network and the figures.
    MissingPackage
        With `live`, without torch.

    Examples
    --------
    >>> facts()["alexnet.ungrouped.parameters"].value
    62378344
    """
    return _live_facts() if live else _facts()


@cache
def _facts() -> Mapping[str, Fact]:
    table = published()
    everything = by_key(chain(table.facts, computed(table).values(), measured()))
    return MappingProxyType(dict(sorted(everything.items())))


@cache
def _live_facts() -> Mapping[str, Fact]:
    try:
        from reference_model.networks.crosscheck import crosscheck  # noqa: PLC0415, it imports torch
    except ModuleNotFoundError as missing:
        if missing.name != "torch":
            raise
        raise MissingPackage("live facts need torch: pip install 'kbgen[model]'") from None
    versions = {}
    for subject, (model, variant) in networks().items():
        checked = crosscheck(model, variant)
        if checked.disagreements:
            found = "; ".join(checked.disagreements)
            raise ReferenceModelError(f"torch and the arithmetic disagree about {subject}: {found}")
        versions[subject] = checked.version
    return MappingProxyType({key: _confirmed_by_torch(fact, versions) for key, fact in _facts().items()})


def _confirmed_by_torch(fact: Fact, versions: Mapping[str, str]) -> Fact:
    name = fact.property.rpartition(".")[2]
    if fact.derivation != "computed" or fact.subject not in versions or name not in _COMPARED:
        return fact
    return replace(fact, evidence=f"{fact.evidence}; confirmed by torch {versions[fact.subject]}")
