"""Every format is well-formed and says what was found, whatever stands in a note."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.facts.fact import Accepted, Fact
from kbgen.facts.wording import format_fact
from kbgen.verdicts.formats import Listed
from kbgen.verdicts.json_report import as_json
from kbgen.verdicts.junit import junit
from kbgen.verdicts.outcome import Outcome
from kbgen.verdicts.scanners import RULES, github, sarif
from kbgen.verdicts.table import closing, table
from kbgen.verdicts.wording import claimed, reference
from kbgen.verification.finding import Coverage
from tests.claims.verifier import verify_text
from tests.unit.verdicts.made import OUTCOMES, PLAIN, UNKNOWN, outcome_of, placed

SHOWN: tuple[Listed, ...] = ("problems", "all", "refuted", "unchecked", "loose")


@given(OUTCOMES)
def test_json_has_the_fields_of_the_contract(found: Outcome) -> None:
    answer = json.loads(as_json(found))
    assert list(answer) == ["schema", "summary", "findings"]
    assert answer["schema"] == "kbgen.verify/1"
    assert list(answer["summary"]) == [
        *("claims", "supported", "refuted", "not_enough_info", "numbers_seen", "numbers_claimed")
    ]
    for told, each in zip(answer["findings"], found.findings, strict=True):
        assert list(told) == list(PLAIN)
        assert told == {
            **{name: getattr(each.finding, name) for name in PLAIN},
            "severity": "info" if each.known else each.finding.severity,
        }
    verdicts = [each["verdict"] for each in answer["findings"]]
    assert answer["summary"]["claims"] == len(verdicts)
    for name in ("supported", "refuted", "not_enough_info"):
        assert answer["summary"][name] == verdicts.count(name.replace("_", " "))


@given(OUTCOMES)
def test_sarif_has_what_the_standard_requires(found: Outcome) -> None:
    log = json.loads(sarif(found))
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == ["refuted-claim", "unchecked-claim"]
    told = [each for each in found.findings if each.finding.verdict in RULES]
    for result, each in zip(run["results"], told, strict=True):
        assert ids[result["ruleIndex"]] == result["ruleId"] == RULES[each.finding.verdict].code
        assert result["level"] == ("error" if each.finding.verdict == "refuted" else "note")
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"] == {"startLine": each.finding.line, "startColumn": each.finding.column}
        assert unquote(place["artifactLocation"]["uri"], errors="surrogatepass") == each.shown
        assert not urlsplit(place["artifactLocation"]["uri"]).scheme
        assert ("suppressions" in result) is each.known
    prints = [result["partialFingerprints"]["claim/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == len(found.failures)


def test_a_fingerprint_knows_no_line() -> None:
    def prints(*lines: int) -> list[str]:
        results = json.loads(sarif(outcome_of(*(placed(line=line) for line in lines))))["runs"][0]["results"]
        return [result["partialFingerprints"]["claim/v1"] for result in results]

    assert prints(3, 7) == prints(30, 70)


@given(OUTCOMES)
def test_every_annotation_is_one_line(found: Outcome) -> None:
    lines = github(found).split("\n")
    assert lines.pop() == ""
    told = [each for each in found.findings if each.finding.verdict in RULES and not each.known]
    for line, each in zip(lines, told, strict=True):
        level = "error" if each.refuted else "notice"
        assert line.startswith(f"::{level} file=")
        assert f",line={each.finding.line},col={each.finding.column},title=" in line
        assert "\r" not in line


@given(OUTCOMES)
def test_junit_is_xml_with_a_case_a_claim(found: Outcome) -> None:
    root = ET.fromstring(junit(found).encode())  # noqa: S314 - it is our own
    cases = root.findall("testsuite/testcase")
    assert int(root.attrib["tests"]) == len(cases) == len(found.findings)
    failed = root.findall("testsuite/testcase/failure")
    skipped = root.findall("testsuite/testcase/skipped")
    assert int(root.attrib["failures"]) == len(failed) == sum(each.refuted for each in found.findings)
    assert int(root.attrib["skipped"]) == len(skipped)
    for suite in root.findall("testsuite"):
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))


@given(OUTCOMES, st.sampled_from(SHOWN), st.integers(1, 200))
def test_no_text_can_command_a_terminal(found: Outcome, show: Listed, width: int) -> None:
    printed = table(found, show, width=width)
    assert all(char.isprintable() or char == "\n" or ord(char) > 0x9F for char in printed)
    assert printed.endswith(f"{closing(found)}\n")
    coloured = table(found, show, colour=True, width=width)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == printed
    if show not in {"unchecked", "loose"}:
        assert printed.count("✗ refuted") >= sum(each.refuted for each in found.findings)


@given(OUTCOMES, st.sampled_from(SHOWN))
def test_the_table_is_no_wider_than_a_page(found: Outcome, show: Listed) -> None:
    # Places and paths are never cut, and the closing line is one.
    lines = [line for line in table(found, show).splitlines()[:-1] if line.startswith("    ")]
    assert all(len(line) <= 100 for line in lines)


def test_each_kind_of_claim_has_its_mark() -> None:
    found = outcome_of(
        placed(),
        placed(line=4, known=True),
        placed(line=5, **UNKNOWN),
        placed(line=6, verdict="supported", agreement="exact", severity="info"),
    )
    assert [
        line for line in table(found, "all").splitlines() if line.startswith("  ") and ":" in line[:8]
    ] == [
        "  4:10  ✗ 3  mars.moons  known; the reference is 2",
        "  5:10  ? 3  mars.moons  Nothing is known about this.",
        "  6:10  ✓ 3  mars.moons  exact, published",
    ]
    assert "5:10" in table(found)
    assert "5:10" in table(found, "unchecked")
    assert "5:10" not in table(found, "refuted")


def test_what_is_loose_is_listed_only_where_it_is_asked_for() -> None:
    found = outcome_of(placed(), placed(line=5, **UNKNOWN, binding="loose"))
    listed = {show for show in SHOWN if "  5:10  ?" in table(found, show)}
    assert listed == {"all", "loose"}
    assert "refuted" not in table(found, "loose").partition("\n\n")[0]


@pytest.mark.parametrize(
    ("findings", "wanted"),
    [
        ((), "no claims; part of a claim: 0 of 5 numbers"),
        ((placed(),), "1 claim: 0 supported, 1 refuted; part of a claim: 1 of 5 numbers"),
        (
            (placed(known=True), placed(verdict="supported")),
            "2 claims: 1 supported, 0 refuted, 1 refuted and known; part of a claim: 2 of 5 numbers",
        ),
        (
            (placed(**UNKNOWN), placed(**UNKNOWN)),
            (
                "2 claims: 0 supported, 0 refuted, 2 with nothing to check them against; "
                "part of a claim: 2 of 5 numbers"
            ),
        ),
        (
            (placed(**UNKNOWN), placed(**UNKNOWN, binding="loose")),
            (
                "2 claims: 0 supported, 0 refuted, 1 with nothing to check it against, 1 loose; "
                "part of a claim: 2 of 5 numbers"
            ),
        ),
    ],
)
def test_the_closing_line(findings: tuple[Any, ...], wanted: str) -> None:
    assert closing(outcome_of(*findings, coverage=Coverage(5, len(findings)))) == wanted


def fact(kind: Any, unit: str = "") -> Fact:
    return Fact("a", "b", "", unit, kind, (Accepted("1", "x"),), "published", "", "")


@pytest.mark.parametrize(
    ("text", "kind", "unit", "wanted"),
    [
        ("60965224", "count", "parameters", "60,965,224 parameters"),
        ("0.153", "rate", "", "15.3 %"),
        ("0.108..0.11", "rate", "", "10.8 to 11 %"),
        ("2012", "year", "", "2012"),
        ("432000..518400", "duration", "s", "5 to 6 days"),
        ("18408222..23667714", "duration", "s", "7 to 9 months"),
        ("90", "duration", "s", "1.5 minutes"),
        ("90360..125640", "duration", "s", "25.1 to 34.9 hours"),
        ("0.5", "duration", "s", "0.5 seconds"),
        ("3600", "duration", "s", "1 hour"),
        ("9000000", "duration", "s", "2500 hours"),
        ("100001", "duration", "s", "100001 seconds"),
        ("224x224x3", "shape", "", "224×224×3"),
        ("..6", "quantity", "kg", "at most 6 kg"),
        ("5..", "quantity", "", "at least 5"),
        ("1024.5", "quantity", "MHz", "1,024.5 MHz"),
        ("lead author", "name", "", "lead author"),
        ("-80", "quantity", "°C", "−80 °C"),
        ("-10..-5", "quantity", "°C", "−10 to −5 °C"),
        ("-0753", "date", "", "753 BC"),
        ("0079", "date", "", "79"),
        ("conv1 > relu1", "order", "", "conv1 → relu1"),
        ("244000000", "quantity", "B", "244,000,000 bytes"),
    ],
)
def test_values_for_people(text: str, kind: Any, unit: str, wanted: str) -> None:
    assert format_fact(fact(kind, unit), text) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "unit", "wanted"),
    [
        ("60965224", "count", "parameters", "60,965,224"),
        ("0.15315", "rate", "", "15.315 %"),
        ("0.171828", "rate", "", "17.18 %"),
        ("6779", "quantity", "km", "6,779 km"),
        ("100001", "duration", "s", "1.2 days"),
        ("90360", "duration", "s", "25.1 hours"),
        ("157784760", "duration", "s", "5 years"),
        ("9000000", "duration", "s", "104.2 days"),
        ("0.0005", "duration", "s", "0.0005 seconds"),
    ],
)
def test_values_on_a_page_are_shorter(text: str, kind: Any, unit: str, wanted: str) -> None:
    assert format_fact(fact(kind, unit), text, on_page=True) == wanted


def test_words_around_values() -> None:
    assert claimed(placed(text="12\ndays", operator=">")) == "more than 12 days"
    assert claimed(placed(text="10+ points", operator=">=")) == "10+ points"
    assert reference(placed(operator="order", reference="a > b")) == "a → b"
    assert reference(placed(reference="7")) == "7"


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (
            "AlexNet has 138M parameters.",
            "Right too: 60,000,000 parameters",
        ),
        ("AlexNet's top-5 error is 19.3 %.", "Right too: 15.315 % (official results, unrounded)."),
        ("AlexNet was trained for 12 days.", ""),
    ],
)
def test_a_remark_is_what_the_message_says_beyond_the_two_values(text: str, remark: str) -> None:
    (found,) = verify_text("AlexNet", text)
    said, _, rest = found.message.partition(f", not {found.text}.")
    assert said.startswith(f"{found.subject}.{found.property} is ")
    assert rest.strip() == found.remark
    assert found.remark.startswith(remark) if remark else not found.remark


def test_every_path_in_a_report_is_that_of_the_working_directory() -> None:
    found = outcome_of(placed(path="a b.md"))
    assert Path("a b.md").as_posix() in table(found)
    assert "file=a b.md," in github(found)


@pytest.mark.parametrize(
    "verdicts", [(), ("supported",), ("refuted", "supported"), ("refuted", "not enough info")]
)
def test_11_32_the_table_and_the_data_count_the_same_claims(verdicts: tuple[str, ...]) -> None:
    found = outcome_of(
        *(placed(**(UNKNOWN if each == "not enough info" else {"verdict": each})) for each in verdicts),
        coverage=Coverage(9, 1),
    )
    told = json.loads(as_json(found))["summary"]
    number = told["claims"]
    assert number == told["supported"] + told["refuted"] + told["not_enough_info"] == len(verdicts)
    said = closing(found)
    assert said.startswith(f"{number} claim" if number else "no claims")
    assert not number or f"{told['supported']} supported, {told['refuted']} refuted" in said
    assert closing(found).endswith(f"{told['numbers_claimed']} of {told['numbers_seen']} numbers")
