"""``facts``: what is known about the networks, their people and their time, and how it is known."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reference_model.vocabulary import Derivation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reference_model.factbook.fact import Fact

# ruff: noqa: PLC0415, --help must not wait for what a command needs


Format = Literal["table", "json", "markdown"]
"""How facts are written."""


def facts(
    prefixes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PREFIX]...", show_default=False,
            help="Facts whose names begin so: alexnet, alexnet.conv1, VGG-16, Geoffrey Hinton. All, where "
            "nothing is named. A whole name such as alexnet.parameters shows all about that one.",
        ),
    ] = None,
    *,
    derivation: Annotated[
        Derivation | None,
        typer.Option("--derivation", "-d", show_default=False, help="Only facts that are known in this way."),
    ] = None,
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="A table, JSON or Markdown.")
    ] = "table",
    live: Annotated[
        bool,
        typer.Option("--live", help="Let torch build and run each network and confirm what is computed."),
    ] = False,
) -> None:  # fmt: skip
    """Print facts, each with how it is known and where it stands.

    Computed ones need no torch.
    """
    from reference_model.factbook.facts import facts as all_facts

    known = all_facts(live=live)
    keys = set(known) if not prefixes else {key for prefix in prefixes for key in matching(known, prefix)}
    chosen = [known[key] for key in sorted(keys) if derivation in {None, known[key].derivation}]
    if not chosen:
        typer.echo(f"none of {len(keys):,} facts is {derivation}", err=True)
    typer.echo(_written(chosen, output_format), nl=False)


def matching(known: "Mapping[str, Fact]", prefix: str) -> list[str]:
    """List the keys that begin with a prefix.

    Parameters
    ----------
    known
        Facts by key.
    prefix
        A key; a part of one up to a dot; a subject as people write it, ``Geoffrey Hinton``, ``ResNet 50``; or
        else the first letters of keys.

    Raises
    ------
    UnknownName
        If there are none, with the nearest names.
    """
    from reference_model.errors import UnknownName
    from reference_model.models import model_name

    name = "-".join(prefix.casefold().split()).rstrip(".")
    if name in known:
        return [name]
    model, dot, rest = name.partition(".")
    with suppress(UnknownName):
        model = model_name(model)
    found = [key for key in known if key.startswith((f"{name}.", f"{model}{dot}{rest}."))]
    found = found or [key for key in known if name and key.startswith((name, f"{model}{dot}{rest}"))]
    if found:
        return found
    subjects = {fact.subject for fact in known.values()}
    # A slip after the subject is sought among what is known of that subject.
    subject = next((part for part in _beginnings(name) if part in subjects), None)
    if subject is None:
        raise UnknownName("subject", prefix, subjects)
    raise UnknownName("fact", name, (key for key, fact in known.items() if fact.subject == subject))


def as_json(facts: "Sequence[Fact]") -> dict[str, Any]:
    """Give facts as plain data, of the schema ``reference_model.facts/1``."""
    names = ("key", "subject", "property", "value", "unit", "kind", "derivation", "evidence", "source")
    return {
        "schema": "reference_model.facts/1",
        "facts": [
            {name: getattr(fact, name) for name in names}
            | {"accepted": [{"value": other.value, "reason": other.reason} for other in fact.accepted]}
            for fact in facts
        ],
    }


def _beginnings(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _written(facts: "Sequence[Fact]", output_format: Format) -> str:
    if output_format == "json":
        return json.dumps(as_json(facts), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    from reference_model.presentation import fact_table

    if output_format == "markdown":
        return fact_table.markdown(facts)
    return fact_table.text(facts) if facts else ""
