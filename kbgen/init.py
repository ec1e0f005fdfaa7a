"""A new project: a config file that explains itself and a first pair of notes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from kbgen import interrupts
from kbgen.errors import UsageError, refused
from kbgen.settings.file import CONFIG_NAME

CONFIG = """\
# Settings of kbgen. A line that begins with "# " and a key shows the default:
# take the "# " away to change it. Paths count from the folder of this file.

# The folder of the notes.
vault = "vault"

# The folder of the site. kbgen removes only files that it wrote there itself.
# output = "site"

# A folder for what the last build compiled; what is in it can always be made again. Left
# out: .kbgen beside this file, or where that would lie in the vault, the user's own cache.
# cache = ""

# The title of the site; the name of the vault's folder where none is given.
# title = ""

# Where the site will stand, such as "https://example.org/notes". With it there are
# also a sitemap, a feed and canonical links.
# base_url = ""

# The language of the notes, a tag such as "en" or "pt-BR". A note may say its own.
# language = "en"

# The note that becomes the home page, such as "Start/Welcome.md"; found by its name
# where none is given.
# home = ""

# Files that are never read: globs as in .gitignore, such as ["Drafts/", "*.tmp"].
# What Obsidian's setting "Excluded files" names is left out as well.
# ignore = []

# A folder of templates that take the place of the theme's own.
# templates = ""

# What a single newline in a paragraph does: "hard" starts a new line, "soft" is a
# space, "auto" follows Obsidian's setting "Strict line breaks".
# line_breaks = "auto"

# true: a link finds a note by its name alone, as in Obsidian; false: by an alias too.
# strict_links = false

# true: HTML in notes is passed on as it stands. Only for notes that you trust wholly.
# unsafe_html = false

# true: where neither the note nor Git has a date, the date of the file is shown.
# file_dates = false

[publish]
# "all": every note but those with "publish: false" or "draft: true".
# "explicit": only notes with "publish: true".
# mode = "all"

# Folders that stay private unless a note says "publish: true", such as ["Journal"].
# exclude = []

[embeds]
# Hosts whose pages may stand in a frame on yours; a frame of any other becomes a link.
# frames = ["www.youtube-nocookie.com", "player.vimeo.com"]

[links]
# Schemes of other programs that links may have, such as ["slack", "vscode"]. Those of the
# web, of mail and of telephones are always followed; links with any other become words.
# schemes = []

[verify]
# Where facts come from, believed in this order: "reference_model" knows AlexNet and its
# lineage, "vault" the properties of your notes, "arithmetic" what a note says twice.
# facts = ["reference_model", "vault", "arithmetic"]

# Files of your own facts, TOML or CSV, such as ["facts.toml"]. They are believed first.
# tables = []

# Settings of sources of facts that have any, each in a table of its own: [verify.sources.NAME].
# sources = {}

# How far off a number may be, by the key of the fact: { "alexnet.parameters" = "2%" }.
# tolerance = {}

# A file of refuted claims that are known, so that only new ones count;
# "kbgen verify --update-baseline" writes it. Left out: verify-baseline.json, if it is there.
# baseline = ""

[graph]
# The networkx backend that works out measures, where one is installed: "parallel", "cugraph".
# backend = ""

[workers]
# The scheduler of a Dask cluster that reads notes and makes pages, "tcp://scheduler:8786";
# its machines must see the folder of the notes in the same place. Needs: pip install 'kbgen[cluster]'
# cluster = ""
"""

HOME = """\
---
aliases:
  - Start
tags:
  - welcome
status: growing
related: "[[Writing notes]]"
---

# Home

This is the first page of the site. It links to [[Writing notes]], and that note will
list this one among its backlinks.

> [!tip] Write in Obsidian, or in any editor
> Every file in this folder that ends in `.md` is a note and becomes a page.

- [x] Make the project: `kbgen init`
- [ ] Build the site: `kbgen build`
- [ ] See what is wrong with the notes: `kbgen check`
"""

WRITING = """\
---
aliases:
  - How to write
tags:
  - welcome/writing
created: 2026-01-01
topics:
  - links
  - properties
---

# Writing notes

The lines between `---` at the top are properties: they describe the note, and a
link in one of them joins two notes as much as a link in the text does.

## Links

`[[Home]]` links to a note by its name: [[Home]]. `[[Home|another text]]` shows
[[Home|another text]], and `[[#Tags]]` leads to a heading: [[#Tags]].

## Tags

A tag such as #welcome gathers notes; a tag may have parts, as #welcome/writing has.
"""


def init(folder: Path) -> tuple[Path, ...]:
    """Write a new project: ``kbgen.toml`` and a folder ``vault`` with two notes.

    Parameters
    ----------
    folder
        Where to; made if it is missing.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    UsageError
        If one of the files is there already; nothing is written then.
    OutsideError
        If the system does not let us write.
    """
    vault = folder / "vault"
    contents = {
        folder / CONFIG_NAME: CONFIG,
        vault / "Home.md": HOME,
        vault / "Writing notes.md": WRITING,
    }
    for path in contents:
        if os.path.lexists(path):
            raise UsageError(f"{path} is there already, and nothing is overwritten", "name an empty folder")
    for path in (folder, vault):
        if os.path.lexists(path) and not path.is_dir():
            raise UsageError(f"{path} is not a folder")
    written: list[Path] = []
    try:
        with interrupts.defer_signals():
            vault.mkdir(parents=True, exist_ok=True)
            for path, text in contents.items():
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    written.append(path)
                    file.write(text)
    except OSError as error:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise UsageError(f"{error.filename} is in the way") from error
        raise refused(error, "write", "" if error.filename else str(written[-1])) from error
    return tuple(contents)
