"""The page on the health of the vault: how its public notes hang together, and what stands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import component_count
from kbgen.graph.queries.community_detection import find_communities
from kbgen.graph.queries.degrees import by_in_degree, isolated, unresolved
from kbgen.site.addresses import INDEX
from kbgen.site.plan import PageJob, Plan, head_of, site_of
from kbgen.site.views import Anchor, Branch, Community, VaultPage, Wanted
from kbgen.vault.paths import VaultPath, relative_href

MOST_RANKED = 20
"""Notes in each ranking."""
MOST_COMMUNITIES = 12
MOST_MEMBERS = 8
"""Of each community."""
MOST_ORPHANS = 200
MOST_WANTED = 50
MOST_WANTING = 3
"""Notes named that want a name."""


def vault_page(plan: Plan) -> Iterator[PageJob]:
    """Yield the page, if there is any note."""
    if plan.listed.notes:
        yield PageJob(plan.addresses.overview, "vault.html", partial(_view, plan))


def _view(plan: Plan) -> VaultPage:
    place = plan.addresses.overview
    graph, notes = plan.whole.graph, plan.whole.directed
    linked = by_in_degree(notes, (node for node in notes if notes.in_degree(node)))
    ends = by_in_degree(
        notes, (node for node in notes if notes.in_degree(node) and not notes.out_degree(node))
    )
    orphans = isolated(notes)
    communities = find_communities(plan.whole)
    wanted = unresolved(graph)
    wanting = _wanting(graph)
    kinds = [data["kind"] for _, data in graph.nodes.items()]
    return VaultPage(
        site=site_of(plan, place),
        head=head_of(plan, place, "Vault", "How these notes hang together, and what stands alone."),
        title="Vault",
        breadcrumbs=(Anchor(plan.config.title, relative_href(place, INDEX)), Anchor("Vault", None)),
        notes=len(notes),
        links=notes.number_of_edges(),
        tags=kinds.count("tag"),
        attachments=kinds.count("attachment"),
        parts=component_count(plan.whole.undirected),
        hubs=_ranked(plan, linked[:MOST_RANKED]),
        communities=tuple(
            Community(each.name, len(each.members), _anchors(plan, each.members[:MOST_MEMBERS]))
            for each in communities[:MOST_COMMUNITIES]
        ),
        community_count=len(communities),
        ends=_ranked(plan, ends[:MOST_RANKED]),
        end_count=len(ends),
        orphans=_anchors(plan, orphans[:MOST_ORPHANS]),
        orphan_count=len(orphans),
        unresolved=tuple(
            Wanted(
                graph.nodes[str(row["id"])]["title"],
                int(row["value"]),
                _anchors(plan, wanting[str(row["id"])][:MOST_WANTING]),
            )
            for row in wanted[:MOST_WANTED]
        ),
        unresolved_count=len(wanted),
    )


def _wanting(graph: Graph) -> Mapping[str, list[str]]:
    """Return for each name that no note bears the notes that link to it."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for source, target in graph.edges():
        if graph.nodes[target]["kind"] == "unresolved":
            found[target][source] = None
    return {name: sorted(sources) for name, sources in found.items()}


def _anchors(plan: Plan, nodes: Iterable[str]) -> tuple[Anchor, ...]:
    return tuple(Anchor(_title(plan, node), _href(plan, node)) for node in nodes)


def _ranked(plan: Plan, nodes: Iterable[str]) -> tuple[Branch, ...]:
    """Return notes with the number of others that lead to each."""
    return tuple(
        Branch(_title(plan, node), _href(plan, node), plan.whole.directed.in_degree(node)) for node in nodes
    )


def _title(plan: Plan, node: str) -> str:
    return plan.vault.notes[VaultPath(node)].title


def _href(plan: Plan, node: str) -> str:
    return relative_href(plan.addresses.overview, plan.addresses.notes[VaultPath(node)])
