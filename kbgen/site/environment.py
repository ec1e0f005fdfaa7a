"""The one place that knows Jinja: templates are found and rendered here.

A template is looked up in the user's folder (``templates`` in kbgen.toml) first and in the
shipped theme after that. ``default/NAME`` always means the shipped one, so that a user's
``note.html`` can say ``{% extends "default/note.html" %}`` and change one block.

Autoescape is on for every template. Only fields of type :data:`kbgen.site.views.Html` may be
printed with ``|safe``: they are markup that the compiler and the sanitiser made.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from msgspec import Struct

from kbgen.config import Config
from kbgen.errors import TemplateError
from kbgen.locales.locale import ENGLISH, find_locale
from kbgen.site.constant_messages import ConstantMessages
from kbgen.site.once import Once
from kbgen.site.quick_jinja import QuickEnvironment
from kbgen.site.theme import shipped


def make_environment(config: Config) -> Environment:
    """Make the environment that renders every page of a build.

    Parameters
    ----------
    config
        Names the user's folder of templates, if there is one.

    Returns
    -------
    Environment
        Escaping, strict about undefined names, and never looking at the disk twice.
    """
    theme = FileSystemLoader(shipped())
    own = [FileSystemLoader(config.templates)] if config.templates else []
    environment = QuickEnvironment(
        loader=ChoiceLoader([*own, theme, PrefixLoader({"default": theme})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", ConstantMessages, Once],
    )
    locale = find_locale(config.language)
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        environment.globals[name] = getattr(locale, name)
    environment.filters |= {"number": locale.number, "date": locale.date, "counted": counted}
    return environment


_SHARED: dict[bytes, Environment] = {}


def shared_environment(config: Config, theme: bytes) -> Environment:
    """Return the environment that this process rendered with the last time, unless it would be another now.

    Parameters
    ----------
    config
        As for :func:`make_environment`.
    theme
        Fingerprint of the templates.
    """
    key = repr(config).encode() + theme
    if key not in _SHARED:
        _SHARED.clear()
        _SHARED[key] = make_environment(config)
    return _SHARED[key]


def counted(value: int, word: str) -> str:
    """Write a count with what it counts, for templates of the user's own that are in English.

    >>> counted(1, "note"), counted(2000, "link")
    ('1 note', '2,000 links')
    """
    return f"{ENGLISH.number(value)} {word}{'' if value == 1 else 's'}"


def render(environment: Environment, template_name: str, view: Struct, page: str = "") -> str:
    """Render one page; the template sees the view as ``page``.

    Parameters
    ----------
    environment
        From :func:`make_environment`.
    template_name
        Such as ``note.html``.
    view
        The view of a page, such as :class:`kbgen.site.page_kinds.notes.NotePage`.
    page
        What an error calls the page, such as its path; the view's title where none is given.

    Returns
    -------
    str
        The HTML of the page.

    Raises
    ------
    TemplateError
        If the template is missing, cannot be parsed, or fails: whatever the reason, the message
        names the template, its line and the page.
    """
    try:
        return environment.get_template(template_name).render(page=view)
    except Exception as error:  # a template may call anything, so it may raise anything
        name = page or str(getattr(view, "title", ""))
        place = _place(error, environment) or template_name
        raise TemplateError(f"{place}: {_reason(error)} (page: {name})", _advice(error)) from error


def source_of(environment: Environment, name: str) -> str:
    """Read a file that a page has in itself, such as a script: the user's own, else the shipped one.

    Parameters
    ----------
    environment
        From :func:`make_environment`.
    name
        Such as ``graph/graph.js``; nothing in it is taken for a template.

    Raises
    ------
    TemplateError
        If there is none, or it cannot be read.
    """
    loader = environment.loader or ChoiceLoader([])
    try:
        return loader.get_source(environment, name)[0]
    except (TemplateNotFound, UnicodeDecodeError) as error:
        raise TemplateError(f"{name}: {_reason(error)}", "") from error


def _place(error: Exception, environment: Environment) -> str:
    """Say where a template failed: ``templates/note.html:12``, or ``""`` where no line is known."""
    if isinstance(error, TemplateSyntaxError):
        return f"{_display(error.filename or error.name or '', environment)}:{error.lineno}"
    # Jinja rewrites tracebacks so that a frame of a template bears the template's file and line.
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.endswith(".py") and not frame.filename.startswith("<")
    ]
    return f"{_display(frames[-1].filename, environment)}:{frames[-1].lineno}" if frames else ""


def _display(filename: str, environment: Environment) -> str:
    """Shorten a template's path to the folder it lies in and what is below it."""
    path = Path(filename)
    loaders = environment.loader.loaders if isinstance(environment.loader, ChoiceLoader) else ()
    for loader in loaders:
        for folder in loader.searchpath if isinstance(loader, FileSystemLoader) else ():
            if path.is_relative_to(folder):
                return path.relative_to(Path(folder).parent).as_posix()
    return path.name


def _reason(error: Exception) -> str:
    """Put an error of a template in words."""
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r}"
    if isinstance(error, TemplateSyntaxError | UndefinedError):
        return str(error.message)
    return f"{type(error).__name__}: {error}"


def _advice(error: Exception) -> str:
    return (
        "kbgen/site/views.py and kbgen/site/page_kinds/ list what a page has"
        if isinstance(error, UndefinedError)
        else ""
    )
