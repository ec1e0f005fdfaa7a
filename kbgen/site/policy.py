"""The Content-Security-Policy of a page: what a browser may load for it and run on it.

The sanitiser lets nothing through that runs; should it ever err, the browser still refuses.
A page runs scripts of the site alone, and none that stands in it.
"""

from __future__ import annotations

import functools
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

from kbgen.config import Config

_NOTHING_ELSE = "object-src 'none'; base-uri 'none'; form-action 'none'"


def page_policy(config: Config, *, anywhere: bool = False) -> str:
    """Return the policy of the pages of a site.

    Parameters
    ----------
    config
        Names the hosts whose frames may stand on a page. Where HTML in notes is passed on as it
        stands there is no policy, for nobody knows what it needs.
    anywhere
        Whether the page names files of the site by their whole address, as the one does that a host
        shows where there is none.
    """
    if config.unsafe_html:
        return ""
    return _page_policy(config.base_url if anywhere else "", config.embeds.frames)


@functools.lru_cache(maxsize=16)
def _page_policy(base_url: str, frames: tuple[str, ...]) -> str:
    parts = urlsplit(base_url)
    site = f"'self' {parts.scheme}://{parts.netloc}" if base_url else "'self'"
    hosts = "".join(f" https://{host}" for host in frames)
    return (
        f"default-src 'none'; script-src {site}; style-src {site}; style-src-attr 'unsafe-inline'; "
        f"font-src {site}; img-src 'self' data: http: https:; media-src 'self' http: https:; "
        f"frame-src 'self'{hosts}; {_NOTHING_ELSE}"
    )


def picture_policy(style: str, script: str) -> str:
    """Return the policy of a page that is one file and asks for nothing.

    Parameters
    ----------
    style, script
        What stands between the tags, to the letter.
    """
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        f"{_NOTHING_ELSE}"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
