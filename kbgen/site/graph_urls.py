"""The graph of a vault in which each node knows its address on the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kbgen.graph.records import GraphRecords, graph_records
from kbgen.links.model import LinkedVault
from kbgen.links.tags import TagNames
from kbgen.site.addresses import Addresses
from kbgen.vault.paths import VaultPath, encode

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def graph_with_urls(vault: LinkedVault, addresses: Addresses) -> Graph:
    """Build the networkx graph of a vault, whole or public.

    Parameters
    ----------
    vault
        The vault.
    addresses
        Where its public part is.
    """
    from kbgen.graph.build import build_graph  # noqa: PLC0415 - the site needs no networkx for it

    return build_graph(vault, *_urls(addresses))


def records_with_urls(vault: LinkedVault, names: TagNames, addresses: Addresses) -> GraphRecords:
    """Return the same as plain records, for what goes to the site.

    Parameters
    ----------
    vault, names
        The vault, and its tags.
    addresses
        Where its public part is.
    """
    return graph_records(vault, names, *_urls(addresses))


def _urls(addresses: Addresses) -> tuple[Mapping[VaultPath, str], Mapping[str, str]]:
    places = {**addresses.notes, **addresses.documents, **addresses.attachments}
    return (
        {path: encode(place) for path, place in places.items()},
        {tag: encode(place) for tag, place in addresses.tags.items()},
    )
