"""``[^a]``, ``[^a]: text`` and ``^[text]``: footnotes, numbered by first use (IN-04)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kbgen.locales.locale import Locale
from kbgen.notes.holes import ID_PREFIX, hole
from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.offsets import NO_SOURCE, OffsetMap, offsets_of
from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken, block_token, content_of, markup_token
from kbgen.notes.word_set import word_set

_REFERENCE = re.compile(r"\[\^([^\[\]\s]*[^\[\]\s\\])\]")
_DEFINITION = re.compile(_REFERENCE.pattern + r":[ \t]*")
_ENDED_BY_ONE = ["paragraph", "reference", "blockquote"]
"""Blocks that a definition ends; so it does a table, which goes by the rules of quotes."""

_INDENT = 2
"""Columns by which the later lines of a footnote stand in, at least."""

_HUSKS = word_set("""
    blockquote_open callout_content_open bullet_list_open ordered_list_open list_item_open
""")
"""What begins blocks that are left out if they hold footnotes and nothing else."""

_BEGINS_A_BLOCK = re.compile(r"[-+*][ \t]|\d{1,9}[.)][ \t]|[>#<|^]|```|~~~|\$\$|%%|\[\^[^\[\]\s]+\]:")
"""What ends a paragraph without an empty line before it."""


_LINK_DEFINITION = re.compile(
    r"""\[(?!\^)(?:[^\[\]\\\n]|\\.)+\]:[ \t]*(?:<[^<>\n]*>|[^\s<]\S*)
    (?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*""",
    re.VERBOSE,
)
"""``[a]: url "title"`` on one line."""


def _use(md: MarkdownIt) -> None:
    """Register the rules for definitions, references and inline notes, and the numbering."""
    md.block.ruler.before("reference", "footnote", _definition, {"alt": _ENDED_BY_ONE})
    md.block.ruler.before("reference", "link_below_footnote", _link_below, {"alt": ["paragraph"]})
    md.inline.ruler.before("link", "footnote_reference", _reference)
    md.inline.ruler.before("link", "footnote_inline", _inline_note)
    md.core.ruler.after("inline", "footnotes", _number_and_move)


def reference_at(state: StateInline, position: int) -> re.Match[str] | None:
    """Return the reference that stands somewhere, whether its footnote is written or not."""
    return _REFERENCE.match(state.src, position, state.posMax)


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("[^", begin) or state.is_code_block(start_line):
        return False
    found = _DEFINITION.match(state.src, begin, state.eMarks[start_line])
    if found is None:
        return False
    if silent:
        return True
    label = _label(found)
    context = context_of(state.env)
    first = label not in context.footnotes
    context.footnotes.setdefault(label, start_line)

    token = state.push("footnote_open", "", 1)
    token.meta = {"label": label, "first": first}
    token.map = [start_line, start_line]
    lines = token.map

    saved = (
        state.bMarks[start_line],
        state.tShift[start_line],
        state.sCount[start_line],
        state.blkIndent,
        state.parentType,
        state.tight,
    )
    state.bMarks[start_line] = found.end()
    state.tShift[start_line] = 0
    state.blkIndent += _indent(state, start_line, end_line)
    state.sCount[start_line] = state.blkIndent
    state.parentType = "footnote"
    state.md.block.tokenize(state, start_line, end_line)
    (
        state.bMarks[start_line],
        state.tShift[start_line],
        state.sCount[start_line],
        state.blkIndent,
        state.parentType,
        state.tight,
    ) = saved
    lines[1] = state.line
    state.push("footnote_close", "", -1)
    return True


def _link_below(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """End the words of a footnote at the definition of a link right below them, as at another footnote."""
    if not silent or not state.tokens or state.tokens[-1].type != "footnote_open":
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    return (
        state.sCount[start_line] < state.blkIndent
        and _LINK_DEFINITION.fullmatch(state.src, begin, state.eMarks[start_line]) is not None
    )


def _label(found: re.Match[str]) -> str:
    """Return the id of a footnote, which goes by neither case nor Unicode form."""
    return unicodedata.normalize("NFC", found[1]).casefold()


def _indent(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return by how many columns the blocks of a footnote stand in: as many as the least of them.

    Lines that only go on with its first paragraph may stand anywhere.
    """
    least = 0
    goes_on = True
    for line in range(start_line + 1, end_line):
        if state.isEmpty(line):
            goes_on = False
            continue
        columns = state.sCount[line] - state.blkIndent
        begins = _BEGINS_A_BLOCK.match(state.src, state.bMarks[line] + state.tShift[line])
        if columns >= _INDENT and (begins or not goes_on):
            least = min(least or columns, columns)
        elif columns < _INDENT and (begins or not goes_on):
            break
    return least or _INDENT


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if silent or not state.src.startswith("[^", state.pos):
        return False  # a pair of brackets like any other: words of a link may hold it
    found = reference_at(state, state.pos)
    if found is None:
        return False
    label = _label(found)
    if label in context_of(state.env).footnotes:
        token = state.push("footnote_reference", "", 0)
        token.meta["label"] = label
    else:
        token = state.push("undefined_footnote", "", 0)
        token.content = found[0]
    state.pos = found.end()
    return True


def _inline_note(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start = state.pos
    if not state.src.startswith("^[", start):
        return False
    end = state.md.helpers.parseLinkLabel(state, start + 1)
    if end < 0 or not state.src[start + 2 : end].strip():
        return False
    if not silent:
        content = state.src[start + 2 : end]
        token = state.push("footnote_reference", "", 0)
        children: list[Token] = []
        state.md.inline.parse(content, state.md, state.env, children)
        token.meta |= {"label": None, "content": content, "children": children}
    state.pos = end + 1
    return True


def _number_and_move(state: StateCore) -> None:  # noqa: C901 (take out, number, put back: one story)
    """Take the definitions out, number them by first use, and put them at the end."""
    if "[^" not in state.src and "^[" not in state.src:
        return
    definitions: dict[str, list[Token]] = {}
    body: list[Token] = []
    stack: list[list[Token]] = [body]
    husks: set[int] = set()
    for token in state.tokens:
        tokens = stack[-1]
        if token.type == "footnote_open":
            husks.update(_opening_of_a_husk(tokens))
            stack.append([])
            if token.meta["first"]:
                definitions[token.meta["label"]] = stack[-1]
        elif token.type == "footnote_close":
            stack.pop()
        elif token.nesting == -1 and tokens and id(tokens[-1]) in husks:
            tokens.pop()
            husks.update(_opening_of_a_husk(tokens))
        else:
            tokens.append(token)
    state.tokens = body

    order: list[list[Token]] = []
    numbers: dict[str, int] = {}
    uses: dict[int, int] = {}

    context = context_of(state.env)

    def number_references(tokens: list[Token]) -> None:
        for token, words in _references(tokens):
            label = token.meta["label"]
            if label is None:
                offsets = offsets_of(words).after(placed(token).pos + len("^["))
                order.append(_as_block(token, offsets, context.line_at(offsets.place(0))))
                number = len(order)
            elif label in numbers:
                number = numbers[label]
            else:
                order.append(definitions[label])
                number = numbers[label] = len(order)
            uses[number] = uses.get(number, 0) + 1
            token.meta["number"] = number
            token.meta["use"] = uses[number]

    number_references(body)
    done = 0
    while done < len(order):
        number_references(order[done])
        done += 1
    if order:
        state.tokens.extend(_section(order, uses, context.locale))


def _section(order: list[list[Token]], uses: Mapping[int, int], locale: Locale) -> Iterator[Token]:
    """Yield the footnotes as they stand at the end, each with the ways back."""
    label = locale.gettext("Footnotes")
    yield block_token("footnotes_open", "section", 1, meta={"label": label})
    for number, tokens in enumerate(order, 1):
        yield block_token("footnote_item_open", "li", 1, meta={"number": number})
        labels = _back_labels(uses[number], locale)
        back = PlacedToken("footnote_back", "", 0)
        back.meta |= {"number": number, "labels": labels}
        _append_back_links(tokens, back)
        yield from tokens
        yield block_token("footnote_item_close", "li", -1)
    yield block_token("footnotes_close", "section", -1)


def _back_labels(uses: int, locale: Locale) -> list[str]:
    """Return what the ways back from a footnote are called, one for each place that refers to it."""
    if uses == 1:
        return [locale.gettext("Back to the text")]
    # Translators: to the first place that refers to a footnote, to the second, and so on.
    label = locale.gettext("Back to the text %(use)s")
    return [label % {"use": use} for use in range(1, uses + 1)]


def _opening_of_a_husk(tokens: list[Token]) -> Iterator[int]:
    """Yield the last token if nothing but footnotes may be in the block that it opens."""
    if tokens and tokens[-1].nesting == 1 and tokens[-1].type in _HUSKS:
        yield id(tokens[-1])


def _references(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield the references to footnotes, each with the words in which it stands."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "footnote_reference":
                yield child, token


def _as_block(reference: Token, offsets: OffsetMap, line: int) -> list[Token]:
    inline = PlacedToken("inline", "", 0, 0, reference.meta["content"])
    inline.children = reference.meta["children"]
    inline.map, inline.meta["offsets"] = [line, line + 1], offsets
    return [
        block_token("paragraph_open", "p", 1, lines=[line, line + 1]),
        inline,
        block_token("paragraph_close", "p", -1),
    ]


def _append_back_links(tokens: list[Token], back: Token) -> None:
    """Put the way back behind the last words, or below them where a list or table ends the note."""
    if len(tokens) >= 3 and tokens[-1].type == "paragraph_close" and tokens[-2].children is not None:
        tokens[-2].children.append(back)
    else:
        held = PlacedToken("", "", 0)
        held.meta |= {"children": [back], "content": ""}
        tokens.extend(_as_block(held, NO_SOURCE, 0))


def _keep_reference(walk: InlineWalk, token: PlacedToken) -> None:
    """Write the mark of a footnote, which is a link of its own, so it goes behind the one it stands in."""
    if walk.links:
        walk.after_link.append(token)
    elif walk.may_begin_link():
        walk.out.append(token)
    else:  # no link can stand here; the way back still finds it
        number, use = token.meta["number"], token.meta["use"]
        walk.out.append(markup_token(f'<sup id="{ID_PREFIX}fnref:{number}.{use}">{number}</sup>'))


def _keep_undefined(walk: InlineWalk, token: PlacedToken) -> None:
    label = token.content[2:-1]
    walk.fault(
        token,
        "KB116",
        f"The footnote [^{label}] is not written anywhere.",
        f"Add a line that begins with [^{label}]:",
    )
    walk.keep_as_text(token)


def _begin_footnotes(walk: BlockWalk, _token: Token) -> None:
    walk.keep_comments()
    walk.prose = "footnote"
    walk.elements.leave(0)


def _reference_html(token: Token) -> str:
    """Leave a hole for the number, which leads elsewhere when the footnotes are not on the page."""
    return hole(f"f{token.meta['number']}.{token.meta['use']}")


def _section_html(token: Token) -> str:
    """End the body and begin the footnotes."""
    label = escapeHtml(token.meta["label"])
    section = f'<section class="kb-footnotes" role="doc-endnotes" aria-label="{label}">'
    return f"{hole(']body')}{section}\n<ol>\n"


def _section_end_html(_token: Token) -> str:
    return "</ol>\n</section>\n"


def _item_html(token: Token) -> str:
    return f'<li id="{ID_PREFIX}fn:{token.meta["number"]}">\n'


def _back_html(token: Token) -> str:
    """Write a way back to each place that refers to the footnote."""
    number, labels = token.meta["number"], token.meta["labels"]
    return "".join(
        f' <a class="kb-footnote-back" href="#{ID_PREFIX}fnref:{number}.{use}" role="doc-backlink"'
        f' aria-label="{escapeHtml(label)}">↩{f"<sup>{use}</sup>" * (len(labels) > 1)}</a>'
        for use, label in enumerate(labels, 1)
    )


SYNTAX = Syntax(
    name="footnotes",
    use=_use,
    block_triggers={"footnote": "[", "link_below_footnote": "["},
    inline_triggers={"footnote_reference": "[", "footnote_inline": "^"},
    html={
        "footnote_reference": _reference_html,
        "footnotes_open": _section_html,
        "footnotes_close": _section_end_html,
        "footnote_item_open": _item_html,
        "footnote_back": _back_html,
    },
    text={"undefined_footnote": content_of},
    on_inline={"footnote_reference": _keep_reference, "undefined_footnote": _keep_undefined},
    on_block={"footnotes_open": _begin_footnotes},
)
