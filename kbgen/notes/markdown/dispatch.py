"""Parsers that ask only the rules that can begin with the character at hand.

markdown-it asks every rule at every line and at every special character. With Obsidian's
syntax on top that is twenty calls for each ``*``; a table from character to rules makes
it two or three, and half of the parsing time goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from kbgen.notes.markdown.flanking import InlineState
from kbgen.notes.markdown.offsets import BlockRule, BlockState, RuleTable
from kbgen.notes.markdown.syntax import ANY

InlineRule = Callable[[StateInline, bool], bool]


class DispatchRuler(Ruler[BlockRule]):
    """A :class:`Ruler` whose every chain is one rule: the one that looks into the table of the note at hand.

    Parameters
    ----------
    triggers
        Rule name to the characters a line can begin with, or :data:`ANY`.
    needs
        Rule name to what tells of a note whether the rule may find something in it; the others are asked.
    """

    def __init__(self, triggers: Mapping[str, str], needs: Mapping[str, Callable[[str], object]]) -> None:
        super().__init__()
        self._triggers = triggers
        self._needs = needs
        self._dispatchers: dict[str, list[BlockRule]] = {}
        self._tables: dict[frozenset[str], Mapping[str, RuleTable]] = {}

    def freeze(self) -> None:
        """Make one rule of each chain, after all rules are registered and enabled."""
        chains = {"", *(chain for rule in self.__rules__ for chain in rule.alt)}
        self._dispatchers = {chain: [_dispatcher(chain)] for chain in chains}
        self.tables("")  # tells of a rule whose characters no syntax names

    def getRules(self, chainName: str = "") -> list[BlockRule]:  # noqa: N802, N803 (markdown-it's names)
        """Return the one rule of a chain."""
        return self._dispatchers.get(chainName) or super().getRules(chainName)

    def tables(self, source: str) -> Mapping[str, RuleTable]:
        """Return the table of each chain for a note, without the rules that would find nothing in it."""
        idle = frozenset([name for name, may_find in self._needs.items() if not may_find(source)])
        found = self._tables.get(idle)
        if found is None:
            found = self._tables[idle] = {chain: self._table(chain, idle) for chain in self._dispatchers}
        return found

    def _table(self, chain: str, idle: Collection[str]) -> RuleTable:
        asked = [
            (rule.fn, self._triggers[rule.name])
            for rule in self.__rules__
            if rule.enabled and rule.name not in idle and (not chain or chain in rule.alt)
        ]
        characters = set("".join(triggers for _, triggers in asked))
        return RuleTable(
            {
                character: [fn for fn, triggers in asked if triggers == ANY or character in triggers]
                for character in characters
            },
            [fn for fn, triggers in asked if triggers == ANY],
        )


def _dispatcher(chain: str) -> BlockRule:
    def dispatch(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
        begin = state.bMarks[start_line] + state.tShift[start_line]
        table, anyhow = cast("BlockState", state).tables[chain]
        for rule in table.get(state.src[begin : begin + 1], anyhow):
            if rule(state, start_line, end_line, silent):
                return True
        return False

    return dispatch


class DispatchBlock(ParserBlock):
    """A :class:`ParserBlock` with a :class:`DispatchRuler`, which is given the same."""

    def __init__(self, triggers: Mapping[str, str], needs: Mapping[str, Callable[[str], object]]) -> None:
        super().__init__()
        plain = self.ruler
        self.ruler: DispatchRuler = DispatchRuler(triggers, needs)
        for rule in plain.__rules__:
            self.ruler.push(rule.name, rule.fn, {"alt": rule.alt})

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803
        """Parse a body into tokens that know where their words stand in it."""
        if not src:
            return None
        state = BlockState(src, md, env, outTokens, self.ruler.tables(src))
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Make the tokens of some lines."""
        table, anyhow = cast("BlockState", state).tables[""]
        begins, shifts, ends = state.bMarks, state.tShift, state.eMarks
        deepest = state.md.options["maxNesting"]
        loose = False
        line = startLine
        while line < endLine:
            while line < state.lineMax and begins[line] + shifts[line] >= ends[line]:
                line += 1
            state.line = line
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= deepest:
                state.line = endLine
                break
            for rule in table.get(state.src[begins[line] + shifts[line]], anyhow):
                if rule(state, line, endLine, False):
                    break
            state.tight = not loose
            line = state.line
            if line <= endLine and begins[line - 1] + shifts[line - 1] >= ends[line - 1]:
                loose = True
            if line < endLine and begins[line] + shifts[line] >= ends[line]:
                loose = True
                line += 1
                state.line = line


class DispatchInline(ParserInline):
    """A :class:`ParserInline` with a table of the characters that begin each rule.

    Parameters
    ----------
    triggers
        Rule name to the characters it can begin with. A rule that is enabled and not
        listed is an error, so that none is forgotten.
    """

    def __init__(self, triggers: Mapping[str, str]) -> None:
        super().__init__()
        self._triggers = triggers
        self._table: dict[str, list[InlineRule]] = {}
        self.special = re.compile("")
        """Finds the characters at which a rule may begin."""

    def freeze(self) -> None:
        """Make the table, after all rules are registered and enabled."""
        self._table = {"]": []}  # ends a link's words: the search for it must stop there
        names: Iterable[str] = self.ruler.get_active_rules()
        for name, rule in zip(names, self.ruler.getRules(""), strict=True):
            if name == "text":
                continue
            for character in self._triggers[name]:
                self._table.setdefault(character, []).append(rule)
        self.special = re.compile("[" + re.escape("".join(sorted(self._table))) + "]")

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse words into tokens, with delimiters that know all scripts."""
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        *pair_up, join = self.ruler2.getRules("")
        if state.has_delimiters():
            for rule in pair_up:
                rule(state)
        join(state)
        return state.tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 (markdown-it's name)
        """Step over one token without making it."""
        start = state.pos
        known = state.cache.get(start)
        if known is not None:
            state.pos = known
            return
        if state.level < state.md.options["maxNesting"]:
            state.level += 1
            done = self._step_over(state)
            state.level -= 1
        else:
            state.pos = state.posMax
            done = False
        if not done:
            state.pos += 1
        state.cache[start] = state.pos

    def tokenize(self, state: StateInline) -> None:
        """Make the tokens from ``state.pos`` to ``state.posMax``."""
        if state.level >= state.md.options["maxNesting"] and state.pos < state.posMax:
            state.append_pending(state.src[state.pos : state.posMax])
            state.pos = state.posMax
        source, table = state.src, self._table
        while (start := state.pos) < state.posMax:
            rules = table.get(source[start])
            if rules is None:
                end = self._next_special(source, start, state.posMax)
                state.append_pending(source[start:end])
                state.pos = end
                continue
            for rule in rules:
                if rule(state, False):
                    break
            else:
                state.append_pending(source[start])
                state.pos = start + 1
        if state.pending:
            state.pushPending()

    def _step_over(self, state: StateInline) -> bool:
        """Step over what begins at the character at hand; False where that is the character alone."""
        start = state.pos
        rules = self._table.get(state.src[start])
        if rules is None:
            state.pos = self._next_special(state.src, start, state.posMax)
            return True
        for rule in rules:  # noqa: SIM110 (any() costs a generator for each character)
            if rule(state, True):
                return True
        return False

    def _next_special(self, source: str, start: int, end: int) -> int:
        """Return where the next character stands at which a rule may begin."""
        found = self.special.search(source, start, end)
        return end if found is None else found.start()
