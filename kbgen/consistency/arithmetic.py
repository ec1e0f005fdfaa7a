"""The source ``arithmetic``: checks of a text against itself, which need no facts."""

from __future__ import annotations

from kbgen.facts.sources.source import Source, deferred

source = Source(deferred("kbgen.consistency.checks:known"))
