"""The options of a command as a record: what Typer reads off a function, read off a named tuple."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_type_hints

Settings = TypeVar("Settings", bound=tuple[Any, ...])


def with_options(settings: type[Settings], run: Callable[[Settings], None]) -> Callable[..., None]:
    """Return a function as Typer wants it: one parameter for each field of a record.

    Parameters
    ----------
    settings
        A named tuple whose fields are ``Annotated[T, typer.Option(...)]``, with defaults.
    run
        Is given the record; its docstring is the text of ``--help``.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> Options = NamedTuple("Options", [("epochs", int)])
    >>> with_options(Options, lambda options: print(options.epochs))(epochs=3)
    3
    """

    def call(**given: Any) -> None:  # noqa: ANN401, an option has any type
        run(settings(**given))

    hints = get_type_hints(settings, include_extras=True)
    defaults: dict[str, Any] = getattr(settings, "_field_defaults", {})
    call.__doc__ = run.__doc__
    call.__annotations__ = hints
    vars(call)["__signature__"] = Signature(
        [
            Parameter(
                name, Parameter.KEYWORD_ONLY, default=defaults.get(name, Parameter.empty), annotation=hint
            )
            for name, hint in hints.items()
        ]
    )
    return call
