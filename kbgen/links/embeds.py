"""What an embed shows of a note, and which embeds lead back to themselves (EM-03, HD-04, BL-04)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.links.model import LinkedNote, ResolvedLink
from kbgen.notes.model import Block
from kbgen.vault.paths import VaultPath

_EMBED = re.compile("\0[epi]([0-9]+)\0")

_FOOTNOTE_BACKLINK = re.compile(r' <a class="kb-footnote-back".*?</a>')

Shown = tuple[VaultPath, ResolvedLink]
"""A note, and the part of it that is shown."""


def embedded_html(target: LinkedNote, end: ResolvedLink) -> tuple[str, bool]:
    """Return the HTML that an embed shows, and whether the footnotes are in it."""
    compiled = target.compiled
    part = end.heading or end.block
    if part is None:
        return compiled.html, True
    # A footnote of a part of a note leads to the note's page, and none on this page to its words.
    html = _FOOTNOTE_BACKLINK.sub("", compiled.html[part.start : part.end])
    if compiled.raw_html:
        from kbgen.notes.markdown.sanitiser import balance  # noqa: PLC0415 (few embeds bring a part, and it loads the parser)

        html = balance(html)
    return (_listed(html, end.block) if end.block is not None and end.block.list_item else html), False


def _listed(item: str, block: Block) -> str:
    """Put a list around an item; one of a numbered list keeps its number."""
    if block.number is None:
        return f"<ul>\n{item}\n</ul>"
    start = "" if block.number == 1 else f' start="{block.number}"'
    return f"<ol{start}>\n{item}\n</ol>"


def embed_cycles(notes: Mapping[VaultPath, LinkedNote]) -> Iterator[Diagnostic]:
    """Yield a fault for each embed that closes a cycle, where it stands (KB109).

    Follows what would be shown, part by part: a note may well embed another section of
    itself. Each part is visited once, so this is linear in the embeds.
    """
    done: set[Shown] = set()
    for path in notes:
        if (path, ResolvedLink(path)) not in done and _EMBED.search(notes[path].compiled.html):
            yield from _cycles_from((path, ResolvedLink(path)), notes, done)


def _cycles_from(
    start: Shown, notes: Mapping[VaultPath, LinkedNote], done: set[Shown]
) -> Iterator[Diagnostic]:
    trail = [start]
    places = {start: 0}
    branches = [_embeds_in(start, notes)]
    while trail:
        step = next(branches[-1], None)
        if step is None:
            done.add(trail[-1])
            del places[trail.pop()]
            branches.pop()
            continue
        index, shown = step
        if shown in places:
            source = trail[-1][0]
            link = notes[source].compiled.links[index]
            cycle = [place for place, _ in trail[places[shown] :]] + [shown[0]]
            yield diagnostic(
                source,
                Fault(
                    "KB109",
                    link.line,
                    link.column,
                    f"This embed leads back to itself: {' → '.join(cycle)}.",
                    "Link to the note instead of embedding it.",
                ),
            )
        elif shown not in done:
            places[shown] = len(trail)
            trail.append(shown)
            branches.append(_embeds_in(shown, notes))


def _embeds_in(shown: Shown, notes: Mapping[VaultPath, LinkedNote]) -> Iterator[tuple[int, Shown]]:
    path, part = shown
    note = notes[path]
    for found in _EMBED.finditer(embedded_html(note, part)[0]):
        index = int(found[1])
        end = note.links[index]
        if end.path is not None and end.path in notes and not end.missing_anchor:
            yield index, (end.path, end)
