"""Where each token stands among the words of its block: markdown-it's rules do not say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token

from kbgen.notes.markdown.tokens import NO_POSITION, Nesting, PlacedToken, Run


def placed(token: Token) -> PlacedToken:
    """Return a token of words as what it is."""
    return cast("PlacedToken", token)


def text_at(words: str, position: int, level: int = 0, runs: Sequence[Run] | None = None) -> PlacedToken:
    """Return a text that stands somewhere."""
    return PlacedToken("text", "", 0, level, words, position, runs)


class PlacedInline(StateInline):
    """A :class:`StateInline` whose tokens know where they begin."""

    _begun = 0

    def has_delimiters(self) -> bool:
        """Tell whether there are marks that may be pairs."""
        if self.delimiters:
            return True
        for meta in self.tokens_meta:  # noqa: SIM110 (any() costs a generator for each block)
            if meta and meta["delimiters"]:
                return True
        return False

    def append_pending(self, text: str) -> None:
        """Add to the text at hand, which goes on without a gap until a token is pushed."""
        if not self._pending_buffer and not self._pending:
            self._begun = self.pos
        self._pending_buffer.append(text)

    def pushPending(self) -> Token:  # noqa: N802 (markdown-it's name)
        """Push the text at hand."""
        buffer = self._pending_buffer
        words = buffer[0] if len(buffer) == 1 and not self._pending else self.pending
        token = text_at(words, self._begun, self.pendingLevel)
        self.tokens.append(token)
        self._pending = ""
        buffer.clear()
        return token

    def push(self, ttype: str, tag: str, nesting: Nesting) -> PlacedToken:
        """Push a token."""
        if self._pending_buffer or self._pending:
            self.pushPending()
        delimiters = None
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        token = PlacedToken(ttype, tag, nesting, self.level, "", self.pos)
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            delimiters = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(token)
        self.tokens_meta.append(delimiters)
        return token


def positions_plugin(md: MarkdownIt) -> None:
    """Put our ways of joining texts in the place of markdown-it's, which forget where they stood."""
    md.inline.ruler.at("emphasis", _emphasis)
    md.inline.ruler2.at("fragments_join", _join_fragments)
    md.core.ruler.at("text_join", _join_specials)


def runs_of(token: PlacedToken) -> Iterator[Run]:
    """Yield the stretches of a token's words that stand somewhere."""
    if token.runs is not None:
        yield from token.runs
        return
    position = token.pos
    if position != NO_POSITION:
        if token.info == "escape" and len(token.content) == 1:
            position += 1
        yield 0, position, len(token.content)


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    made, start = len(state.tokens), state.pos
    if not emphasis(state, silent):
        return False
    length = state.pos - start
    if length > 1:
        for number, token in enumerate(state.tokens[max(made, len(state.tokens) - length) :]):
            placed(token).pos = start + number
    return True


def _join_fragments(state: StateInline) -> None:
    """Make one text of those side by side, once it is known which marks are none; and set the levels."""
    level = 0
    after_text = several = False
    for token in state.tokens:
        if token.type == "text":
            token.level = level
            several = several or after_text
            after_text = True
            continue
        after_text = False
        if token.nesting < 0:
            level -= 1
        token.level = level
        if token.nesting > 0:
            level += 1
    if several:
        state.tokens[:] = _with_joined(state.tokens, {"text"})


def is_plain(tokens: Sequence[Token]) -> bool:
    """Tell whether tokens are one text, as they are nearly always."""
    return len(tokens) == 1 and tokens[0].type == "text"


def _join_specials(state: StateCore) -> None:
    """Make one text of entities, escapes and what stands beside them."""
    for token in state.tokens:
        if token.type == "inline" and token.children and not is_plain(token.children):
            token.children = _without_specials(token.children)


def _without_specials(tokens: list[Token]) -> list[Token]:
    special = False
    for token in tokens:
        if token.type == "text_special":
            special = True
        elif token.children:  # the words of a picture
            token.children = _without_specials(token.children)
    return _with_joined(tokens, {"text", "text_special"}) if special else tokens


def _with_joined(tokens: Sequence[Token], kinds: Collection[str]) -> list[Token]:
    """Return tokens with one text for those side by side that are of some kinds."""
    out: list[Token] = []
    texts: list[Token] = []
    for token in tokens:
        if token.type in kinds:
            texts.append(token)
            continue
        if texts:
            out.append(_joined(texts))
            texts = []
        out.append(token)
    if texts:
        out.append(_joined(texts))
    return out


def _joined(texts: Sequence[Token]) -> Token:
    """Return one text for several."""
    first = texts[0]
    if len(texts) == 1 and first.type == "text":
        return first
    runs: list[Run] = []
    length = 0
    for token in texts:
        for start, position, size in runs_of(placed(token)) if token.content else ():
            begun, place, before = runs[-1] if runs else (0, 0, -1)
            if begun + before == length + start and place + before == position:
                runs[-1] = (begun, place, before + size)
            else:
                runs.append((length + start, position, size))
        length += len(token.content)
    words = "".join([token.content for token in texts])
    whole = len(runs) == 1 and not runs[0][0] and runs[0][2] == length
    return text_at(words, runs[0][1] if runs else NO_POSITION, first.level, None if whole else runs)
