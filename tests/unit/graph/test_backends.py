"""A backend of networkx, as an installed package: asked for by the config, and named where it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = """
class backend_interface:
    convert_from_nx = staticmethod(lambda graph, **_: graph)
    convert_to_nx = staticmethod(lambda result, **_: result)

    @staticmethod
    def pagerank(graph, *_, **__):
        return dict.fromkeys(graph, 0.125)
"""


def ask(question: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kbgen", "graph", "--ask", question, "--format", "json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "packages"), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    about = tmp_path / "packages" / "quick-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: quick\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[networkx.backends]\nquick = quick:backend_interface\n", "utf-8")
    (tmp_path / "packages" / "quick.py").write_text(BACKEND, encoding="utf-8")
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "A.md").write_text("[[A]]", encoding="utf-8")
    (tmp_path / "kbgen.toml").write_text('[graph]\nbackend = "quick"\n', encoding="utf-8")
    return tmp_path


def test_a_backend_works_out_what_it_has_and_networkx_the_rest(project: Path) -> None:
    assert json.loads(ask("pagerank", project).stdout)["rows"] == [{"id": "A.md", "value": 0.125}]
    assert json.loads(ask("k-core", project).stdout)["rows"] == [{"id": "A.md", "value": 0}]


def test_a_backend_that_is_not_installed_is_an_error_with_the_nearest(project: Path) -> None:
    (project / "kbgen.toml").write_text('[graph]\nbackend = "quik"\n', encoding="utf-8")
    done = ask("pagerank", project)
    assert done.returncode == 2
    assert done.stderr == (
        'Error: graph.backend: there is no networkx backend "quik"\n  did you mean "quick"?\n'
    )


def test_a_backend_for_another_networkx_is_an_error_that_says_so(project: Path) -> None:
    (project / "packages" / "quick.py").write_text("from networkx import nothing_of_the_kind", "utf-8")
    done = ask("pagerank", project)
    assert done.returncode == 2
    assert 'Error: graph.backend: the networkx backend "quick" cannot be loaded: cannot import' in done.stderr
    assert "it may want another networkx than" in done.stderr
