"""What stands after ``#`` in a link: a heading, a chain of headings, a block, or an id of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from kbgen.links.name_index import CandidateNames, spelling
from kbgen.notes.anchors import heading_key
from kbgen.notes.model import Block, Heading

_NOT_IN_GITHUB = re.compile(r"[^\w\- ]")


def parts_of(subpath: str) -> list[str]:
    """Split a subpath at ``#``, without empty parts; none at all means the note itself.

    >>> parts_of("Linux# Usage"), parts_of("#")
    (['Linux', 'Usage'], [])
    """
    return [part for part in map(str.strip, subpath.split("#")) if part]


def block_id(subpath: str) -> str | None:
    """Return the id, in lower case, if a subpath names a block.

    >>> block_id("^P1"), block_id("Usage#^p1"), block_id("Usage") is None
    ('p1', 'p1', True)
    """
    last = subpath.rpartition("#")[2].strip()
    return last[1:].lower() if last.startswith("^") else None


class Anchors:
    """The headings and blocks of one note by name, for a note with many links to it."""

    def __init__(
        self, headings: Sequence[Heading], blocks: Sequence[Block], ids: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.headings = headings
        self._ids = dict(ids)
        self.blocks: dict[str, Block] = {}
        for block in blocks:
            self.blocks.setdefault(block.id.lower(), block)
        self._by_key: dict[str, list[tuple[Heading, list[Heading]]]] = {}
        self._pairs: set[tuple[str, str]] = set()
        """Names of a section and of a heading in it: most chains that lead nowhere are told by them."""
        open_sections: list[Heading] = []
        for heading in headings:
            above = [section for section in open_sections if section.level < heading.level]
            around = {key for section in above for key in _keys(section)}
            for key in set(_keys(heading)):
                self._by_key.setdefault(key, []).append((heading, above))
                self._pairs.update((each, key) for each in around)
            # A heading inside a quote or list opens no section of the note.
            if not heading.nested:
                open_sections = [*above, heading]

    def heading(self, subpath: str) -> Heading | None:
        """Return the heading that a subpath names: what stands after the first ``#`` of a link.

        In a chain ``A#B``, B stands in the section of A and is deeper. Of several headings with one
        name, the first is meant.
        """
        parts = parts_of(subpath)
        if not parts:
            return None
        chain = [_key(part) for part in parts]
        if all((each, chain[-1]) in self._pairs for each in chain[:-1]):
            for heading, above in self._by_key.get(chain[-1], ()):
                if _holds(above, chain[:-1]):
                    return heading
        # ``## C# basics`` holds the sign that separates the links of a chain.
        found = self._by_key.get(_key(subpath), ())
        return found[0][0] if found else None

    def block(self, name: str) -> Block | None:
        """Return the first block with an id, in any case."""
        return self.blocks.get(name.lower())

    def id(self, subpath: str) -> str:
        """Return the id on the page that a subpath names: the author's own, else that of a heading.

        Headings go by the ids that they have on the page, then by those that GitHub gives.
        """
        name = subpath.strip()
        return self._ids.get(name) or self._by_id.get(name) or self._by_id.get(name.casefold(), "")

    @cached_property
    def _by_id(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for heading in self.headings:
            found[heading.id] = heading.id
        seen: dict[str, int] = {}
        for heading in self.headings:
            name = _NOT_IN_GITHUB.sub("", heading.text.lower()).replace(" ", "-")
            number = seen.get(name, 0)
            seen[name] = number + 1
            found.setdefault(f"{name}-{number}" if number else name, heading.id)
        for name, id_ in self._ids.items():
            found.setdefault(name.casefold(), id_)
        return found

    def nearest_heading(self, subpath: str) -> str:
        """Return the text of the heading most like the last part; ``""`` if none is."""
        wanted = _key(subpath.rpartition("#")[2])
        position = self._texts.nearest(wanted)
        return "" if position is None else self.headings[position].text

    def nearest_block(self, name: str) -> str:
        """Return the block id most like a name; ``""`` if none is."""
        position = self._block_ids.nearest(name.lower())
        return "" if position is None else self._block_ids.names[position]

    @cached_property
    def _texts(self) -> CandidateNames:
        return CandidateNames([_key(heading.text) for heading in self.headings])

    @cached_property
    def _block_ids(self) -> CandidateNames:
        return CandidateNames(list(self.blocks))


def _key(text: str) -> str:
    """Return what headings are compared by; a name of punctuation alone is compared as it is."""
    return spelling(heading_key(text) or text.strip())


def _keys(heading: Heading) -> Iterable[str]:
    return [spelling(key or heading.text.strip()) for key in heading.keys]


def _holds(above: Iterable[Heading], chain: Iterable[str]) -> bool:
    """Tell whether the sections around a heading bear these names, in this order."""
    sections = iter(above)
    return all(any(key in _keys(section) for section in sections) for key in chain)
