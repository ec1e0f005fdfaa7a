"""All computed facts: of networks, variants, families and near misses, and sums of published figures."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from reference_model.analysis import summary
from reference_model.errors import BadRecord, UnknownName
from reference_model.factbook.computed.derived import derived_facts
from reference_model.factbook.computed.families import family_facts
from reference_model.factbook.computed.near_misses import near_misses
from reference_model.factbook.computed.networks import network_facts
from reference_model.factbook.fact import Accepted, Fact, by_key, fits
from reference_model.factbook.published import FILE, Published
from reference_model.models import MODELS, PAPER


def networks() -> dict[str, tuple[str, str | None]]:
    """Give the subjects of facts that are networks, with their model and variant.

    Examples
    --------
    >>> networks()["alexnet.caffe"], networks()["vgg16"]
    (('alexnet', 'caffe'), ('vgg16', None))
    """
    found: dict[str, tuple[str, str | None]] = {}
    for name, model in MODELS.items():
        found[name] = (name, None)
        found |= {f"{name}.{variant}": (name, variant) for variant in model.specs if variant != PAPER}
    return found


def computed(table: Published) -> dict[str, Fact]:
    """Tell all that arithmetic gives.

    Parameters
    ----------
    table
        What is published: times and peaks for the sums, and further values that are right.

    Returns
    -------
    dict[str, Fact]
        By key.

    Raises
    ------
    BadRecord
        If the table calls a value right for something that is not computed, or in a form that does not fit.
    """
    facts = _accepting(by_key(_networks()), table)
    others = by_key(chain(family_facts(facts), near_misses(), derived_facts(by_key(table.facts))))
    facts |= _accepting(others, table)
    for key in table.accepted:
        if key not in facts:
            raise BadRecord(f"{FILE.name}: accept: {UnknownName('computed fact', key, facts)}")
    return facts


def _networks() -> Iterator[Fact]:
    for subject, (model, variant) in networks().items():
        yield from network_facts(subject, summary(model, variant))


def _accepting(facts: dict[str, Fact], table: Published) -> dict[str, Fact]:
    for key in table.accepted.keys() & facts.keys():
        fact = facts[key]
        further = tuple(_further(fact, table.accepted[key]))
        facts[key] = replace(fact, accepted=(*fact.accepted, *further))
    return facts


def _further(fact: Fact, values: tuple[Accepted, ...]) -> Iterator[Accepted]:
    known = {fact.value, *(other.value for other in fact.accepted)}
    for accepted in values:
        if not fits(fact.kind, accepted.value):
            raise BadRecord(f"{FILE.name}: accept: {fact.key}: {accepted.value!r} is no {fact.kind}")
        if accepted.value not in known:
            yield accepted
