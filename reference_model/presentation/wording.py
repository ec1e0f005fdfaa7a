"""How figures are written for people: 60,965,224, 243.9 MB, 14.6 %, (224 + 3 − 11) / 4 + 1 = 55."""

from fractions import Fraction

from reference_model.analysis import BYTES_PER_VALUE, Row, Summary, positions
from reference_model.specs.layer import Conv


def share(part: int, whole: int) -> str:
    """Write a part in per cent, with one decimal.

    Examples
    --------
    >>> share(105_415_200, 724_406_816), share(1, 10_000), share(0, 10)
    ('14.6', '<0.1', '')
    """
    if not part:
        return ""
    text = f"{100 * part / whole:.1f}"
    return "<0.1" if text == "0.0" else text


def size(count: int) -> str:
    """Write bytes in the largest unit that fits, in powers of ten.

    Examples
    --------
    >>> size(243_860_896), size(2_771_000_000), size(12)
    ('243.9 MB', '2.77 GB', '12 B')
    """
    for unit, power, digits in (("TB", 12, 2), ("GB", 9, 2), ("MB", 6, 1), ("kB", 3, 1)):
        if count >= 10**power:
            return f"{count / 10**power:,.{digits}f} {unit}"
    return f"{count} B"


def values(count: int) -> str:
    """Write float32 values with their bytes: ``1,917,032 values (7.7 MB)``."""
    return f"{count:,} values ({size(BYTES_PER_VALUE * count)})"


def zeros(row: Row) -> str:
    """Write the padding: ``2``, or where the sides differ ``0+3``, left and right."""
    if isinstance(row.padding, tuple):
        return f"{row.padding[0]}+{row.padding[1]}"
    return "" if row.padding is None else str(row.padding)


def sees_all(row: Row, summary: Summary) -> bool:
    """Tell whether one output can see the whole image."""
    field = row.receptive_field
    return summary.spec.takes_images and field is not None and field >= max(summary.input[1:])


def title(summary: Summary) -> str:
    """Name the network: ``AlexNet (caffe)``, ``VGG-16``."""
    spec = summary.spec
    return f"{spec.title} ({spec.variant})" if spec.description else spec.title


def input_words(summary: Summary) -> str:
    """Write what goes in: ``3×224×224``, or two sentences."""
    if not summary.spec.takes_images:
        source, target = summary.input
        return f"{source} source and {target} target tokens"
    return "×".join(map(str, summary.input))


def first_windows(summary: Summary) -> str:
    """Say how many positions the first convolution has along a side, by the arithmetic of this very network.

    Examples
    --------
    >>> from reference_model.analysis import summary
    >>> first_windows(summary("alexnet", "caffe"))
    'conv1 at 227 pixels: (227 − 11) / 4 + 1 = 55 positions along a side, without zeros'
    """
    layer = next(layer for layer in summary.spec.layers if isinstance(layer, Conv))
    pixels = summary.input[-1]
    near, beyond = layer.padding, layer.overhang
    added = 2 * near + beyond
    terms = (f" + 2·{near}" if near else "") + (f" + {beyond}" if beyond else "")
    exact = Fraction(pixels + added - layer.kernel, layer.stride) + 1
    count = positions(pixels, layer.kernel, layer.stride, added)
    rounded = "" if exact == count else f", rounded down to {count},"
    sides = [f"{near} on each side"] if near else []
    sides += [f"{beyond} beyond the right and the bottom edge"] if beyond else []
    if sides:
        without = float(Fraction(pixels - layer.kernel, layer.stride) + 1)
        end = f"with zeros, {' and '.join(sides)} (without them {without:g})"
    else:
        end = "without zeros"
    formula = f"({pixels}{terms} − {layer.kernel}) / {layer.stride} + 1 = {float(exact):g}"
    return f"{layer.name} at {pixels} pixels: {formula}{rounded} positions along a side, {end}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a stop; nothing stays nothing."""
    return f"{text[0].upper()}{text[1:]}." if text else ""
