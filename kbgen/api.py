"""A vault as Python sees it: its notes, its graph, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic
from kbgen.findings import all_findings
from kbgen.graph.build import Graph
from kbgen.links.model import LinkedNote
from kbgen.pipeline import address_vault, whole_graph
from kbgen.vault.paths import VaultPath


class Vault(Struct, frozen=True):
    """A vault that is read and linked, private notes included."""

    notes: Mapping[VaultPath, LinkedNote]
    """By path, in order."""
    graph: Graph
    """A :class:`networkx.MultiDiGraph`; see :mod:`kbgen.graph.build` for its attributes."""
    diagnostics: tuple[Diagnostic, ...]
    """As ``kbgen check`` prints them."""


def load_vault(config: Config, *, jobs: int = 0, use_cache: bool = True) -> Vault:
    """Read and link a vault and build its whole graph."""
    vault = address_vault(config, jobs=jobs, use_cache=use_cache)
    graph = whole_graph(vault.linked, vault.addresses)
    return Vault(vault.linked.notes, graph, all_findings(vault.linked, vault.diagnostics))
