"""The drawings: well-formed, self-contained, and every figure where it belongs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from reference_model import summary
from reference_model.drawing.diagram import draw
from reference_model.models import MODELS
from reference_model.specs.alexnet import VARIANTS
from tests.tables import rows

SVG = "{http://www.w3.org/2000/svg}"
NETWORKS = [(model, "paper") for model in MODELS] + [
    ("alexnet", name) for name in VARIANTS if name != "paper"
]


def parsed(model: str, variant: str = "paper") -> ET.Element:
    return ET.fromstring(draw(summary(model, variant)))  # noqa: S314, what we wrote ourselves


def labels(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def drawn(drawing: ET.Element, class_: str) -> list[ET.Element]:
    return [element for element in drawing.iter(f"{SVG}path") if element.get("class") == class_]


@pytest.mark.parametrize(("model", "variant"), NETWORKS)
def test_a_drawing_stands_alone(model: str, variant: str) -> None:
    source = draw(summary(model, variant))
    drawing = parsed(model, variant)
    assert drawing.get("role") == "img"
    assert drawing.get("width") is None
    assert re.fullmatch(r"0 0 1000 \d+(\.\d)?", drawing.get("viewBox", ""))
    named = {element.get("id"): element for element in drawing.iter() if element.get("id")}
    title, description = drawing.get("aria-labelledby"), drawing.get("aria-describedby")
    assert (named[title].tag, named[description].tag) == (f"{SVG}title", f"{SVG}desc")
    assert summary(model).spec.title in (named[title].text or "")
    assert "<script" not in source
    assert "@import" not in source
    assert "href" not in source
    assert source.replace('xmlns="http://www.w3.org/2000/svg"', "").count("://") == 0
    assert set(re.findall(r"url\((.)", source)) <= {"#"}
    assert set(re.findall(r"url\(#(.*?)\)", source)) <= set(named)


@pytest.mark.parametrize(("model", "variant"), NETWORKS)
def test_every_layer_is_named(model: str, variant: str) -> None:
    said = "\n".join(parsed(model, variant).itertext())
    for row in summary(model, variant).rows:
        if row.macs or row.kind in {"max-pool", "avg-pool"}:
            assert re.search(rf"(?<![\w.]){re.escape(row.name)}(?![\w.])", said), row.name


@pytest.mark.parametrize("model", ["alexnet", "resnet152", "transformer-base"])
def test_the_same_bytes_in_another_process(model: str) -> None:
    code = (
        "import sys; from reference_model.analysis import summary; "
        "from reference_model.drawing.diagram import draw; "
        "sys.stdout.buffer.write(draw(summary(sys.argv[1])).encode())"
    )
    again = subprocess.run([sys.executable, "-c", code, model], capture_output=True, check=True)
    assert again.stdout == draw(summary(model)).encode()


def test_drawings_can_stand_in_one_page() -> None:
    names = [
        element.get("id") for network in NETWORKS for element in parsed(*network).iter() if element.get("id")
    ]
    assert len(names) == len(set(names))
    (style,) = [element.text or "" for element in parsed("alexnet").iter(f"{SVG}style")]
    selectors = re.findall(r"^([^@}{]+) \{", style, re.MULTILINE)
    parts = [part.strip() for selector in selectors for part in selector.split(",")]
    assert parts
    assert all(part.startswith(".network") for part in parts)


def test_two_towers_have_half_of_the_maps_each() -> None:
    shapes = Counter(
        label for label in labels(parsed("alexnet")) if re.fullmatch(r"\d+×\d+×\d+|[12],\d{3}", label)
    )
    # Paper, Figure 2: 48, 128, 192, 192 and 128 maps, 2048 units in each tower.
    assert shapes == {
        "3×224×224": 1,
        "48×55×55": 2,
        "48×27×27": 2,
        "128×27×27": 2,
        "128×13×13": 4,  # pool2 and conv5
        "192×13×13": 4,  # conv3 and conv4
        "128×6×6": 2,
        "2,048": 4,  # fc6 and fc7
        "1,000": 1,
    }


def test_kernels_and_steps_are_those_of_the_paper() -> None:
    found = labels(parsed("alexnet"))
    # §3.5: the 48 and the 192 are what a tower sees.
    kernels = ["96 of 11×11×3", "256 of 5×5×48", "384 of 3×3×256", "384 of 3×3×192", "256 of 3×3×192"]
    assert [label for label in found if re.match(r"\d+ of ", label)] == kernels
    assert Counter(found)["both towers"] == 4  # conv3, fc6, fc7, fc8
    assert Counter(found)["its own tower"] == 3  # conv2, conv4, conv5
    assert Counter(found)["ReLU, LRN"] == 2
    assert Counter(found)["3×3, stride 2"] == 3


def test_connections_cross_at_conv3_and_the_dense_layers_alone() -> None:
    assert len(drawn(parsed("alexnet"), "cross")) == 6  # both ways to conv3, fc6 and fc7; fc8 is in one place
    assert drawn(parsed("alexnet", "ungrouped"), "cross") == []


@pytest.mark.parametrize("variant", ["ungrouped", "one-gpu", "one-weird-trick"])
def test_one_tower_is_one_lane(variant: str) -> None:
    found = labels(parsed("alexnet", variant))
    maps = {"ungrouped": "96×55×55", "one-gpu": "48×55×55", "one-weird-trick": "64×55×55"}[variant]
    assert Counter(found)[maps] == 1
    assert not any("tower" in label and "GPU" in label for label in found)


def test_caffe_has_groups_and_no_gpus() -> None:
    found = labels(parsed("alexnet", "caffe"))
    assert {"group 1", "group 2"} <= set(found)
    assert {"tower 1 · GPU 1", "tower 2 · GPU 2"} <= set(labels(parsed("alexnet")))


def test_counts_of_each_layer() -> None:
    found = labels(parsed("alexnet"))
    for layer in rows("model/alexnet.md", "Layers as published"):
        if layer["parameters"] != "0":
            assert layer["parameters"] in found
            assert layer["macs"] in found
    assert found[1].startswith("60,965,224 parameters · 724,406,816 MACs · 8 layers with weights")
    assert any("(224 + 3 − 11) / 4 + 1 = 55" in label for label in found)


def test_normalised_maps_are_hatched() -> None:
    def hatched(variant: str) -> int:
        fills = [element.get("fill", "") for element in parsed("alexnet", variant).iter(f"{SVG}rect")]
        return sum(fill.endswith("-norm)") for fill in fills)

    assert hatched("paper") == 5  # two layers in each of two towers, and the legend
    assert hatched("one-weird-trick") == 0


@pytest.mark.parametrize(
    ("model", "counts"),
    [
        ("vgg16", {"×2": 2, "×3": 3}),
        ("vgg19", {"×2": 2, "×4": 3}),
        ("googlenet", {"×2": 2, "×5": 1}),
        ("resnet50", {"×3": 2, "×4": 1, "×6": 1}),
        ("resnet152", {"×3": 2, "×8": 1, "×36": 1}),
    ],
)
def test_stages_say_how_often(model: str, counts: dict[str, int]) -> None:
    assert Counter(label for label in labels(parsed(model)) if re.fullmatch(r"×\d+", label)) == counts


def test_an_inception_block_opens_up() -> None:
    found = labels(parsed("googlenet"))
    # Table 1 of the paper, row 3a.
    plates = ["1×1, 64 maps", "1×1, 96 maps", "3×3, 128 maps", "1×1, 16 maps", "5×5, 32 maps", "3×3 max-pool"]
    assert set(plates) <= set(found)
    assert any(label.startswith("Inside inception_3a, as in 9 blocks") for label in found)


def test_residual_blocks_open_up() -> None:
    inside = [label for label in labels(parsed("resnet152")) if label.startswith("Inside")]
    assert [re.findall(r"\d+ blocks", label) for label in inside] == [["4 blocks"], ["46 blocks"]]
    assert [label.split(": ")[1] for label in inside] == [
        "the shortcut is projected",
        "the shortcut is the identity",
    ]


def test_a_transformer_is_two_stacks_and_one_crossing() -> None:
    drawing = parsed("transformer-base")
    found = labels(drawing)
    assert {"encoder.1–6, ×6", "decoder.1–6, ×6"} <= set(found)
    assert len(drawn(drawing, "across")) == 1
    assert Counter(found)["self-attention, 8 heads"] == 1
    assert Counter(found)["self-attention, 8 heads, masked"] == 1
    assert Counter(found)["cross-attention, 8 heads"] == 1
    assert Counter(found)["add, LN · 1,024 parameters"] == 5
    assert any("cross-attention, 16 heads" in label for label in labels(parsed("transformer-big")))


@dataclass(frozen=True)
class Area:
    """What a line of text covers, roughly: most letters of a sans serif are narrower than 0.55 em."""

    label: str
    left: float
    right: float
    base: float

    def meets(self, other: Area) -> bool:
        side_by_side = self.right <= other.left or other.right <= self.left
        return not side_by_side and abs(self.base - other.base) < 12


def areas(drawing: ET.Element) -> list[Area]:
    sizes = {"title": 22.0, "name": 14.0, "small": 12.0}
    found = []
    for text in drawing.iter(f"{SVG}text"):
        classes = text.get("class", "").split()
        size = next((sizes[name] for name in classes if name in sizes), 13.0)
        width = 0.55 * size * len(text.text or "")
        x = float(text.get("x", ""))
        left = x - width / 2 if "middle" in classes else x - width if "end" in classes else x
        found.append(Area(text.text or "", left, left + width, float(text.get("y", ""))))
    return found


@pytest.mark.parametrize(("model", "variant"), NETWORKS)
def test_no_two_labels_overlap(model: str, variant: str) -> None:
    drawing = parsed(model, variant)
    found = areas(drawing)
    assert [(a.label, b.label) for a, b in combinations(found, 2) if a.meets(b)] == []
    *_, width, height = map(float, drawing.get("viewBox", "").split())
    assert [area for area in found if area.left < 0 or area.right > width or not 0 < area.base < height] == []
