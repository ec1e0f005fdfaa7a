"""Facts from the package's own records: what was measured, on which device and with what spread."""

from collections.abc import Iterator

from reference_model.errors import BadRecord
from reference_model.factbook.fact import Fact, Kind, is_key
from reference_model.factbook.records import KINDS, Figure, Record, read


def measured() -> Iterator[Fact]:
    """Tell the newest figure of each name; a benchmark's names have the device in them.

    Raises
    ------
    BadRecord
        If a record cannot be read, or a figure's name cannot be the key of a fact.
    """
    newest: dict[str, Fact] = {}
    for kind in KINDS:
        for record in read(kind):
            for figure in record.figures:
                fact = from_figure(record, figure)
                newest[fact.key] = fact
    yield from newest.values()


def from_figure(record: Record, figure: Figure) -> Fact:
    """Make a fact of one figure.

    Parameters
    ----------
    record
        Where the figure stands; its device and versions become the fact's evidence.
    figure
        What was measured.

    Raises
    ------
    BadRecord
        If its subject and property cannot be the key of a fact.
    """
    key = f"{figure.subject}.{figure.property}"
    if not is_key(key):
        raise BadRecord(
            f"record {record.kind} of {record.date}: {key} cannot be the key of a fact; expected a dotted "
            "lower-case name such as ablation.digits.relu.epochs"
        )
    runs = "1 run" if figure.runs == 1 else f"{figure.runs} runs"
    spread = "" if figure.spread is None else f", ± {figure.spread:.3g}"
    versions = ", ".join(f"{name} {version}" for name, version in sorted(record.versions.items()))
    return Fact(
        subject=figure.subject,
        property=figure.property,
        value=figure.value,
        unit=figure.unit,
        kind=_kind(figure.unit),
        accepted=(),
        derivation="measured",
        evidence=f"{figure.statement} ({runs}{spread}, on {record.device}, {record.date})",
        source=f"record {record.kind} of {record.date}: {versions}",
    )


def _kind(unit: str) -> Kind:
    return {"": "rate", "s": "duration", "points": "points"}.get(unit, "quantity")  # type: ignore[return-value]
