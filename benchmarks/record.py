"""What was measured, as data: the JSON of a record."""

from __future__ import annotations

from msgspec import Struct

SCHEMA = "kbgen.benchmark/2"


class Times(Struct, frozen=True):
    """Several runs of the same thing: medians, and how far they lie apart."""

    name: str
    runs: int
    wall: float
    wall_least: float
    wall_most: float
    cpu: float
    notes_a_second: float
    to_hugo: float | None
    """Seconds to those of Hugo in the same round, cold; None where Hugo did not run. So are the next two."""
    to_hugo_cpu: float | None
    to_markdown_cpu: float | None
    """CPU seconds to those of markdown-it-py alone."""
    rendered: int | None
    """Pages, as the build tells; None for a peer. So is the next."""
    written: int | None
    """Files."""
    stages: dict[str, float]
    """Seconds by stage; ``other`` is what no stage counts: the start and end of the interpreter, mostly."""


class Memory(Struct, frozen=True):
    """The most memory that all processes of a build held at once, in MiB, by the row of the build."""

    peak: dict[str, float]
    to_hugo: dict[str, float]


class SerialShare(Struct, frozen=True):
    """How much of a cold build only one process worked on."""

    wall: float
    share: float
    """Of the wall time."""
    cores: int
    wall_on_eight: float
    """Seconds to expect on eight cores."""


class Cost(Struct, frozen=True):
    """What leaving something out saves of a cold build."""

    name: str
    cpu_with: float
    """Seconds with everything; those without it follow."""
    cpu_without: float
    share: float
    """Of the CPU time with everything, saved: the median of the pairs that ran one after the other."""


class Saves(Struct, frozen=True):
    """Seconds from a save to the new bytes of the page, while ``kbgen serve`` runs."""

    saves: int
    median: float
    least: float
    most: float


class Result(Struct, frozen=True):
    """What one vault took."""

    vault: str
    notes: int
    megabytes: float
    pages: dict[str, int]
    """Files of HTML that each program made of it."""
    times: dict[str, Times]
    memory: Memory | None = None
    serial: SerialShare | None = None
    capabilities: list[Cost] = []
    serve: Saves | None = None
    left_out: list[str] = []
    """What was asked for and could not be measured, and why."""


class Scaling(Struct, frozen=True):
    """A cold build of a larger generated vault, as many times that of a smaller one."""

    program: str
    notes: int
    to_notes: int
    wall: float
    cpu: float


class Record(Struct, frozen=True):
    """All results, and where they come from."""

    schema: str
    date: str
    remark: str
    machine: dict[str, str | int | float]
    versions: dict[str, str]
    results: list[Result]
    scaling: list[Scaling]
