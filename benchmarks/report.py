"""Records as text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from record import Record, Result, Scaling, Times
from rows import NAMES, PEERS


def heading(record: Record) -> str:
    """Write where results come from."""
    machine = ", ".join(f"{name} {value}" for name, value in record.machine.items())
    versions = ", ".join(f"{name} {value}" for name, value in record.versions.items())
    return f"{record.date}. {record.remark}\n{machine}\n{versions}\n"


def table(result: Result) -> str:
    """Write what one vault took."""
    pages = ", ".join(f"{count:,} by {program}" for program, count in result.pages.items())
    lines = [f"{result.vault}: {result.notes:,} notes, {result.megabytes} MB; pages: {pages}"]
    parts = (_times(result), _stages(result), _memory(result), _serial(result), _capabilities(result))
    for part in (*parts, _serve(result), (f"left out: {each}" for each in result.left_out)):
        lines += part
    return "\n".join(line.rstrip() for line in lines) + "\n"


def scaling(found: Sequence[Scaling]) -> str:
    """Write how a cold build grows with the vault."""
    return "".join(
        f"{each.program}, cold, {each.notes:,} notes to {each.to_notes:,}: "
        f"{each.wall:.2f} times the seconds, {each.cpu:.2f} times the CPU time\n"
        for each in found
    )


def _times(result: Result) -> Iterator[str]:
    if not result.times:
        return
    yield (
        f"{'':26}{'seconds':>9}{'least':>9}{'most':>9}{'CPU s':>9}{'to Hugo':>9}{'CPU':>7}"
        f"{'CPU to md':>11}{'rendered':>10}{'written':>9}"
    )
    for times in result.times.values():
        yield (
            f"{times.name:26}{times.wall:9.2f}{times.wall_least:9.2f}{times.wall_most:9.2f}{times.cpu:9.2f}"
            f"{_number(times.to_hugo):>9}{_number(times.to_hugo_cpu):>7}{_number(times.to_markdown_cpu):>11}"
            f"{_count(times.rendered):>10}{_count(times.written):>9}"
        )


def _stages(result: Result) -> Iterator[str]:
    rows: list[Times] = [times for row, times in result.times.items() if row not in PEERS]
    if not rows:
        return
    yield ""
    yield f"{'share of the seconds':26}" + "".join(f"{stage:>9}" for stage in rows[0].stages)
    for times in rows:
        yield f"{times.name:26}" + "".join(
            f"{seconds / times.wall:9.0%}" for seconds in times.stages.values()
        )


def _memory(result: Result) -> Iterator[str]:
    if result.memory is None:
        return
    yield ""
    yield f"{'most memory':26}{'MiB':>9}{'to Hugo':>9}"
    for row, mib in result.memory.peak.items():
        yield f"{NAMES[row]:26}{mib:9,.0f}{_number(result.memory.to_hugo.get(row)):>9}"


def _serial(result: Result) -> Iterator[str]:
    found = result.serial
    if found is None:
        return
    yield ""
    yield (
        f"one process alone is busy in {found.share:.0%} of the {found.wall:.2f} s of a cold build"
        f" on {found.cores} cores; on eight cores {found.wall_on_eight:.2f} s are to be expected"
    )


def _capabilities(result: Result) -> Iterator[str]:
    if not result.capabilities:
        return
    yield ""
    yield f"{'cold, without':42}{'CPU s':>9}{'with':>9}{'saved':>9}"
    for cost in result.capabilities:
        yield f"{cost.name:42}{cost.cpu_without:9.2f}{cost.cpu_with:9.2f}{cost.share:9.1%}"


def _serve(result: Result) -> Iterator[str]:
    found = result.serve
    if found is None:
        return
    yield ""
    yield (
        f"serve, from a save to the new page: {found.median:.3f} s"
        f" ({found.least:.3f} to {found.most:.3f}, {found.saves} saves)"
    )


def _number(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}" if figure >= 0.1 else f"{figure:.3f}"


def _count(figure: int | None) -> str:
    return "" if figure is None else f"{figure:,}"
