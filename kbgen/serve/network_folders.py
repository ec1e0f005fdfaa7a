"""Folders of other machines, of whose changes this system hears nothing: it knows its own alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

_SILENT = re.compile(
    r"(?:nfs|nfs4|cifs|smb3|smbfs|afs|ceph|9p|drvfs|vboxsf|prl_fs|fuse\.(?:sshfs|rclone|s3fs|gvfsd-fuse|vmhgfs-fuse))"
)
"""Kinds of file systems, as Linux calls them; 9p and drvfs are the drives of Windows in its Linux."""


def network_kind(folder: str, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of the network file system that a folder lies on, nothing for this machine's own.

    Parameters
    ----------
    folder
        An absolute path without links in it.
    mounts
        The system's list; where there is none, nothing is known.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    found, kind = "", ""
    for line in lines:
        _, point, name, *_ = [*line.split(" "), "", "", ""]
        place = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
        # Of two on one place the later hides the earlier.
        if len(place) >= len(found) and is_inside(folder, place):
            found, kind = place, name
    return kind if _SILENT.fullmatch(kind) else ""


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or below it.

    >>> is_inside("/a/b", "/a"), is_inside("/ab", "/a"), is_inside("/a", "/")
    (True, False, True)
    """
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
