"""Take a port to listen at, or say which one is free."""

from __future__ import annotations

import errno
import os
import socket

from kbgen.errors import UsageError, is_outside_error, refused
from kbgen.serve.allowed_hosts import is_loopback

_TRIED = 100
_WAITING = 128
"""Browsers that may wait to be answered."""


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Parameters
    ----------
    host
        A name or an address of this machine.
    port
        0 for any that is free.

    Raises
    ------
    UsageError
        If the port is taken, or the machine has no such address.
    OutsideError
        If the machine refuses.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--host {host}: there is no such address", "such as 127.0.0.1") from error
    family, _, _, _, address = found[0]
    try:
        return _bound(family, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = _next_free(family, address)
            hint = f"--port {free} is free" if free else "choose another with --port"
            raise UsageError(f"port {port} at {host} is taken by another program", hint) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(
                f"--host {host}: this machine has no such address", "such as 127.0.0.1"
            ) from error
        if is_outside_error(error):
            raise refused(error, "listen at", f"port {port}") from error
        raise


def address_of(listener: socket.socket, host: str) -> str:
    """Return the address of the site, to be opened in a browser on this machine."""
    port = listener.getsockname()[1]
    # A browser cannot go to "all addresses".
    name = "localhost" if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 (compared, not bound)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def warning_of(host: str) -> str:
    """Say who else reaches the site, nothing if nobody does."""
    return "" if is_loopback(host) else "Other machines that reach this one can read the site."


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would take the port away from another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_WAITING)
    except BaseException:
        listener.close()
        raise
    return listener


def _next_free(family: int, address: tuple[object, ...]) -> int:
    """Return the next port that nobody has, 0 if there is none near."""
    host, taken, *rest = address
    for port in range(int(str(taken)) + 1, min(int(str(taken)) + _TRIED, 65535) + 1):
        try:
            _bound(family, (host, port, *rest)).close()
        except OSError:
            continue
        return port
    return 0
