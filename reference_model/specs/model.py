"""The record by which a network declares itself; its name in capitals in a file of this room is enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reference_model.specs.layer import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A network of the lineage, with its variants.

    Parameters
    ----------
    name
        In the keys of facts and on the command line: ``vgg16``.
    published
        The day on which the paper came out first; the lineage is in this order.
    specs
        What writes each variant out layer by layer, ``"paper"`` first.
    network
        The file of `reference_model.networks` with the torch module; it has a function ``build(model,
        variant)``.
    aliases
        Other names; case, hyphens and spaces make no difference.
    variant_aliases
        Other names of the variants, with the variant's own.
    family
        Subject of the facts that hold for all networks of the paper: ``vgg``; empty where there is one only.
    represents_family
        Whether the family's facts are those of this one; the other members' are accepted.
    """

    name: str
    published: str
    specs: Mapping[str, Callable[[], Spec]]
    network: str
    aliases: tuple[str, ...] = ()
    variant_aliases: Mapping[str, str] = field(default_factory=dict)
    family: str = ""
    represents_family: bool = False
