"""Pictures of other hosts; a video's page becomes a player, a post a link (EM-11)."""

from __future__ import annotations

import re

from markdown_it.common.utils import escapeHtml

from kbgen.hosts import web_address
from kbgen.locales.locale import Locale
from kbgen.notes.markdown.addresses import encoded
from kbgen.notes.markdown.frames import allowed_frame, frame_html, link_html, video_player

_POST = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/\w+/status/\d+")


def player_of(
    address: str, alt: str, size: tuple[int, int] | None, hosts: frozenset[str], locale: Locale
) -> str:
    """Return the player of a video, else ``""``; a link to it where its host is not among ``hosts``."""
    page = web_address(address)
    if page is None or video_player(page) is None:
        return ""
    allowed = allowed_frame(page, hosts)
    if allowed is None:
        return link_html(page, alt)
    sizes = zip(("width", "height"), size or (), strict=False)
    return frame_html(allowed, alt, {name: str(number) for name, number in sizes}, locale)


def is_post(address: str) -> bool:
    """Tell whether an address is that of a post, which is shown as a link."""
    return _POST.match(address) is not None


def external_image(address: str, alt: str, title: str, size: tuple[int, int] | None) -> str:
    """Return a picture of another host, or a link to a post."""
    width, height = size or (0, 0)
    sizes = (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")
    href = escapeHtml(encoded(address))
    if _POST.match(address):
        return f'<a class="external" href="{href}" rel="noopener">{escapeHtml(alt or address)}</a>'
    titled = f' title="{escapeHtml(title)}"' if title else ""
    return f'<img src="{href}" alt="{escapeHtml(alt)}"{titled}{sizes} loading="lazy">'
