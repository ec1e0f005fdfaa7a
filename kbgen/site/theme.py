"""The theme's files: templates and what goes to the site as it is, the user's own before the shipped."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from kbgen.config import Config

PACKAGE = Path(__file__).resolve().parent.parent

FEATURE_FILES = {"claims": ("claims.js",), "math": ("katex/", "maths.js"), "moved": ("moved.js",)}
"""The static files that only pages with a feature load: names, and folders with their slash."""


def static_files(config: Config, features: frozenset[str]) -> dict[str, Path]:
    """Tell which files to copy as they are.

    Parameters
    ----------
    config
        Names the user's folder of templates; a file there replaces the shipped one of the same name.
    features
        What the published pages need: the union of their ``features``. A file that serves another
        feature, such as the fonts of formulas, is left out.

    Returns
    -------
    dict[str, Path]
        The files by their path under ``static/``, sorted.
    """
    unneeded = tuple(
        prefix for feature, served in FEATURE_FILES.items() if feature not in features for prefix in served
    )
    found: dict[str, Path] = {}
    for folder in reversed(layers(config)):
        static = folder / "static"
        found |= {path.relative_to(static).as_posix(): path for path in _files(static)}
    return {name: found[name] for name in sorted(found) if not name.startswith(unneeded)}


def templates_fingerprint(config: Config) -> bytes:
    """Hash the names and bytes of every template and static file, the user's included, and the language.

    Two builds with the same fingerprint and the same view give the same page.
    """
    digest = blake2b(config.language.encode(), digest_size=16)
    for layer, folder in enumerate(reversed(layers(config))):
        for path in _files(folder):
            content = path.read_bytes()
            # The length keeps two different sets of files from running together into the same bytes.
            digest.update(f"{layer}\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.digest()


def shipped() -> Path:
    """Find the default theme: inside an installed wheel, else at the top of the repository."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def layers(config: Config) -> list[Path]:
    """List the folders of templates, the one that wins first."""
    return [*([config.templates] if config.templates else []), shipped()]


def _files(folder: Path) -> list[Path]:
    """List the files below a folder in a stable order; names with a leading dot are the system's."""
    relative = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    shown = (path for path in relative if not any(part.startswith(".") for part in path.parts))
    return [folder / path for path in sorted(shown, key=Path.as_posix)]
