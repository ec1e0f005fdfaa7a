"""From tokens to HTML with holes and marks; what each of Obsidian's blocks looks like."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kbgen.notes.holes import hole
from kbgen.notes.markdown.code import render_fence

PREFIX = hole("#")


class NoteRenderer(RendererHTML):
    """markdown-it's renderer with our tokens; a method is named as the token it writes."""

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        """Return the HTML of a note, with a mark around each block that has an id."""
        out: list[str] = []
        rules = self.rules
        for index, token in enumerate(tokens):
            if token.type == "inline":
                out.append(self.renderInline(token.children or [], options, env))
                continue
            rule = rules.get(token.type)
            names = token.meta.get("blocks") if token.meta else None
            if names is None:
                out.append(
                    rule(tokens, index, options, env)
                    if rule
                    else self.renderToken(tokens, index, options, env)
                )
                continue
            anchors = names
            if token.nesting == 1:
                if token.type != "heading_open":  # which has an id of its own
                    token.attrs["id"] = f"{PREFIX}^{names[0]}"
                    anchors = names[1:]
                out.extend(hole(f"[b{name}") for name in names)
            elif token.nesting == 0:
                out.extend(hole(f"[b{name}") for name in names)
                out.append(f'<div id="{PREFIX}^{names[0]}">')
            out.append(
                rule(tokens, index, options, env) if rule else self.renderToken(tokens, index, options, env)
            )
            if token.nesting == 0:
                out.append("</div>\n")
            if token.nesting == 1:
                out.extend(f'<span id="{PREFIX}^{name}"></span>' for name in anchors)
            else:
                out.extend(hole(f"]b{name}") for name in names)
        return "".join(out)

    def renderInline(  # noqa: N802 (markdown-it's name)
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        """Return the HTML of the words of a block; plain text, the common case, goes straight."""
        if len(tokens) == 1 and tokens[0].type == "text":
            return escapeHtml(tokens[0].content)
        return super().renderInline(tokens, options, env)

    def hole(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a hole as it is."""
        return tokens[index].content

    markup = hole

    def comment(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write nothing."""
        return ""

    def html_block(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the author's HTML, and behind it a mark: if that is lost, so is what follows."""
        content = tokens[index].content
        return content + hole("[html") if content else ""

    def code_block(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write an indented block."""
        token = tokens[index]
        before = hole(f".{token.meta['hole']}") if "hole" in token.meta else ""
        return f"<pre><code>{before}{escapeHtml(token.content)}</code></pre>\n"

    def hardbreak(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a line break."""
        return "<br>\n"

    def softbreak(self, tokens: Sequence[Token], index: int, options: OptionsDict, _env: EnvType) -> str:
        """Write a line break where the vault asks for it, but never in a heading (IN-07)."""
        return "<br>\n" if options["breaks"] and "in_heading" not in tokens[index].meta else "\n"

    def hr(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a rule."""
        return "<hr>\n"

    def s_open(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the beginning of struck words (IN-03)."""
        return "<del>"

    def s_close(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the end of struck words."""
        return "</del>"

    def paragraph_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Write the beginning of a paragraph; one that only holds an embed has none."""
        token = tokens[index]
        if "bare" in token.meta:
            return f"<div{self.renderAttrs(token)}>" if token.attrs else ""
        if not token.hidden and not token.attrs and not (index and tokens[index - 1].hidden):
            return "<p>"
        return self.renderToken(tokens, index, options, env)

    def paragraph_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Write the end of a paragraph."""
        token = tokens[index]
        if "bare" in token.meta:
            return "</div>\n" if "blocks" in token.meta else "\n"
        return "</p>\n" if not token.hidden else self.renderToken(tokens, index, options, env)

    def heading_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the beginning of a heading and the mark of its section."""
        token = tokens[index]
        meta = token.meta
        return f'{hole("[s" + str(meta["heading"]))}<{token.tag} id="{PREFIX}{meta["id"]}">'

    def heading_close(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the end of a heading, and mark it."""
        token = tokens[index]
        return f"</{token.tag}>{hole(']s' + str(token.meta['heading']))}\n"

    def table_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the beginning of a table, in a box of its own that can scroll."""
        return f'<div class="kb-table"{self.renderAttrs(tokens[index])}><table>\n'

    def table_close(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the end of a table."""
        return "</table></div>\n"

    def list_item_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Write the beginning of a list item; a task says its state (IN-05)."""
        token = tokens[index]
        if "task" in token.meta:
            token.attrs["class"] = "task"
            token.attrs["data-task"] = token.meta["task"]
        return self.renderToken(tokens, index, options, env)

    def task_box(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the box of a task."""
        state = tokens[index].content
        checked = "" if state == " " else ' checked=""'
        return f'<input type="checkbox" data-task="{escapeHtml(state)}"{checked} disabled=""> '

    def fence(self, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
        """Write a code block, highlighted."""
        return render_fence(tokens[index], env)

    def maths(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a formula among words, as TeX."""
        meta = tokens[index].meta
        kind = "math display" if meta["display"] else "math"
        formula = f'<span class="{kind}">{escapeHtml(tokens[index].content)}</span>'
        number = meta.get("hole")
        return formula if number is None else f"{hole(f'.{number}')}{formula}{hole(f':{number}')}"

    def maths_block(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a formula on its own, as TeX."""
        return f'<div class="math display">{escapeHtml(tokens[index].content)}</div>\n'

    def callout_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the beginning of a callout; a foldable one needs no script (CO-04)."""
        token = tokens[index]
        meta = token.meta
        metadata = f' data-callout-metadata="{escapeHtml(meta["metadata"])}"' if meta["metadata"] else ""
        opened = ' open=""' if meta["open"] else ""
        return (
            f'<{token.tag} class="callout" data-callout="{escapeHtml(meta["kind"])}"{metadata}{opened}'
            f"{self.renderAttrs(token)}>\n"
        )

    def callout_title_open(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write the beginning of a callout's title."""
        return f'<{tokens[index].tag} class="callout-title">'

    def callout_content_open(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write the beginning of a callout's body."""
        return '<div class="callout-content">\n'

    def footnote_reference(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Leave a hole for the number, which leads elsewhere when the footnotes are not on the page."""
        meta = tokens[index].meta
        return hole(f"f{meta['number']}.{meta['use']}")

    def footnotes_open(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """End the body and begin the footnotes."""
        section = '<section class="kb-footnotes" role="doc-endnotes" aria-label="Footnotes">'
        return f"{hole(']body')}{section}\n<ol>\n"

    def footnotes_close(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """End the footnotes."""
        return "</ol>\n</section>\n"

    def footnote_item_open(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write the beginning of a footnote."""
        return f'<li id="{PREFIX}fn:{tokens[index].meta["number"]}">\n'

    def footnote_back(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write a way back to each place that refers to the footnote."""
        number, uses = tokens[index].meta["number"], tokens[index].meta["uses"]
        return "".join(
            f' <a class="kb-footnote-back" href="#{PREFIX}fnref:{number}.{use}" role="doc-backlink"'
            f' aria-label="Back to the text{f" {use}" * (uses > 1)}">↩{f"<sup>{use}</sup>" * (uses > 1)}</a>'
            for use in range(1, uses + 1)
        )
