"""The words by which a graph, questions to it and pictures of it tell things apart; without networkx."""

from __future__ import annotations

from typing import Literal

NodeKind = Literal["note", "attachment", "tag", "unresolved"]
EdgeKind = str
"""``link``, ``embed``, ``property``, ``tag``, or what a kind of document calls its own."""

Direction = Literal["in", "out", "both"]
"""Which links lead on from a note."""
Colour = Literal["tag", "folder", "community"]
"""What nodes of one colour have in common in a picture."""
