"""The page on the health of the vault: how its public notes hang together, and what stands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import component_count
from kbgen.graph.queries.community_detection import find_communities
from kbgen.graph.queries.degrees import by_in_degree, isolated, unresolved
from kbgen.locales.locale import N_
from kbgen.site.addresses import OwnAddress, page_of
from kbgen.site.chrome import breadcrumbs_of, head_of, site_of
from kbgen.site.page_kind import MenuEntry, PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Branch, Head, PageLink, Site
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


def _pages(plan: Plan) -> Iterator[tuple[SitePath, Callable[[], VaultPage]]]:
    yield _place(plan), partial(_view, plan)


PAGE = PageKind(
    name="vault",
    template="vault.html",
    pages=_pages,
    is_wanted=lambda plan: bool(plan.listed.notes),
    order=0,  # it takes longest
    address=OwnAddress(SitePath("vault.html"), "the page of the vault"),
    entry=MenuEntry(N_("Vault"), "footer", order=10),
)


def _place(plan: Plan) -> SitePath:
    return plan.addresses.own_pages[PAGE.name]


def _view(plan: Plan) -> VaultPage:
    place = _place(plan)
    graph, notes = plan.note_graph.graph, plan.note_graph.directed
    linked = by_in_degree(notes, (node for node in notes if notes.in_degree(node)))
    ends = by_in_degree(
        notes, (node for node in notes if notes.in_degree(node) and not notes.out_degree(node))
    )
    orphans = isolated(notes)
    communities = find_communities(plan.note_graph)
    wanted = unresolved(graph)
    wanting = _wanting(graph)
    kinds = [data["kind"] for _, data in graph.nodes.items()]
    title = plan.locale.gettext("Vault")
    description = plan.locale.gettext("How these notes hang together, and what stands alone.")
    return VaultPage(
        site=site_of(plan, place),
        head=head_of(plan, place, title, description),
        title=title,
        breadcrumbs=breadcrumbs_of(plan, place, "", title),
        notes=len(notes),
        links=notes.number_of_edges(),
        tags=kinds.count("tag"),
        attachments=kinds.count("attachment"),
        parts=component_count(plan.note_graph.undirected),
        hubs=_ranked(plan, linked[:MAX_RANKED]),
        communities=tuple(
            CommunityEntry(each.name, len(each.members), _links(plan, each.members[:MAX_MEMBERS]))
            for each in communities[:MAX_COMMUNITIES]
        ),
        community_count=len(communities),
        ends=_ranked(plan, ends[:MAX_RANKED]),
        end_count=len(ends),
        orphans=_links(plan, orphans[:MAX_ORPHANS]),
        orphan_count=len(orphans),
        unresolved=tuple(
            UnresolvedName(
                graph.nodes[str(row["id"])]["title"],
                int(row["value"]),
                _links(plan, wanting[str(row["id"])][:MAX_WANTING]),
            )
            for row in wanted[:MAX_WANTED]
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


def _links(plan: Plan, nodes: Iterable[str]) -> tuple[PageLink, ...]:
    return tuple(PageLink(_title(plan, node), _href(plan, node)) for node in nodes)


def _ranked(plan: Plan, nodes: Iterable[str]) -> tuple[Branch, ...]:
    """Return notes with the number of others that lead to each."""
    return tuple(
        Branch(_title(plan, node), _href(plan, node), plan.note_graph.directed.in_degree(node))
        for node in nodes
    )


def _title(plan: Plan, node: str) -> str:
    title: str = plan.note_graph.graph.nodes[node]["title"]
    return title


def _href(plan: Plan, node: str) -> str:
    return relative_href(_place(plan), page_of(plan.addresses, VaultPath(node)))
