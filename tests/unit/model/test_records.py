"""Records: what is written comes back, nothing is rewritten, and a bad line is named."""

import json
import re
import string
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.errors import BadRecord, UnknownName
from reference_model.factbook.records import KINDS, Figure, Record, append, own_file, read, read_file

BAD = Path(__file__).parents[2] / "fixtures" / "model" / "bad_records.md"
CASE = re.compile(r"^## (.+?)\n\n```(\w+)\n(.*?)\n```\n\n```text\n(.*?)\n```", re.MULTILINE | re.DOTALL)

GOOD = Record(
    kind="bench",
    date="2012-12-03",
    device="GTX 580",
    versions={"python": "2.7"},
    settings={"batch": 128, "devices": ["a", "b"], "note": None},
    figures=(
        Figure("bench.gtx-580", "training", 225.5, "images/s", 1.5, 5, "Half a day’s work\u2028of two."),
    ),
)


def cases() -> list[object]:
    found = CASE.findall(BAD.read_text("utf-8"))
    return [pytest.param(kind, block, message, id=title) for title, kind, block, message in found]


def line(kind: str, block: str) -> str:
    if kind == "line":
        return block
    record = asdict(GOOD)
    change = json.loads(block)
    part = record["figures"][0] if kind == "figure" else record
    part |= {name: value for name, value in change.items() if value is not None}
    for name in [name for name, value in change.items() if value is None]:
        del part[name]
    return json.dumps(record)


names = st.text(string.ascii_lowercase, min_size=1, max_size=8)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
numbers = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
figures = st.builds(
    Figure,
    subject=names,
    property=names,
    value=numbers,
    unit=st.sampled_from(["", "images/s"]),
    spread=st.none() | st.floats(0, 1e9),
    runs=st.integers(1, 1000),
    statement=words,
)
records = st.builds(
    Record,
    kind=st.sampled_from(KINDS),
    date=st.dates().map(lambda day: day.isoformat()),
    device=words,
    versions=st.dictionaries(names, words, max_size=3),
    settings=st.dictionaries(names, st.none() | st.booleans() | numbers | words, max_size=3),
    figures=st.lists(figures, max_size=3, unique_by=lambda figure: f"{figure.subject}.{figure.property}").map(
        tuple
    ),
)


@given(st.lists(records, min_size=1, max_size=3))
def test_what_is_appended_comes_back_in_order_and_nothing_before_it_changes(
    tmp_path_factory: pytest.TempPathFactory, written: list[Record]
) -> None:
    path = tmp_path_factory.mktemp("records") / "new folder" / "bench.jsonl"
    for number, record in enumerate(written):
        before = path.read_bytes() if number else b""
        append(path, record)
        after = path.read_bytes()
        assert after.startswith(before)
        assert after.count(b"\n") == number + 1
    assert read_file(path) == tuple(written)


def test_the_same_record_is_the_same_line_with_its_keys_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append(path, GOOD)
    append(path, replace(GOOD, settings=dict(reversed(list(GOOD.settings.items())))))
    first, second = path.read_text("utf-8").split("\n")[:2]
    assert first == second
    assert list(json.loads(first)) == sorted(json.loads(first))


def test_a_line_that_was_cut_off_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"kind": "be')
    append(path, GOOD)
    cut, whole = path.read_text("utf-8").splitlines()[0], path.read_text("utf-8").split("\n")[1]
    assert cut == '{"kind": "be'
    assert json.loads(whole)["device"] == "GTX 580"


@pytest.mark.parametrize(("kind", "block", "message"), cases())
def test_a_bad_line_is_named_with_its_file_and_what_was_expected(
    tmp_path: Path, kind: str, block: str, message: str
) -> None:
    path = tmp_path / "bench.jsonl"
    append(path, GOOD)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line(kind, block)}\n")  # an empty line counts, and is no record
    with pytest.raises(BadRecord) as caught:
        read_file(path)
    assert f"{path}, line 3: " in str(caught.value)
    assert message in str(caught.value)


def test_all_bad_cases_are_read_from_the_document() -> None:
    assert len(cases()) == BAD.read_text("utf-8").count("\n## ")


def test_a_figure_that_is_there_twice_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(BadRecord, match=r"bench\.gtx-580\.training is there twice"):
        append(path, replace(GOOD, figures=GOOD.figures * 2))
    with pytest.raises(BadRecord, match="cannot be written"):
        append(path, replace(GOOD, figures=(replace(GOOD.figures[0], value=float("nan")),)))
    assert not path.exists()


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bench.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadRecord, match=r"bench\.jsonl: cannot be read"):
        read_file(path)


def test_an_unknown_kind_gets_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean ablation"):
        read("ablations")


@pytest.mark.parametrize("kind", KINDS)
def test_the_packages_own_records_can_be_read_and_are_of_their_kind(kind: str) -> None:
    path = own_file(kind)
    lines = [text for text in path.read_text("utf-8").split("\n") if text] if path.exists() else []
    found = read(kind)
    assert [record.kind for record in found] == [kind] * len(lines)
    assert [record.date for record in found] == sorted(record.date for record in found)


def test_records_are_read_without_torch_and_numpy() -> None:
    code = (
        "import sys, reference_model.factbook.records as r; [r.read(kind) for kind in r.KINDS]; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
