# ruff: noqa: INP001  (a script, not a package)
"""Gather the words of the site into kbgen/locales/messages.pot: ``python tools/messages.py``.

New messages are put into each catalogue beside it, and those that are gone taken out.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "kbgen" / "locales"
TEMPLATE = LOCALES / "messages.pot"
SOURCES = {"kbgen": [("**.py", "python")], "templates": [("**.html", "jinja2"), ("**.js", "javascript")]}

# Babel passes over a template that it cannot read, and every word in it, unless it is to be told.
OPTIONS = {"**.html": {"extensions": "kbgen.site.once.Once", "silent": "false"}}


def messages() -> Catalog:
    """Return all messages in the code, the templates and the scripts."""
    found = Catalog()
    for folder, kinds in SOURCES.items():
        rows = extract_from_dir(
            ROOT / folder,
            kinds,
            OPTIONS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
            directory_filter=_is_ours,
        )
        for name, _, message, comments, context in rows:
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def _is_ours(folder: str) -> bool:
    return Path(folder).name != "katex"


def written(catalogue: Catalog, *, header: bool = True) -> bytes:
    """Return the text of a catalogue, which changes with its messages alone."""
    out = BytesIO()
    write_po(out, catalogue, width=110, omit_header=not header, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def main() -> None:
    """Write the template, and bring each catalogue up to date."""
    found = messages()
    TEMPLATE.write_bytes(written(found, header=False))
    for path in sorted(LOCALES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        catalogue.update(found)
        path.write_bytes(written(catalogue))


if __name__ == "__main__":
    main()
