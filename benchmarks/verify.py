"""Time what checking claims costs: ``python benchmarks/verify.py VAULT [--runs 7]``.

Whole processes in turn, on a copy of the vault: `verify` beside `check`, both with what is remembered of the
notes, and a cold build with its marks beside one without any source of facts.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from paired import KBGEN, Timed, pair

NO_FACTS = "[verify]\nfacts = []\n"


def main() -> None:
    """Print medians of seconds, wall and CPU, and the ratio of each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vault", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        vault = home / "vault"
        shutil.copytree(options.vault, vault, ignore=shutil.ignore_patterns(".git", ".kbgen"))
        plain = home / "plain.toml"
        plain.write_text(NO_FACTS, encoding="utf-8")
        build = (*KBGEN, "build", str(vault), "-o", str(home / "site"), "--no-cache")
        verify = Timed("verify", (*KBGEN, "verify", str(vault)))
        pair(home, verify, Timed("check", (*KBGEN, "check", str(vault))), options.runs)
        unchecked = Timed("the same, facts = []", (*build, "--config", str(plain)))
        pair(home, Timed("build --no-cache", build), unchecked, options.runs)


if __name__ == "__main__":
    main()
