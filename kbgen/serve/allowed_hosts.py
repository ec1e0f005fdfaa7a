"""Which names a request may call this machine by: a page of another name must not read the site through it.

A page of a stranger can give its own name the address of this machine (DNS rebinding), and then ask as if it
were of the same origin. What it cannot do is to ask by another name than its own.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::[0-9]{1,5})?")


def is_allowed(hosts: Sequence[str], bound: str) -> bool:
    """Tell whether a request is for this machine.

    Parameters
    ----------
    hosts
        Its ``Host`` headers: there must be one.
    bound
        The name or address that the server was told to be at.

    Examples
    --------
    >>> is_allowed(["localhost:8000"], "127.0.0.1"), is_allowed(["evil.example"], "127.0.0.1")
    (True, False)
    >>> is_allowed(["192.168.1.2:8000"], "127.0.0.1"), is_allowed(["192.168.1.2:8000"], "0.0.0.0")
    (False, True)
    """
    if len(hosts) != 1:
        return False
    found = _HOST.fullmatch(hosts[0].strip())
    if found is None:
        return False
    name = found[1].strip("[]").lower().removesuffix(".")
    if name in {"localhost", bound.lower()} or name.endswith(".localhost"):  # browsers ask nobody for these
        return True
    address = _address(name)
    if address is None:
        return False
    # A number is no name that a stranger could give to this machine, but only what was asked for is served.
    return address.is_loopback or not is_loopback(bound)


def is_loopback(bound: str) -> bool:
    """Tell whether nobody but this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    address = _address(bound)
    return bound.lower() == "localhost" if address is None else address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
