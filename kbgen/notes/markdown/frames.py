"""Frames: those of hosts that the config names, in a sandbox; of all others a link that says where it leads.

An author's frame, whatever its tag, goes through the sanitiser under a name that no browser
knows, so that it is read as HTML like all else and swallows nothing. No other frame passes.
What is made of it is written anew: of the author's attributes only address, size, title, class
and style are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

from markdown_it.common.utils import escapeHtml
from msgspec.structs import replace

from kbgen.hosts import WebAddress, web_address
from kbgen.locales.locale import Locale
from kbgen.notes.holes import NUL, hole
from kbgen.notes.markdown.addresses import encoded
from kbgen.notes.markdown.context import CompileContext

FRAME = "kb-frame"
VOID_FRAME = "embed"
"""The same for those that hold nothing and have no end."""

SANDBOX = (
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"
    " allow-presentation"
)
"""What a player needs. Not in it: to lead the reader's tab elsewhere, downloads, dialogues."""

_YOUTUBE = "www.youtube-nocookie.com"
_YOUTUBES = frozenset({_YOUTUBE, "youtube-nocookie.com", "youtu.be", "www.youtu.be"}) | {
    f"{sub}youtube.com" for sub in ("", "www.", "m.", "music.")
}
_VIMEO = "player.vimeo.com"
_VIMEOS = frozenset({"vimeo.com", "www.vimeo.com"})

_VIDEO = re.compile(r"[\w-]{6,20}", re.ASCII)
_VIMEO_VIDEO = re.compile(r"/(?:[a-z]+/[^/]+/(?:videos?/)?|video/)?(\d{5,})(?:/([0-9a-f]{6,}))?/?")
_MOMENT = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")

_AUTHORS = re.compile(
    r"<(/?)(?:(embed|frame)|iframe|object|portal|fencedframe|webview|kb-frame)(?=[\s/>])", re.IGNORECASE
)
_OURS = re.compile(
    rf"<(?P<name>{FRAME}|{VOID_FRAME})(?P<written>[^>]*)>|</{FRAME}>|</?a(?=[ >\0])[^>]*>|\0[az][0-9]+\0"
)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_LOCAL = re.compile(r"\0h([0-9]+)[a-z]+\0")
_END = re.compile(r"\0h\][0-9]+\0")
_PIXELS = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]*)?\s*(?:px)?\s*")
_MAX_SHOWN_CHARS = 60
"""Characters of an address that are shown."""


def holds_frames(markup: str) -> bool:
    """Tell whether the author's HTML has a frame, or the end of one.

    >>> holds_frames("<IFRAME src=x>"), holds_frames("<frames>")
    (True, False)
    """
    return _AUTHORS.search(markup) is not None


def rename_frames(markup: str, block: int, number: Callable[[int], int]) -> str:
    """Give the author's frames our name.

    Parameters
    ----------
    markup
        HTML as written.
    block
        The number of the block it stands in: what stands in a frame that ends in the same block
        is for browsers that show no frames.
    number
        Given where a frame begins, returns the number it goes by.
    """

    def ours(found: re.Match[str]) -> str:
        if found[1]:
            return f"</{VOID_FRAME}" if found[2] else f"{hole(f'h]{block}')}</{FRAME}"
        return f'<{VOID_FRAME if found[2] else FRAME} n="{number(found.start())}"'

    return _AUTHORS.sub(ours, markup)


def with_frames(html: str, context: CompileContext) -> str:
    """Put what a reader shall see in the place of each frame in sanitised HTML with holes."""
    out: list[str] = []
    opened: list[tuple[int, int, bool]] = []
    links = last = 0
    for found in _OURS.finditer(html):
        out.append(html[last : found.start()])
        last = found.end()
        tag = found[0]
        if found["name"]:
            number, shown = _shown(found["written"], context, in_link=links > 0)
            out.append(shown)
            if found["name"] == FRAME:
                opened.append((number, len(out), bool(shown)))
        elif tag.startswith("</k"):
            number, begin, replaced = opened.pop()
            end = _END.search(out[-1], max(0, len(out[-1]) - 16)) if len(out) > begin else None
            block = context.frames[number][2] if number < len(context.frames) else -1
            if replaced and end is not None and end[0] == hole(f"h]{block}"):
                del out[begin:]
        else:
            links += 1 if tag.startswith(("<a", f"{NUL}a")) else -1
            out.append(tag)
    out.append(html[last:])
    return _END.sub("", "".join(out))


def _shown(tag: str, context: CompileContext, *, in_link: bool) -> tuple[int, str]:
    """Return the number of a frame, and what stands for it."""
    written = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    number = int(written["n"]) if written.get("n", "").isdecimal() else len(context.frames)
    line, column, _ = context.frames[number] if number < len(context.frames) else (0, 1, 0)
    title = " ".join(written.get("title", "").split())
    local = _LOCAL.search(tag)
    if local:
        index = int(local[1])
        sizes = _pixels(written.get("width", "")), _pixels(written.get("height", ""))
        context.links[index] = replace(
            context.links[index], text=title, width=int(sizes[0] or 0), height=int(sizes[1] or 0)
        )
        return number, hole(f"i{index}")
    address = web_address(written.get("src") or written.get("data") or "")
    if address is None:
        context.fault(
            "KB146",
            line,
            column,
            "This frame has no address that may load; it is left out.",
            "Give it the https:// address of a page, or of a file in the vault.",
        )
        return number, ""
    allowed = allowed_frame(address, context.hosts)
    if allowed is not None:
        return number, frame_html(allowed, title, written, context.locale)
    context.fault(
        "KB145",
        line,
        column,
        f"A frame of {address.host} is a link on the site.",
        f'Add "{address.host}" to frames under [embeds] in the config if its pages may stand in yours.',
    )
    return number, link_html(address, title, in_link=in_link)


def allowed_frame(address: WebAddress, hosts: frozenset[str]) -> WebAddress | None:
    """Return the address at which a page may be framed; None where its host is not named.

    A video's page becomes its player, in the form that sets no cookies.
    """
    player = video_player(address)
    if player is not None and player.host in hosts:
        return player
    return replace(address, scheme="https") if address.host in hosts and not address.port else None


def video_player(address: WebAddress) -> WebAddress | None:
    """Return the player of a video of YouTube or Vimeo in its private form; None for all else."""
    if address.port:
        return None
    if address.host in _VIMEOS:
        return _vimeo(address)
    return _youtube(address) if address.host in _YOUTUBES else None


def _vimeo(address: WebAddress) -> WebAddress | None:
    parts = urlsplit(str(address))
    video = _VIMEO_VIDEO.fullmatch(parts.path)
    if video is None:
        return None
    secret = f"&h={video[2]}" if video[2] else ""
    moment = f"#{parts.fragment}" if parts.fragment else ""
    return WebAddress("https", _VIMEO, "", f"/video/{video[1]}?dnt=1{secret}{moment}")


def _youtube(address: WebAddress) -> WebAddress | None:
    parts = urlsplit(str(address))
    asked = parse_qs(parts.query)
    begin = _start(asked, parts.fragment)
    steps = [step for step in parts.path.split("/") if step] or [""]
    wanted = [f"{name}={quote(asked[name][0])}" for name in ("end", "list") if name in asked]
    if steps[0] == "embed":
        path = parts.path
        wanted = [pair for pair in parts.query.split("&") if pair and not pair.startswith(("t=", "start="))]
    elif steps[0] == "playlist" and "list" in asked:
        path = "/embed/videoseries"
    else:
        if address.host.endswith("youtu.be"):
            video = steps[0]
        elif steps[0] == "watch":
            video = asked.get("v", [""])[0]
        else:
            video = steps[1] if steps[0] in {"shorts", "live", "v", "e"} and len(steps) > 1 else ""
        if not _VIDEO.fullmatch(video):
            return None
        path = f"/embed/{video}"
    wanted += [f"start={begin}"] if begin else []
    return WebAddress("https", _YOUTUBE, "", f"{path}?{'&'.join(wanted)}" if wanted else path)


def _start(asked: dict[str, list[str]], fragment: str) -> str:
    """Return the second at which a video begins: ``90``, ``90s`` and ``1m30s`` are the same.

    >>> _start({"t": ["1m30s"]}, ""), _start({}, "t=90"), _start({}, "")
    ('90', '90', '')
    """
    said = {**parse_qs(fragment), **asked}
    for name in ("t", "start"):
        moment = _MOMENT.fullmatch(said.get(name, [""])[0])
        if moment:
            hours, minutes, seconds = (int(part or 0) for part in moment.groups())
            second = 3600 * hours + 60 * minutes + seconds
            if second:
                return str(second)
    return ""


def frame_html(address: WebAddress, title: str, written: dict[str, str], locale: Locale) -> str:
    """Return a frame of an allowed address, with what of an author's attributes may stay."""
    is_video = address.host in {_YOUTUBE, _VIMEO}
    classes = " ".join(["video"] * is_video + written.get("class", "").split())
    kept: dict[str, str] = {"class": classes} if classes else {}
    kept["src"] = encoded(str(address))
    styles = [written["style"]] if written.get("style") else []
    for name in ("width", "height"):
        size = written.get(name, "")
        pixels = _pixels(size)
        if pixels:
            kept[name] = pixels
        elif name == "width" and re.fullmatch(r"\s*[0-9]{1,3}(?:\.[0-9]+)?%\s*", size):
            styles.insert(0, f"width:{size.strip()}")
    if styles:
        kept["style"] = ";".join(styles)
    shown = "".join(f' {name}="{escapeHtml(value)}"' for name, value in kept.items())
    named = title or _title(address, locale, is_video=is_video)
    return (
        f'<iframe{shown} title="{escapeHtml(named)}" sandbox="{SANDBOX}"'
        ' referrerpolicy="strict-origin-when-cross-origin" loading="lazy" allowfullscreen=""></iframe>'
    )


def _title(address: WebAddress, locale: Locale, *, is_video: bool) -> str:
    """Return what a frame is called that its author gave no title."""
    if is_video:
        # Translators: a frame with a film in it.
        return locale.gettext("Video")
    # Translators: a frame with a page of another site in it.
    return locale.gettext("Page of %(host)s") % {"host": address.host}


def link_html(address: WebAddress, title: str, *, in_link: bool = False) -> str:
    """Return a link in place of a frame; it says where it leads, whatever its author calls it."""
    place = f"{address.host}{':' if address.port else ''}{address.port}"
    whole = (place + address.rest).rstrip("/")
    whole = whole if len(whole) <= _MAX_SHOWN_CHARS else whole[: _MAX_SHOWN_CHARS - 1] + "…"
    words = escapeHtml(f"{title} ({place})" if title else whole)
    if in_link:
        return words
    return f'<a class="external" href="{escapeHtml(encoded(str(address)))}" rel="noopener">{words}</a>'


def _pixels(size: str) -> str:
    """Return a size in pixels as HTML can say it; ``""`` for all others.

    >>> _pixels("560"), _pixels(" 31.5px"), _pixels("100%"), _pixels("0")
    ('560', '31', '', '')
    """
    found = _PIXELS.fullmatch(size)
    return str(int(found[1]) or "") if found else ""
