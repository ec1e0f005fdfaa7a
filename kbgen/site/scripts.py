"""The words of scripts: put into them where the site is not in English, so that pages need to bring none.

A script says its words in English, by ``gettext("...")`` and its kin, and begins with an empty
``CATALOGUE``. So the tool that gathers all messages finds those of scripts as well.
"""

from __future__ import annotations

from kbgen.locales.locale import Locale

_EMPTY = "const CATALOGUE = {};"


def in_language(script: str, locale: Locale) -> str:
    """Return a script whose words are in a language; one without a catalogue stays as it is.

    Parameters
    ----------
    script
        JavaScript.
    locale
        The language.

    Examples
    --------
    >>> from kbgen.locales.locale import ENGLISH
    >>> in_language("const CATALOGUE = {};", ENGLISH)
    'const CATALOGUE = {};'
    """
    if _EMPTY not in script:
        return script
    return script.replace(_EMPTY, f"const CATALOGUE = {locale.script_catalogue(script)};", 1)
