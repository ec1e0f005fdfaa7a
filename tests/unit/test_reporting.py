"""What a command tells is well-formed in every format, whatever stands in a note."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen import reporting
from kbgen.diagnostics import RULES, Diagnostic, Fault, diagnostic

HERE = Path(__file__).parent
FINDING = re.compile(r"(KB\d+) (.+?):(\d+):(\d+) (.*?)(?: => (.*))?")


def findings(lines: str) -> list[Diagnostic]:
    found = []
    for line in lines.splitlines():
        match = FINDING.fullmatch(line)
        assert match, line
        code, path, row, column, message, hint = match.groups(default="")
        path, message, hint = (
            json.loads('"' + part.replace('"', '\\"') + '"') for part in (path, message, hint)
        )
        found.append(diagnostic(path, Fault(code, int(row), int(column), message, hint)))
    return found


def cases() -> list[Any]:
    pattern = re.compile(r"(?m)^(.+) \((\w+) ?(.*)\)\n\.\n((?s:.*?))^\.\n((?s:.*?))^\.\n")
    text = (HERE / "reporting.md").read_text(encoding="utf-8")
    return [pytest.param(*rest, id=title) for title, *rest in pattern.findall(text)]


@pytest.mark.parametrize(("form", "before", "lines", "wanted"), cases())
def test_formats(form: str, before: str, lines: str, wanted: str) -> None:
    found = findings(lines)
    if form == "json":
        assert reporting.as_json(found) == wanted
    elif form == "sarif":
        assert json.loads(reporting.sarif(found, before=before))["runs"][0]["results"] == json.loads(wanted)
    else:
        assert getattr(reporting, form)(found, before=before) == wanted


def test_every_case_is_read() -> None:
    dots = re.findall(r"(?m)^\.$", (HERE / "reporting.md").read_text(encoding="utf-8"))
    assert len(dots) == 3 * len(cases())


DIAGNOSTICS = st.lists(
    st.builds(
        lambda code, path, line, column, message, hint: diagnostic(
            path, Fault(code, line, column, message, hint)
        ),
        st.sampled_from(sorted(RULES)),
        st.text(min_size=1),
        st.integers(1),
        st.integers(1),
        st.text(),
        st.text(),
    )
)


@given(DIAGNOSTICS)
def test_sarif_has_what_the_standard_requires(found: list[Diagnostic]) -> None:
    log = json.loads(reporting.sarif(found))
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "kbgen"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == list(RULES)
    for rule in driver["rules"]:
        assert rule["name"]
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    for result, item in zip(run["results"], found, strict=True):
        assert ids[result["ruleIndex"]] == result["ruleId"] == item.code
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"] == (f"{item.message}\n{item.hint}" if item.hint else item.message)
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"] == {"startLine": item.line, "startColumn": item.column}
        uri = place["artifactLocation"]["uri"]
        assert unquote(uri) == item.path
        assert re.fullmatch(r"[A-Za-z0-9_.~/-]|(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri)
        assert not urlsplit(uri).scheme


@given(DIAGNOSTICS)
def test_every_annotation_is_one_line(found: list[Diagnostic]) -> None:
    lines = reporting.github(found).split("\n")
    assert lines.pop() == ""
    for line, item in zip(lines, found, strict=True):
        assert "\r" not in line
        command, _, data = line.removeprefix("::").partition("::")
        level, _, properties = command.partition(" ")
        assert level in {"error", "warning", "notice"}
        # As the runner of GitHub reads them.
        fields = dict(part.split("=", 1) for part in properties.split(","))
        unescaped = {
            key: value.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n")
            for key, value in fields.items()
        }
        assert unescaped["file"].replace("%25", "%") == item.path
        assert unescaped["title"] == f"{item.code} {item.name}"
        message = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        assert message == (f"{item.message}\n{item.hint}" if item.hint else item.message)


@given(DIAGNOSTICS)
def test_no_text_can_command_a_terminal(found: list[Diagnostic]) -> None:
    printed = reporting.text(found)
    assert printed.count("\n") == sum(2 if item.hint else 1 for item in found)
    assert all(char.isprintable() or char == "\n" or ord(char) > 0x9F for char in printed)


@given(DIAGNOSTICS)
def test_json_says_what_was_found(found: list[Diagnostic]) -> None:
    answer = json.loads(reporting.as_json(found))
    assert [Diagnostic(**item) for item in answer["diagnostics"]] == found
    assert sum(answer["summary"].values()) == len(found)


def test_colours_change_no_word() -> None:
    found = findings("KB108 a.md:1:1 e => h\nKB102 a.md:2:1 w\nKB126 a.md:3:1 i")
    coloured = reporting.text(found, colour=True)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == reporting.text(found)
    assert [re.findall(r"\x1b\[(3\d)m", line) for line in coloured.splitlines()] == [
        ["31"],
        [],
        ["33"],
        ["34"],
    ]


@pytest.mark.parametrize(
    ("vault", "cwd", "wanted"),
    [
        ("/a/b", "/a/b", ""),
        ("/a/b c/d", "/a", "b c/d/"),
        ("/a", "/a/b", ""),
        ("/ab", "/a", ""),
    ],
)
def test_prefix(vault: str, cwd: str, wanted: str) -> None:
    assert reporting.prefix(Path(vault), Path(cwd)) == wanted


def test_an_excerpt_prefers_errors_and_keeps_the_order() -> None:
    warnings = [f"KB102 a.md:{line}:1 w" for line in range(1, 30)]
    found = findings("\n".join([*warnings, "KB126 b.md:1:1 i", "KB108 c.md:1:1 e"]))
    shown, more = reporting.excerpt(found)
    assert shown == (*found[:19], found[-1])
    assert more == 10
    assert reporting.excerpt(found[:20]) == (tuple(found[:20]), 0)
    assert reporting.excerpt(found[29:30]) == ((), 0)


def report(notes: int, pages: int, seconds: float, found: str = "") -> Any:
    return SimpleNamespace(
        notes=notes, pages=pages, seconds=SimpleNamespace(total=seconds), diagnostics=findings(found)
    )


@pytest.mark.parametrize(
    ("done", "wanted"),
    [
        (report(173, 310, 1.23), "173 notes, 310 pages in 1.2 s → site/\n"),
        (report(1, 1, 0.041), "1 note, 1 page in 0.04 s → site/\n"),
        (
            report(2, 3, 75, "KB108 a.md:1:1 e\nKB102 a.md:1:1 w\nKB102 a.md:2:1 w\nKB126 a.md:1:1 i"),
            "2 notes, 3 pages, 1 error, 2 warnings in 75.0 s → site/\n",
        ),
    ],
)
def test_the_closing_line_of_a_build(done: Any, wanted: str) -> None:
    assert reporting.build_summary(cast("Any", done), "site/") == wanted


def test_the_closing_line_of_a_check() -> None:
    assert reporting.check_summary([]) == "0 errors, 0 warnings\n"
    found = findings("KB108 a.md:1:1 e\nKB126 a.md:1:1 i\nKB126 b.md:1:1 i")
    assert reporting.check_summary(found) == "1 error, 0 warnings, 2 remarks\n"


def test_why_a_command_stops() -> None:
    assert reporting.fault("no vault\x1b", "name one") == "Error: no vault\\x1b\n  name one\n"
    assert reporting.fault("no vault") == "Error: no vault\n"
    assert reporting.fault("no", colour=True) == "\x1b[31m\x1b[1mError:\x1b[0m no\n"
