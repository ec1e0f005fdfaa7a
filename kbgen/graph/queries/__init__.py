"""Questions to the graph of a vault, each a function from the graph to rows.

All look at notes alone, and at links, embeds, properties and canvas edges between two different notes.
"""

from kbgen.graph.queries.centrality import authorities, betweenness, clustering, hubs, k_core, pagerank
from kbgen.graph.queries.community_detection import communities
from kbgen.graph.queries.connectivity import articulation_points, bridges
from kbgen.graph.queries.degrees import dead_ends, degree, orphans, unresolved
from kbgen.graph.queries.paths import cycles, path
from kbgen.graph.queries.similarity import missing_links, similar
from kbgen.graph.queries.timeline import growth
from kbgen.graph.queries.unlinked_mentions import mentions

__all__ = [
    "articulation_points",
    "authorities",
    "betweenness",
    "bridges",
    "clustering",
    "communities",
    "cycles",
    "dead_ends",
    "degree",
    "growth",
    "hubs",
    "k_core",
    "mentions",
    "missing_links",
    "orphans",
    "pagerank",
    "path",
    "similar",
    "unresolved",
]
