"""The plan of a site as a build makes it, of files that a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kbgen.annotate.fingerprint import facts_fingerprint
from kbgen.build_cache import compile_options
from kbgen.config import load
from kbgen.notes.compile_all import compile_all
from kbgen.notes.store import NoteStore
from kbgen.planned import PlannedSite, plan_site
from kbgen.session import session, silent
from kbgen.site.staging import Attachments


def planned_site(
    root: Path, files: Mapping[str, str | bytes], toml: str = ""
) -> tuple[PlannedSite, NoteStore]:
    """Return the plan of a vault, made from nothing, and the store of its notes.

    Parameters
    ----------
    root
        A folder of the test; the vault is in it.
    files
        All files of the vault.
    toml
        What the config says.
    """
    vault = root / "vault"
    for name, content in files.items():
        path = vault / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (root / "kbgen.toml").write_text(toml, encoding="utf-8")
    config = load(vault=vault, output=Path("site"), config_file=None, base_url=None, cwd=root)
    with session(config, jobs=1, use_cache=False, progress=silent) as work:
        compiled = compile_all(
            work.files.notes,
            work.cache.notes,
            compile_options(config, work.files),
            1,
            lambda _done, _total: None,
        )
        attachments = Attachments({file.path: file for file in work.files.others}, work.cache.notes.key)
        facts = facts_fingerprint(config)
        return plan_site(work, compiled, attachments, facts), work.cache.notes
