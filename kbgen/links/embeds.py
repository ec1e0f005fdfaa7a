"""What an embed shows of a note, and which embeds lead back to themselves (EM-03, HD-04, BL-04)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kbgen.links.model import LinkedNote, LinkFault, ResolvedLink
from kbgen.notes.model import Block, Outline
from kbgen.vault.paths import VaultPath

_FOOTNOTE_BACKLINK = re.compile(r' <a class="kb-footnote-back".*?</a>')

Shown = tuple[VaultPath, ResolvedLink]
"""A note, and the part of it that is shown."""


def embedded_html(target: LinkedNote, end: ResolvedLink) -> tuple[str, bool]:
    """Return the HTML that an embed shows, and whether the footnotes are in it."""
    content = target.content
    heading, block = _part(target.compiled, end)
    if heading >= 0:
        first, last = content.sections[heading]
    elif block >= 0:
        first, last = content.blocks[block]
    else:
        return content.html, True
    # A footnote of a part of a note leads to the note's page, and none on this page to its words.
    html = _FOOTNOTE_BACKLINK.sub("", content.html[first:last])
    if target.compiled.raw_html:
        from kbgen.notes.markdown.sanitiser import balance  # noqa: PLC0415 (few embeds bring a part, and it loads the parser)

        html = balance(html)
    item = target.compiled.blocks[block] if block >= 0 else None
    return (_listed(html, item) if item is not None and item.list_item else html), False


def _part(outline: Outline, end: ResolvedLink) -> tuple[int, int]:
    """Return the number of the heading and that of the block that a link leads to; -1 for none."""
    heading = block = -1
    if end.heading is not None:
        heading = next(number for number, each in enumerate(outline.headings) if each.id == end.heading)
    if end.block is not None:
        block = next(number for number, each in enumerate(outline.blocks) if each.id == end.block)
    return heading, block


def _listed(item: str, block: Block) -> str:
    """Put a list around an item; one of a numbered list keeps its number."""
    if block.number is None:
        return f"<ul>\n{item}\n</ul>"
    start = "" if block.number == 1 else f' start="{block.number}"'
    return f"<ol{start}>\n{item}\n</ol>"


def embed_cycles(notes: Mapping[VaultPath, LinkedNote]) -> Iterator[tuple[VaultPath, LinkFault]]:
    """Yield a fault for each embed that closes a cycle, where it stands (KB109).

    Follows what would be shown, part by part: a note may well embed another section of
    itself. Each part is visited once, so this is linear in the embeds.
    """
    done: set[Shown] = set()
    for path in notes:
        if notes[path].compiled.embeds and (path, ResolvedLink(path)) not in done:
            yield from _cycles_from((path, ResolvedLink(path)), notes, done)


def _cycles_from(
    start: Shown, notes: Mapping[VaultPath, LinkedNote], done: set[Shown]
) -> Iterator[tuple[VaultPath, LinkFault]]:
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
            cycle = [place for place, _ in trail[places[shown] :]] + [shown[0]]
            message = f"This embed leads back to itself: {' → '.join(cycle)}."
            yield (
                trail[-1][0],
                LinkFault(index, "KB109", message, "Link to the note instead of embedding it."),
            )
        elif shown not in done:
            places[shown] = len(trail)
            trail.append(shown)
            branches.append(_embeds_in(shown, notes))


def _embeds_in(shown: Shown, notes: Mapping[VaultPath, LinkedNote]) -> Iterator[tuple[int, Shown]]:
    path, part = shown
    note = notes[path]
    heading, block = _part(note.compiled, part)
    for embed in note.compiled.embeds:
        if (heading >= 0 and heading not in embed.headings) or (block >= 0 and block not in embed.blocks):
            continue
        end = note.links[embed.link]
        if end.path is not None and end.path in notes and not end.missing_anchor:
            yield embed.link, (end.path, end)
