"""The table of published figures: what it holds, and what is said of one that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reference_model.errors import BadRecord
from reference_model.factbook.published import published, read_file

MISTAKES = Path(__file__).parents[2] / "fixtures" / "model" / "facts-table-mistakes.md"
CASE = re.compile(r"^## (.+?)\n\n```toml\n(.*?)^```\n\n> (.+?)$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param(table, message, id=name)
        for name, table, message in CASE.findall(MISTAKES.read_text("utf-8"))
    ],
)
def test_a_mistake_is_named_with_file_and_key(table: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(table, "utf-8")
    with pytest.raises(BadRecord) as error:
        read_file(path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadRecord, match=r"absent\.toml: cannot be read"):
        read_file(tmp_path / "absent.toml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b"[sources]\npaper = '\xe9'\n")
    with pytest.raises(BadRecord, match=r"latin\.toml: cannot be read"):
        read_file(path)


def test_a_fact_takes_its_source_from_its_subject_or_names_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        [sources]
        paper = "A paper"
        page = "A page"
        [[subject]]
        name = "alexnet"
        source = "paper"
        facts = [
          { property = "gpus", value = 2, unit = "GPUs", kind = "discrete", at = "§5", evidence = "two" },
          { property = "rank", value = 1, kind = "discrete", source = "page", accepted = [[2, "a reason"]] },
        ]
        [[accept]]
        key = "alexnet.parameters"
        values = [[60_000_000, "as printed"]]
        """,
        "utf-8",
    )
    table = read_file(path)
    gpus, rank = table.facts
    assert (gpus.source, gpus.unit, gpus.evidence, gpus.derivation) == (
        "A paper, §5",
        "GPUs",
        "two",
        "published",
    )
    assert (rank.source, rank.accepted[0].value, rank.accepted[0].reason) == ("A page", 2, "a reason")
    assert table.accepted["alexnet.parameters"][0].value == 60_000_000


def test_each_source_of_the_package_is_used() -> None:
    named = {fact.source for fact in published().facts}
    source = (Path(__file__).parents[3] / "reference_model" / "factbook" / "published.toml").read_text(
        "utf-8"
    )
    section = source.partition("\n[sources]\n")[2].partition("\n\n")[0]
    for line in section.splitlines():
        text = line.partition(" = ")[2].strip('"')
        assert any(found == text or found.startswith(f"{text}, ") for found in named), line


def test_slips_of_the_papers_are_facts_that_say_so() -> None:
    facts = {fact.key: fact for fact in published().facts}
    assert "a slip" in facts["alexnet.conv1.neurons_published"].evidence
    assert "8.7" in facts["googlenet.parameter_reduction_published"].evidence
    assert "conv3 has 1.45 %" in facts["alexnet.convolutional_layer_share_published"].evidence
