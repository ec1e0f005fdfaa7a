"""What a training came to, as text and as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference_model.training.callback import EpochResult
    from reference_model.training.evaluate import ErrorRates
    from reference_model.training.train import Result


def text(result: "Result") -> str:
    """Write a finished training in a few lines."""
    recipe, epochs = result.recipe, result.epochs
    count = f"{len(epochs)} {'epoch' if len(epochs) == 1 else 'epochs'}"
    lines = [
        recipe.describe(len(result.data.classes)),
        f"{result.data.name}, {count}, batches of {recipe.batch_size}",
        f"loss    {epochs[0].loss:.3f} in the first epoch, {epochs[-1].loss:.3f} in the last",
        *(_errors_line(errors) for errors in (result.centre, result.ten) if errors),
    ]
    if result.unreadable:
        lines.append(f"skipped {len(result.unreadable):,} images that cannot be read")
    return "\n".join(lines) + "\n"


def as_json(result: "Result") -> dict[str, Any]:
    """Give a finished training as plain data, of the schema ``reference_model.training.train/1``.

    Returns
    -------
    dict
        Errors are percentages. The losses of single steps are in the log, not here.
    """
    recipe, data = result.recipe, result.data
    return {
        "schema": "reference_model.training.train/1",
        "network": recipe.describe(len(data.classes)),
        "departures": list(recipe.departures()),
        "parameters": sum(parameter.numel() for parameter in result.network.parameters()),
        "data": {
            "source": data.name,
            "classes": len(data.classes),
            "train": len(data.train),
            "test": len(data.test),
        },
        "settings": asdict(recipe),
        "device": str(result.processes.device),
        "processes": result.processes.world,
        "epochs": [epoch_fields(epoch) for epoch in result.epochs],
        "errors": {"centre_crop": _errors(result.centre), "ten_crop": _errors(result.ten)},
        "unreadable": list(result.unreadable),
    }


def epoch_fields(epoch: "EpochResult") -> dict[str, Any]:
    """Give an epoch as plain data."""
    fields = asdict(epoch)
    return {"epoch": fields.pop("number"), **fields}


def progress(result: "Result") -> str:
    """Say how far a training came that was stopped."""
    epochs = f"{len(result.epochs)} of {result.recipe.epochs} epochs"
    steps = len(result.losses)
    return f"{epochs} and {steps} {'step' if steps == 1 else 'steps'}" if steps else epochs


def _errors_line(errors: "ErrorRates") -> str:
    crops = "one crop" if errors.crops == 1 else f"{errors.crops} crops"
    rates = f"{errors.top1:.1f} % top-1, {errors.top5:.1f} % top-5"
    return f"errors  {rates}: {crops}, {errors.images:,} test images"


def _errors(errors: "ErrorRates | None") -> dict[str, float] | None:
    if errors is None:
        return None
    return {"top1": errors.top1, "top5": errors.top5, "images": errors.images, "crops": errors.crops}
