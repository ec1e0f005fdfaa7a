"""11.8 What one note can make of a site has a bound: pages, paths, embeds and the links of deep folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbgen.build_report import BuildReport
from kbgen.config import load
from kbgen.pipeline import build
from kbgen.site import address_assignment, body
from kbgen.site.address_registry import AddressRegistry
from kbgen.vault.paths import (
    MAX_FOLDER_BYTES,
    MAX_FOLDER_DEPTH,
    MAX_NAME_BYTES,
    SitePath,
    file_path,
    folder_path,
    page_path,
)

MAX = 60
"""What stands in for the bounds, so that they are met soon."""

PAGES = 8
"""Of the vault, its tags, its home and what else every site has, and some to spare."""


@pytest.fixture(autouse=True)
def _lower_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_assignment, "MAX_TAGS", MAX)
    monkeypatch.setattr(address_assignment, "MAX_ALIASES", MAX)


def built(tmp_path: Path, name: str, note: str) -> tuple[BuildReport, list[str]]:
    file = tmp_path / "vault" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(note, encoding="utf-8")
    config = load(
        vault=tmp_path / "vault", output=Path("site"), config_file=None, base_url=None, cwd=tmp_path
    )
    report = build(config, jobs=1, use_cache=False)
    pages = [path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.html")]
    return report, pages


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("/".join(["#t"] + ["a"] * 1_000), id="a tag of 1,000 levels"),
        pytest.param("/".join(["---\ntags: t"] + ["a"] * 1_000) + "\n---\n", id="and in properties"),
        pytest.param("#" + "a" * 5_000, id="a long tag"),
        pytest.param("#t" + "/" * 2_000 + "x", id="levels without a name"),
        pytest.param("".join(f"#t{n} " for n in range(3 * MAX)), id="many tags"),
        pytest.param(
            "---\ntags:\n" + "".join(f"- t{n}\n" for n in range(3 * MAX)) + "---\n", id="many in properties"
        ),
        pytest.param("".join(f"#t{n}/a/b " for n in range(3 * MAX)), id="many tags with levels"),
        pytest.param(
            "---\naliases:\n" + "".join(f"- a{n}\n" for n in range(3 * MAX)) + "---\n", id="many aliases"
        ),
        pytest.param(f"---\naliases: [{'a' * 10_000}]\n---\n", id="a long alias"),
        pytest.param(f"---\naliases: [{'a/' * 2_000}a]\n---\n", id="an alias of many folders"),
        pytest.param(f"---\npermalink: {'a/' * 2_000}a\n---\n", id="a permalink of many folders"),
        pytest.param(f"---\npermalink: {'a' * 5_000}\n---\n", id="a long permalink"),
        pytest.param(f"---\ntitle: {'é' * 5_000}\n---\n", id="a long title"),
    ],
)
def test_pages_of_one_note(tmp_path: Path, note: str) -> None:
    report, pages = built(tmp_path, "A.md", note)
    assert report.pages == len(pages) <= MAX + PAGES
    assert max(len(page.encode()) for page in pages) <= MAX_FOLDER_BYTES + MAX_NAME_BYTES + 20
    assert max(page.count("/") for page in pages) <= MAX_FOLDER_DEPTH


@pytest.mark.parametrize(
    ("note", "code", "place"),
    [
        ("x\n\n" + "/".join(["#t"] + ["a"] * 20), "KB150", (3, 1)),
        ("".join(f"#t{n}\n" for n in range(MAX + 5)), "KB150", (MAX + 1, 1)),
        ("---\naliases:\n" + "".join(f"- a{n}\n" for n in range(MAX + 1)) + "---\n", "KB151", (1, 1)),
    ],
)
def test_a_bound_that_is_met_is_named_once(
    tmp_path: Path, note: str, code: str, place: tuple[int, int]
) -> None:
    report, _ = built(tmp_path, "A.md", note)
    found = [(each.code, (each.line, each.column)) for each in report.diagnostics if each.code != "KB126"]
    assert found == [(code, place)]


def test_a_note_in_a_very_deep_folder(tmp_path: Path) -> None:
    """Each of its folders has a page, and no page is longer for it than another."""
    _, pages = built(tmp_path, "/".join(["d"] * 200) + "/A.md", "#t")
    assert max(page.count("/") for page in pages) <= MAX_FOLDER_DEPTH
    sizes = [(tmp_path / "site" / page).stat().st_size for page in pages]
    assert max(sizes) < 12_000


@pytest.mark.parametrize(
    "name", ["é" * 120, "a" * 250, "漢" * 80, "x." + "y" * 240, "a" * 120 + "." + "é" * 60]
)
def test_long_names_fit_a_file_system(tmp_path: Path, name: str) -> None:
    assert max(len(part.encode()) for part in page_path(f"{name}.md").split("/")) <= 255
    assert len(file_path(name).encode()) <= 255
    if len(name.encode()) <= 252:
        report, _ = built(tmp_path, f"{name}.md", "x")
        assert report.notes == 1


def test_deep_paths_stay_apart() -> None:
    deep = "/".join(["d"] * 100)
    assert folder_path(deep) != folder_path(deep + "/d")
    assert page_path(f"{deep}/A.md") != page_path(f"{deep}/d/A.md")
    assert folder_path("/".join(["é" * 100] * 5)).count("/") < 5


LONG = "Some words that go on. " * 100
"""Above what stands in for the bound of what embeds bring."""

_REFUSED = "(too long for one page with all above)"


@pytest.mark.parametrize(
    ("notes", "filled", "refused"),
    [
        pytest.param({"A.md": "![[B]]\n\n" * 20, "B.md": LONG}, 2, 18, id="a note"),
        pytest.param({"A.md": "![[B#P]]\n\n" * 20, "B.md": f"x\n\n## P\n\n{LONG}"}, 2, 18, id="a section"),
        pytest.param({"A.md": "![[B#^p]]\n\n" * 20, "B.md": f"{LONG}^p"}, 2, 18, id="a block"),
        pytest.param({"A.md": "- ![[B]]\n" * 20, "B.md": LONG}, 2, 18, id="in a list"),
        pytest.param({"A.md": "x ![[B]] y " * 20, "B.md": LONG}, 2, 18, id="among words"),
        pytest.param({"A.md": "![[B]]\n\n![[C]]\n\n" * 9, "B.md": LONG, "C.md": LONG}, 2, 16, id="in turn"),
        pytest.param({"A.md": "![[B#P]]\n\n" * 20, "B.md": f"## P\n\n<b>{LONG}</b>"}, 2, 18, id="with HTML"),
        pytest.param(
            {"A.md": "![[B]]\n\n" * 3, "B.md": "![[C]]\n\n" * 20, "C.md": LONG}, 3, 20, id="embeds in embeds"
        ),
        pytest.param({"A.md": "![[B]]", "B.md": LONG * 9}, 1, 0, id="one alone, however long"),
        pytest.param({"A.md": "![[B]]\n\n" * 20, "B.md": "x"}, 20, 0, id="short ones"),
    ],
)
def test_what_embeds_bring_to_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notes: dict[str, str], filled: int, refused: int
) -> None:
    monkeypatch.setattr(body, "MAX_EMBEDDED_CHARS", 4_000)
    others = {name: text for name, text in notes.items() if name != "A.md"}
    (tmp_path / "vault").mkdir()
    for name, text in others.items():
        (tmp_path / "vault" / name).write_text(text, encoding="utf-8")
    built(tmp_path, "A.md", notes["A.md"])
    page = (tmp_path / "site" / "A.html").read_text(encoding="utf-8")
    assert page.count(_REFUSED) == refused
    assert page.count('class="embed"') == filled


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(lambda _: "a", id="the same"),
        pytest.param(
            lambda n: "".join(c.upper() if n >> k & 1 else c for k, c in enumerate("abcdefghij")),
            id="in case",
        ),
        pytest.param(lambda n: "".join("\uff41" if n >> k & 1 else "a" for k in range(10)), id="in width"),
        pytest.param(
            lambda n: "".join("e\u0301" if n >> k & 1 else "\u00e9" for k in range(10)), id="in form"
        ),
    ],
)
def test_addresses_that_many_want_are_looked_for_once_each(
    monkeypatch: pytest.MonkeyPatch, spelled: Callable[[int], str]
) -> None:
    looked: list[str] = []
    is_free = AddressRegistry.is_free

    def counted(self: AddressRegistry, path: str) -> bool:
        looked.append(path)
        return is_free(self, path)

    monkeypatch.setattr(AddressRegistry, "is_free", counted)
    taken = AddressRegistry()
    got = {taken.allocate(SitePath(f"f/{spelled(n)}.html"), str(n)).casefold() for n in range(1_000)}
    assert len(got) == 1_000
    assert len(looked) < 2_100


def test_a_long_title_is_cut_where_other_pages_name_it(tmp_path: Path) -> None:
    """11.8: a note of one long heading does not weigh on every page that leads to it."""
    vault = tmp_path / "vault"
    vault.mkdir()
    for number in range(20):
        (vault / f"N{number}.md").write_text("[[A]]", encoding="utf-8")
    _, pages = built(tmp_path, "A.md", f"# {'word ' * 4_000}\n")
    sizes = {page: (tmp_path / "site" / page).stat().st_size for page in pages}
    assert sizes.pop("A.html") > 20_000, "on its own page it is whole"
    assert max(sizes.values()) < 20_000


@pytest.mark.parametrize("many", [10, 1_000])
def test_a_text_that_aliases_of_yaml_repeat(tmp_path: Path, many: int) -> None:
    """11.8: a front matter of 20 kB made a page of 20 MB."""
    uses = "".join(f"p{n}: *x\n" for n in range(many))
    report, pages = built(tmp_path, "A.md", f"---\nlong: &x {'y' * 20_000}\n{uses}---\n")
    assert sum((tmp_path / "site" / page).stat().st_size for page in pages) < 1_000_000
    assert [each.code for each in report.diagnostics if each.code == "KB101"] == ["KB101"] * (many > 10)
