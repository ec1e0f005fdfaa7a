"""The networks after AlexNet: sizes as printed, starts as published, and what each of them is known for."""

from __future__ import annotations

import re
from functools import cache
from math import cos, sin, sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from reference_model import build, diagram, spec, summary
from reference_model.analysis import analyse, working_sizes
from reference_model.errors import UnknownName, WrongInput
from reference_model.models import MODELS
from reference_model.networks.crosscheck import compare, crosscheck
from reference_model.networks.googlenet import AUXILIARY_WEIGHT, GoogLeNet, Logits
from reference_model.networks.resnet import Bottleneck, ResNet
from reference_model.networks.transformer import Transformer, sinusoids
from reference_model.specs.googlenet import auxiliary
from tests.tables import rows


@cache
def drawn(model: str) -> nn.Module:
    torch.manual_seed(0)
    return build(model).eval()


@cache
def undrawn(model: str) -> nn.Module:
    with torch.device("meta"):
        return build(model).eval()


@cache
def shapes(model: str) -> dict[str, tuple[int, ...]]:
    """What comes out of each layer for one image, without the batch."""
    network, found = undrawn(model), {}

    def see(name: str) -> None:
        def hook(_layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            found[name] = tuple(output.shape[1:])

        network.get_submodule(f"features.{name}").register_forward_hook(hook)

    for name, _ in network.get_submodule("features").named_children():
        see(name)
    network(torch.empty(1, 3, 224, 224, device="meta"))
    return found


@pytest.mark.parametrize("model", MODELS)
def test_a_name_leads_to_its_own_specification_and_network(model: str) -> None:
    assert spec(model).model == model
    assert undrawn(model).spec == spec(model)


@pytest.mark.parametrize(
    "expected", rows("model/lineage.md", "Names of no network"), ids=lambda row: row["name"]
)
def test_an_unknown_name_is_no_other_network(expected: dict[str, str]) -> None:
    for ask in (spec, summary, build, crosscheck):
        with pytest.raises(UnknownName, match=re.escape(expected["answer"])):
            ask(expected["name"])
    assert diagram(expected["name"]) == ""


@pytest.mark.parametrize(
    "expected", rows("model/lineage.md", "Maps as printed"), ids=lambda row: f"{row['model']} {row['layer']}"
)
def test_maps_have_the_sizes_that_the_papers_print(expected: dict[str, str]) -> None:
    side = int(expected["side"])
    assert shapes(expected["model"])[expected["layer"]] == (int(expected["maps"]), side, side)


@pytest.mark.parametrize(
    "expected", rows("model/lineage.md", "Start"), ids=lambda row: f"{row['model']} {row['layer']}"
)
def test_weights_and_biases_at_the_start(expected: dict[str, str]) -> None:
    layer = drawn(expected["model"]).get_submodule(expected["layer"])
    weight, bias = layer.get_parameter("weight"), dict(layer.named_parameters()).get("bias")
    std = float(expected["std"])
    assert weight.std().item() == pytest.approx(std, rel=0.03)
    assert abs(weight.mean().item()) < 5 * std / sqrt(weight.numel())
    if expected["bias"]:
        assert bias is not None
        assert bias.tolist() == pytest.approx([float(expected["bias"])] * len(bias))
    else:
        assert bias is None


@pytest.mark.parametrize(
    ("model", "shape", "message"),
    [
        ("zfnet", (3, 200, 200), r"fc6 expects 9216 values and is given 6400; sizes that work"),
        ("vgg19", (3, 200, 200), r"fc6 expects 25088 values and is given 18432; sizes that work: 224 to 255"),
        ("googlenet", (3, 150, 150), r"pool5 has a window of 7×7 and is given 4×4 pixels; sizes that work"),
        ("resnet152", (224, 224), r"ResNet-152 cannot take an input of 224×224: conv1 needs maps"),
    ],
)
def test_a_wrong_size_is_told_by_layer_before_torch_fails(
    model: str, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(WrongInput, match=message):
        undrawn(model)(torch.empty(1, *shape, device="meta"))


@pytest.mark.parametrize("model", ["alexnet", "zfnet", "vgg16", "googlenet"])
def test_torch_takes_just_the_sizes_that_are_said_to_work(model: str) -> None:
    sizes, network = working_sizes(spec(model)), undrawn(model)

    def run(size: int) -> Tensor:
        """Past the check of the size."""
        maps = network.get_submodule("features")(torch.empty(2, 3, size, size, device="meta"))
        logits: Tensor = network.get_submodule("classifier")(maps.flatten(1))
        return logits

    for size in (sizes[0], sizes[-1]):
        assert network(torch.empty(2, 3, size, size, device="meta")).shape == (2, 1000)
    for size in (sizes[0] - 1, sizes[-1] + 1):
        with pytest.raises(RuntimeError):
            run(size)


def test_resnet_takes_larger_images() -> None:
    assert undrawn("resnet50")(torch.empty(2, 3, 320, 320, device="meta")).shape == (2, 1000)


@pytest.mark.parametrize(("model", "modules"), [("googlenet", 58), ("resnet50", 54), ("resnet152", 156)])
def test_modules_with_weights_are_more_than_the_depth(model: str, modules: int) -> None:
    # 22 layers of GoogLeNet stand side by side in paths; 50 and 152 leave out four projections each.
    weighted = [layer for layer in undrawn(model).modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    assert len(weighted) == modules


# GoogLeNet


@pytest.fixture(scope="module")
def with_sides() -> GoogLeNet:
    with torch.device("meta"):
        return GoogLeNet(auxiliary=True)


def test_the_side_classifiers_are_those_of_the_paper(with_sides: GoogLeNet) -> None:
    for after in ("4a", "4d"):
        assert compare(with_sides.sides[after], analyse(auxiliary(after))).disagreements == ()
    assert sum(parameter.numel() for parameter in with_sides.parameters()) == 13_378_280


def test_side_logits_are_given_while_training_alone(with_sides: GoogLeNet) -> None:
    images = torch.empty(2, 3, 224, 224, device="meta")
    logits = with_sides.train()(images)
    assert isinstance(logits, Logits)
    assert [part.shape for part in logits] == [(2, 1000)] * 3
    assert isinstance(with_sides.eval()(images), Tensor)
    assert isinstance(undrawn("googlenet").train()(images), Tensor)
    undrawn("googlenet").eval()


def test_each_side_classifier_stands_on_its_own_module(with_sides: GoogLeNet) -> None:
    logits = with_sides.train()(torch.empty(2, 3, 224, 224, device="meta"))
    for part, last in ((logits.after_4a, "4a"), (logits.after_4d, "4d")):
        with_sides.zero_grad()
        part.sum().backward(retain_graph=True)
        reached = {
            name
            for name, layer in with_sides.features.named_children()
            if name.startswith("inception") and next(layer.parameters()).grad is not None
        }
        assert max(reached) == f"inception_{last}"


def test_the_weight_of_a_side_classifiers_loss() -> None:
    # §5: "the losses of the auxiliary classifiers were weighted by 0.3".
    assert AUXILIARY_WEIGHT == 0.3


# ResNet


def test_a_block_whose_last_scale_is_zero_is_the_identity() -> None:
    torch.manual_seed(0)
    block = Bottleneck(16, 4)
    nn.init.zeros_(block.expand_bn.weight)
    maps = torch.randn(2, 16, 5, 5)
    torch.testing.assert_close(block(maps), maps.relu(), rtol=0, atol=0)


def test_a_block_adds_its_input_before_the_last_relu() -> None:
    torch.manual_seed(0)
    block = Bottleneck(16, 4).eval()
    maps = torch.randn(2, 16, 5, 5)
    inner = block.reduce_bn(block.reduce(maps)).relu()
    inner = block.conv3x3_bn(block.conv3x3(inner)).relu()
    inner = block.expand_bn(block.expand(inner))
    assert (inner < 0).any()
    torch.testing.assert_close(block(maps), (maps + inner).relu())


@pytest.mark.parametrize(
    ("model", "parameters", "macs"), [("resnet50", 25_557_032, "4.089"), ("resnet152", 60_192_808, "11.514")]
)
def test_torchvisions_stride_costs_operations_and_no_parameters(
    model: str, parameters: int, macs: str
) -> None:
    with torch.device("meta"):
        network = ResNet(model, stride_in="conv3x3").eval()
    counter = FlopCounterMode(display=False)
    with counter:
        network(torch.empty(1, 3, 224, 224, device="meta"))
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert f"{counter.get_total_flops() / 2e9:.3f}" == macs


# Transformer

BASE = "transformer-base"


@pytest.fixture(scope="module")
def base() -> Transformer:
    network = drawn(BASE)
    assert isinstance(network, Transformer)
    return network


def words(*sentences: list[int]) -> Tensor:
    return torch.tensor(sentences)


SOURCE = words([5, 6, 7, 8], [9, 10, 11, 0])
TARGET = words([1, 20, 21], [1, 22, 0])


def test_a_later_word_of_the_target_changes_nothing_before_it(base: Transformer) -> None:
    target = words([1, 20, 21], [1, 20, 999])
    with torch.no_grad():
        here, there = base(SOURCE[:1].repeat(2, 1), target)
    torch.testing.assert_close(here[:2], there[:2], rtol=0, atol=1e-5)
    assert not torch.allclose(here[2], there[2], atol=1e-1)


def test_every_word_of_the_source_is_seen_by_every_word_of_the_target(base: Transformer) -> None:
    source = SOURCE[:1].repeat(5, 1)
    source[range(1, 5), range(4)] = 999  # one word of each but the first
    with torch.no_grad():
        logits = base(source, TARGET[:1].repeat(5, 1))
    assert ((logits[1:] - logits[0]).abs().amax(-1) > 1e-2).all()


def test_padding_of_the_source_changes_nothing(base: Transformer) -> None:
    longer = torch.cat([SOURCE, torch.zeros(2, 3, dtype=torch.long)], dim=1)
    with torch.no_grad():
        torch.testing.assert_close(base(longer, TARGET), base(SOURCE, TARGET), rtol=0, atol=1e-5)


def test_padding_before_a_word_of_the_target_is_not_seen(base: Transformer) -> None:
    # The table's row of padding is changed: who sees none of it, gives what it gave.
    target = words([1, 0, 21])
    with torch.no_grad():
        here = base.decode(target, base.encode(SOURCE[:1]), SOURCE[:1])
        row = base.embedding.weight[0].clone()
        base.embedding.weight[0] += 1
        there = base.decode(target, base.encode(SOURCE[:1]), SOURCE[:1])
        base.embedding.weight[0] = row
    # The logit of padding itself is a product with its row.
    torch.testing.assert_close(here[:, [0, 2], 1:], there[:, [0, 2], 1:], rtol=0, atol=1e-5)
    assert not torch.allclose(here[:, 1, 1:], there[:, 1, 1:])


def test_a_sentence_of_padding_alone_gives_numbers(base: Transformer) -> None:
    with torch.no_grad():
        assert base(words([0, 0]), words([0, 0])).isfinite().all()


def test_one_table_serves_three_times(base: Transformer) -> None:
    assert base.embedding.weight is base.target_embedding.weight is base.logits.weight
    assert [tuple(p.shape) for p in base.parameters()].count((37_000, 512)) == 1


def test_the_table_stays_one_when_the_network_is_cast_or_loaded() -> None:
    with torch.device("meta"):
        network = Transformer(BASE)
    network.to(torch.bfloat16)
    network.load_state_dict(network.state_dict())
    assert network.embedding.weight is network.target_embedding.weight is network.logits.weight


@pytest.mark.parametrize(
    ("model", "width", "heads", "with_norms", "without"),
    [(BASE, 512, 8, 63_084_544, 63_082_496), ("transformer-big", 1024, 16, 214_249_472, 214_245_376)],
)
def test_torchs_own_has_just_two_normalisations_more(
    model: str, width: int, heads: int, with_norms: int, without: int
) -> None:
    with torch.device("meta"):
        body = nn.Transformer(width, heads, 6, 6, 4 * width, batch_first=True)
    ours, theirs = undrawn(model), sum(parameter.numel() for parameter in body.parameters())
    assert theirs + 37_000 * width == with_norms
    assert sum(parameter.numel() for parameter in ours.parameters()) == without
    norms = [sum(isinstance(layer, nn.LayerNorm) for layer in net.modules()) for net in (ours, body)]
    assert norms == [30, 32]


def test_with_its_weights_torchs_own_gives_the_same_logits(base: Transformer) -> None:
    body = nn.Transformer(512, 8, 6, 6, 2048, dropout=0.0, batch_first=True)
    body.encoder.norm = body.decoder.norm = None  # the paper has none
    copy_weights(base, body)
    table = base.embedding.weight
    # The end of the second sentence is padding in both.
    causal = nn.Transformer.generate_square_subsequent_mask(3, dtype=torch.bool)
    with torch.no_grad():
        hidden = body(
            table[SOURCE] * sqrt(512) + printed_positions(4, 512),
            table[TARGET] * sqrt(512) + printed_positions(3, 512),
            tgt_mask=causal,
            src_key_padding_mask=SOURCE == 0,
            tgt_key_padding_mask=TARGET == 0,
            memory_key_padding_mask=SOURCE == 0,
        )
        torch.testing.assert_close(base(SOURCE, TARGET), hidden @ table.T, rtol=0, atol=1e-3)
    assert hidden.std() > 0.5


def copy_weights(ours: Transformer, body: nn.Transformer) -> None:
    state: dict[str, Tensor] = {}
    attentions = {"self_attention": "self_attn", "cross_attention": "multihead_attn"}
    for side in ("encoder", "decoder"):
        for number in range(6):
            layer = getattr(ours, side)[str(number + 1)]
            to = f"{side}.layers.{number}"
            parts = [name for name in ("self_attention", "cross_attention") if hasattr(layer, name)]
            for place, name in enumerate([*parts, "feed_forward"], start=1):
                norm = getattr(layer, f"{name}_norm")
                state |= {f"{to}.norm{place}.weight": norm.weight, f"{to}.norm{place}.bias": norm.bias}
            for name in parts:
                attention = getattr(layer, name)
                three = (attention.query, attention.key, attention.value)
                at = f"{to}.{attentions[name]}"
                state[f"{at}.in_proj_weight"] = torch.cat([part.weight for part in three])
                state[f"{at}.in_proj_bias"] = torch.cat([part.bias for part in three])
                state[f"{at}.out_proj.weight"] = attention.output.weight
                state[f"{at}.out_proj.bias"] = attention.output.bias
            for name in ("linear1", "linear2"):
                linear = layer.feed_forward.get_submodule(name)
                state |= {f"{to}.{name}.weight": linear.weight, f"{to}.{name}.bias": linear.bias}
    body.load_state_dict(state)


def printed_positions(length: int, width: int) -> Tensor:
    # §3.5: PE(pos, 2i) = sin(pos / 10000^(2i / d)), PE(pos, 2i + 1) = cos(pos / 10000^(2i / d)).
    return torch.tensor(
        [
            [
                (cos if feature % 2 else sin)(place / 10_000 ** (feature // 2 * 2 / width))
                for feature in range(width)
            ]
            for place in range(length)
        ]
    )


def test_positions_are_the_printed_sines_and_cosines() -> None:
    torch.testing.assert_close(sinusoids(50, 64), printed_positions(50, 64), rtol=0, atol=1e-5)


def test_sentences_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(WrongInput, match=r"base takes source tokens .* and is given \(2, 4\) and \(1, 3\)"):
        undrawn(BASE)(SOURCE, TARGET[:1])
