"""Pictures of other hosts; a video's page becomes a player, a post a link (EM-11)."""

from __future__ import annotations

import re

from markdown_it.common.utils import escapeHtml

from kbgen.notes.markdown.addresses import encoded

_YOUTUBE = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]{6,20})"
)
_START = re.compile(r"[?&#](?:t|start)=(\d+)")
_POST = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/\w+/status/\d+")


def external_picture(address: str, alt: str, title: str, size: tuple[int, int] | None) -> str:
    """Return a picture of another host; a video's page becomes a player (EM-11)."""
    video = _YOUTUBE.match(address)
    width, height = size or (0, 0)
    sizes = (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")
    if video:
        start = _START.search(address)
        query = f"?start={start[1]}" if start else ""
        return (
            f'<iframe class="video" src="https://www.youtube-nocookie.com/embed/{video[1]}{query}"'
            f'{sizes} title="{escapeHtml(alt or "Video")}" loading="lazy" allowfullscreen=""></iframe>'
        )
    href = escapeHtml(encoded(address))
    if _POST.match(address):
        return f'<a class="external" href="{href}" rel="noopener">{escapeHtml(alt or address)}</a>'
    titled = f' title="{escapeHtml(title)}"' if title else ""
    return f'<img src="{href}" alt="{escapeHtml(alt)}"{titled}{sizes} loading="lazy">'
