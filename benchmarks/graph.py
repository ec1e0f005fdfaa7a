"""Time questions to the graph: ``python benchmarks/graph.py 10000`` or ``... VAULT [--runs 5]``.

First whole processes in turn: `graph --tag` beside `check`, both warm. Then every question once in this
process, over the graph as it was read; those that networkx answers stand beside networkx called by hand on
the notes as they are joined.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
from paired import KBGEN, Timed, pair

from kbgen.config import load
from kbgen.graph.note_graph import DirectedNotes, UndirectedNotes, note_graph
from kbgen.graph.queries import centrality
from kbgen.graph.queries.catalogue import QUESTIONS, Arguments, Inputs, ask
from kbgen.pipeline import read, read_graph
from kbgen.processes import worker_count
from kbgen.vault.history import git_dates
from vault import write_vault

SEED = 1
BY_HAND: Mapping[str, Callable[[DirectedNotes, UndirectedNotes], Any]] = {
    "hubs": lambda notes, _: nx.hits(notes),
    "pagerank": lambda notes, _: nx.pagerank(notes, weight="count"),
    "betweenness": lambda notes, _: nx.betweenness_centrality(
        notes, k=centrality.SAMPLE_SIZE if centrality.is_estimated(len(notes)) else None, seed=0
    ),
    "k-core": lambda _, undirected: nx.core_number(undirected),
    "clustering": lambda _, undirected: nx.clustering(undirected),
    "communities": lambda _, undirected: nx.community.louvain_communities(undirected, weight="count", seed=0),
    "bridges": lambda _, undirected: list(nx.bridges(undirected)),
    "articulation-points": lambda _, undirected: list(nx.articulation_points(undirected)),
}


def main() -> None:
    """Print the pair, a row for each question, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vault", help="a folder, or how many notes to generate")
    parser.add_argument("--tag", default="", help="for the pair; left out, the first there is")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        vault = home / "vault"
        if options.vault.isdigit():
            write_vault(vault, int(options.vault), SEED)
        else:
            shutil.copytree(options.vault, vault, ignore=shutil.ignore_patterns(".git", ".kbgen"))
        config = load(vault=vault, output=None, config_file=None, base_url=None, cwd=home)
        graph = read_graph(config)
        tag = options.tag or min(
            node.removeprefix("tag:") for node, data in graph.nodes.items() if data["kind"] == "tag"
        )
        of_tag = Timed("graph --tag", (*KBGEN, "graph", str(vault), "--tag", tag))
        pair(home, of_tag, Timed("check", (*KBGEN, "check", str(vault))), options.runs)

        inputs = Inputs(graph, read(config).linked, git_dates(vault), workers=worker_count(0))
        whole = note_graph(graph)
        print(f"{len(whole.directed)} notes, {whole.directed.number_of_edges()} links between two of them")
        total = 0.0
        for name, question in QUESTIONS.items():
            if question.takes_ends:
                ends = list(whole.directed)
                inputs_now = Inputs(graph, arguments=Arguments(start=ends[0], end=ends[-1]))
            else:
                inputs_now = inputs
            start = time.perf_counter()
            ask(name, inputs_now)
            seconds = time.perf_counter() - start
            total += seconds
            print(f"{name:24} {seconds:6.2f} s{_beside(name, seconds, whole.directed, whole.undirected)}")
        print(f"{'all':24} {total:6.2f} s")


def _beside(name: str, seconds: float, notes: DirectedNotes, undirected: UndirectedNotes) -> str:
    if name not in BY_HAND:
        return ""
    start = time.perf_counter()
    BY_HAND[name](notes, undirected)
    alone = time.perf_counter() - start
    return f" {alone:6.2f} s networkx by hand, {seconds / alone:.2f} times"


if __name__ == "__main__":
    main()
