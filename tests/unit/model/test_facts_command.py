"""The command `facts`: what it prints, in which form, and how it finds what was asked for."""

from __future__ import annotations

import json
import re

import pytest
import typer
from typer.testing import CliRunner

from reference_model.commands import facts as command
from reference_model.errors import UnknownName
from reference_model.factbook.facts import facts
from reference_model.presentation.fact_table import format_value

FACTS = facts()

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
app.command()(command.facts)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_json_has_every_field_of_the_chosen_facts() -> None:
    found = json.loads(run("alexnet.conv1", "--format", "json"))
    assert found["schema"] == "reference_model.facts/1"
    keys = [fact["key"] for fact in found["facts"]]
    assert keys == [key for key in FACTS if key.startswith("alexnet.conv1.")]
    padding = next(fact for fact in found["facts"] if fact["key"] == "alexnet.conv1.padding")
    expected = {
        "subject": "alexnet", "property": "conv1.padding", "value": 0, "unit": "px", "kind": "discrete",
        "derivation": "computed",
    }  # fmt: skip
    assert {name: padding[name] for name in expected} == expected
    assert padding["accepted"][0]["value"] == 2
    assert padding["accepted"][0]["reason"]
    assert padding["evidence"]
    assert padding["source"]


def test_a_derivation_chooses() -> None:
    found = json.loads(run("alexnet", "--derivation", "published", "--format", "json"))["facts"]
    assert {fact["derivation"] for fact in found} == {"published"}
    assert {fact["subject"] for fact in found} >= {"alexnet", "alexnet.seven-networks"}


def test_the_table_fits_a_terminal_of_100_columns() -> None:
    for line in run().splitlines():
        assert len(line) <= 100


def test_the_table_names_each_subject_once() -> None:
    headings = [line for line in run("alexnet", "vgg").splitlines() if line and not line.startswith(" ")]
    assert headings == sorted(set(headings))
    assert {"alexnet", "alexnet.ungrouped", "vgg"} <= set(headings)


def test_a_whole_key_shows_all_about_one_fact() -> None:
    assert run("alexnet.training_time") == (
        "alexnet.training_time\n"
        "  value       5 to 6 days\n"
        "  known       published: “five to six days on two NVIDIA GTX 580 3GB GPUs”; of one network\n"
        "  source      Krizhevsky, Sutskever, Hinton, NIPS 2012, §1, §5\n"
    )


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("AlexNet", "alexnet.ungrouped.parameters"),
        ("Geoffrey Hinton", "geoffrey-hinton.nobel_prize_year"),
        ("VGG-16", "vgg16.parameters"),
        ("VGG-16.conv1_1", "vgg16.conv1_1.filters"),
        ("ResNet 50", "resnet50.depth"),
        ("vgg", "vgg.depth"),
        ("alexnet.top", "alexnet.top5_test_error"),
        ("alexnet.", "alexnet.parameters"),
    ],
)
def test_a_subject_is_found_as_people_write_it(said: str, key: str) -> None:
    assert key in command.matching(FACTS, said)


def test_a_family_is_not_its_members() -> None:
    assert "vgg16.parameters" not in command.matching(FACTS, "vgg")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("alexnt", "there is no subject 'alexnt'; did you mean alexnet"),
        ("hinton", "there is no subject 'hinton'; did you mean geoffrey-hinton"),
        ("alexnet.paramters", "there is no fact 'alexnet.paramters'; did you mean alexnet.parameters"),
    ],
)
def test_an_unknown_name_gets_the_nearest(said: str, answer: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(answer)):
        command.matching(FACTS, said)


def test_markdown_is_one_table() -> None:
    lines = run("geoffrey-hinton", "--format", "markdown").splitlines()
    assert {line.count(" | ") for line in lines} == {5}
    assert any(line.startswith("| `geoffrey-hinton.nobel_prize_year` | 2024 |") for line in lines)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("alexnet.training_floor_two_gtx_580", "41.2 hours"),
        ("alexnet.top5_test_error", "15.3 %"),
        ("alexnet.year", "2012"),
        ("alexnet.parameters", "60,965,224"),
        ("alexnet.parameters_published", "60,000,000 parameters"),
        ("alexnet.input_shape", "224×224×3"),
        ("gtx-580.clock", "1.544 GHz"),
        ("imagenet.images", "over 15,000,000"),
        ("alexnet.convolutional_layer_share_published", "up to 1 %"),
        ("zfnet.training_time", "12 days"),
    ],
)
def test_values_are_written_for_people(key: str, written: str) -> None:
    assert format_value(FACTS[key], FACTS[key].value) == written
