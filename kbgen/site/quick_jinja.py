"""Jinja without what it looks for at every value; a page that needs that is made by Jinja as it is."""

from __future__ import annotations

import functools
import keyword
from collections.abc import MutableMapping
from types import MethodType
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2.compiler import Frame

# ruff: noqa: ANN401 - a template may pass anything

try:  # what is around this part of MarkupSafe makes a Markup, which costs five times as much
    from markupsafe._speedups import _escape_inner as _escape_text
except ImportError:  # another version of it, or one without its part in C
    _escape_text = escape


class QuickEnvironment(Environment):
    """Renders in half of the time what :class:`jinja2.Environment` renders, and the same to the byte.

    It takes an attribute of a value for there, where Jinja would look for an item of that name next, or would
    print something undefined. Where it was wrong, or anything else fails, :attr:`plain` begins anew: that
    decides what the page is, or what the error says.

    Parameters
    ----------
    **options
        Those of :class:`jinja2.Environment`, but ``cache_size``: all templates are kept.

    Examples
    --------
    >>> from jinja2 import DictLoader
    >>> loader = DictLoader({"page": "{{ page.real }} {{ page.title }}"})
    >>> environment = QuickEnvironment(loader=loader)
    >>> environment.get_template("page").render(page={"real": "an item", "title": "not an attribute"})
    'an item not an attribute'
    """

    def __init__(self, **options: Any) -> None:
        # A cache without bounds is a dict, which is quicker: a page asks for a dozen templates.
        super().__init__(cache_size=-1, **options)
        self._options = options
        self._known: dict[str, Template] = {}
        self.code_generator_class = _QuickCode
        self.context_class = _QuickContext
        self.template_class = _QuickTemplate

    @functools.cached_property
    def plain(self) -> Environment:
        """The same, as Jinja has it."""
        made = Environment(**self._options)  # noqa: S701 (the caller decides what is escaped)
        made.globals, made.filters, made.tests = self.globals, self.filters, self.tests
        return made

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 (Jinja's name)
    ) -> Template:
        """Return a template; one that is known at once, for no file is looked at twice."""
        known = self._known.get(name) if isinstance(name, str) and globals is None else None
        if known is None:
            known = super().get_template(name, parent, globals)
            if isinstance(name, str) and globals is None:
                self._known[name] = known
        return known

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that every template sees, in a dict: Jinja's chain of them is slow to copy."""
        return {**self.globals, **(d or {})}


def printed(value: object) -> str:
    """Return what a template prints for a value: the text that :func:`markupsafe.escape` gives.

    >>> printed("<b>"), str(printed(Markup("<b>"))), str(printed(5))
    ('&lt;b&gt;', '<b>', '5')
    """
    if type(value) is str:
        return _escape_text(value)
    return value if type(value) is Markup else escape(value)


class _QuickTemplate(Template):
    _plain: Template | None = None
    """Takes over once this one failed."""

    def render(self, *args: Any, **names: Any) -> str:
        if self._plain is None:
            try:
                return super().render(*args, **names)
            except Exception:
                if self.name is None or not isinstance(self.environment, QuickEnvironment):
                    raise
                self._plain = self.environment.plain.get_template(self.name)
        return self._plain.render(*args, **names)


class _QuickCode(CodeGenerator):
    """Writes ``page.title`` for ``environment.getattr(page, "title")``, and ``printed`` for ``escape``."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 (Jinja's)
        self.writeline(f"from {__name__} import printed")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (Jinja's)
        if keyword.iskeyword(node.attr):
            super().visit_Getattr(node, frame)
        else:
            self.write("(")
            self.visit(node.node, frame)
            self.write(f").{node.attr}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write(f"printed({finalize.src or ''}")
        else:
            super()._output_child_pre(node, frame, finalize)


class _QuickContext(Context):
    def call(
        self,
        called: Any,
        /,
        *args: Any,
        _loop_vars: dict[str, Any] | None = None,
        _block_vars: dict[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Call what a template calls: at once a macro that is given just what it takes, and a method."""
        if (
            type(called) is Macro
            and not (named or called.catch_kwargs or called.catch_varargs or called.caller)
            and len(args) == len(called.arguments)
        ):
            text = called._func(*args)  # noqa: SLF001 (what is around it finds out what is known here)
            return str.__new__(Markup, text) if self.eval_ctx.autoescape else text
        if type(called) is MethodType and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **named)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **named)
