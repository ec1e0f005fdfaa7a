"""What is wrong with a vault: stable codes, each finding with its file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]


class Rule(Struct, frozen=True):
    """A kind of fault that kbgen can find.

    ``code`` never changes its meaning; ``name`` says it in words.
    """

    code: str
    name: str
    severity: Severity
    explanation: str


_RULES = (
    Rule("KB101", "bad-front-matter", "warning", "The front matter cannot be read, or not as written."),
    Rule("KB102", "unresolved-link", "warning", "A link or embed leads to no file of the vault."),
    Rule("KB103", "ambiguous-link", "warning", "Several files fit a link equally well."),
    Rule("KB104", "missing-heading", "warning", "A link names a heading that its note does not have."),
    Rule("KB105", "missing-block", "warning", "A link names a block that its note does not have."),
    Rule("KB106", "alias-link", "warning", "A link uses an alias as a name; Obsidian would not resolve it."),
    Rule("KB107", "legacy-key", "warning", "A property name or form that Obsidian no longer reads."),
    Rule("KB108", "collision", "error", "Two pages want the same address, or two files have one name."),
    Rule("KB109", "embed-cycle", "warning", "A note embeds itself, directly or through others."),
    Rule("KB110", "bad-encoding", "warning", "The file is not clean UTF-8."),
    Rule(
        "KB111",
        "link-to-unpublished",
        "warning",
        "A public note links to something that is not published.",
    ),
    Rule("KB112", "bad-tag", "warning", "A tag that Obsidian would not accept as written."),
    Rule("KB113", "unclosed-comment", "warning", "A %% comment is opened and never closed."),
    Rule("KB114", "unclosed-fence", "warning", "A fenced code block is opened and never closed."),
    Rule(
        "KB115",
        "duplicate-block",
        "warning",
        "Two blocks of a note have the same id; links go to the first.",
    ),
    Rule("KB116", "undefined-footnote", "warning", "A footnote is referred to but not written."),
    Rule("KB117", "unlinkable-name", "warning", "A file name with characters that links cannot hold."),
    Rule("KB118", "table-pipe", "warning", "A | in a wikilink inside a table is not escaped."),
    Rule(
        "KB119",
        "app-link",
        "info",
        "A link with obsidian://, which opens the app of a reader who has it.",
    ),
    Rule("KB120", "bad-date", "warning", "A date that cannot be read, or modified before created."),
    Rule("KB121", "bad-permalink", "error", "A permalink that leaves the site."),
    Rule(
        "KB122",
        "note-too-large",
        "warning",
        "A note so large or so deeply nested that it is shown as plain text.",
    ),
    Rule("KB123", "redirect-skipped", "info", "An alias gets no redirect page because its address is taken."),
    Rule("KB124", "skipped-file", "warning", "A file is left out: a link out of the vault, or not readable."),
    Rule("KB125", "unused-attachment", "info", "No note uses this file; it is not published."),
    Rule("KB126", "orphan", "info", "No note links here and it links to no note."),
    Rule("KB127", "unsupported-block", "info", "A block that only the app or a plugin can run."),
    Rule(
        "KB128",
        "shallow-history",
        "warning",
        "The Git history is shallow, so dates from it would be wrong.",
    ),
    Rule(
        "KB129",
        "bad-setting",
        "warning",
        "A file or filter in .obsidian cannot be read; it has no effect.",
    ),
    Rule("KB130", "app-file", "info", "A canvas or base, which only the app can show."),
    Rule("KB131", "open-html", "warning", "HTML that leaves tags or quotes open; it is shown as text."),
    Rule(
        "KB132",
        "late-front-matter",
        "warning",
        "Front matter below a blank line, which Obsidian shows as text.",
    ),
    Rule(
        "KB133",
        "url-as-name",
        "warning",
        "An address in [[ ]], which Obsidian takes for the name of a note.",
    ),
    Rule("KB134", "no-home", "warning", "The setting home names no note that is published."),
    Rule("KB135", "unknown-fact", "warning", "A note asks for a fact or a view of facts that no source has."),
    Rule("KB136", "bad-canvas", "warning", "A canvas that is no JSON, or whose arrow leads to no card."),
    Rule("KB140", "page-moved", "info", "A note or file has the address that a page of kbgen would have."),
    Rule("KB141", "reserved-address", "info", "A file has an address that hosts and browsers look for."),
    Rule("KB145", "frame-as-link", "info", "A frame of a host that the config does not name; it is a link."),
    Rule(
        "KB146", "frame-without-address", "warning", "A frame has no address that may load; it is left out."
    ),
    Rule(
        "KB150",
        "tag-without-page",
        "warning",
        "A tag of more than 16 levels, or after the first 1,000 of a note: it has no page of its own.",
    ),
    Rule(
        "KB151",
        "too-many-aliases",
        "warning",
        "A note with more than 1,000 aliases: the others get no page that leads to it.",
    ),
    Rule(
        "KB152",
        "repeated-addresses",
        "warning",
        "References repeat long addresses without end; from there on they are words.",
    ),
    Rule(
        "KB160",
        "lost-cell",
        "warning",
        "A table row has more cells than columns; the last are not shown.",
    ),
    Rule("KB161", "foreign-markup", "warning", "SVG or MathML among the words; it is left out."),
    Rule("KB170", "open-tag", "warning", "A tag of HTML that is not closed; it ends with its block."),
    Rule("KB171", "data-address", "warning", "An address with data: that is no picture; it is left out."),
    Rule(
        "KB172",
        "unknown-scheme",
        "warning",
        "An address with a scheme that the site does not follow; its words are text.",
    ),
    Rule(
        "KB175",
        "foreign-front-matter",
        "warning",
        "Front matter in a form that Obsidian shows as text, such as TOML.",
    ),
    Rule(
        "KB176",
        "hidden-in-doubt",
        "warning",
        "A note is hidden or unlisted because a property seems to ask for it.",
    ),
    Rule(
        "KB177",
        "drawing-without-picture",
        "info",
        "An Excalidraw drawing with no exported picture beside it.",
    ),
)
RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}


class Fault(Struct, frozen=True):
    """A finding inside one file, before it is known which file that is.

    Lines and columns count from 1, in characters, front matter included.
    """

    code: str
    line: int
    column: int
    message: str
    hint: str = ""


class Diagnostic(Struct, frozen=True):
    """A finding with its place; field names are those of the JSON output."""

    code: str
    name: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    hint: str


def diagnostic(path: str, fault: Fault) -> Diagnostic:
    """Give a fault its place in the vault and the name and severity of its rule."""
    rule = RULES[fault.code]
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        path=path,
        line=fault.line,
        column=fault.column,
        message=fault.message,
        hint=fault.hint,
    )


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, then code, and drop exact repeats."""
    return tuple(
        sorted(
            set(diagnostics),
            key=lambda item: (item.path, item.line, item.column, item.code, item.message),
        )
    )


def summary(diagnostics: Sequence[Diagnostic]) -> dict[Severity, int]:
    """Count findings by severity, with a zero where there are none."""
    counts: dict[Severity, int] = {"error": 0, "warning": 0, "info": 0}
    for item in diagnostics:
        counts[item.severity] += 1
    return counts
