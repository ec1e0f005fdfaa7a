"""The web server: files of the site as they are, pages with our script in them, and news for open pages."""

from __future__ import annotations

import os
import socket
import socketserver
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from kbgen.failure import report_failure
from kbgen.serve import injection
from kbgen.serve.allowed_hosts import is_allowed
from kbgen.serve.byte_range import Unsatisfiable, byte_range
from kbgen.serve.content_types import HTML, content_type, own_policy
from kbgen.serve.live import Live
from kbgen.serve.site_paths import Elsewhere, SiteFile, find, site_path
from kbgen.vault.paths import SitePath

_CLIENT = Path(__file__).with_name("client")
_OWN = {injection.SCRIPT: _CLIENT / "reload.js", injection.STYLE: _CLIENT / "overlay.css"}
_NOTHING_YET = _CLIENT / "nothing.html"
_NOT_FOUND = SitePath("404.html")

_HEARTBEAT_SECONDS = 5.0
"""After which somebody looks whether a page still listens."""
_CHUNK = 1 << 18
_IDLE_SECONDS = 60
"""For which a connection may say nothing."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # other sites that are open in the browser learn nothing
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cache-Control": "no-cache",  # kept, and asked for again
}


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers each connection in a thread of its own, all of which end with the process.

    A build may fork meanwhile, and a fork has what these threads hold, but not the threads: so they import
    nothing, print nothing but faults, and share one lock, that of the :class:`kbgen.serve.live.Live`.

    Parameters
    ----------
    listener
        Listens already.
    host
        What it was told to be at.
    live
        The site.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, host: str, live: Live) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.host = host
        self.live = live

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Say what went wrong; a browser that went away is no fault."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            report_failure(error)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    server_version = "kbgen"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS

    def log_message(self, *_arguments: object) -> None:
        """Say nothing of each request: the terminal is for what the author does."""

    def do_GET(self) -> None:
        """Answer."""
        if not is_allowed(self.headers.get_all("Host") or [], self.server.host):
            said = "This is not the address that kbgen serves. Open the one that it names.\n"
            self._send(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", said.encode())
            return
        address = urlsplit(self.path).path if self.path.startswith("/") else ""
        if address == injection.EVENTS:
            self._stream()
        elif address in _OWN:
            own = _OWN[address]
            self._send(HTTPStatus.OK, content_type(SitePath(own.name)), own.read_bytes())
        else:
            self._answer(site_path(self.path))

    do_HEAD = do_GET  # noqa: N815 (the library's name)

    def _answer(self, path: SitePath | None) -> None:
        # Before the file is read: a build that ends meanwhile has the page reloaded once too often, and not
        # once too seldom.
        build = self.server.live.build
        found = None if path is None else find(self.server.live.root, path)
        if isinstance(found, Elsewhere):
            self._send(
                HTTPStatus.MOVED_PERMANENTLY,
                HTML,
                b"",
                {"Location": found.address, "Cache-Control": "no-store"},
            )
            return
        try:
            if found is None:
                self._not_found(path, build)
            elif content_type(found.path) == HTML and not own_policy(found.path):
                page = Path(found.place).read_bytes()
                self._page(HTTPStatus.OK, page, build, [found.path])
            else:
                with open(found.place, "rb") as stream:  # noqa: PTH123 (a text)
                    self._file(found, stream)
        except (FileNotFoundError, PermissionError):  # a build took it away just now
            self._not_found(path, build)

    def _not_found(self, path: SitePath | None, build: str) -> None:
        files = [*([path] if path else []), _NOT_FOUND]
        found = find(self.server.live.root, _NOT_FOUND)
        place = Path(found.place) if isinstance(found, SiteFile) else _NOTHING_YET
        page = injection.rooted(place.read_bytes(), self.server.live.base_url)
        self._page(HTTPStatus.NOT_FOUND, page, build, files)

    def _page(self, status: HTTPStatus, page: bytes, build: str, files: list[SitePath]) -> None:
        self._send(status, HTML, injection.with_script(page, build, files))

    def _file(self, found: SiteFile, stream: BinaryIO) -> None:
        stat = os.fstat(stream.fileno())
        headers = {"ETag": f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"', "Accept-Ranges": "bytes"}
        if policy := own_policy(found.path):
            headers["Content-Security-Policy"] = policy
        if self.headers.get("If-None-Match") == headers["ETag"]:
            self._head(HTTPStatus.NOT_MODIFIED, headers)
            return
        kind = content_type(found.path)
        current = self.headers.get("If-Range") in {None, headers["ETag"]}
        try:
            part = byte_range(self.headers.get("Range", "") if current else "", stat.st_size)
        except Unsatisfiable:
            self._send(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                kind,
                b"",
                {"Content-Range": f"bytes */{stat.st_size}"},
            )
            return
        status = HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{stat.st_size}"
        wanted = range(stat.st_size) if part is None else part
        self._head(status, headers | {"Content-Type": kind, "Content-Length": str(len(wanted))})
        if self.command != "HEAD":
            self._copy(stream, wanted)

    def _copy(self, stream: BinaryIO, wanted: range) -> None:
        """Send a part of a file; one that became shorter meanwhile ends the connection."""
        stream.seek(wanted.start)
        left = len(wanted)
        while left:
            chunk = stream.read(min(left, _CHUNK))
            if not chunk:
                self.close_connection = True
                return
            self.wfile.write(chunk)
            left -= len(chunk)

    def _stream(self) -> None:
        """Tell a page of what is new, until it goes away."""
        asked = parse_qs(urlsplit(self.path).query).get("since", [""])
        build = self.headers.get("Last-Event-ID") or asked[0]
        self.close_connection = True
        self._head(
            HTTPStatus.OK,
            {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "Connection": "close"},
        )
        if self.command == "HEAD":
            return
        self.wfile.write(b"retry: 500\n\n")
        for message in self.server.live.messages(build, _HEARTBEAT_SECONDS):
            self.wfile.write(b": \n\n" if message is None else message.event())

    def _send(
        self, status: HTTPStatus, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**_ALWAYS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
