"""The tag ``{% once %}``: markup that is the same as long as one value is, written once for it."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser

_SEES_ALL = (nodes.Block, nodes.Include, nodes.Import, nodes.FromImport)
"""What may print more than is named."""

_WORDS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
"""The same for all pages of a site; who collects messages has no functions of these names."""


class Once(Extension):
    """Keeps what stands between ``{% once value %}`` and ``{% endonce %}`` until the value is another object.

    The menu is the same on all pages of a folder, for they share one ``page.site``. So that no page gets what
    was made for another, nothing but the value may be named between the tags, and no block may stand there.

    Examples
    --------
    >>> template = Environment(extensions=[Once]).from_string("{% once x %}{{ x.pop() }}{% endonce %}")
    >>> numbers = [1, 2, 3]
    >>> template.render(x=numbers), template.render(x=numbers), template.render(x=[4])
    ('3', '3', '4')
    """

    tags = {"once"}  # noqa: RUF012 (Jinja's own way to say so)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._kept: list[tuple[object, str]] = []
        """For each place in a template: for which value it was written last, and what."""

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Return what the tag means: take what is kept, else write it and keep it."""
        line = next(parser.stream).lineno
        value = parser.parse_assign_target(name_only=True)
        value.set_ctx("load")
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        self._require_alone(value.name, body, parser, line)
        place = nodes.Const(len(self._kept))
        self._kept.append((self, ""))
        markup = parser.free_identifier(line)
        write = [
            nodes.AssignBlock(markup, None, body),
            nodes.ExprStmt(self.call_method("keep", [place, value, markup])),
        ]
        made: list[nodes.Node] = [
            nodes.Assign(markup, self.call_method("kept", [place, value])),
            nodes.If(nodes.Not(markup), write, [], []),
            nodes.Output([markup]),
        ]
        return [node.set_lineno(line) for node in made]

    def kept(self, place: int, value: object) -> str:
        """Return what was written for a value; nothing where that is another than the last."""
        last, markup = self._kept[place]
        return markup if last is value else ""

    def keep(self, place: int, value: object, markup: str) -> None:
        """Keep what was written for a value; holding the value keeps another from taking its place."""
        self._kept[place] = (value, markup)

    def _require_alone(self, name: str, body: Sequence[nodes.Node], parser: Parser, line: int) -> None:
        whole = nodes.Template(list(body), lineno=line).set_environment(self.environment)
        assert isinstance(whole, nodes.Template)  # noqa: S101 (it is the same object)
        used = find_undeclared_variables(whole) - {name} - _WORDS - self.environment.globals.keys()
        if any(each.name == "self" for each in whole.find_all(nodes.Name)):
            used |= {"self"}
        if used:
            parser.fail(f"{{% once {name} %}} must not use {', '.join(sorted(used))}", line)
        if any(whole.find(kind) for kind in _SEES_ALL):
            parser.fail(f"{{% once {name} %}} must not hold blocks, includes or imports", line)
