"""What the ablations showed: as text, as Markdown, as JSON, and as the figures of a record."""

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import fill
from typing import TYPE_CHECKING, Any

from reference_model.factbook.records import Figure, Json, Record, rounded, today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference_model.experiments.ablate import Ablation
    from reference_model.experiments.comparison import Runs
    from reference_model.experiments.innovations import Effect, Innovation

SCHEMA = "reference_model.ablation/1"

_NAMES = {"digits": "scikit-learn's digits", "cifar10": "CIFAR-10"}
_MEASURES = {
    "epochs_to_25_percent_training_error": "epochs to 25 % training error",
    "train_test_gap": "test error less training error",
    "test_error": "test error",
}


def text(ablation: "Ablation") -> str:
    """Write for a terminal."""
    return "\n".join(_text(ablation)) + "\n"


def _text(ablation: "Ablation") -> Iterator[str]:
    yield f"Innovations of AlexNet on {_NAMES[ablation.data]}, mean ± standard deviation of {_runs(ablation)}"
    for innovation in ablation.innovations:
        yield ""
        yield f"{innovation.title}: {_MEASURES[innovation.measure]}"
        width = max(len(arm.label) for arm in innovation.arms)
        for arm in innovation.arms:
            note = f"   {arm.note}" if arm.note else ""
            yield f"  {arm.label:<{width}}  {measured(innovation, arm)}{note}"
        for effect in innovation.effects:
            yield _wrapped("  → ", sentence(effect))
        yield _wrapped("  paper: ", innovation.published)
        for remark in innovation.remarks:
            yield _wrapped("  note: ", remark)
    yield ""
    yield "What this can show, and what not"
    for limit in limits(ablation):
        yield _wrapped("  - ", limit)
    yield ""
    yield f"{ablation.wall:.0f} s on the clock, {ablation.cpu:.0f} s of computing, on {ablation.device}"


def _wrapped(begin: str, text: str) -> str:
    return fill(text, 100, initial_indent=begin, subsequent_indent=" " * len(begin))


def markdown(ablation: "Ablation") -> str:
    """Write a Markdown table, and the limits as a list."""
    lines = [
        "| Innovation | Measured | Setting | Mean ± standard deviation | Seen here | In the paper |",
        "|---|---|---|---:|---|---|",
    ]
    for innovation in ablation.innovations:
        for number, arm in enumerate(innovation.arms):
            label = f"{arm.label} ({arm.note})" if arm.note else arm.label
            seen = "; ".join(map(sentence, innovation.effects))
            cells = (
                innovation.title if number == 0 else "",
                _MEASURES[innovation.measure] if number == 0 else "",
                label,
                measured(innovation, arm),
                seen if number == 0 else "",
                innovation.published if number == 0 else "",
            )
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"{_NAMES[ablation.data].capitalize()}, {_runs(ablation)}, on {ablation.device}.", ""]
    lines += [f"* {limit}" for limit in limits(ablation)]
    return "\n".join(lines) + "\n"


def as_json(ablation: "Ablation", versions: "Mapping[str, str]") -> dict[str, Any]:
    """Give the object that ``--format json`` prints."""
    return {
        "schema": SCHEMA,
        "data": ablation.data,
        "device": ablation.device,
        "versions": dict(versions),
        "settings": settings(ablation),
        "innovations": [
            {
                "name": innovation.name,
                "title": innovation.title,
                "measure": innovation.measure,
                "unit": innovation.unit,
                "published": innovation.published,
                "arms": [
                    {
                        "name": arm.name,
                        "label": arm.label,
                        "values": list(arm.values),
                        "mean": arm.mean,
                        "spread": arm.spread,
                        "note": arm.note,
                    }
                    for arm in innovation.arms
                ],
                "effects": [asdict(effect) for effect in innovation.effects],
                "remarks": list(innovation.remarks),
            }
            for innovation in ablation.innovations
        ],
        "limits": list(limits(ablation)),
        "seconds": {"wall": round(ablation.wall, 1), "cpu": round(ablation.cpu, 1)},
    }


def record(ablation: "Ablation", versions: "Mapping[str, str]") -> Record:
    """Give the record to append."""
    return Record(
        "ablation", today(), ablation.device, versions, settings(ablation), tuple(_figures(ablation))
    )


def settings(ablation: "Ablation") -> dict[str, Json]:
    """Give all that a repetition needs, and how long it took."""
    scale = asdict(ablation.scale)
    scale["rates"] = list(scale["rates"])
    return {
        "data": ablation.data,
        "seeds": ablation.seeds,
        "training_images": ablation.training_images,
        "test_images": ablation.test_images,
        "parameters": ablation.parameters,
        "seconds": {"wall": round(ablation.wall, 1), "cpu": round(ablation.cpu, 1)},
        **scale,
    }


def _figures(ablation: "Ablation") -> Iterator[Figure]:
    subject = f"ablation.{ablation.data}"
    tail = f"({_runs(ablation)}). A small network on small images: nothing follows for ImageNet."
    for innovation in ablation.innovations:
        for arm in innovation.arms:
            if arm.mean is None:
                continue  # some run did not get there: no number would be fair
            note = f", {arm.note}" if arm.note else ""
            what = f"{arm.label}{note}: {_MEASURES[innovation.measure]}"
            statement = f"On {_NAMES[ablation.data]}, {what} {measured(innovation, arm)} {tail}"
            yield Figure(
                subject,
                f"{arm.name}.{innovation.measure}",
                rounded(arm.mean),
                innovation.unit,
                None if arm.spread is None else rounded(arm.spread),
                len(arm.values),
                statement,
            )
        for effect in innovation.effects:
            if effect.value is not None:
                yield Figure(
                    subject,
                    effect.name,
                    rounded(effect.value),
                    effect.unit,
                    None if effect.spread is None else rounded(effect.spread),
                    ablation.seeds,
                    f"On {_NAMES[ablation.data]}, {sentence(effect)} {tail}",
                )


def measured(innovation: "Innovation", arm: "Runs") -> str:
    """Write an arm's mean and spread as people read them."""
    if arm.mean is None:
        got_there = len(arm.reached)
        return f"{got_there} of {len(arm.values)} runs got there"
    share = innovation.unit == ""
    scale, unit, digits = (100, " %", 1) if share else (1, "", 2)
    apart = "" if arm.spread is None else f" ± {arm.spread * scale:.{digits}f}"
    return f"{arm.mean * scale:.{digits}f}{apart}{unit}"


def sentence(effect: "Effect") -> str:
    """Write what an effect shows, with what it is about."""
    return f"{effect.title}: {effect.words}"


def limits(ablation: "Ablation") -> Iterator[str]:
    """Say in plain words what runs of this size can and cannot show."""
    shape = "×".join(map(str, ablation.image))
    yield (
        f"A network of {ablation.parameters:,} parameters, {ablation.training_images:,} training images of "
        f"{shape}: it can show the direction of a large effect, and nothing about its size on ImageNet."
    )
    point = 100 / ablation.test_images
    yield (
        f"{ablation.test_images:,} test images: one image is {point:.2f} points, so errors come in such "
        "steps. All seeds share the test images; the spread is that of training, not of other images."
    )
    if ablation.seeds < 2:
        yield "One seed has no spread: no difference can be called seen."
    else:
        yield (
            "A difference is called seen if its mean over the seeds is larger than its standard deviation. "
            '"No difference seen" does not say that there is none.'
        )
    unseen = [effect.title for found in ablation.innovations for effect in found.effects if not effect.seen]
    if unseen:
        yield f"Not seen in these runs: {', '.join(dict.fromkeys(unseen))}."


def _runs(ablation: "Ablation") -> str:
    return f"{ablation.seeds} {'seed' if ablation.seeds == 1 else 'seeds'}"
