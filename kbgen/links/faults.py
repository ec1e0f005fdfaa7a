"""What to say about a link: unresolved, ambiguous, by alias, to something missing or not public."""

from __future__ import annotations

import re

from kbgen.diagnostics import Fault
from kbgen.links.anchors import Anchors, block_id
from kbgen.links.model import HiddenBy, Resolution
from kbgen.notes.model import Link
from kbgen.vault.paths import VaultPath, encode, name_of, without_md

_UNLINKABLE = re.compile(r"[#^|\[\]]|%%")
_MAX_SHOWN = 5
"""Files named in one message; a vault may hold thousands called ``index``."""

_REASONS: dict[HiddenBy, str] = {
    "publish: false": "it says publish: false",
    "draft": "it is a draft",
    "mode": "it does not say publish: true",
    "excluded": "its folder is excluded",
    "ignored": "it is ignored",
    "front matter": "its front matter cannot be read",
}


def unresolved(link: Link, resolution: Resolution, near: str) -> Fault:
    """KB102: no file, or an alias of several notes; ``near`` is what may be meant."""
    if resolution.candidates:
        message = f"{_quote(link.target)} is an alias of several notes: {_list(resolution)}."
        return _fault("KB102", link, message, f"Write {_write(link, near)}.")
    place = f"{link.key}: no" if link.key else "No"
    message = f"{place} file of the vault is called {_quote(link.target)}."
    return _fault("KB102", link, message, f"Is {_quote(near)} meant?" if near else "")


def ambiguous(link: Link, path: VaultPath, resolution: Resolution) -> Fault:
    """KB103: a file won over others that bear the same name."""
    message = f"{_quote(link.target)} leads to {path}, but could also be {_list(resolution)}."
    return _fault("KB103", link, message, f"Write {_write(link, without_md(path))}.")


def by_alias(link: Link, path: VaultPath, name: str) -> Fault:
    """KB106: only an alias, which Obsidian does not follow; ``name`` is the note's own."""
    message = f"{_quote(link.target)} is an alias of {path}, which Obsidian would not follow."
    return _fault("KB106", link, message, f"Write {_write(link, name)}.")


def missing_anchor(link: Link, path: VaultPath, anchors: Anchors) -> Fault:
    """KB104 or KB105: the note is there, its heading or block is not."""
    name = block_id(link.subpath)
    if name is not None:
        near = anchors.nearest_block(name)
        message = f"{path} has no block {_quote('^' + name)}."
        return _fault("KB105", link, message, f"Is {_quote('^' + near)} meant?" if near else "")
    message = f"{path} has no heading {_quote(link.subpath)}."
    if anchors.block(link.subpath.strip()) is not None:
        return _fault("KB104", link, message, f"For the block of that name, write #^{link.subpath.strip()}.")
    near = anchors.nearest_heading(link.subpath)
    return _fault("KB104", link, message, f"Is {_quote(near)} meant?" if near else "")


def unpublished(link: Link, path: VaultPath, reason: HiddenBy) -> Fault:
    """KB111: a public note points to something that stays private."""
    message = f"{path} is not published: {_REASONS.get(reason, reason)}."
    return _fault("KB111", link, message, "Readers will see the words of the link alone.")


def unlinkable(path: VaultPath) -> Fault | None:
    """KB117: a file name with signs that mean something else inside a link (WL-06)."""
    signs = sorted(set(_UNLINKABLE.findall(name_of(path))))
    if not signs:
        return None
    message = f"The file name holds {' '.join(signs)}, which a wikilink cannot hold reliably."
    return Fault("KB117", 1, 1, message, "Rename the file.")


def _fault(code: str, link: Link, message: str, hint: str) -> Fault:
    return Fault(code, link.line, link.column, message, hint)


def _quote(name: str) -> str:
    return f'"{name}"'


def _list(resolution: Resolution) -> str:
    candidates = resolution.candidates
    some = [path for path in candidates[: _MAX_SHOWN + 1] if path != resolution.path][:_MAX_SHOWN]
    more = len(candidates) - (resolution.path is not None) - len(some)
    return ", ".join(some) + (f" and {more:,} more" if more > 0 else "")


def _write(link: Link, name: str) -> str:
    """Return the link as it should be written: the same, with another name in it."""
    place = name + ("#" + link.subpath if link.subpath else "")
    bang = "!" if link.embed else ""
    if link.form == "markdown":
        return f"{bang}[{link.text}]({encode(name)}{place[len(name) :]})"
    if link.form == "html":
        return encode(name)
    return f"![[{place}]]" if link.embed else f"[[{place}|{link.text or link.target}]]"
