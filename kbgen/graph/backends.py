"""Other implementations of networkx's measures, such as nx-parallel, where they are installed."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import networkx as nx

from kbgen.errors import ConfigError
from kbgen.nearest import did_you_mean

_OWN_TESTS = "nx_loopback"
_NONE = "none is installed; nx-parallel and nx-cugraph are two"


def use_backend(name: str) -> None:
    """Let a backend work out the measures that it has; all others stay networkx's own.

    Parameters
    ----------
    name
        As networkx knows it: ``parallel`` for nx-parallel, ``cugraph`` for nx-cugraph.

    Raises
    ------
    ConfigError
        If it is not installed, or does not work with this networkx.
    """
    installed = {
        each.name: each for each in entry_points(group="networkx.backends") if each.name != _OWN_TESTS
    }
    if name not in installed:
        raise ConfigError(f'graph.backend: there is no networkx backend "{name}"', _hint(name, installed))
    try:
        installed[name].load()
    except Exception as error:
        message = f'graph.backend: the networkx backend "{name}" cannot be loaded: {error}'
        raise ConfigError(message, f"it may want another networkx than {nx.__version__}") from error
    nx.config.backend_priority = [name]


def _hint(name: str, installed: dict[str, EntryPoint]) -> str:
    known = f"installed: {', '.join(sorted(installed))}" if installed else _NONE
    return did_you_mean(name, installed) or known
