"""Findings for people: what is wrong, each with its place, its reference and why; then how much was read."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import typer
from msgspec import Struct

from kbgen.reporting import counted, escape_controls, padded, width_of
from kbgen.verdicts.formats import Listed
from kbgen.verdicts.outcome import LocatedFinding, Outcome
from kbgen.verdicts.wording import claimed, reference

WIDTH = 100
"""Columns at most."""
_LABEL = 11
"""Columns of the labels under a refuted claim."""
_MAX_CHARS = {"claim": 28, "key": 32}
"""Columns at most of what stands in the middle of a line, so that its end finds room."""

_MARKS = {"refuted": "✗", "known": "✗", "supported": "✓", "not enough info": "?"}
_COLOURS = {"refuted": "red", "known": "blue", "supported": "green", "not enough info": "yellow"}


class _Paint(Struct, frozen=True):
    """How words are set off: by colours, or not at all."""

    colour: bool

    def strong(self, words: str) -> str:
        return typer.style(words, bold=True) if self.colour else words

    def faint(self, words: str) -> str:
        return typer.style(words, dim=True) if self.colour else words

    def verdict(self, words: str, verdict: str) -> str:
        bold = True if verdict == "refuted" else None
        return typer.style(words, fg=_COLOURS[verdict], bold=bold) if self.colour else words


def table(
    found: Outcome,
    show: Listed = "problems",
    *,
    better: Mapping[LocatedFinding, str] | None = None,
    colour: bool = False,
    width: int = WIDTH,
) -> str:
    """Write the findings.

    Parameters
    ----------
    found
        What came of verifying.
    show
        What to list: ``unchecked`` are claims without a fact and numbers that are part of none; ``loose``
        are values that only stand near what they may be about, which ``all`` lists, too.
    better
        What may be written in the place of a refuted claim, where that is known.
    colour
        Whether to set words off with the colours of a terminal.
    width
        Columns of the terminal; more than :data:`WIDTH` are not used.
    """
    paint = _Paint(colour)
    width = max(40, min(width, WIDTH))
    blocks: list[str] = []
    if show not in {"unchecked", "loose"}:
        blocks += [
            _refuted(each, (better or {}).get(each, ""), paint, width)
            for each in found.findings
            if each.refuted
        ]
    bound = [each for each in found.findings if not each.loose]
    if show in {"problems", "unchecked"}:
        blocks += _lists(bound, ("not enough info",), paint, width)
    if show == "loose":
        blocks += _lists([each for each in found.findings if each.loose], ("not enough info",), paint, width)
    if show == "all":
        blocks += _lists(found.findings, ("known", "not enough info", "supported"), paint, width)
    if show == "unchecked":
        blocks += _missed(found, paint, width)
    return "\n".join([*blocks, paint.strong(closing(found)) + "\n"])


def closing(found: Outcome) -> str:
    """Say in one line how many claims there are, how they stand, and how many numbers are part of one.

    A claim is a finding, as everywhere; it need not hold a number, and a number may be part of several.

    Examples
    --------
    >>> from kbgen.verification.finding import Coverage
    >>> closing(Outcome((), Coverage(3, 0)))
    'no claims; part of a claim: 0 of 3 numbers'
    """
    supported, refuted = found.count("supported"), found.count("refuted")
    known = found.count("refuted", known=True)
    loose = sum(each.loose for each in found.findings)
    unchecked = found.count("not enough info") - loose
    coverage = f"part of a claim: {found.coverage.claimed} of {counted(found.coverage.seen, 'number')}"
    if not found.findings:
        return f"no claims; {coverage}"
    result = f"{counted(len(found.findings), 'claim')}: {supported} supported, {refuted} refuted"
    if known:
        result += f", {known} refuted and known"
    if unchecked:
        result += f", {unchecked} with nothing to check {'it' if unchecked == 1 else 'them'} against"
    if loose:
        result += f", {loose} loose"
    return f"{result}; {coverage}"


# --- a refuted claim ----------------------------------------------------------------


def _refuted(each: LocatedFinding, better: str, paint: _Paint, width: int) -> str:
    finding = each.finding
    place = f"{escape_controls(each.shown)}:{finding.line}:{finding.column}"
    mark = paint.verdict(f"{_MARKS['refuted']} refuted", "refuted")
    lines = [f"{paint.strong(place)}  {mark}  {paint.faint(escape_controls(each.key))}"]
    lines += _row("claimed", claimed(each), lambda words: paint.verdict(words, "refuted"), width)
    lines += _row("reference", reference(each), paint.strong, width)
    evidence = "" if _same(finding.evidence, reference(each)) else finding.evidence
    lines += _row(finding.derivation or "evidence", evidence or finding.source, None, width)
    lines += _row("source", finding.source if evidence else "", None, width)
    lines += _row("remark", each.finding.remark, None, width)
    lines += _row("fix", better, lambda words: paint.verdict(words, "supported"), width)
    return "".join(f"{line}\n" for line in lines)


def _same(one: str, two: str) -> bool:
    """Tell whether the evidence says no more than the reference."""
    return one.replace(",", "").casefold() == two.replace(",", "").casefold()


def _row(label: str, words: str, style: Callable[[str], str] | None, width: int) -> Iterator[str]:
    """Yield the lines of a labelled text; none for an empty one."""
    indent = "    " + " " * _LABEL
    wrapped = textwrap.wrap(
        escape_controls(" ".join(words.split())),
        width - len(indent),
        break_long_words=True,
        break_on_hyphens=False,
    )
    for number, line in enumerate(wrapped):
        head = indent if number else f"    {label:<{_LABEL}}"
        yield head + (style(line) if style else line)


# --- lists --------------------------------------------------------------------------


def _lists(
    findings: Sequence[LocatedFinding], verdicts: Sequence[str], paint: _Paint, width: int
) -> Iterator[str]:
    """Yield a list a note, with a line a claim."""
    wanted = [each for each in findings if _verdict(each) in verdicts]
    for shown, group in groupby(wanted, key=lambda each: each.shown):
        claims = sorted(group, key=lambda each: verdicts.index(_verdict(each)))
        rows = [
            (_place(each), _verdict(each), _cut(claimed(each), "claim"), _cut(each.key, "key"), _why(each))
            for each in claims
        ]
        widths = [max(width_of(row[column]) for row in rows) for column in range(4)]
        lines = [paint.strong(escape_controls(shown))]
        for place, verdict, words, key, why in rows:
            begun = f"  {place:>{widths[0]}}  "
            mark = paint.verdict(_MARKS[verdict], verdict)
            middle = f" {padded(words, widths[2])}  {padded(key, widths[3])}  "
            room = max(12, width - len(begun) - 1 - width_of(middle))
            tail = f"{middle}{paint.faint(_shortened(why, room))}" if why else middle.rstrip()
            lines.append(f"{begun}{mark}{tail}")
        yield "".join(f"{line}\n" for line in lines)


def _verdict(each: LocatedFinding) -> str:
    return "known" if each.known else each.finding.verdict


def _place(each: LocatedFinding) -> str:
    return f"{each.finding.line}:{each.finding.column}"


def _why(each: LocatedFinding) -> str:
    finding = each.finding
    if finding.verdict == "not enough info":
        return escape_controls(finding.message)
    if each.known:
        return escape_controls(f"known; the reference is {reference(each)}")
    if finding.agreement == "exact":
        return escape_controls(f"exact, {finding.derivation}")
    return escape_controls(f"{finding.agreement}: {reference(each)}")


def _cut(words: str, what: str) -> str:
    return _shortened(escape_controls(words), _MAX_CHARS[what])


def _shortened(words: str, room: int) -> str:
    return words if len(words) <= room else words[: room - 1] + "…"


def _missed(found: Outcome, paint: _Paint, width: int) -> Iterator[str]:
    """Yield a list a note of numbers that are part of no claim, each among its words."""
    for shown, group in groupby(
        sorted(found.missed, key=lambda each: each.shown), key=lambda each: each.shown
    ):
        places: list[tuple[int, str]] = []
        for each in group:
            line, words = each.unread.line, " ".join(each.unread.text.split())
            if places and places[-1][0] == line:
                places[-1] = line, _joined(places[-1][1], words)
            else:
                places.append((line, words))
        digits = max(len(str(line)) for line, _ in places)
        lines = [f"{paint.strong(escape_controls(shown))}  part of no claim"]
        for line, words in places:
            begun = f"  {line:>{digits}}  "
            lines.append(begun + _shortened(escape_controls(words), width - len(begun)))
        yield "".join(f"{line}\n" for line in lines)


def _joined(one: str, two: str) -> str:
    """Join the words around two numbers of one line where they overlap."""
    shared = next((n for n in range(min(len(one), len(two)), 0, -1) if one.endswith(two[:n])), 0)
    return one + two[shared:] if shared > 3 else f"{one} … {two}"
