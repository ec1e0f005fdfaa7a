"""How findings may be printed, and which of them the table lists."""

from __future__ import annotations

from typing import Literal

Format = Literal["table", "json", "sarif", "junit", "github"]
"""How ``kbgen verify`` prints its findings."""

Listed = Literal["problems", "all", "refuted", "unchecked", "loose"]
"""What the table lists; problems are claims that are refuted or could not be checked."""

Show = Literal[Listed, "bindings"]
"""The same, and what the grammar binds where nothing is known."""
