"""Small vaults as documents: where each link leads, and what is said about it.

A document lists the files under ``== vault``; the indented lines under a note are its
headings (``> #`` inside a quote, ``raw => rendered``), its blocks (``^id``) and its
properties. A line under ``== links`` reads ``rule  source: link -> end ; code words``:
``end`` is a path with the id of a heading, ``^block`` or, where that is missing, ``?``;
the codes are all that is said about the link, the words a part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from kbgen.config import Config, PublishConfig
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.links.anchors import Anchors
from kbgen.links.linker import link_vault
from kbgen.links.model import LinkedVault
from kbgen.notes.anchors import heading_key, unique_ids
from kbgen.notes.model import Block, Content, Heading, Link, Outline, Publishing
from kbgen.notes.store import StoredNote
from kbgen.vault.paths import VaultPath

FIXTURES = Path(__file__).parents[2] / "fixtures" / "links"

WIKILINK = re.compile(r"(!?)\[\[([^#|]*)(?:#([^|]*))?(?:\|(.*))?\]\]")
MARKDOWN = re.compile(r"(!?)\[(.*?)\]\(([^#]*)(?:#(.*))?\)")
HTML = re.compile(r'<img src="([^#"]*)(?:#(.*))?">')
PROPERTY = re.compile(r'(\w+): "(.*)"')
COMMENT = re.compile(r"%%(.*)%%")
CASE = re.compile(r"(\w\w-\d\d)  (.+)")
HEADING = re.compile(r"(> )?(#+) (.*?)(?: => (.*))?")


def sections(document: Path) -> dict[str, list[str]]:
    text = re.sub(r"\\u(\w{4})", lambda hit: chr(int(hit[1], 16)), document.read_text("utf-8"))
    parts = re.split(r"^== (\w+)\n", text, flags=re.MULTILINE)[1:]
    return {
        name: [line for line in body.splitlines() if line.strip()]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def cases(section: str) -> list[object]:
    found: list[object] = []
    for document in sorted(FIXTURES.glob("*.txt")):
        for line in sections(document).get(section, []):
            case = CASE.fullmatch(line)
            assert case is not None, line
            found.append(pytest.param(document, case[2], id=f"{document.stem}: {line}"))
    return found


def make_note(
    lines: tuple[str, ...] = (), *, links: tuple[Link, ...] = (), faults: tuple[Fault, ...] = ()
) -> Outline:
    headings = [hit for line in lines if (hit := HEADING.fullmatch(line))]
    blocks = [line[1:].split()[0] for line in lines if line.startswith("^")]
    properties = dict(line.split(": ", 1) for line in lines if re.match(r"\w+: ", line))
    publish = properties.get("publish")
    ids = unique_ids([unicodedata.normalize("NFC", hit[4] or hit[3]) for hit in headings])
    return Outline(
        h1=next((hit[3] for hit in headings if hit[2] == "#"), ""),
        h1_id="",
        publishing=Publishing(
            publish=None if publish is None else publish == "true",
            draft=properties.get("draft") == "true",
            title=properties.get("title", ""),
        ),
        properties=(),
        aliases=tuple(properties["aliases"].split(", ")) if "aliases" in properties else (),
        tags=(),
        headings=tuple(
            Heading(
                level=len(hit[2]),
                text=hit[4] or hit[3],
                id=name,
                keys=tuple(heading_key(text) for text in (hit[4], hit[3]) if text),
                line=1,
                nested=bool(hit[1]),
            )
            for hit, name in zip(headings, ids, strict=True)
        ),
        blocks=tuple(Block(name.lower(), line, False) for line, name in enumerate(blocks, 1)),
        links=links,
        words=0,
        raw_html=False,
        features=(),
        faults=faults,
    )


def make_link(source: str) -> Link:
    hidden, key, form = False, "", "wikilink"
    if hit := COMMENT.fullmatch(source):
        hidden, source = True, hit[1]
    if hit := PROPERTY.fullmatch(source):
        key, source, form = hit[1], hit[2], "property"
    if hit := WIKILINK.fullmatch(source):
        embed, target, subpath, text = hit.groups()
    elif hit := MARKDOWN.fullmatch(source):
        embed, text, target, subpath = hit.groups()
        target, subpath, form = unquote(target), unquote(subpath or ""), "markdown"
    else:
        hit = HTML.fullmatch(source)
        assert hit is not None, source
        (target, subpath), embed, text, form = hit.groups(), "!", "", "html"
    return Link(
        form=form,  # type: ignore[arg-type]  # a literal, chosen above
        embed=bool(embed),
        target=target,
        subpath=subpath or "",
        text=text or "",
        line=3,
        column=7,
        hidden=hidden,
        key=key,
    )


def linked(
    notes: Mapping[VaultPath, Outline],
    others: Sequence[VaultPath],
    ignored: Sequence[VaultPath],
    config: Config,
) -> LinkedVault:
    """Link notes of which nothing but the outline can be had."""
    stored = {path: StoredNote(note, b"", no_content) for path, note in notes.items()}
    return link_vault(stored, others, ignored, config)


def no_content() -> Content:
    raise AssertionError("a vault is linked by its outlines")


def make_vault(document: Path, source: str = "", link: str = "") -> LinkedVault:
    parts = sections(document)
    contents: dict[str, list[str]] = {source: []} if source else {}
    path = ""
    for line in parts["vault"]:
        if line.startswith("    "):
            contents[path].append(line.strip())
        else:
            path = line
            contents[path] = []
    settings = dict(line.split(": ", 1) for line in parts.get("config", []))
    ignored = [VaultPath(name.removesuffix(" (ignored)")) for name in contents if name.endswith(" (ignored)")]
    notes = {
        VaultPath(name): make_note(tuple(lines), links=(make_link(link),) if name == source else ())
        for name, lines in contents.items()
        if name.endswith(".md")
    }
    others = [VaultPath(name) for name in contents if not name.endswith((".md", " (ignored)"))]
    config = Config(
        vault=Path(),
        output=Path(),
        cache=Path(),
        strict_links=settings.get("strict_links") == "true",
        publish=PublishConfig(
            mode="explicit" if settings.get("mode") == "explicit" else "all",
            exclude=tuple(settings["exclude"].split(", ")) if "exclude" in settings else (),
        ),
    )
    return linked(notes, others, ignored, config)


def findings_on_links(vault: LinkedVault) -> list[Diagnostic]:
    return [item for item in vault.diagnostics if item.code != "KB117"]


@pytest.mark.parametrize(("document", "case"), cases("links"))
def test_link(document: Path, case: str) -> None:
    written, _, expected = case.partition(" -> ")
    source, _, link = written.partition(": ")
    where, *findings = expected.split(" ; ")

    vault = make_vault(document, source, link)
    (end,) = vault.notes[VaultPath(source)].links
    anchor = (
        "#" + end.heading
        if end.heading is not None
        else "#^" + end.block
        if end.block is not None
        else "#?"
        if end.missing_anchor
        else ""
    )
    assert (end.path or "unresolved") + anchor == where

    reported = findings_on_links(vault)
    assert [item.code for item in reported] == [finding[:5] for finding in findings]
    for item, finding in zip(reported, findings, strict=True):
        assert finding[5:].strip() in f"{item.message} {item.hint}".strip() + "$"
        assert (item.path, item.line, item.column) == (source, 3, 7)


@pytest.mark.parametrize(("document", "case"), cases("hidden"))
def test_hidden(document: Path, case: str) -> None:
    name, _, expected = case.partition(" -> ")
    path = VaultPath(name)
    vault = make_vault(document)
    if path in vault.notes:
        state: str = vault.notes[path].hidden_by or "public"
    else:
        assert (path in vault.hidden_files) != (path in vault.attachments)
        state = "hidden file" if path in vault.hidden_files else "attachment"
    assert state == expected


def small_vault(**notes: Outline) -> LinkedVault:
    config = Config(vault=Path(), output=Path(), cache=Path())
    return linked({VaultPath(f"{name}.md"): note for name, note in notes.items()}, (), (), config)


def test_first_block_of_a_name_wins() -> None:
    vault = make_vault(FIXTURES / "anchors.txt", "S.md", "[[N#^p1]]")
    (end,) = vault.notes[VaultPath("S.md")].links
    assert end.block == "p1"
    target = vault.notes[VaultPath("N.md")].compiled
    found = Anchors(target.headings, target.blocks).block(end.block)
    assert found is not None
    assert found.line == 1


def test_anchors_of_one_note_alone() -> None:
    note = make_note(("# A", "## B", "# C", "## B", "^x", "^X later"))
    anchors = Anchors(note.headings, note.blocks)
    assert anchors.heading("C#B") == note.headings[3]
    assert anchors.heading("D") is None
    assert anchors.heading("#") is None
    assert anchors.block("X") == note.blocks[0]
    assert anchors.block("y") is None


def test_notes_stand_in_order_of_their_paths() -> None:
    assert list(small_vault(b=make_note(), B=make_note(), a=make_note()).notes) == ["B.md", "a.md", "b.md"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [(("title: T", "# H"), "T"), (("## Sub", "# H"), "H"), ((), "name")],
)
def test_fm_35_title(lines: tuple[str, ...], title: str) -> None:
    assert small_vault(name=make_note(lines)).notes[VaultPath("name.md")].title == title


def test_faults_of_notes_become_diagnostics() -> None:
    fault = Fault("KB113", 9, 2, "A comment is never closed.")
    vault = small_vault(b=make_note(faults=(fault,)), a=make_note(links=(make_link("[[zzz]]"),)))
    assert [(item.path, item.code, item.line) for item in vault.diagnostics] == [
        ("a.md", "KB102", 3),
        ("b.md", "KB113", 9),
    ]
    assert vault.diagnostics[1] == diagnostic("b.md", fault)


def test_each_occurrence_is_reported() -> None:
    first, second = make_link("[[gone]]"), Link("markdown", False, "gone", "", "x", 8, 1)
    reported = small_vault(a=make_note(links=(first, second))).diagnostics
    assert [(item.line, item.code) for item in reported] == [(3, "KB102"), (8, "KB102")]


@pytest.mark.parametrize(
    ("name", "signs"),
    [("a#b", "#"), ("a^|b", "^ |"), ("[x]", "[ ]"), ("50%% off", "%%"), ("100%", ""), ("d#/plain", "")],
)
def test_wl_06_names_that_links_cannot_hold(name: str, signs: str) -> None:
    found = [item for item in small_vault(**{name: make_note()}).diagnostics if item.code == "KB117"]
    assert [item.message for item in found] == (
        [f"The file name holds {signs}, which a wikilink cannot hold reliably."] if signs else []
    )
