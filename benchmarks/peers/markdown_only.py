"""Render every note of a vault with plain markdown-it-py, a peer of ``build.py``: no links, no pages.

``python benchmarks/peers/markdown_only.py VAULT FOLDER`` writes one fragment of HTML for each note.
"""

from __future__ import annotations

import sys
from pathlib import Path

from markdown_it import MarkdownIt


def main(vault: Path, folder: Path) -> None:
    """Render all notes, in one process."""
    parser = MarkdownIt("commonmark").enable("table")
    folder.mkdir(parents=True)
    for number, path in enumerate(sorted(vault.rglob("*.md"))):
        text = path.read_text(encoding="utf-8", errors="replace")
        if text.startswith("---\n"):
            text = text.partition("\n---\n")[2] or text
        (folder / f"{number}.html").write_text(parser.render(text), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
