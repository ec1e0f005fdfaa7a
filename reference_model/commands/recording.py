"""Add a record to its file; a file that cannot be written spoils nothing that was measured."""

import sys
from pathlib import Path

import typer

from reference_model.factbook.records import Record, append, own_file


def append_record(record: Record, file: Path | None) -> None:
    """Append, and say where on stderr.

    Parameters
    ----------
    record
        What was measured; its results are printed already.
    file
        As the caller said; ``None``: the package's own, which may lie where nobody may write.

    Raises
    ------
    typer.Exit
        With exit code 3, if a file that the caller named cannot be written.
    """
    path = file or own_file(record.kind)
    try:
        append(path, record)
    except OSError as problem:
        what = "warning" if file is None else "error"
        sys.stderr.write(f"{what}: not recorded: {path}: {problem.strerror}\n")
        if file is not None:
            raise typer.Exit(3) from None
    else:
        sys.stderr.write(f"recorded in {path}\n")
