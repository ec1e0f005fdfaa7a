"""How ``kbgen graph`` may print what was chosen, or an answer."""

from __future__ import annotations

from typing import Literal

Format = Literal["table", "json", "csv", "graphml", "gexf", "dot", "mermaid", "svg", "html"]
ANSWER_FORMATS: tuple[Format, ...] = ("table", "json", "csv")
"""Those for the rows of an answer."""
PICTURE_FORMATS: tuple[Format, ...] = ("svg", "html")
"""Those for pictures of what was chosen."""
