"""A project on disk that a test builds, edits and builds again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from kbgen.build_report import BuildReport
from kbgen.config import load
from kbgen.pipeline import build

Tree = Mapping[str, bytes]


class Project:
    """A folder with ``vault/`` and, beside it, config, templates, output and cache."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.vault = root / "vault"
        self.site = root / "site"
        self.vault.mkdir(parents=True)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put files into the vault."""
        for name, content in files.items():
            path = self.vault / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def configure(self, toml: str) -> None:
        (self.root / "kbgen.toml").write_text(toml, encoding="utf-8")

    def build(
        self, output: str = "site", *, jobs: int = 1, use_cache: bool = True, base_url: str | None = None
    ) -> BuildReport:
        config = load(
            vault=self.vault, output=Path(output), config_file=None, base_url=base_url, cwd=self.root
        )
        return build(config, jobs=jobs, use_cache=use_cache)

    def tree(self, output: str = "site") -> Tree:
        return tree(self.root / output)

    def clean(self) -> Tree:
        """Return the site as a build makes it that knows nothing of earlier ones."""
        shutil.rmtree(self.root / "clean", ignore_errors=True)
        self.build("clean", use_cache=False)
        return self.tree("clean")


def tree(folder: Path) -> Tree:
    """Return every file of a site but kbgen's notes to itself."""
    if not folder.exists():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".kbgen") for part in path.relative_to(folder).parts)
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def new_project() -> type[Project]:
    """Return the class, for tests that need several or make them anew in every example."""
    return Project
