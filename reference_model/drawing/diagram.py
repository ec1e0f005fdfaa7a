"""Draw a network as it asks for: one of images as maps, a Transformer as stacks."""

from reference_model.analysis import Summary, summary
from reference_model.errors import UnknownName


def draw(summary: Summary) -> str:
    """Draw a network.

    Networks of images are drawn as maps that become smaller and more, in two lanes where there are two
    towers; Transformers as two stacks of layers.

    Parameters
    ----------
    summary
        The network worked out.

    Returns
    -------
    str
        An SVG with a ``viewBox`` and no fixed width. It has no scripts and asks for no other files; text has
        the colour of the page (``currentColor``), and as a file of its own it follows the reader's light or
        dark setting. Drawings of several networks can stand in one page.
    """
    if not summary.spec.takes_images:
        from reference_model.drawing.stacks import draw_stacks  # noqa: PLC0415, one of the two is needed

        return draw_stacks(summary)
    from reference_model.drawing.maps import draw_maps  # noqa: PLC0415

    return draw_maps(summary)


def diagram(subject: str) -> str:
    """Draw what a fact's subject is about.

    Parameters
    ----------
    subject
        As in the keys of facts: ``alexnet``, ``alexnet.caffe``, ``resnet50``.

    Returns
    -------
    str
        An SVG, as `draw` makes it; empty where the subject is no network.
    """
    name, _, variant = subject.partition(".")
    try:
        return draw(summary(name, variant or None))
    except UnknownName:
        return ""
