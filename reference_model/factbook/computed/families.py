"""Facts about families of networks: what is said of "VGG" can be true of any of its members.

The value is the member's that stands for the family, and those of the others are accepted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from reference_model.analysis import summary
from reference_model.factbook.fact import Accepted, Fact
from reference_model.models import MODELS, spec


def family_facts(computed: Mapping[str, Fact]) -> Iterator[Fact]:
    """Repeat what is known of whole networks for their family.

    Parameters
    ----------
    computed
        Facts about the members, by key.
    """
    for family, (first, *others) in _families():
        layers = {row.name for row in summary(first).rows}
        for fact in computed.values():
            if fact.subject != first or _of_a_layer(fact.property, layers) or fact.kind == "order":
                continue
            accepted = (*fact.accepted, *_accepted(fact, others, computed))
            evidence = f"{spec(first).title}: {fact.evidence}"
            yield replace(fact, subject=family, accepted=accepted, evidence=evidence)


def _families() -> Iterator[tuple[str, list[str]]]:
    """Give each family with its members, first the one that stands for it."""
    members = [model for model in MODELS.values() if model.family]
    members.sort(key=lambda model: (model.family, not model.represents_family))
    for family, models in groupby(members, key=lambda model: model.family):
        yield family, [model.name for model in models]


def _accepted(fact: Fact, others: list[str], computed: Mapping[str, Fact]) -> Iterator[Accepted]:
    seen = {fact.value}
    for member in others:
        title = spec(member).title
        other = computed[f"{member}.{fact.property}"]
        values = [Accepted(other.value, title)]
        values += [replace(also, reason=f"{title}: {also.reason}") for also in other.accepted]
        for accepted in values:
            if accepted.value not in seen:
                seen.add(accepted.value)
                yield accepted


def _of_a_layer(name: str, layers: set[str]) -> bool:
    return name.rpartition(".")[0] in layers
