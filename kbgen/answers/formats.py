"""How ``kbgen graph`` may print what was chosen, or an answer."""

from __future__ import annotations

from typing import Literal

Format = Literal["table", "json", "csv", "graphml", "gexf", "dot", "mermaid", "svg", "html"]
