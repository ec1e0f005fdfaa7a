"""kbgen: a knowledge graph and a linked site from an Obsidian vault."""

from __future__ import annotations

__version__ = "0.1.0"
