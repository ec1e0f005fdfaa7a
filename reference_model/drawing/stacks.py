"""A Transformer as two stacks of layers, the encoder's output crossing to every layer of the decoder."""

from collections.abc import Iterator

from reference_model.analysis import Summary
from reference_model.drawing.svg import MARGIN, ROW, WIDTH, arrow, box, document, group, line, svg_text
from reference_model.presentation.outline import Item, Run, outline, runs
from reference_model.presentation.wording import input_words, share, title
from reference_model.specs.layer import Attention

PLATE = (300.0, 44.0)
"""Width and height of a layer."""
SUM = 28.0
"""Height of a sum with its normalisation."""
GAP = 24.0
LEFT, RIGHT = 262.0, 738.0
"""The middle of the two stacks."""
INSET = 34.0
"""From the edge of a plate to the frame around equal layers; the residual connections run there."""


def draw_stacks(summary: Summary) -> str:
    """Draw a Transformer; see `reference_model.drawing.diagram.draw`."""
    identity = f"{summary.spec.model}-{summary.spec.variant}"
    embedding, encoder, target, decoder, logits = runs(outline(summary))
    parts = [
        svg_text(MARGIN, 32, title(summary), "title"),
        svg_text(MARGIN, 56, _headline(summary), "strong"),
    ]
    top = 104.0
    parts += _embedding(embedding, summary, LEFT, top, "source tokens")
    parts += _embedding(target, summary, RIGHT, top, "target tokens so far")
    first = top + PLATE[1]
    memory_y, _, drawn = _stack(encoder, summary, LEFT, first)
    parts += drawn
    end_y, cross_y, drawn = _stack(decoder, summary, RIGHT, first)
    parts += drawn
    parts += _crossing(memory_y, cross_y)
    parts += _output(logits, summary, end_y)
    y = end_y + PLATE[1] + 2 * GAP + 44
    for phrase in (
        "Each sum adds what came before the layer to what the layer gives, and is normalised (LN).",
        "Both embeddings and the logits share one table; it is counted once.",
        f"Figures by arithmetic from: {summary.spec.source}. FLOPs = 2 × MACs.",
    ):
        parts.append(svg_text(MARGIN, y, phrase, "quiet small"))
        y += ROW
    return document(identity, f"{title(summary)}: architecture", _description(summary), (WIDTH, y), parts)


def _headline(summary: Summary) -> str:
    return f"{summary.parameters:,} parameters · {summary.macs:,} MACs for {input_words(summary)}"


def _description(summary: Summary) -> str:
    parts = "; ".join(
        f"{run.name}: {run.parameters:,} parameters, {run.macs:,} MACs" for run in runs(outline(summary))
    )
    return (
        f"{_headline(summary)}. An encoder and a decoder; the encoder's output is the keys and values of the "
        f"cross-attention in each layer of the decoder. {parts}."
    )


def _plate(x: float, y: float, name: str, below: str, class_: str) -> Iterator[str]:
    width, height = PLATE
    yield box(x - width / 2, y, width, height, class_, 5)
    yield svg_text(x, y + 18, name, "strong middle")
    yield svg_text(x, y + 35, below, "quiet small middle")


def _figures(parameters: int, macs: int) -> str:
    phrases = [f"{parameters:,} parameters"] if parameters else []
    phrases += [f"{macs:,} MACs"] if macs else []
    return " · ".join(phrases)


def _embedding(run: Run, summary: Summary, x: float, y: float, above: str) -> Iterator[str]:
    tokens, width = run.item.output
    shared = "" if run.parameters else "the same table"
    percent = f" ({share(run.parameters, summary.parameters)} %)" if run.parameters else ""
    yield svg_text(x, y - 12, f"{tokens} {above}", "small middle")
    figures = f"{_figures(run.parameters, run.macs)}{percent}{shared}"
    yield from _plate(x, y, f"{run.name}, {width} wide", figures, "input")


def _stack(run: Run, summary: Summary, x: float, y: float) -> tuple[float, float, list[str]]:
    """Draw a frame with one of the equal layers in it; give its end and where cross-attention is."""
    width = PLATE[0] / 2 + INSET
    top = y + GAP + 26
    count = len(run.items)
    heading = f"{run.name}, ×{count}"
    percent = f"{share(run.parameters, summary.parameters)} %"
    inside: list[str] = [
        svg_text(x - width, top - 8, heading, "name"),
        svg_text(x + width, top - 8, f"{run.parameters:,} parameters ({percent})", "quiet small end"),
    ]
    level, cross = top + GAP, 0.0
    inside.append(arrow("flow", (x, y), (x, level)))
    sublayers = _sublayers(run.items[0])
    for index, sub in enumerate(sublayers):
        start = level - GAP / 2
        for item in sub:
            named, is_cross = _name(item, run.items[0].name, summary)
            inside += _plate(x, level, named, _figures(item.row.parameters, item.row.macs), _class(item))
            if is_cross:
                cross = level + PLATE[1] / 2
            inside.append(arrow("flow", (x, level + PLATE[1]), (x, level + PLATE[1] + GAP)))
            level += PLATE[1] + GAP
        # The residual connection goes round the sublayer, on the outer side of the stack.
        side = x - PLATE[0] / 2 - INSET / 2 if x < WIDTH / 2 else x + PLATE[0] / 2 + INSET / 2
        edge = x - PLATE[0] / 2 if x < WIDTH / 2 else x + PLATE[0] / 2
        middle = level + SUM / 2
        inside.append(arrow("flow", (x, start), (side, start), (side, middle), (edge, middle)))
        norm = sub[-1].parameters - sub[-1].row.parameters
        inside.append(box(x - PLATE[0] / 2, level, PLATE[0], SUM, "plate", 5))
        inside.append(svg_text(x, level + 18, f"add, LN · {norm:,} parameters", "small middle"))
        level += SUM + GAP
        if index < len(sublayers) - 1:
            inside.append(arrow("flow", (x, level - GAP), (x, level)))
    bottom = level
    frame = box(x - width, top, 2 * width, bottom - top, "lane", 8)
    inside.append(line("flow", (x, level - GAP), (x, bottom)))
    details = "\n".join(
        f"{row.name}: {row.parameters:,} parameters, {row.macs:,} MACs"
        for item in run.items
        for row in item.rows
        if row.parameters
    )
    return bottom, cross, [group(details, frame, *inside)]


def _sublayers(block: Item) -> list[list[Item]]:
    """Cut a layer after each normalisation."""
    cut: list[list[Item]] = [[]]
    for item in block.paths[0]:
        cut[-1].append(item)
        if "LN" in item.then:
            cut.append([])
    return [sub for sub in cut if sub]


def _name(item: Item, block: str, summary: Summary) -> tuple[str, bool]:
    name = item.name.removeprefix(f"{block}.").replace("_", "-").replace(".", ", ")
    layer = next(layer for layer in summary.spec.layers if layer.name == item.name)
    if isinstance(layer, Attention):
        masked = ", masked" if block.startswith("decoder") and not layer.memory else ""
        return f"{name}, {layer.heads} heads{masked}", layer.memory
    then = "".join(f", {phrase}" for phrase in item.then if phrase == "ReLU")
    return f"{name}, {item.output[-1]}{then}", False


def _class(item: Item) -> str:
    return "maps" if item.row.kind == "attention" else "units"


def _crossing(start: float, end: float) -> Iterator[str]:
    """From the encoder's end to the decoder's cross-attention."""
    middle = WIDTH / 2
    low = start + GAP
    yield arrow(
        "across",
        (LEFT, start),
        (LEFT, low),
        (middle, low),
        (middle, end),
        (RIGHT - PLATE[0] / 2, end),
        head="across-head",
    )
    yield svg_text(LEFT + 12, low + 19, "keys and values", "crossing small")
    yield svg_text(LEFT + 12, low + 36, "for every layer of the decoder", "crossing small")


def _output(run: Run, summary: Summary, y: float) -> Iterator[str]:
    tokens, count = run.item.output
    percent = share(run.macs, summary.macs)
    yield arrow("flow", (RIGHT, y), (RIGHT, y + GAP))
    figures = f"the same table · {run.macs:,} MACs ({percent} %)"
    yield from _plate(RIGHT, y + GAP, f"{run.name}, {count:,} words", figures, "input")
    end = y + GAP + PLATE[1]
    yield arrow("flow", (RIGHT, end), (RIGHT, end + GAP))
    yield svg_text(RIGHT, end + GAP + 16, f"softmax: the next of {tokens} tokens", "small middle")
