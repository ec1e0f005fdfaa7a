"""``![words|100](address)``: embeds of Markdown, from the vault or from another host (EM-11)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import image
from markdown_it.token import Token

from kbgen.notes.holes import hole
from kbgen.notes.link_text import display_text, size_of
from kbgen.notes.markdown.addresses import is_image_data, is_local, scheme_of, split_address
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.external_images import external_image, is_post, player_of
from kbgen.notes.markdown.inline_text import InlineText
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.plain import placed_letters, plain_text
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.syntaxes.links import (
    leads_nowhere,
    repeats_too_much,
    report_blocked,
    with_place,
)
from kbgen.notes.markdown.tokens import PlacedToken, hole_token, markup_token
from kbgen.notes.media import MEDIA, extension_of_target, may_hold_links


def _use(md: MarkdownIt) -> None:
    """Put a rule around that of images."""
    md.inline.ruler.at("image", with_place(image, "image"))


def _keep(walk: InlineWalk, token: PlacedToken) -> None:
    walk.out.append(_shown(walk, token))


def _shown(walk: InlineWalk, token: PlacedToken) -> Token:
    """Return a hole, or a picture or player of another host."""
    address = str(token.attrs["src"])
    words = plain_text(token.children or [])
    segments = words.split("|")
    size = size_of(segments[-1])
    alt = "|".join(segments[:-1] if size else segments).strip()
    if repeats_too_much(walk, token, address):
        return _alt(walk.text, token, alt)
    title = without_comments(str(token.attrs.get("title", "")))
    in_link = walk.in_link
    target, subpath = split_address(address) if is_local(address) else ("", "")
    if not leads_nowhere(target, subpath):
        index = walk.add_link(
            token, "markdown", target, subpath, text=alt, title=title, size=size or (0, 0), embed=True
        )
        walk.text.embed(index)
        if in_link and may_hold_links(split_address(address)[0]):
            return _text(alt or display_text(target, subpath))
        media = not target or extension_of_target(target) in MEDIA
        return hole_token(f"{'i' if media or walk.nesting else walk.embed_hole}{index}")
    if is_local(address) or not (is_image_data(address) or scheme_of(address) in {"", "http", "https"}):
        if not is_local(address):
            report_blocked(walk, token, address)
        return _alt(walk.text, token, alt)
    player = player_of(address, alt, size, walk.context.hosts, walk.context.locale)
    if in_link and (player or is_post(address)):
        return _alt(walk.text, token, alt or address)
    if player:
        walk.context.players.append(player)
        return markup_token(hole(f"w{len(walk.context.players) - 1}"))
    return markup_token(external_image(address, alt, title, size))


def _alt(text: InlineText, image: Token, words: str) -> Token:
    """Add the words of a picture that is not shown, each where it stands, and return them."""
    shown = _text(words)
    text.map_to(shown)
    letters = placed_letters(image)
    if "".join([letter for letter, _ in letters[: len(words)]]) != words:
        text.add(words)  # its address
        return shown
    start = 0
    for end in range(1, len(words) + 1):
        begun, place = letters[start][1], letters[start][1] + end - start
        if end == len(words) or letters[end][1] != place:
            text.add_at(words[start:end], begun)
            start = end
    return shown


def _text(words: str) -> Token:
    return PlacedToken("text", "", 0, 0, words)


def _may_be_block(token: Token) -> bool:
    address = str(token.attrs["src"])
    return is_local(address) and extension_of_target(split_address(address)[0]) not in MEDIA


def _words(token: Token) -> str:
    return plain_text(token.children or [])


SYNTAX = Syntax(
    name="images",
    use=_use,
    inline_triggers={"image": "!"},
    text={"image": _words},
    on_inline={"image": _keep},
    embeds={"image": _may_be_block},
)
