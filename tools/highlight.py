# ruff: noqa: INP001  (a script, not a package)
"""Write the colours of code into templates/static/style.css: ``python tools/highlight.py``.

Two Pygments styles, one for light and one for dark paper, become one rule a look, between
the markers in the style sheet. The pair is chosen because every colour of each has a contrast of
4.5 or more with our background for code.
"""

from __future__ import annotations

import re
from pathlib import Path

from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Token

LIGHT, DARK = "xcode", "lightbulb"
SHEET = Path(__file__).resolve().parent.parent / "templates" / "static" / "style.css"
BETWEEN = re.compile(r"(?<=/\* highlight: begin \*/\n).*?(?=/\* highlight: end \*/)", re.DOTALL)


def rules() -> str:
    """Return one line of CSS for every look that tokens share."""
    light, dark = get_style_by_name(LIGHT), get_style_by_name(DARK)
    looks: dict[str, list[str]] = {}
    for token, css_class in STANDARD_TYPES.items():
        if not css_class:
            continue
        by_day, by_night = light.style_for_token(token), dark.style_for_token(token)
        look = ""
        colours = [
            "currentColor" if style["color"] in (None, plain) else f"#{style['color']}"
            for style, plain in ((by_day, "000000"), (by_night, dark.style_for_token(Token)["color"]))
        ]
        if colours != ["currentColor", "currentColor"]:
            look += (
                f"color: light-dark({', '.join(colours).lower().replace('currentcolor', 'currentColor')});"
            )
        if by_day["bold"] or by_night["bold"]:
            look += " font-weight: 600;"
        if by_day["italic"] or by_night["italic"]:
            look += " font-style: italic;"
        if look:
            looks.setdefault(look.strip(), []).append(f".{css_class}")
    return "".join(
        f".kb-highlight :is({', '.join(sorted(names))}) {{ {look} }}\n" for look, names in looks.items()
    )


if __name__ == "__main__":
    sheet = SHEET.read_text(encoding="utf-8")
    SHEET.write_text(BETWEEN.sub(lambda _: rules(), sheet), encoding="utf-8")
