"""A training in a file: all that is needed to go on as if it had never stopped.

Random states are not in it: every random choice has a seed made from its place in the training
(`reference_model.training.seeds`).
"""

import os
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from reference_model.errors import MissingData, ReferenceModelError

FORMAT = "reference_model.training.checkpoint/1"


def check_place(file: Path, *, resume: bool) -> None:
    """Find out before the training whether its checkpoint can be written, or read.

    Raises
    ------
    MissingData
        To resume, without a file.
    ReferenceModelError
        If the file would be overwritten, or its folder is not there.
    """
    if resume:
        if not file.is_file():
            raise MissingData(
                f"there is no checkpoint {file} to resume from; without --resume a new one is begun"
            )
        return
    if file.exists():
        raise ReferenceModelError(f"{file} is there already; --resume goes on with it, another name keeps it")
    if not file.parent.is_dir():
        raise ReferenceModelError(f"there is no folder {file.parent} for the checkpoint {file.name}")
    if not os.access(file.parent, os.W_OK):
        raise ReferenceModelError(f"the checkpoint {file} cannot be written: {file.parent} does not allow it")


def save(file: Path, state: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    """Write a training down, so that there is always a whole file: the old one or the new one.

    Parameters
    ----------
    file
        Replaced when the new one is complete.
    state
        Tensors, numbers, texts, and lists and dictionaries of them.
    settings
        What decides the result; compared by `load`.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as opened:
            torch.save({"format": FORMAT, "settings": dict(settings), **state}, opened)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError as error:
        raise ReferenceModelError(f"the checkpoint {file} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def load(file: Path, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read a training.

    Parameters
    ----------
    file
        As `save` wrote it.
    settings
        What the training that goes on would be decided by; ``None``: not compared.

    Returns
    -------
    dict
        What was saved, on the CPU.

    Raises
    ------
    ReferenceModelError
        If the file is broken or something else, or was written with other settings, which are named.
    """
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (
        RuntimeError,
        EOFError,
        KeyError,
        ValueError,
        pickle.UnpicklingError,
        zipfile.BadZipFile,
    ) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ReferenceModelError(
            f"{file} cannot be read as a checkpoint; it is broken, or something else: {reason}"
        ) from None
    except OSError as error:
        raise ReferenceModelError(f"the checkpoint {file} cannot be read: {error.strerror}") from error
    found = state.get("format") if isinstance(state, dict) else type(state).__name__
    if found != FORMAT:
        raise ReferenceModelError(
            f"{file} is no checkpoint of a training here: found {found!r}, expected {FORMAT!r}"
        )
    if settings is not None:
        _compare(file, state["settings"], settings)
    return dict(state)


def _compare(file: Path, saved: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    changed = [
        f"{name.replace('_', ' ')} {saved.get(name)}, now {wanted.get(name)}"
        for name in sorted({*saved, *wanted})
        if saved.get(name) != wanted.get(name)
    ]
    if changed:
        raise ReferenceModelError(
            f"{file} was written with other settings: {'; '.join(changed)}; "
            "resume with its settings, or begin anew"
        )
