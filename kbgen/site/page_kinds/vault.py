"""The page on the health of the vault: how its public notes hang together, and what stands alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from kbgen.graph.communities import find_communities
from kbgen.graph.note_links import NoteLinks, by_degree, component_count, undirected_edges
from kbgen.graph.records import Edge, GraphRecords
from kbgen.graph.vocabulary import NodeKind
from kbgen.locales.locale import N_
from kbgen.site.addresses import OwnAddress, page_of
from kbgen.site.chrome import breadcrumbs_of, head_of, site_of
from kbgen.site.page_kind import MenuEntry, PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Branch, Head, PageLink, Site
from kbgen.traces import derived
from kbgen.vault.paths import SitePath, VaultPath, relative_href

MAX_RANKED = 20
"""Notes in each ranking."""
MAX_COMMUNITIES = 12
MAX_MEMBERS = 8
"""Of each community."""
MAX_ORPHANS = 200
MAX_WANTED = 50
MAX_WANTING = 3
"""Notes named that want a name."""


class CommunityEntry(Struct, frozen=True):
    """Notes that are joined more among themselves than to the rest."""

    name: str
    count: int
    members: tuple[PageLink, ...]
    """Those most joined within it."""


class UnresolvedName(Struct, frozen=True):
    """A name that notes link to and none bears."""

    name: str
    count: int
    """Places that name it."""
    by: tuple[PageLink, ...]
    """Some of the notes that do."""


class VaultPage(Struct, frozen=True):
    """How the notes hang together; of each list the first, with the number of all."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[PageLink, ...]
    notes: int
    links: int
    """Pairs of notes of which one leads to the other."""
    tags: int
    attachments: int
    parts: int
    """Groups of two or more notes that no link joins to the rest."""
    hubs: tuple[Branch, ...]
    """The notes that most others lead to, and how many those are."""
    communities: tuple[CommunityEntry, ...]
    community_count: int
    ends: tuple[Branch, ...]
    """Notes that lead nowhere, those first that most others lead to."""
    end_count: int
    orphans: tuple[PageLink, ...]
    orphan_count: int
    unresolved: tuple[UnresolvedName, ...]
    unresolved_count: int


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield _place(plan), ""


def _place(plan: Plan) -> SitePath:
    return plan.addresses.own_pages[PAGE.name]


def _view(plan: Plan, place: SitePath, _key: str) -> VaultPage:
    # All of it is looked at, so it is read as a whole.
    edges = dict(plan.graph.edges.items())
    nodes = {node: (kind, name, tags) for node, kind, name, tags in _nodes(plan.graph, "")}
    links = NoteLinks(
        successors=dict(plan.links.successors.items()),
        predecessors=dict(plan.links.predecessors.items()),
        adjacency=dict(plan.links.adjacency.items()),
        titles=dict(plan.links.titles.items()),
    )
    in_degrees = {node: len(sources) for node, sources in links.predecessors.items()}
    linked = by_degree({node: degree for node, degree in in_degrees.items() if degree})
    ends = [node for node in linked if not links.successors[node]]
    orphans = [node for node, neighbours in sorted(links.adjacency.items()) if not neighbours]
    tags = {node: found for node, (_, _, found) in nodes.items()}
    communities = find_communities(undirected_edges(links, edges), links.titles, tags)
    wanting = _wanting(edges, {node for node, (kind, _, _) in nodes.items() if kind == "unresolved"})
    wanted = by_degree({name: sum(places.values()) for name, places in wanting.items()})
    kinds = [kind for kind, _, _ in nodes.values()]
    title = plan.locale.gettext("Vault")
    description = plan.locale.gettext("How these notes hang together, and what stands alone.")
    return VaultPage(
        site=site_of(plan, place),
        head=head_of(plan, place, title, description),
        title=title,
        breadcrumbs=breadcrumbs_of(plan, place, "", title),
        notes=len(links.titles),
        links=sum(map(len, links.successors.values())),
        tags=kinds.count("tag"),
        attachments=kinds.count("attachment"),
        parts=component_count(links.adjacency),
        hubs=_ranked(plan, in_degrees, linked[:MAX_RANKED]),
        communities=tuple(
            CommunityEntry(each.name, len(each.members), _links(plan, each.members[:MAX_MEMBERS]))
            for each in communities[:MAX_COMMUNITIES]
        ),
        community_count=len(communities),
        ends=_ranked(plan, in_degrees, ends[:MAX_RANKED]),
        end_count=len(ends),
        orphans=_links(plan, orphans[:MAX_ORPHANS]),
        orphan_count=len(orphans),
        unresolved=tuple(
            UnresolvedName(
                nodes[name][1],
                sum(wanting[name].values()),
                _links(plan, sorted(wanting[name])[:MAX_WANTING]),
            )
            for name in wanted[:MAX_WANTED]
        ),
        unresolved_count=len(wanted),
    )


PAGE = PageKind(
    name="vault",
    template="vault.html",
    pages=_pages,
    view=_view,
    is_wanted=lambda plan: bool(plan.listed),
    order=0,  # it takes longest
    address=OwnAddress(SitePath("vault.html"), "the page of the vault"),
    entry=MenuEntry(N_("Vault"), "footer", order=10),
)


@derived
def _nodes(graph: GraphRecords, _key: str) -> tuple[tuple[str, NodeKind, str, tuple[str, ...]], ...]:
    """Return what this page tells of nodes: their kinds, titles and tags."""
    return tuple((node, data.kind, data.title, data.tags) for node, data in graph.nodes.items())


def _wanting(edges: Mapping[str, Sequence[Edge]], unresolved: Collection[str]) -> Mapping[str, Counter[str]]:
    """Return for each name that no note bears how often the notes link to it that do."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for source, ways in edges.items():
        for edge in ways:
            if edge.target in unresolved:
                found[edge.target][source] += edge.count
    return found


def _links(plan: Plan, nodes: Iterable[str]) -> tuple[PageLink, ...]:
    return tuple(PageLink(_title(plan, node), _href(plan, node)) for node in nodes)


def _ranked(plan: Plan, in_degrees: Mapping[str, int], nodes: Iterable[str]) -> tuple[Branch, ...]:
    """Return notes with the number of others that lead to each."""
    return tuple(Branch(_title(plan, node), _href(plan, node), in_degrees[node]) for node in nodes)


def _title(plan: Plan, node: str) -> str:
    return plan.links.titles[node]


def _href(plan: Plan, node: str) -> str:
    return relative_href(_place(plan), page_of(plan.addresses, VaultPath(node)))
