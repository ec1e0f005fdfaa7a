"""The command `summary`: the figures are those of the papers, in every format."""

from __future__ import annotations

import errno
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model import summary
from reference_model.analysis import analyse
from reference_model.cli import main
from reference_model.models import MODELS
from reference_model.presentation.outline import outline
from reference_model.presentation.summary_table import COLUMNS, markdown, text
from reference_model.presentation.wording import first_windows
from reference_model.specs.alexnet import VARIANTS, alexnet
from tests.tables import number, rows

FIXTURE = "model/summary.md"
LAYERS = rows("model/alexnet.md", "Layers as published")
NETWORKS = [(model, None) for model in MODELS] + [("alexnet", variant) for variant in VARIANTS]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = main(["summary", *arguments])
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    return said.out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(printed(capsys, "--format", "json", *arguments))
    return loaded


def cells(table: str, first: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_json_has_every_figure_of_every_layer(capsys: pytest.CaptureFixture[str]) -> None:
    found = {layer["name"]: layer for layer in as_json(capsys)["layers"]}
    for expected in LAYERS:
        layer = found[expected["layer"]]
        for key in ("kernel", "stride", "groups", "jump"):
            assert layer[key] == (number(expected[key]) if expected[key] else None), (expected, key)
        for key in ("weights", "biases", "parameters", "macs"):
            assert layer[key] == number(expected[key]), (expected, key)
        assert layer["flops"] == 2 * number(expected["macs"])
        assert layer["receptive_field"] == number(expected["receptive field"])
        assert layer["output"] == [int(side) for side in expected["output"].split("×")]
        zeros = [int(zeros) for zeros in expected["padding"].split(",") if zeros]
        assert layer["padding"] == (zeros if len(zeros) > 1 else zeros[0] if zeros else None)


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    loaded = as_json(capsys, "--model", "AlexNet", "--variant", "published")
    assert (loaded["schema"], loaded["model"], loaded["variant"]) == (
        "reference_model.summary/1", "alexnet", "paper",
    )  # fmt: skip
    assert loaded["input"] == [3, 224, 224]
    layer = {
        "name", "kind", "output", "kernel", "stride", "padding", "groups", "weights", "biases", "parameters",
        "macs", "receptive_field", "jump",
    }  # fmt: skip
    assert all(layer <= found.keys() for found in loaded["layers"])
    assert [found["kind"] for found in loaded["layers"]][:4] == ["conv", "relu", "norm", "max-pool"]


@pytest.mark.parametrize("expected", rows(FIXTURE, "Totals of AlexNet"), ids=lambda row: row["total"])
def test_totals(expected: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys)["totals"][expected["total"]] == number(expected["value"])


def test_json_is_sorted_and_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys, "--format", "json", "--model", "googlenet")
    assert first == printed(capsys, "--format", "json", "--model", "GoogLeNet")
    keys = list(json.loads(first))
    assert keys == sorted(keys)


def test_a_transformer_has_no_depth_in_layers(capsys: pytest.CaptureFixture[str]) -> None:
    loaded = as_json(capsys, "--model", "transformer")
    assert loaded["totals"]["depth"] is None
    assert loaded["totals"]["parameters"] == 63_082_496
    assert loaded["input"] == [64, 64]
    assert all(layer["receptive_field"] is None for layer in loaded["layers"])


@pytest.mark.parametrize("expected", rows(FIXTURE, "Memory of training"), ids=lambda row: row["batch"])
def test_memory_of_training(expected: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    loaded = as_json(capsys, "--batch", expected["batch"])
    assert loaded["training"] == {"batch": int(expected["batch"]), "bytes": number(expected["bytes"])}
    assert f"about {expected['said']}" in printed(capsys, "--batch", expected["batch"])


def test_nothing_is_said_of_training_where_no_batch_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert "training" not in as_json(capsys)
    assert "at once" not in printed(capsys)


@pytest.mark.parametrize("expected", rows(FIXTURE, "Lines of AlexNet"), ids=lambda row: row["layer"])
def test_lines_of_the_table(expected: dict[str, str]) -> None:
    layer = next(layer for layer in LAYERS if layer["layer"] == expected["layer"])
    counts = [number(layer[key]) for key in ("parameters", "macs")]
    parameters, macs = [f"{count:,}" if count else "" for count in counts]
    found = cells(markdown(summary("alexnet")), expected["layer"])
    assert found[6:] == [
        layer["output"], expected["then"], parameters, expected["parameters %"], macs, expected["macs %"],
        expected["seen"],
    ]  # fmt: skip
    line = next(line for line in text(summary("alexnet")).splitlines() if line.startswith(expected["layer"]))
    assert line.split() == " ".join(found).split()


@pytest.mark.parametrize("expected", rows(FIXTURE, "224 or 227"), ids=lambda row: row["formula"])
def test_224_or_227_in_words(expected: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--input", expected["input"]] if expected["input"] else []
    table = printed(capsys, "--format", "markdown", "--variant", expected["variant"], *size)
    assert expected["formula"] in table


@given(st.sampled_from(sorted(VARIANTS)), st.integers(80, 400))
def test_the_formula_gives_the_maps_of_conv1(variant: str, size: int) -> None:
    worked_out = analyse(alexnet(VARIANTS[variant], input_size=size))
    side = worked_out.by_name["conv1"].output[1]
    assert re.search(rf"(= |rounded down to ){side}(,| positions)", first_windows(worked_out))


@pytest.mark.parametrize("expected", rows(FIXTURE, "Blocks"), ids=lambda row: row["line"])
def test_equal_blocks_are_one_line(expected: dict[str, str]) -> None:
    line = next(
        line for line in text(summary(expected["model"])).splitlines() if line.startswith(expected["line"])
    )
    assert line.split()[2] == expected["count"] or not expected["count"]


def test_blocks_open_up() -> None:
    table = text(summary("googlenet"), by="layer")
    assert re.search(r"^  conv5x5 +conv +5 +1 +2 +32×28×28 +ReLU +12,832 ", table, re.MULTILINE)


@pytest.mark.parametrize(("model", "variant"), NETWORKS)
def test_lines_add_up_and_fit(model: str, variant: str | None) -> None:
    worked_out = summary(model, variant)
    items = outline(worked_out)
    assert sum(item.parameters for item in items) == worked_out.parameters
    assert sum(item.macs for item in items) == worked_out.macs
    for table in (text(worked_out, batch=128), text(worked_out, by="layer"), text(worked_out, by="block")):
        assert max(map(len, table.splitlines())) <= COLUMNS
        assert f"{worked_out.parameters:,}" in table
        assert all(line == line.rstrip() for line in table.splitlines())
    # A line of a table for each layer with weights or windows, however the table is cut.
    rows_shown = [row for row in worked_out.rows if row.weights and "norm" not in row.kind]
    lines = text(worked_out, by="layer").splitlines()
    for row in rows_shown:
        assert any(line.strip() and row.name.endswith(line.split()[0]) for line in lines), row.name


@pytest.mark.parametrize("kind", ["table", "json", "markdown", "svg"])
@pytest.mark.parametrize("model", MODELS)
def test_every_model_in_every_format(model: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    written = printed(capsys, "--model", model, "--format", kind)
    assert written.endswith("\n")
    assert f"{summary(model).parameters}" in written.replace(",", "")


def test_images_of_another_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys, "--input", "227")["input"] == [3, 227, 227]
    loaded = as_json(capsys, "--model", "resnet50", "--input", "256x320")
    maps = {layer["name"]: layer["output"] for layer in loaded["layers"]}
    assert maps["conv5_3"] == [2048, 8, 10]
    assert loaded["totals"]["parameters"] == 25_557_032


def test_a_file_gets_what_stdout_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "alexnet.svg"
    assert main(["summary", "--format", "svg", "-o", str(file)]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"wrote {file}\n")
    assert file.read_bytes() == printed(capsys, "--format", "svg").encode()


def test_a_full_disk_is_said_with_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def write_text(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_text)
    assert main(["summary", "-o", "alexnet.txt"]) == 3
    assert capsys.readouterr().err == "error: alexnet.txt: No space left on device\n"


@pytest.mark.parametrize("expected", rows(FIXTURE, "Wrong calls"), ids=lambda row: row["command"])
def test_wrong_calls(
    expected: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code = main(shlex.split(expected["command"]))
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert expected["said"] in said.err
    assert said.err.count("\n") == 1
