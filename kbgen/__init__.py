"""kbgen: a knowledge graph and a linked site from an Obsidian vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kbgen.api import Vault
    from kbgen.build_report import BuildReport
    from kbgen.verification.verifying import Verification

__version__ = "0.1.0"

__all__ = ["__version__", "build", "load", "verify"]


def build(
    vault: str | PathLike[str] | None = None,
    *,
    output: str | PathLike[str] | None = None,
    config_file: str | PathLike[str] | None = None,
    base_url: str | None = None,
    jobs: int = 0,
    use_cache: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> BuildReport:
    """Build the site of a vault, as the command ``kbgen build`` does.

    Parameters
    ----------
    vault
        The folder of the notes; found as the command finds it where None.
    output
        The folder of the site; ``site`` where neither this nor the config says.
    config_file
        The file of the settings, instead of the ``kbgen.toml`` that would be found.
    base_url
        Where the site will stand; ``""`` takes back what the config says.
    jobs
        Processes that read notes; 0 for as many as pay.
    use_cache
        Whether what the last build kept may be used.
    progress
        Called with the name of a stage, how much of it is done, and how much there is.

    Returns
    -------
    BuildReport
        What was read and written, how long it took, and what is wrong in the notes.

    Raises
    ------
    kbgen.errors.UsageError
        If the call or the config is wrong; nothing was written.
    kbgen.errors.OutsideError
        If the machine refuses: disk full, no permission, a lock held.
    """
    from kbgen.config import load  # noqa: PLC0415
    from kbgen.pipeline import build as run  # noqa: PLC0415 - importing kbgen must cost nothing
    from kbgen.session import silent  # noqa: PLC0415

    config = load(
        vault=None if vault is None else Path(vault),
        output=None if output is None else Path(output),
        config_file=None if config_file is None else Path(config_file),
        base_url=base_url,
        cwd=Path.cwd(),
    )
    return run(config, jobs=jobs, use_cache=use_cache, progress=progress or silent)


def load(
    vault: str | PathLike[str] | None = None,
    *,
    config_file: str | PathLike[str] | None = None,
    jobs: int = 0,
    use_cache: bool = True,
) -> Vault:
    """Read a vault: its notes, its graph and what is wrong.

    Parameters
    ----------
    vault, config_file, jobs, use_cache
        As for :func:`build`.

    Returns
    -------
    Vault
        With ``notes`` by path, ``graph`` (a :class:`networkx.MultiDiGraph`) and ``diagnostics``.

    Raises
    ------
    kbgen.errors.UsageError
        If there is no vault, or the config is wrong.
    """
    from kbgen.api import load_vault  # noqa: PLC0415
    from kbgen.config import load as load_config  # noqa: PLC0415

    config = load_config(
        vault=None if vault is None else Path(vault),
        output=None,
        config_file=None if config_file is None else Path(config_file),
        base_url=None,
        cwd=Path.cwd(),
    )
    return load_vault(config, jobs=jobs, use_cache=use_cache)


def verify(
    vault: str | PathLike[str] | None = None,
    *,
    notes: Sequence[str | PathLike[str]] = (),
    config_file: str | PathLike[str] | None = None,
    live: bool = False,
    jobs: int = 0,
    use_cache: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Verification:
    """Hold what notes claim against what is known, as the command ``kbgen verify`` does.

    Parameters
    ----------
    vault
        The folder of the notes; found as the command finds it where neither it nor notes are given.
    notes
        Files to read, each by itself, in place of a vault.
    config_file, jobs, use_cache, progress
        As for :func:`build`.
    live
        Whether sources that can run a model shall confirm their facts so; needs torch.

    Returns
    -------
    Verification
        With ``findings`` by path, line and column, ``coverage``, the ``failures`` of sources that could not
        be asked, and ``unread``, the numbers that were read as no claim. A baseline changes nothing here.

    Raises
    ------
    kbgen.errors.UsageError
        If a vault or note is not there, or the config is wrong.

    Examples
    --------
    >>> import kbgen, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     note = pathlib.Path(folder, "AlexNet.md")
    ...     _ = note.write_text("AlexNet has 66M parameters.", encoding="utf-8")
    ...     found = kbgen.verify(notes=[note])
    >>> [(finding.text, finding.verdict, finding.reference) for finding in found.findings]
    [('66M', 'refuted', '60965224')]
    """
    from kbgen.pipeline import verify as run  # noqa: PLC0415
    from kbgen.session import silent  # noqa: PLC0415
    from kbgen.targets import settings_of, target_of  # noqa: PLC0415 - importing kbgen must cost nothing

    cwd = Path.cwd()
    named = ([] if vault is None else [vault]) + list(notes)
    target = target_of([Path(path) for path in named], cwd)
    config = settings_of(target, None if config_file is None else Path(config_file), cwd)
    return run(
        config,
        notes=target.notes,
        jobs=jobs,
        use_cache=use_cache,
        live=live,
        progress=progress or silent,
    )
