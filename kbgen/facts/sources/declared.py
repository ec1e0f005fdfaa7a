"""The source ``vault``: what the typed properties of its notes declare."""

from __future__ import annotations

from kbgen.facts.sources.source import Source, deferred

source = Source(deferred("kbgen.facts.sources.properties:known"))
