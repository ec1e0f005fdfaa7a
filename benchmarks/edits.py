"""What people change between two builds: each edit is a function to the files that it leaves."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from msgspec import Struct
from settings import changed, toml
from workspace import Change, Workspace

from vault import WORDS

FRONT_MATTER = re.compile(r"---\n.*?^---\n", re.DOTALL | re.MULTILINE)
TAKEN = re.compile(r"^(?:alias(?:es)?|cabins)\s*:", re.MULTILINE | re.IGNORECASE)
"""Properties that an edit adds."""
FENCE = re.compile(r"\s*(?:```|~~~)")
PROSE = re.compile(r"[^\W\d_](?=.{20})[^`$%|<>\[\]^]*(?:\[\[[^\]]*\]\][^`$%|<>\[\]^]*)*(?<=[.!?])")
"""A line that is a paragraph: another sentence can follow it."""


class Subject(Struct, frozen=True):
    """The note that is changed, and where."""

    note: Path
    page: Path
    """Its page, in the folder of the site."""
    text: str
    prose: int
    """Where a sentence can be put in, in the middle of the text."""
    target: str
    """What a link names to lead to a note to which this one has none."""
    tag: str
    """The most used tag that this note has not."""

    def with_sentence(self, sentence: str) -> Change:
        """Return the note with a sentence more."""
        return self._changed(self.prose, f" {sentence}")

    def with_property(self, line: str) -> Change:
        """Return the note with a property more."""
        has_front_matter = FRONT_MATTER.match(self.text)
        return self._changed(4, f"{line}\n") if has_front_matter else self._changed(0, f"---\n{line}\n---\n")

    def _changed(self, place: int, words: str) -> Change:
        return {self.note: (self.text[:place] + words + self.text[place:]).encode()}


class Edit(Struct, frozen=True):
    """A row of the table."""

    key: str
    name: str
    change: Callable[[Workspace, Subject, str], Change]
    """Given words that no edit before had, so that nothing that kbgen remembers fits."""
    shown: str | None = "{}"
    """What is on the page of the note then, with the words; None where there is no such page any more."""

    def shows(self, subject: Subject, words: str) -> bool:
        """Tell whether the site is as the edit would have it."""
        if self.shown is None:
            return not subject.page.exists()
        return self.shown.format(words) in subject.page.read_text(encoding="utf-8")


def sentence(words: str) -> str:
    """Return a sentence of which nothing is claimed."""
    return f"Somebody added this about {words}."


def _sentence(_: Workspace, subject: Subject, words: str) -> Change:
    return subject.with_sentence(sentence(words))


def _link(_: Workspace, subject: Subject, words: str) -> Change:
    return subject.with_sentence(sentence(f"{words} and [[{subject.target}]]"))


def _tag(_: Workspace, subject: Subject, words: str) -> Change:
    return subject.with_sentence(sentence(f"{words} and #{subject.tag} too"))


def _alias(_: Workspace, subject: Subject, words: str) -> Change:
    return subject.with_property(f"aliases: [Other name for {words}]")


def _fact(_: Workspace, subject: Subject, words: str) -> Change:
    return subject.with_property(f"cabins: {1000 + sum(map(ord, words))}")


def _rename(_: Workspace, subject: Subject, words: str) -> Change:
    name = f"{subject.note.stem} {words}.md"
    return {subject.note: None, subject.note.with_name(name): subject.text.encode()}


def _delete(_: Workspace, subject: Subject, __: str) -> Change:
    return {subject.note: None}


def _title(workspace: Workspace, _: Subject, words: str) -> Change:
    return {workspace.config: toml(changed(workspace.settings, {"title": f"Notes on {words}"})).encode()}


def _template(workspace: Workspace, _: Subject, words: str) -> Change:
    before, end, after = workspace.frame.read_text(encoding="utf-8").rpartition("</body>")
    return {workspace.frame: f"{before}<!-- {words} -->{end}{after}".encode()}


EDITS = (
    Edit("sentence", "one sentence changed", _sentence),
    Edit("link", "a link added", _link),
    Edit("tag", "a tag added", _tag),
    Edit("alias", "an alias added", _alias),
    Edit("fact", "a fact added", _fact, "cabins"),
    Edit("rename", "a note renamed", _rename, None),
    Edit("delete", "a note deleted", _delete, None),
    Edit("title", "the site's title changed", _title),
    Edit("template", "a template changed", _template),
)


def new_words() -> Iterator[str]:
    """Yield pairs of words, each of them once."""
    return (f"{one} and {other}" for one, other in itertools.permutations(WORDS[45:], 2))


def find_subject(workspace: Workspace) -> Subject:
    """Choose the note to change: the one nearest the middle of the vault that all edits fit.

    Raises
    ------
    SystemExit
        If there is none.
    """
    graph = workspace.graph()
    notes = [node for node in graph["nodes"] if node["kind"] == "note" and node["url"]]
    middle = len(notes) // 2
    for number in sorted(range(len(notes)), key=lambda number: abs(number - middle)):
        found = _subject(workspace, graph, notes, number)
        if found is not None:
            return found
    raise SystemExit(f"{workspace.name}: no note has two paragraphs to add a sentence to, and no alias")


def _subject(
    workspace: Workspace, graph: dict[str, Any], notes: list[dict[str, Any]], number: int
) -> Subject | None:
    node = notes[number]
    note = workspace.vault / node["id"]
    if not note.is_file():  # its name is written otherwise on the disk
        return None
    text = note.read_bytes().decode(errors="replace")
    places = list(_paragraph_ends(text))
    if len(places) < 2 or "\r" in text or "�" in text or TAKEN.search(text) or node["aliases"]:
        return None
    edges = [edge for edge in graph["edges"] if edge["source"] == node["id"]]
    linked = {node["id"], *(edge["target"] for edge in edges)}
    targets = (each["id"] for each in reversed(notes) if each["id"] not in linked and "#" not in each["id"])
    tags = Counter(edge["target"] for edge in graph["edges"] if edge["kind"] == "tag")
    free = sorted((tag for tag in tags if tag not in linked), key=lambda tag: (-tags[tag], tag))
    return Subject(
        note=note,
        page=workspace.home / "site" / unquote(node["url"]),
        text=text,
        prose=places[(len(places) - 1) // 2],  # the last paragraph is not the middle
        target=next(targets, "nowhere").removesuffix(".md"),
        tag=next(iter(free), "tag:new").removeprefix("tag:"),
    )


def _paragraph_ends(text: str) -> Iterator[int]:
    """Yield where paragraphs of one line end."""
    head = FRONT_MATTER.match(text)
    place = head.end() if head else 0
    lines = text[place:].split("\n")
    is_code = False
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        if FENCE.match(line):
            is_code = not is_code
        elif not is_code and not before.strip() and not after.strip() and PROSE.fullmatch(line):
            yield place + len(line)
        place += len(line) + 1
