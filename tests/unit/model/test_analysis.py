"""The arithmetic, against figures that were worked out from the papers by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model import spec, summary
from reference_model.analysis import analyse, positions, working_sizes
from reference_model.errors import UnknownName, WrongInput
from reference_model.specs.alexnet import VARIANTS, alexnet
from reference_model.specs.googlenet import auxiliary
from tests.tables import number, rows

LAYERS = rows("model/alexnet.md", "Layers as published")


@pytest.mark.parametrize("expected", LAYERS, ids=[row["layer"] for row in LAYERS])
def test_each_layer_of_alexnet(expected: dict[str, str]) -> None:
    row = summary("alexnet").by_name[expected["layer"]]
    padding = ", ".join(map(str, row.padding)) if isinstance(row.padding, tuple) else row.padding
    assert {
        "layer": row.name,
        "kernel": str(row.kernel or ""),
        "stride": str(row.stride or ""),
        "padding": "" if padding is None else str(padding),
        "groups": str(row.groups or ""),
        "output": "×".join(map(str, row.output)),
        "receptive field": str(row.receptive_field),
        "jump": str(row.jump or ""),
    } == {key: expected[key] for key in expected if key not in {"weights", "biases", "parameters", "macs"}}
    assert row.weights == number(expected["weights"])
    assert row.biases == number(expected["biases"])
    assert row.parameters == number(expected["parameters"])
    assert row.macs == number(expected["macs"])


@pytest.mark.parametrize(
    "expected", rows("model/alexnet.md", "Totals of the variants"), ids=lambda row: row["variant"]
)
def test_totals_of_the_variants(expected: dict[str, str]) -> None:
    found = summary("alexnet", expected["variant"])
    assert found.parameters == number(expected["parameters"])
    assert found.macs == number(expected["macs"])
    assert found.flops == 2 * found.macs


@pytest.mark.parametrize(
    "expected", rows("model/alexnet.md", "Order of the layers"), ids=lambda row: row["variant"]
)
def test_order_of_the_layers(expected: dict[str, str]) -> None:
    names = [row.name for row in summary("alexnet", expected["variant"]).rows]
    assert [name for name in names if name not in {"flatten", "prob"}] == expected["order"].split()


@pytest.mark.parametrize("expected", rows("model/alexnet.md", "224 or 227"), ids=lambda row: row["who"])
def test_224_or_227(expected: dict[str, str]) -> None:
    pixels, zeros = int(expected["pixels"]), int(expected["zeros"])
    found = positions(pixels, 11, 4, zeros, round_up=expected["rounding"] == "up")
    assert found == int(expected["positions"])


def test_the_units_are_the_papers_650_000_neurons() -> None:
    # 55·55·96 + 27·27·256 + 2·13·13·384 + 13·13·256 + 2·4096 + 1000. Figure 2 prints 253,440 for the first.
    assert summary("alexnet").units == 659_272


def test_activations_kept_for_the_backward_pass() -> None:
    # Each conv, ReLU, LRN, pool and fc output: 3·290,400 + 69,984 + 3·186,624 + 43,264 + 4·64,896 + 2·43,264
    # + 9,216 + 4·4,096 + 1,000.
    assert summary("alexnet").activations == 1_917_032


def test_a_training_step_of_batch_128_needs_what_a_gtx_580_hardly_had() -> None:
    alexnet = summary("alexnet")
    weights = 3 * 4 * 60_965_224  # weights, gradients, momentum: 731.6 MB
    images = 128 * 150_528 * 4  # 77 MB
    activations = 2 * 128 * 1_917_032 * 4  # 981.5 MB, and as much for their gradients
    assert alexnet.training_bytes(128) == weights + images + activations


def test_training_flops_leave_out_the_gradient_of_the_image() -> None:
    # Three times 2 · 724,406,816, less 2 · 105,415,200; over 90 epochs of 1.2 million images 4.466e17.
    flops = summary("alexnet").training_flops
    assert flops == 3 * 2 * 724_406_816 - 2 * 105_415_200
    assert f"{flops * 90 * 1_200_000:.4g}" == "4.466e+17"


@pytest.mark.parametrize(
    ("model", "depth"),
    [
        ("alexnet", 8),
        ("zfnet", 8),
        ("vgg16", 16),
        ("vgg19", 19),
        ("googlenet", 22),
        ("resnet50", 50),
        ("resnet152", 152),
    ],
)
def test_depth_is_counted_as_the_authors_do(model: str, depth: int) -> None:
    assert summary(model).depth == depth


def test_googlenets_side_classifiers() -> None:
    sides = sum(analyse(auxiliary(after)).parameters for after in ("4a", "4d"))
    assert summary("googlenet").parameters + sides == 13_378_280


def test_sizes_of_zfnets_maps_are_those_of_its_figure_3() -> None:
    found = summary("zfnet").by_name
    sides = [found[name].output[1] for name in ("conv1", "pool1", "conv2", "pool2", "conv5", "pool5")]
    assert sides == [110, 55, 26, 13, 13, 6]


def test_without_padding_alexnet_silently_becomes_a_smaller_net() -> None:
    # 224, no zeros, rounding down: 54, 26, 12, 5; fc6 fitted to 5 × 5 takes 11 million parameters away.
    naive = analyse(alexnet(VARIANTS["caffe"], input_size=224))
    assert naive.by_name["pool5"].output == (256, 5, 5)
    assert naive.parameters == 49_430_888


@pytest.mark.parametrize(
    ("size", "layer"),
    [(5, "conv1 has a window of 11×11"), (200, "fc6 expects 9216"), (300, "fc6 expects 9216")],
)
def test_wrong_input_names_the_layer_and_the_sizes_that_work(size: int, layer: str) -> None:
    with pytest.raises(WrongInput, match=layer) as problem:
        analyse(spec("alexnet"), (3, size, size))
    assert "sizes that work: 224 to 255" in str(problem.value)


def test_a_wrong_number_of_channels_is_told_by_the_first_layer() -> None:
    with pytest.raises(WrongInput, match=r"1×224×224: conv1 expects 3 channels and is given 1"):
        analyse(spec("alexnet"), (1, 224, 224))


def test_a_size_that_works_keeps_the_weights() -> None:
    assert analyse(spec("alexnet"), (3, 240, 240)).parameters == 60_965_224


@given(st.sampled_from(["alexnet", "zfnet", "vgg16", "googlenet", "resnet50"]), st.integers(1, 300))
def test_exactly_the_sizes_that_are_said_to_work_do(model: str, size: int) -> None:
    known = spec(model)
    try:
        analyse(known, (3, size, size))
    except WrongInput:
        assert size not in working_sizes(known)
    else:
        assert size in working_sizes(known) or size > working_sizes(known)[-1]


@given(st.integers(1, 400), st.integers(1, 11), st.integers(1, 5), st.integers(0, 6))
def test_positions_are_what_sliding_the_window_counts(
    size: int, kernel: int, stride: int, zeros: int
) -> None:
    starts = range(0, size + zeros - kernel + 1, stride)
    assert positions(size, kernel, stride, zeros) == len(starts)


@given(st.integers(11, 400))
def test_rounding_up_adds_a_window_that_hangs_over_the_edge(size: int) -> None:
    down, up = positions(size, 11, 4, 0), positions(size, 11, 4, 0, round_up=True)
    assert up - down == ((size - 11) % 4 != 0)


def test_receptive_fields_never_shrink() -> None:
    for model in ("alexnet", "zfnet", "vgg19"):
        fields = [row.receptive_field or 0 for row in summary(model).rows]
        assert all(before <= after for before, after in pairwise(fields))


@pytest.mark.parametrize("spelling", ["VGG-16", "vgg 16", "Vgg_16", "VGG16", "vgg-d"])
def test_a_model_is_found_however_it_is_spelt(spelling: str) -> None:
    assert spec(spelling) is spec("vgg16")


@pytest.mark.parametrize("spelling", ["torchvision", "One Weird Trick", "one-weird-trick", "OWT"])
def test_a_variant_is_found_however_it_is_spelt(spelling: str) -> None:
    assert spec("AlexNet", spelling) is spec("alexnet", "one-weird-trick")


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no model 'resnet51'; did you mean resnet50"):
        spec("resnet51")


def test_an_unknown_variant_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no variant of alexnet 'papper'; did you mean paper\?"):
        spec("alexnet", "papper")


def test_a_name_like_no_other_lists_them_all() -> None:
    with pytest.raises(UnknownName, match=r"known: alexnet, googlenet, .* zfnet"):
        spec("qqq")
