"""``summary``: a network worked out layer by layer, as a table, as JSON or drawn."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer
from typer.core import TyperCommand, TyperOption

from reference_model.errors import ReferenceModelError
from reference_model.vocabulary import By

if TYPE_CHECKING:
    from reference_model.analysis import Row, Summary
    from reference_model.specs.layer import Shape, Spec

# ruff: noqa: PLC0415, --help must not wait for what a command needs

_MODELS = "{models}"
"""Stands for the names of the models until the help is printed."""


Format = Literal["table", "json", "markdown", "svg"]
"""How the summary is written."""


class SummaryCommand(TyperCommand):
    """Names the models in its help, which it looks up when that is printed."""

    def get_help(self, ctx: object) -> str:
        """Write the help."""
        from reference_model.models import MODELS

        *names, last = MODELS
        for option in self.params:
            if isinstance(option, TyperOption) and option.help:
                option.help = option.help.replace(_MODELS, f"{', '.join(names)} or {last}")
        return super().get_help(cast("typer.Context", ctx))


def summary(
    *,
    model: Annotated[
        str,
        typer.Option(
            "--model", "-m", metavar="NAME", help=f"{_MODELS}, in any spelling.",
        ),
    ] = "alexnet",
    variant: Annotated[
        str | None,
        typer.Option(
            "--variant", metavar="NAME", show_default=False,
            help="Of AlexNet: paper (the default), author, caffe, caffenet, one-weird-trick, one-gpu or "
            "ungrouped.",
        ),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(
            "--input", metavar="SIZE", show_default=False,
            help="Images of another size: 256, or 256x320 for height and width. The weights stay those of "
            "the network's own size.",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(
            "--batch", metavar="N", min=1, show_default=False,
            help="Estimate the memory of training with N examples at once.",
        ),
    ] = None,
    by: Annotated[
        By | None,
        typer.Option(
            "--by", show_default=False,
            help="A line of the table is a layer, or a block of layers. Left out: blocks, where there are "
            "any.",
        ),
    ] = None,
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="A table, JSON, Markdown, or a drawing.")
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", show_default=False, help="Write to a file, not to stdout."
        ),
    ] = None,
) -> None:  # fmt: skip
    """Work a network out layer by layer, or draw it.

    Shapes, parameters, operations and receptive fields, by arithmetic from the specification.
    Torch is not needed.
    """
    from reference_model.analysis import analyse
    from reference_model.models import spec

    network = spec(model, variant)
    worked_out = analyse(network, None if image is None else _shape(image, network))
    result = _written(worked_out, output_format, by, batch)
    if output is None:
        typer.echo(result, nl=False)
        return
    try:
        output.write_text(result, encoding="utf-8", newline="\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise ReferenceModelError(f"{output} cannot be written: {error.strerror}") from error
    except OSError as error:  # of the machine's; a full disk does not say which file
        error.filename = str(output)
        raise
    typer.echo(f"wrote {output}", err=True)


def as_json(summary: "Summary", batch: int | None = None) -> dict[str, Any]:
    """Give a summary as plain data, of the schema ``reference_model.summary/1``.

    Parameters
    ----------
    summary
        The network.
    batch
        Adds ``training``: the estimated bytes of training with so many examples at once.

    Returns
    -------
    dict
        Shapes are lists; what a layer does not have is ``None``.
    """
    totals = (
        "parameters",
        "weights",
        "biases",
        "macs",
        "flops",
        "training_flops",
        "activations",
        "units",
    )
    return {
        "schema": "reference_model.summary/1",
        "model": summary.spec.model,
        "variant": summary.spec.variant,
        "title": summary.spec.title,
        "source": summary.spec.source,
        "input": list(summary.input),
        "layers": [_layer(row) for row in summary.rows],
        # Authors of Transformers count blocks, not layers with weights.
        "totals": {name: getattr(summary, name) for name in totals}
        | {"depth": summary.depth if summary.spec.takes_images else None},
    } | ({} if batch is None else {"training": {"batch": batch, "bytes": summary.training_bytes(batch)}})


def _layer(row: "Row") -> dict[str, Any]:
    fields = (
        "name",
        "kind",
        "kernel",
        "stride",
        "groups",
        "weights",
        "biases",
        "parameters",
        "macs",
        "flops",
        "receptive_field",
        "jump",
        "activations",
    )
    padding = list(row.padding) if isinstance(row.padding, tuple) else row.padding
    return {name: getattr(row, name) for name in fields} | {"output": list(row.output), "padding": padding}


def _written(worked_out: "Summary", output_format: Format, by: By | None, batch: int | None) -> str:
    if output_format == "json":
        return json.dumps(as_json(worked_out, batch), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if output_format == "svg":
        from reference_model.drawing.diagram import draw

        return draw(worked_out)
    from reference_model.presentation import summary_table as tables

    table = tables.markdown if output_format == "markdown" else tables.text
    return table(worked_out, by=by, batch=batch)


def _shape(image: str, network: "Spec") -> "Shape":
    if not network.takes_images:
        raise ReferenceModelError(
            f"{network.title} takes sentences, not images; --input is for networks of images"
        )
    match = re.fullmatch(r"([1-9]\d{0,5})(?:[x×]([1-9]\d{0,5}))?", image)
    if match is None:
        raise ReferenceModelError(
            f"--input is {image!r}; expected pixels such as {network.input[1]}, or 256x320"
        )
    height, width = match[1], match[2] or match[1]
    return (network.input[0], int(height), int(width))
