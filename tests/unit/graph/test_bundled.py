"""The bundled vault: what is printed against networkx called by hand, on any run and in any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from math import isclose
from pathlib import Path
from typing import Any, cast

import networkx as nx
import pytest

from kbgen import cli
from kbgen.graph.queries.catalogue import QUESTIONS

ROOT = Path(__file__).parents[3]
EVERYTHING = """
import sys
from kbgen.cli import main
for question in sys.argv[1:]:
    ends = ["--from", "AlexNet", "--to", "OpenAI"] if question == "path" else []
    assert main(["graph", "vault", "--ask", question, "--format", "json", *ends]) == 0
for form in ("json", "csv", "graphml", "gexf", "dot", "mermaid", "svg", "html"):
    assert main(["graph", "vault", "--format", form]) == 0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("bundled")
    shutil.copytree(ROOT / "vault", found / "vault")
    return found


def printed(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> dict[str, Any]:
    assert cli.main(["graph", str(folder / "vault"), "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_numbers_are_those_of_networkx_on_the_graph_that_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    data = printed(capsys, folder)
    notes: nx.DiGraph[str] = nx.DiGraph()
    notes.add_nodes_from(node["id"] for node in data["nodes"] if node["kind"] == "note")
    for edge in data["edges"]:
        ends = edge["source"], edge["target"]
        if edge["kind"] != "tag" and ends[0] != ends[1] and set(ends) <= set(notes):
            before = notes.edges[ends]["weight"] if notes.has_edge(*ends) else 0
            notes.add_edge(*ends, weight=before + edge["count"])
    either = nx.Graph(notes.to_undirected())
    hubs, authorities = nx.hits(nx.DiGraph(notes.edges()))  # without weights

    def values(question: str) -> dict[str, float]:
        rows = printed(capsys, folder, "--ask", question)["rows"]
        return {row["id"]: row["value"] for row in rows}

    by_hand: Mapping[str, Mapping[str, float]] = {
        "pagerank": nx.pagerank(notes),
        "betweenness": nx.betweenness_centrality(notes),
        "k-core": nx.core_number(either),
        "clustering": cast("dict[str, float]", nx.clustering(either)),
        "hubs": hubs,
        "authorities": authorities,
    }
    for question, wanted in by_hand.items():
        found = values(question)
        assert found.keys() == wanted.keys(), question
        assert all(isclose(found[node], wanted[node], abs_tol=1e-6) for node in wanted), question
    degrees = {
        row["id"]: (row["in"], row["out"]) for row in printed(capsys, folder, "--ask", "degree")["rows"]
    }
    assert degrees == {node: (notes.in_degree(node), notes.out_degree(node)) for node in notes}
    parts: dict[int, set[str]] = {}
    for row in printed(capsys, folder, "--ask", "communities")["rows"]:
        parts.setdefault(row["value"], set()).add(row["id"])
    louvain = nx.community.louvain_communities(either, seed=1)
    ours = nx.community.modularity(either, parts.values())
    assert ours >= nx.community.modularity(either, louvain) - 0.01


def test_answers_and_exports_are_the_same_bytes_on_another_run_and_in_another_folder(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / "deeper"
    shutil.copytree(folder / "vault", other / "vault")
    for path in other.rglob("*.md"):
        os.utime(path, (1, 1))

    def run(place: Path, seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(
            [sys.executable, "-c", EVERYTHING, *QUESTIONS],
            cwd=place,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout

    first = run(folder, "1")
    assert len(first) > 100_000
    assert run(folder, "2") == first
    assert run(other, "3") == first
