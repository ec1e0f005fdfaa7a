"""Choosing by expressions and properties: cases in where.md, and laws that hold for any expression."""

from __future__ import annotations

import re
from pathlib import Path
from typing import assert_never

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import kbgen
from kbgen.errors import UsageError
from kbgen.graph.build import Graph, to_json
from kbgen.graph.comparison import ComparisonOperator, compares
from kbgen.graph.counts import COUNTS
from kbgen.graph.evaluate import evaluate
from kbgen.graph.expression import And, Expression, Not, Or, Predicate
from kbgen.graph.filter import by_field
from kbgen.graph.query_parser import MAX_DEPTH, parse
from kbgen.graph.selection import Selection, select
from tests.commands import dots, write_files

DOCUMENT = Path(__file__).parent / "where.md"
_CASE = re.compile(r"(?m)^(.+)\n\.\n((?:-- (?s:.*?))?)^\$ (.*)\n\.\n((?s:.*?))^\.$")
FOUND = _CASE.findall(DOCUMENT.read_text(encoding="utf-8"))
CASES = [pytest.param(asked, wanted, id=title) for title, _, asked, wanted in FOUND]
OPTION = "--property "


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("where")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_files(FOUND[0][1])
    return kbgen.load(folder, use_cache=False).graph


def test_every_case_is_read() -> None:
    assert dots(DOCUMENT) == 3 * len(CASES)
    assert [bool(files) for _, files, _, _ in FOUND] == [True] + [False] * (len(FOUND) - 1)


@pytest.mark.parametrize(("asked", "wanted"), CASES)
def test_cases(vault: Graph, asked: str, wanted: str) -> None:
    typed = asked.replace("␠", " ").replace("⇥", "\t")
    values = tuple(typed.removeprefix(OPTION).split(f" {OPTION}")) if typed.startswith(OPTION) else ()
    selection = Selection(properties=values) if values else Selection(where=typed)
    try:
        said = "".join(f"{node}\n" for node in select(vault, selection)) or "nothing\n"
    except UsageError as error:
        said = f"Error: {error.message}\n" + (f"  {error.hint}\n" if error.hint else "")
    assert said == wanted.replace("FIELDS", ", ".join([*by_field(), *COUNTS]))


@pytest.mark.parametrize(
    ("option", "term"),
    [
        (Selection(tags=("ai/vision",)), "tag:ai/vision"),
        (Selection(folders=("Daily notes",)), 'folder:"Daily notes"'),
        (Selection(kinds=("note",)), "kind:note"),
        (Selection(match=("big",)), "match:big"),
        (Selection(linked_from=("Home",)), "from:Home"),
        (Selection(links_to=("Home",)), "to:Home"),
        (Selection(properties=("year",)), "property:year"),
        (Selection(properties=("year=2014",)), "property:year=2014"),
    ],
)
def test_a_term_chooses_what_its_option_chooses(vault: Graph, option: Selection, term: str) -> None:
    assert select(vault, option) == select(vault, Selection(where=term)) != []
    assert select(vault, replace(option, where="folder:Inbox")) == select(
        vault, Selection(where=f"{term} folder:Inbox")
    )


# --- laws ---------------------------------------------------------------------------

WORDS = ["a", "b c", "(", ")", '"', "\\", '\\"', "and", "OR", "not", "x:y", "in>3", "<=", "#t", "ß", "é"]
NAMES = st.sampled_from(WORDS) | st.text(min_size=1, max_size=5)
SIGNS: list[ComparisonOperator] = ["=", "!=", "<", "<=", ">", ">="]
NUMBERS = st.integers(0, 10**6).map(str)
TERMS = st.one_of(
    st.builds(Predicate, st.sampled_from(["tag", "folder", "match", "property", "from", "to"]), NAMES),
    st.builds(Predicate, st.just("kind"), st.sampled_from(["note", "attachment", "tag", "unresolved"])),
    st.builds(Predicate, st.just("property"), NAMES, st.sampled_from(SIGNS), NAMES | st.just("")),
    st.builds(
        Predicate, st.sampled_from(["in", "out", "degree"]), st.just(""), st.sampled_from(SIGNS), NUMBERS
    ),
)


def trees(terms: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Expression]:
    return st.recursive(
        terms,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=8,
    )


def placeless(expression: Expression) -> Expression:
    match expression:
        case Predicate():
            return replace(expression, at=1)
        case Not(inner=inner):
            return Not(placeless(inner))
        case And(parts=parts):
            return And(tuple(map(placeless, parts)))
        case Or(parts=parts):
            return Or(tuple(map(placeless, parts)))


PLAIN = re.compile(r"[\w./+#-]+")
"""What needs no quotes anywhere."""


def unparse(expression: Expression) -> str:
    """Return an expression as it is typed."""
    match expression:
        case Predicate():
            return predicate_text(expression)
        case Not(inner=inner):
            return f"not {bracketed(inner, And, Or)}"
        case And(parts=parts):
            return " and ".join(bracketed(part, And, Or) for part in parts)
        case Or(parts=parts):
            return " or ".join(bracketed(part, Or) for part in parts)
        case _:
            assert_never(expression)


def bracketed(expression: Expression, *looser: type) -> str:
    text = unparse(expression)
    return f"({text})" if isinstance(expression, looser) else text


def predicate_text(predicate: Predicate) -> str:
    if not predicate.name:
        return f"{predicate.field}{predicate.operator}{predicate.value}"
    compared = f"{predicate.operator}{quoted(predicate.value)}" if predicate.operator else ""
    return f"{predicate.field}:{quoted(predicate.name)}{compared}"


def quoted(text: str) -> str:
    if PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


@given(trees(TERMS))
def test_what_is_written_is_read_as_the_same(expression: Expression) -> None:
    assert placeless(parse(unparse(expression))) == expression
    assert parse(unparse(parse(unparse(expression)))) == parse(unparse(expression))
    assert hash(expression) == hash(placeless(parse(unparse(expression))))


@given(trees(TERMS))
def test_and_may_be_left_out(expression: Expression) -> None:
    text = unparse(expression)
    quotes = re.split(r'("(?:[^"\\]|\\.)*")', text)
    without = "".join(each if each.startswith('"') else each.replace(" and ", "  ") for each in quotes)
    assert placeless(parse(without)) == expression


KNOWN = [
    *(Predicate("kind", kind) for kind in ("note", "tag")),
    *(Predicate("match", words) for words in ("a", "b", "net")),
    Predicate("property", "year", ">", "2010"),
    Predicate("in", operator=">", value="0"),
    Predicate("degree", operator="=", value="2"),
    Predicate("tag", "ai"),
    Predicate("folder", "Inbox"),
]
TREES = trees(st.sampled_from(KNOWN))


@settings(deadline=None)
@given(TREES, TREES, TREES)
def test_choosing_obeys_the_laws_of_sets(vault: Graph, a: Expression, b: Expression, c: Expression) -> None:
    def chosen(expression: Expression) -> set[str]:
        return evaluate(vault, expression)

    everything = set(vault)
    assert chosen(Not(a)) == everything - chosen(a)
    assert chosen(Not(Not(a))) == chosen(a)
    assert chosen(Or((a, Not(a)))) == everything
    assert chosen(And((a, Not(a)))) == set()
    assert chosen(Not(And((a, b)))) == chosen(Or((Not(a), Not(b))))
    assert chosen(Not(Or((a, b)))) == chosen(And((Not(a), Not(b))))
    assert chosen(And((a, Or((b, c))))) == chosen(Or((And((a, b)), And((a, c)))))
    assert chosen(And((a, And((b, c))))) == chosen(And((a, b, c)))
    assert chosen(And((a, b))) == chosen(And((b, a))) <= chosen(a) <= chosen(Or((a, b)))


@settings(deadline=None)
@given(TREES, TREES, TREES)
def test_not_binds_closer_than_and_and_that_than_or(
    vault: Graph, a: Expression, b: Expression, c: Expression
) -> None:
    first, second, third = (f"({unparse(each)})" for each in (a, b, c))
    one, two, three = (evaluate(vault, each) for each in (a, b, c))
    others = set(vault) - one
    meant = {
        f"not {first} and {second}": others & two,
        f"not {first} or {second}": others | two,
        f"not {first} {second}": others & two,
        f"{first} or {second} and {third}": one | two & three,
        f"{first} and {second} or {third}": one & two | three,
        f"{first} {second} or {third}": one & two | three,
        f"{first} or not {second} {third}": one | ((set(vault) - two) & three),
    }
    for text, nodes in meant.items():
        assert evaluate(vault, parse(text)) == nodes
        assert select(vault, Selection(where=text)) == [node for node in vault if node in nodes]


PIECES = [
    "tag:",
    "in",
    ">",
    "=",
    "!=",
    "(",
    ")",
    '"',
    "\\",
    "and",
    "or",
    "not",
    " ",
    "a",
    "property:",
    ":",
    "3",
]
ANY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=12)


@settings(deadline=None)
@given(ANY)
def test_whatever_is_typed_is_chosen_by_or_refused_with_its_place(vault: Graph, text: str) -> None:
    try:
        expression = parse(text)
    except UsageError as error:
        found = re.match(r"--where, character (\d+): .", error.message)
        assert found
        assert 1 <= int(found[1]) <= len(text) + 1
        return
    assert placeless(parse(unparse(expression))) == placeless(expression)
    try:
        evaluate(vault, expression)
    except UsageError as error:
        refused = error.message
    else:
        return
    assert re.match(r"--where, character \d+: there is no ", refused)


@pytest.mark.parametrize("times", [MAX_DEPTH + 1, 10_000])
@pytest.mark.parametrize(
    ("before", "after"), [("(", ")"), ("not ", ""), ("(not ", ")"), ("a (", ")"), ("(", "")]
)
def test_what_nobody_can_read_is_refused(before: str, after: str, times: int) -> None:
    with pytest.raises(UsageError, match=f'more than {MAX_DEPTH} brackets and "not" stand within each other'):
        parse(before * times + "a" + after * times)


def test_as_deep_as_allowed_is_chosen_by(vault: Graph) -> None:
    for before, after in (("(", ")"), ("not ", ""), ("b or (", ")")):
        expression = parse(before * MAX_DEPTH + "a" + after * MAX_DEPTH)
        assert placeless(parse(unparse(expression))) == placeless(expression)
        assert evaluate(vault, expression)
    wide = parse(" or ".join(["(a)"] * 10_000))
    assert isinstance(wide, Or)
    assert evaluate(vault, wide) == evaluate(vault, parse("a"))


# --- properties ---------------------------------------------------------------------

DATES = ["2012", "2012-09", "2012-09-30", "2012-02-31", "2012-09-30T10:00", "2012-09-30 10:00:01.5Z"]
FAR = ["0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "0000-00", "0001-01-01"]
NUMERALS = ["1", "1.0", "-2", "1e400", "9" * 400, ".5", "+7"]
VALUES = st.sampled_from(["", "a", *DATES, *FAR, *NUMERALS]) | st.text(max_size=4)


@given(VALUES, VALUES)
def test_signs_agree_with_each_other(text: str, asked: str) -> None:
    holds = {sign: compares(text, sign, asked) for sign in SIGNS}
    assert holds["!="] is not holds["="]
    if holds["="]:
        assert holds["<="]
        assert holds[">="]
    assert [holds["<"], holds["="], holds[">"]].count(True) <= 1
    if text:
        assert holds["<="] is (holds["<"] or holds["="])
        assert holds[">="] is (holds[">"] or holds["="])


@pytest.mark.parametrize(
    ("text", "sign", "asked"),
    [
        ("9007199254740993", ">", "9007199254740992"),
        ("10", ">", "9"),
        ("1e3", "=", "1000"),
        ("-.5", "<", "0"),
        ("2012-09-30", ">", "2011"),
        ("2012-09-30T08:00", "=", "2012-09-30"),
        ("2012-09-30", "<", "2012-09-30T00:01"),
        ("2012-09-30T10:00+02:00", "=", "2012-09-30T08:00Z"),
        ("2012-09-30 10:00", "<=", "2012-09-30T10:00:00Z"),
        ("STRASSE", "=", "straße"),
        ("e\u0301", "=", "\u00e9"),
        ("b", ">", "A"),
    ],
)
def test_values_compare(text: str, sign: ComparisonOperator, asked: str) -> None:
    assert compares(text, sign, asked)


@pytest.mark.parametrize(
    ("text", "sign", "asked"),
    [
        ("unknown", ">", "2010"),
        ("2012-09", ">", "2012-08-30"),
        ("2012-02-31T10:00", ">", "2011-01-01T10:00"),
        ("10 cm", "<", "20"),
        ("", "<", "a"),
        ("2012-09-30", "=", "30"),
    ],
)
def test_values_of_another_kind_do_not_compare(text: str, sign: ComparisonOperator, asked: str) -> None:
    assert not compares(text, sign, asked)


def test_nodes_have_the_properties_of_their_notes_and_documents_have_not(vault: Graph) -> None:
    assert vault.nodes["Home.md"]["properties"] == {
        "status": ("Open",),
        "year": ("2009",),
        "due": ("2012-09-30",),
        "up": ("the net", "AlexNet"),
    }
    assert vault.nodes["AI/VGG (16).md"]["properties"]["status"] == ()
    empty = [data["properties"] for data in vault.nodes.values() if not data["properties"]]
    assert len(empty) > 3
    assert all(each is empty[0] for each in empty)
    assert all("properties" not in node for node in to_json(vault)["nodes"])


def test_a_graph_without_properties_breaks_nothing() -> None:
    graph: Graph = nx.MultiDiGraph()
    graph.add_node("A.md", kind="note", title="A", tags=[], aliases=[])
    assert select(graph, Selection(where="not a or degree=0")) == ["A.md"]
    with pytest.raises(UsageError, match='there is no property "x"'):
        select(graph, Selection(properties=("x",)))
