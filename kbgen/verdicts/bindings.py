"""What the grammar binds, for authors: subject by subject, each value with its construction and its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from kbgen import pipeline
from kbgen.config import Config
from kbgen.reporting import counted, escape_controls, json_text, padded, width_of
from kbgen.targets import Target
from kbgen.verdicts.outcome import file_relative_to_cwd
from kbgen.verification.bindings import ListedBinding

_FIELDS = ("path", "line", "column", "text", "subject", "property", "binding")
_MAX_CHARS = 32
"""Columns at most of a property or a value."""


class LocatedBinding(Struct, frozen=True):
    """A bound value, and the path of its file as seen from the working directory."""

    binding: ListedBinding
    path: str


def bound(
    config: Config,
    target: Target,
    cwd: Path,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    progress: Callable[[str, int, int], None],
) -> Sequence[LocatedBinding]:
    """Return what is bound in a vault, or in notes each by itself; parameters as for ``outcome``."""
    found = [
        pipeline.bindings(config, note, jobs=jobs, use_cache=use_cache, progress=progress)
        for note in target.notes or (None,)
    ]
    return [
        LocatedBinding(each, file_relative_to_cwd(cwd, part.files[each.path], each.path))
        for part in found
        for each in part.found
    ]


def listing(found: Sequence[LocatedBinding]) -> str:
    """Write what is bound as a list for each subject: property, value, construction, place.

    Examples
    --------
    >>> from kbgen.vault.paths import VaultPath
    >>> ada = ListedBinding(VaultPath("Ada.md"), 3, 9, "12", "ada", "cabin", "has")
    >>> print(listing([LocatedBinding(ada, "vault/Ada.md")]), end="")
    ada
      cabin  12  has  vault/Ada.md:3
    <BLANKLINE>
    1 value of 1 subject
    """
    ordered = sorted(found, key=lambda each: (each.binding.subject, each.path, each.binding.sort_key()))
    blocks: list[str] = []
    subjects = 0
    for subject, group in groupby(ordered, key=lambda each: each.binding.subject):
        subjects += 1
        rows = [
            (
                _cut(each.binding.property),
                _cut(each.binding.text),
                each.binding.binding,
                f"{escape_controls(each.path)}:{each.binding.line}",
            )
            for each in group
        ]
        widths = [max(width_of(row[column]) for row in rows) for column in range(3)]
        lines = [escape_controls(subject)]
        for row in rows:
            cells = [padded(cell, width) for cell, width in zip(row, widths, strict=False)]
            lines.append("  " + "  ".join([*cells, row[3]]))
        blocks.append("".join(f"{line}\n" for line in lines))
    total = (
        f"{counted(len(found), 'value')} of {counted(subjects, 'subject')}" if found else "nothing is bound"
    )
    return "\n".join([*blocks, f"{total}\n"])


def as_json(found: Sequence[LocatedBinding]) -> str:
    """Write the object ``kbgen.bindings/1``; the same bytes for the same notes."""
    return json_text(
        {
            "schema": "kbgen.bindings/1",
            "bindings": [{name: getattr(each.binding, name) for name in _FIELDS} for each in found],
        }
    )


def _cut(words: str) -> str:
    plain = escape_controls(" ".join(words.split()))
    return plain if len(plain) <= _MAX_CHARS else plain[: _MAX_CHARS - 1] + "…"
