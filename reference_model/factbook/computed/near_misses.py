"""Networks that come out of a slip: a number that is right for one of them explains one that is wrong.

62.4 million parameters are AlexNet without its groups, 49.4 million are AlexNet whose 224 pixels were given
no zeros. The named variants have facts of their own; here are those that nobody meant.
"""

from collections.abc import Iterator
from dataclasses import replace

from reference_model.analysis import Summary, analyse, summary
from reference_model.factbook.computed.layers import FactMaker
from reference_model.factbook.computed.networks import totals
from reference_model.factbook.fact import Fact
from reference_model.specs.alexnet import VARIANTS, alexnet
from reference_model.specs.googlenet import auxiliary
from reference_model.specs.layer import Conv, Linear, Spec
from reference_model.specs.zfnet import zfnet


def near_misses() -> Iterator[Fact]:
    """Tell parameters and operations of networks that are mistaken for others."""
    paper = VARIANTS["paper"]
    one_gpu = VARIANTS["one-gpu"]
    for name, what, spec in (
        (
            "no-padding",
            "224 pixels without the three zeros: 54, 26, 12 and 5 positions, fc6 fitted to 5×5",
            alexnet(replace(paper, overhang=0)),
        ),
        (
            "half",
            "one of two towers, with conv5 halved too; the paper's network on one GPU has 256 filters there",
            alexnet(replace(one_gpu, filters=(48, 128, 192, 192, 128))),
        ),
        ("half-hidden", "2048 units in fc6 and fc7", alexnet(replace(paper, hidden=2048))),
        ("no-fc7", "without fc7", _without(alexnet(), "fc7")),
        ("ten-classes", "ten classes, as for CIFAR-10", alexnet(classes=10)),
        ("hundred-classes", "a hundred classes, as for CIFAR-100", alexnet(classes=100)),
    ):
        yield from _totals(f"alexnet.{name}", what, analyse(spec))
    yield _same_everywhere()
    yield from _totals(
        "zfnet.wider", "512, 1024 and 512 filters in conv3 to conv5 (Table 2, b)", analyse(_wider_zfnet())
    )
    yield _with_side_classifiers()


def _totals(subject: str, what: str, worked_out: Summary) -> Iterator[Fact]:
    for fact in totals(FactMaker(subject, f"{worked_out.spec.source}; {what}"), worked_out):
        if fact.property in {"parameters", "macs"}:
            yield replace(fact, evidence=f"{what}: {fact.evidence}")


def _without(spec: Spec, name: str) -> Spec:
    return replace(spec, layers=tuple(layer for layer in spec.layers if layer.name != name))


def _wider_zfnet() -> Spec:
    filters = {"conv3": 512, "conv4": 1024, "conv5": 512}
    published = zfnet()
    layers = tuple(
        replace(layer, filters=filters[layer.name])
        if isinstance(layer, Conv) and layer.name in filters
        else layer
        for layer in published.layers
    )
    return replace(published, layers=layers)


def _same_everywhere() -> Fact:
    """TensorFlow's "SAME" in all layers gives 56, 28, 14 and 7 positions, so fc6 has 7 · 7 · 256 inputs."""
    paper = summary("alexnet")
    fc6 = next(layer for layer in paper.spec.layers if isinstance(layer, Linear))
    inputs, published = 7 * 7 * 256, 6 * 6 * 256
    more = (inputs - published) * fc6.units
    return FactMaker("alexnet.same-padding", f"{paper.spec.source}; TensorFlow's padding “SAME”")(
        "parameters",
        paper.parameters + more,
        "parameters",
        "count",
        f"“SAME” padding in all layers, 56, 28, 14 and 7 positions: {paper.parameters:,} + "
        f"({inputs:,} − {published:,})·{fc6.units:,} more weights in fc6",
    )


def _with_side_classifiers() -> Fact:
    network = summary("googlenet")
    sides = [analyse(auxiliary(after)).parameters for after in ("4a", "4d")]
    return FactMaker("googlenet.with-side-classifiers", network.spec.source)(
        "parameters",
        network.parameters + sum(sides),
        "parameters",
        "count",
        f"{network.parameters:,} + {sides[0]:,} and {sides[1]:,} of the side classifiers, which exist during "
        "training alone",
    )
