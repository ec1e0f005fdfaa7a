"""Facts about families of networks: what is said of "VGG" can be true of any of its members.

The value is the member's that stands for the family, and those of the others are accepted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reference_model.analysis import summary
from reference_model.factbook.fact import Accepted, Fact
from reference_model.models import spec


@dataclass(frozen=True, slots=True)
class Family:
    """Some networks of one paper.

    Parameters
    ----------
    name
        Subject of the facts.
    first
        The member that stands for the family.
    others
        Further ones that we know.
    """

    name: str
    first: str
    others: tuple[str, ...]


FAMILIES = (
    Family("vgg", "vgg19", ("vgg16",)),
    Family("resnet", "resnet152", ("resnet50",)),
    Family("transformer", "transformer-base", ("transformer-big",)),
)


def family_facts(computed: Mapping[str, Fact]) -> Iterator[Fact]:
    """Repeat what is known of whole networks for their family.

    Parameters
    ----------
    computed
        Facts about the members, by key.
    """
    for family in FAMILIES:
        layers = {row.name for row in summary(family.first).rows}
        for fact in computed.values():
            if fact.subject != family.first or _of_a_layer(fact.property, layers) or fact.kind == "order":
                continue
            others = tuple(_others(fact, family, computed))
            reason = f"{spec(family.first).title}: {fact.evidence}"
            yield replace(fact, subject=family.name, accepted=(*fact.accepted, *others), evidence=reason)


def _others(fact: Fact, family: Family, computed: Mapping[str, Fact]) -> Iterator[Accepted]:
    seen = {fact.value}
    for member in family.others:
        title = spec(member).title
        other = computed[f"{member}.{fact.property}"]
        values = (
            Accepted(other.value, title),
            *(replace(a, reason=f"{title}: {a.reason}") for a in other.accepted),
        )
        for accepted in values:
            if accepted.value not in seen:
                seen.add(accepted.value)
                yield accepted


def _of_a_layer(name: str, layers: set[str]) -> bool:
    return name.rpartition(".")[0] in layers
