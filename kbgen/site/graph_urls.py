"""The graph of a vault in which each node knows its address on the site."""

from __future__ import annotations

from kbgen.graph.build import Graph, build_graph
from kbgen.links.model import LinkedVault
from kbgen.site.addresses import Addresses
from kbgen.vault.paths import encode


def graph_with_urls(vault: LinkedVault, addresses: Addresses) -> Graph:
    """Build the graph of a vault, whole or public.

    Parameters
    ----------
    vault
        The vault; give the public one for what goes to the site.
    addresses
        Where its public part is.
    """
    places = {**addresses.notes, **addresses.documents, **addresses.attachments}
    return build_graph(
        vault,
        {path: encode(place) for path, place in places.items()},
        {tag: encode(place) for tag, place in addresses.tags.items()},
    )
