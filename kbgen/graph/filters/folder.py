"""Files in a folder or below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter, unknown

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _inside(graph: Graph, folder: str) -> set[str]:
    wanted = folder.replace("\\", "/").strip("/").casefold()
    files = [node for node, data in graph.nodes.items() if data["kind"] in {"note", "attachment"}]
    found = {node for node in files if node.casefold().startswith(f"{wanted}/")}
    if not found:
        raise unknown("folder", folder, {node.rpartition("/")[0] for node in files} - {""})
    return found


FILTER = Filter(
    option="--folder",
    attribute="folders",
    field="folder",
    example='folder:"Daily notes"',
    metavar="DIR",
    help="What lies in a folder. Repeatable.",
    nodes=_inside,
    option_position=20,
    field_position=20,
)
