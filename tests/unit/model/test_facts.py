"""Facts: their values against figures typed by hand, their form, how they hang together, and the command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.analysis import summary
from reference_model.errors import BadRecord, ReferenceModelError
from reference_model.factbook import facts as factbook
from reference_model.factbook import measured
from reference_model.factbook.computed.facts import computed, networks
from reference_model.factbook.computed.layers import POOLING
from reference_model.factbook.fact import DERIVATIONS, KINDS, Accepted, Fact, Value, by_key, fits, is_key
from reference_model.factbook.facts import facts
from reference_model.factbook.published import Published
from reference_model.factbook.records import Figure, Record
from reference_model.presentation.fact_table import format_value

DOCUMENT = Path(__file__).parents[2] / "fixtures" / "model" / "facts.md"
FACTS = facts()


def tables() -> Iterator[tuple[str, list[str], list[str]]]:
    """Give section, heads and cells of every row of the document."""
    section, heads = "", []
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if set(line) <= set("|-"):
                continue
            if cells[0] == "fact":
                heads = cells
            else:
                yield section, heads, cells


def cases(*, accepted: bool | None) -> list[Any]:
    found = []
    for section, heads, (first, *cells) in tables():
        if accepted is not {"Also right": True, "Not right": False}.get(section):
            continue
        for head, cell in zip(heads[1:], cells, strict=True):
            key = first if head in {"value", "accepted"} else f"{first}.{head}"
            if cell:
                found.append(pytest.param(key, cell, id=f"{key} {cell}"))
    return found


def agrees(value: Value, written: str) -> bool:
    """Whether a value is the written one, to the digits written; whole numbers exactly."""
    text = written.removesuffix("%").replace(",", "")
    try:
        expected = Decimal(text)
    except InvalidOperation:
        return value == written
    if isinstance(value, str):
        return False
    factor = Decimal("0.01") if written.endswith("%") else Decimal(1)
    exponent = expected.as_tuple().exponent
    assert isinstance(exponent, int)
    if factor == 1 and exponent == 0:
        return value == int(expected)
    slack = Decimal(10) ** exponent / 2
    return abs(Decimal(str(value)) / factor - expected) <= slack


@pytest.mark.parametrize(("key", "written"), cases(accepted=None))
def test_a_fact_has_the_value_that_was_typed_by_hand(key: str, written: str) -> None:
    assert agrees(FACTS[key].value, written), FACTS[key].value


@pytest.mark.parametrize(("key", "written"), cases(accepted=True))
def test_a_further_value_is_right_and_has_a_reason(key: str, written: str) -> None:
    assert not agrees(FACTS[key].value, written)
    assert any(agrees(other.value, written) and other.reason for other in FACTS[key].accepted)


@pytest.mark.parametrize(("key", "written"), cases(accepted=False))
def test_a_usual_mistake_is_not_right(key: str, written: str) -> None:
    assert not any(agrees(value, written) for value in all_values(FACTS[key]))


def all_values(fact: Fact) -> list[Value]:
    return [fact.value, *(other.value for other in fact.accepted)]


def test_every_fact_is_well_formed() -> None:
    for key, fact in FACTS.items():
        assert fact.key == key
        assert is_key(key), key
        assert "_" not in fact.subject, key
        assert "-" not in fact.property, key
        assert fact.kind in KINDS, key
        assert fact.derivation in DERIVATIONS, key
        assert fact.evidence.strip(), key
        assert fact.source.strip(), key
        assert all(other.reason.strip() for other in fact.accepted), key
        values = all_values(fact)
        assert all(fits(fact.kind, value) for value in values), key
        assert len(set(values)) == len(values), key


def test_rates_are_fractions_of_one() -> None:
    for fact in FACTS.values():
        if fact.kind == "rate" and fact.derivation != "measured":
            for value in all_values(fact):
                ends = [float(end) for end in str(value).split("..") if end]
                assert all(0 <= end <= 1 for end in ends), fact.key


def test_facts_are_sorted_and_cannot_be_changed() -> None:
    assert list(FACTS) == sorted(FACTS)
    assert facts() is FACTS
    with pytest.raises(TypeError):
        FACTS["alexnet.parameters"] = FACTS["alexnet.macs"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        FACTS["alexnet.parameters"].value = 1  # type: ignore[misc]


@pytest.mark.parametrize("subject", ["alexnet", "alexnet.ungrouped", "zfnet", "vgg16", "vgg19", "googlenet"])
def test_layers_sum_to_the_whole(subject: str) -> None:
    known = {
        key.removeprefix(f"{subject}."): fact.value for key, fact in FACTS.items() if fact.subject == subject
    }
    layers = [name.removesuffix(".output_shape") for name in known if name.endswith(".output_shape")]
    for what in ("parameters", "weights", "biases", "macs", "neurons"):
        assert sum(int(known.get(f"{layer}.{what}", 0)) for layer in layers) == known[what]
    for what in ("parameter_share", "mac_share"):
        assert sum(float(known.get(f"{layer}.{what}", 0)) for layer in layers) == pytest.approx(1, abs=1e-4)
    parts = [f"{part}_parameters" for part in ("convolutional", "fully_connected")]
    assert sum(int(known[part]) for part in parts) == known["parameters"]


def test_each_layer_with_weights_and_each_pooling_layer_has_its_facts() -> None:
    convolution = {"filters", "kernel", "kernel_shape", "stride", "padding", "groups", "output_shape"}
    counted = {"weights", "biases", "parameters", "macs", "parameter_share", "mac_share"}
    placed = {"receptive_field", "jump"}
    for subject, (model, variant) in networks().items():
        for row in summary(model, variant).rows:
            if row.kind == "conv":
                expected = convolution | counted | placed
            elif row.kind == "linear":
                expected = {"units", "inputs", "output_shape"} | counted
            elif row.kind in POOLING:
                expected = {"output_shape"} | placed
            else:
                continue
            assert {name for name in expected if f"{subject}.{row.name}.{name}" not in FACTS} == set()


def test_what_is_published_lies_near_what_is_computed() -> None:
    compared = 0
    for subject in networks():
        for fact in FACTS.values():
            if fact.subject == subject and fact.derivation == "computed" and fact.kind == "count":
                for other in fact.accepted:
                    if other.reason.startswith("published"):
                        compared += 1
                        assert float(other.value) == pytest.approx(float(fact.value), rel=0.06), fact.key
    assert compared >= 12


def test_sixty_million_is_the_count_to_one_figure() -> None:
    assert round(int(FACTS["alexnet.parameters"].value), -7) == FACTS["alexnet.parameters_published"].value


def test_layer_neurons_of_figure_2_are_right_but_for_the_first() -> None:
    for layer in ("conv2", "conv3", "conv4", "conv5"):
        assert FACTS[f"alexnet.{layer}.neurons"].value == FACTS[f"alexnet.{layer}.neurons_published"].value
    first = FACTS["alexnet.conv1.neurons_published"]
    assert first.value != FACTS["alexnet.conv1.neurons"].value
    assert "290,400" in first.evidence


def test_margin_is_the_difference_of_the_rates() -> None:
    for subject, ours, theirs in (
        ("alexnet", "top5_test_error", "runner_up_top5_test_error"),
        ("ilsvrc-2012", "winner_top5_test_error", "runner_up_top5_test_error"),
    ):
        low, high = (Decimal(str(FACTS[f"{subject}.{name}"].value)) for name in (ours, theirs))
        assert Decimal(str(FACTS[f"{subject}.margin"].value)) == 100 * (high - low)


def test_training_time_and_peak_agree_with_the_share_of_the_peak() -> None:
    floor = int(FACTS["alexnet.training_floor_two_gtx_580"].value)
    assert f"{floor / 3600:.1f}" == "41.2"
    low, high = (float(end) for end in str(FACTS["alexnet.share_of_peak"].value).split(".."))
    assert low == pytest.approx(floor / (6 * 86_400), abs=5e-4)
    assert high == pytest.approx(floor / (5 * 86_400), abs=5e-4)
    short, long = (float(end) for end in str(FACTS["alexnet.iteration_time"].value).split(".."))
    assert (round(short, 2), round(long, 2)) == (0.51, 0.61)


def test_the_evidence_shows_the_sum() -> None:
    assert FACTS["alexnet.conv1.parameters"].evidence == "11·11·3·96 + 96 = 34,944"
    assert FACTS["alexnet.parameters"].evidence.endswith("= 60,965,224")
    assert "26.2 − 15.3 = 10.9" in FACTS["alexnet.margin"].evidence


def test_a_family_has_the_values_of_its_members() -> None:
    for family, *members in (
        ("vgg", "vgg19", "vgg16"),
        ("resnet", "resnet152", "resnet50"),
        ("transformer", "transformer-base", "transformer-big"),
    ):
        for name in ("parameters", "macs", "biases"):
            values = all_values(FACTS[f"{family}.{name}"])
            assert [FACTS[f"{member}.{name}"].value for member in members] == [
                value for value in values if value in {FACTS[f"{member}.{name}"].value for member in members}
            ]
            assert values[0] == FACTS[f"{members[0]}.{name}"].value


def test_orders_that_do_not_commute_are_not_accepted() -> None:
    assert FACTS["alexnet.conv1.order"].accepted == ()
    assert FACTS["alexnet.conv2.order"].accepted == ()


def test_a_key_that_is_there_twice_names_both() -> None:
    fact = FACTS["alexnet.gpus"]
    with pytest.raises(BadRecord, match=r"alexnet\.gpus is there twice, published .* and published"):
        by_key([fact, Fact(*(getattr(fact, name) for name in Fact.__slots__))])


def test_a_further_value_needs_a_computed_fact_of_its_kind() -> None:
    everything = tuple(fact for fact in FACTS.values() if fact.derivation == "published")
    with pytest.raises(
        BadRecord, match=r"there is no computed fact 'alexnet\.parametres'; did you mean alexnet\.par"
    ):
        computed(Published(everything, {"alexnet.parametres": (Accepted(1, "why"),)}))
    with pytest.raises(BadRecord, match=r"alexnet\.parameters: 'many' is no count"):
        computed(Published(everything, {"alexnet.parameters": (Accepted("many", "why"),)}))


FIGURE = Figure("ablation.digits", "relu.epochs", 3.5, "epochs", 0.25, 5, "ReLU reaches 25 % in 3.5 epochs.")
RECORD = Record("ablation", "2026-11-25", "a processor", {"torch": "2.13.0"}, {}, (FIGURE,))


def test_a_measured_figure_is_a_fact_with_its_circumstances() -> None:
    fact = measured.from_figure(RECORD, FIGURE)
    assert (fact.key, fact.value, fact.unit) == ("ablation.digits.relu.epochs", 3.5, "epochs")
    assert (fact.derivation, fact.kind) == ("measured", "quantity")
    assert fact.evidence == "ReLU reaches 25 % in 3.5 epochs. (5 runs, ± 0.25, on a processor, 2026-11-25)"
    assert fact.source == "record ablation of 2026-11-25: torch 2.13.0"


def test_only_the_latest_record_of_a_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = Record("ablation", "2026-11-24", "another", {}, {}, (FIGURE,))
    monkeypatch.setattr(measured, "read", lambda kind: (earlier, RECORD) if kind == "ablation" else ())
    (fact,) = measured.measured()
    assert "2026-11-25" in fact.source


def test_no_records_are_no_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "read", lambda _: ())
    assert list(measured.measured()) == []


def test_a_figure_whose_name_is_no_key_is_refused() -> None:
    figure = Figure("Digits", "relu epochs", 1.0, "", None, 1, "Nothing.")
    with pytest.raises(BadRecord, match=r"ablation of 2026-11-25: Digits\.relu epochs cannot be the key"):
        measured.from_figure(RECORD, figure)


@given(st.integers(-(10**18), 10**18))
def test_a_number_written_for_people_is_still_that_number(number: int) -> None:
    fact = FACTS["alexnet.macs"]
    assert int(format_value(fact, number).removesuffix(" MACs").replace(",", "")) == number


@given(st.decimals(0, 1, allow_nan=False, places=5))
def test_a_rate_written_for_people_is_still_that_rate(rate: Decimal) -> None:
    fact = FACTS["alexnet.top5_test_error"]
    assert Decimal(format_value(fact, float(rate)).removesuffix(" %")) / 100 == rate


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9999, max_value=9999), st.data()
)
def test_a_range_ends_above_its_beginning(low: Decimal, data: st.DataObject) -> None:
    step = data.draw(st.decimals("0.01", 100, allow_nan=False, places=2))
    assert fits("quantity", f"{low}..{low + step}")
    assert not fits("quantity", f"{low + step}..{low}")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("date", "2013-11", "2013-13"),
        ("date", "2013-12-09", "9 December 2013"),
        ("shape", "224x224x3", "224×224×3"),
        ("order", "conv1 > relu1", "conv1 >relu1"),
        ("list", "fc6, fc7", "fc6"),
        ("year", 2012, "2012"),
        ("duration", "432000..518400", "5 days"),
        ("count", "15000000..", ".."),
        ("discrete", 2, True),
        ("name", "GTX 580", ""),
    ],
)
def test_a_value_is_written_as_its_kind_demands(kind: Any, good: Value, bad: Value) -> None:
    assert fits(kind, good)
    assert not fits(kind, bad)


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_facts_need_neither_torch_nor_numpy() -> None:
    code = """
import sys
sys.modules["torch"] = sys.modules["numpy"] = None
import reference_model
print("factbook" in "".join(sys.modules), reference_model.facts()["alexnet.depth"].value)
try:
    reference_model.facts(live=True)
except reference_model.ReferenceModelError as missing:
    print(type(missing).__name__, missing)
"""
    assert run_python(code).splitlines() == [
        "False 8",
        "MissingPackage live facts need torch: pip install 'kbgen[model]'",
    ]


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str | None]]]:
    """Record what is confirmed, in place of torch."""
    asked: list[tuple[str, str | None]] = []

    def crosscheck(name: str, variant: str | None = None) -> SimpleNamespace:
        asked.append((name, variant))
        wrong = (
            ("conv1: macs 1 in torch, 2 by arithmetic",) if variant == "caffe" and len(asked) > 100 else ()
        )
        return SimpleNamespace(version="2.6.0", disagreements=wrong)

    monkeypatch.setitem(
        sys.modules, "reference_model.networks.crosscheck", SimpleNamespace(crosscheck=crosscheck)
    )
    factbook._live_facts.cache_clear()
    yield asked
    factbook._live_facts.cache_clear()


def test_live_facts_say_what_torch_confirmed(confirmed: list[tuple[str, str | None]]) -> None:
    live = facts(live=True)
    assert ("alexnet", None) in confirmed
    assert ("alexnet", "ungrouped") in confirmed
    assert len(confirmed) == len(networks())
    assert live["alexnet.parameters"].evidence.endswith("= 60,965,224; confirmed by torch 2.6.0")
    for key in ("alexnet.conv1.receptive_field", "alexnet.top5_test_error", "alexnet.margin", "vgg.depth"):
        assert live[key] == FACTS[key]


def test_a_disagreement_with_torch_is_no_fact(confirmed: list[tuple[str, str | None]]) -> None:
    confirmed.extend([("", None)] * 100)
    with pytest.raises(ReferenceModelError, match=r"disagree about alexnet\.caffe: conv1: macs 1 in torch"):
        facts(live=True)
