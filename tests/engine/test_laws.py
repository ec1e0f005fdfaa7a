"""What holds for every vault and every edit: the same state gives the same site, however one got there."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

if TYPE_CHECKING:
    from kbgen.build_report import BuildReport
    from tests.engine.conftest import Project

Make = Callable[[Path], "Project"]

LAW = settings(
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("LAW_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Few names, so that notes meet: what they link, embed and call themselves is often the same.
PATHS = (
    "A.md",
    "B.md",
    "C.md",
    "sub/A.md",
    "sub/D.md",
    "sub/index.md",
    "x/y/E.md",
    "Index.md",
    "a.md",
    "x.md",
)
FILES = ("pic.png", "sub/pic.png", "x/file.pdf", "sub/Bare", "clip.mp3", "d.svg", "static/own.css")
LINES = (
    "[[A]]",
    "[[sub/A|words]] and [[B#One]]",
    "![[C]]",
    "![[D#Two]]",
    "![[E#^block]]",
    "A paragraph. ^block",
    "# One",
    "## Two",
    "# Title",
    "![[pic.png]]",
    "[pdf](x/file.pdf)",
    "![[sub/Bare]]",
    "![](clip.mp3)",
    "[style](static/own.css)",
    "![[d.svg]]",
    "<img src='d.svg' width='5'> ![[d.svg|7]]",
    "#tag/deep and #Tag",
    "%%hidden [[B]]%%",
    "[[Nobody]]",
    "[[Other]]",
    "$x^2$",
    "```py\nx = 1\n```",
    "words",
    "- [ ] task",
    "> [!note] Title\n> [[E]]",
    "text[^1]\n\n[^1]: a footnote",
    "<b>html</b> <a href='B.md'>b</a>",
    "<iframe src='https://a.example/'></iframe> <iframe src='B.md'></iframe>",
    "![](https://youtu.be/NnTvZWp5Q7o)",
    "D has 3 moons, and [[sub/D|D has 4 moons]].",
    "## D has 4 moons",
    "`fact: d.moons` `fact: d.rings`",
    "```facts\nsubject: d\nview: totals\n```",
)
KEYS = (
    "title: Other title",
    "aliases: [Other]",
    "aliases: [B]",
    "tags: [tag, x/y]",
    "publish: false",
    "publish: true",
    "draft: true",
    "permalink: moved/here",
    "permalink: sub/D",
    "related: '[[A]]'",
    "image: pic.png",
    "created: 2020-01-02",
    "broken: [",
    "cssclasses: wide",
    "noindex: true",
    "unlisted: true",
    "moons: 3",
    "moons: 4",
    "rings: 5",
)
CONFIG = {
    "title": st.sampled_from(["One", "Two"]),
    "home": st.sampled_from(["", "A", "sub/D"]),
    "ignore": st.sampled_from([[], ["x/"], ["B.md"]]),
    "base_url": st.sampled_from(["", "https://example.org/k"]),
    "strict_links": st.booleans(),
    "unsafe_html": st.booleans(),
    "line_breaks": st.sampled_from(["auto", "soft"]),
    "embeds.frames": st.sampled_from([[], ["a.example"]]),
}
PUBLISH = {
    "mode": st.sampled_from(["all", "explicit"]),
    "exclude": st.sampled_from([[], ["sub/"], ["x/y/", "A.md"]]),
}
VERIFY = '[verify]\nfacts = ["vault", "arithmetic"]\ntables = ["facts.toml"]\n'
TEMPLATES = {
    "note.html": "<h1>{{ page.title }}</h1>{{ page.body|safe }}",
    "tag.html": "<h1>{{ page.title }}</h1>",
    "static/own.css": "b { color: red }",
}

FACTS = '[[fact]]\nsubject = "D"\nproperty = "moons"\nvalue = {}\n'

DRAWINGS = ('<svg width="3" height="4"/>', '<svg width="4" height="3"/>', '<svg viewBox="0 0 1 2"/>')

contents = st.builds(
    lambda keys, lines: ("---\n" + "\n".join(keys) + "\n---\n" if keys else "") + "\n\n".join(lines) + "\n",
    st.lists(st.sampled_from(KEYS), max_size=2, unique_by=lambda key: key.split(":")[0]),
    st.lists(st.sampled_from(LINES), max_size=5),
)
vaults = st.dictionaries(st.sampled_from(PATHS), contents, min_size=5, max_size=8)
edits = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), contents),
    st.tuples(st.just("sentence"), st.sampled_from(PATHS), st.integers(0, 9)),
    st.tuples(st.just("swap"), st.sampled_from(PATHS + FILES), st.sampled_from(PATHS + FILES)),
    st.tuples(st.just("move"), st.sampled_from(PATHS + FILES), st.sampled_from((*PATHS, *FILES, "sub"))),
    st.tuples(st.just("delete"), st.sampled_from((*PATHS, *FILES, "sub", "x"))),
    st.tuples(st.just("attach"), st.sampled_from(FILES), st.sampled_from(["one", "two", *DRAWINGS])),
    st.tuples(st.just("same size"), st.sampled_from(PATHS + FILES)),
    st.tuples(st.just("facts"), st.sampled_from([3, 4])),
    st.tuples(st.just("template"), st.sampled_from(sorted(TEMPLATES)), st.sampled_from(["", "<!-- x -->"])),
    st.tuples(
        st.just("config"),
        st.fixed_dictionaries({}, optional=CONFIG),
        st.fixed_dictionaries({}, optional=PUBLISH),
    ),
    st.tuples(st.just("back")),
)


@contextmanager
def a_project(make: type[Project]) -> Iterator[Project]:
    # In memory where there is such a folder: thousands of small files are written.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield make(Path(folder, "project"))


def start(project: Project, vault: dict[str, str]) -> None:
    project.write(vault)
    project.write({name: f"{name} one" for name in FILES})
    (project.root / "own").mkdir()
    (project.root / "facts.toml").write_text(FACTS.format(3), encoding="utf-8")
    project.configure(f'templates = "own"\n{VERIFY}')


def set_up(project: Project, kind: object, *values: object) -> None:
    """Change what lies beside the vault."""
    if kind == "facts":
        path = project.root / "facts.toml"
        path.write_text(FACTS.format(values[0]), encoding="utf-8")
        os.utime(path, (1, 1))  # what a table says counts, not when
        return
    keys, table = (
        "".join(f"{key} = {toml(value)}\n" for key, value in each.items())  # type: ignore[attr-defined]
        for each in values
    )
    project.configure(f'templates = "own"\n{keys}[publish]\n{table}{VERIFY}')


def edit(project: Project, step: tuple[object, ...], before: Path) -> None:
    """Make one edit; one that the vault gives no occasion for does nothing."""
    kind, *rest = step
    if kind in {"config", "facts"}:
        set_up(project, *step)
        return
    if kind == "back":
        shutil.rmtree(project.vault)
        shutil.copytree(before, project.vault)  # with the times it had
        return
    path = project.vault / str(rest[0])
    match kind:
        case "template":
            path = project.root / "own" / str(rest[0])
            path.parent.mkdir(exist_ok=True)
            path.write_text(TEMPLATES[str(rest[0])] + str(rest[1]), encoding="utf-8")
        case "write" | "attach":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(rest[1]), encoding="utf-8")
        case "sentence" if path.is_file():
            put_in(path, int(str(rest[1])))
        case "delete":
            remove(path)
        case "swap" if path.is_file() and (other := project.vault / str(rest[1])).is_file() and path != other:
            # With the same times, as after unpacking an archive.
            os.utime(path, ns=(1, 1))
            os.utime(other, ns=(1, 1))
            path.rename(project.vault / "swapped")
            other.rename(path)
            (project.vault / "swapped").rename(other)
        case "move" if path.is_file() and not (target := project.vault / str(rest[1])).is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
        case "same size" if path.is_file():
            # Within the same tick, and even with the time set back.
            old = path.stat()
            path.write_bytes(path.read_bytes().swapcase())
            os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put_in(path: Path, place: int) -> None:
    """Add a sentence: what the rest of the vault is linked by stays, and it need not be linked again."""
    lines = path.read_text("utf-8").split("\n\n")
    lines.insert(min(place, len(lines)), f"A sentence beside {len(lines)} lines.")
    path.write_text("\n\n".join(lines), encoding="utf-8")


def toml(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else str(value)
        if isinstance(value, list)
        else f'"{value}"'
    )


def spoil(project: Project, store: str) -> None:
    """Bring what earlier builds kept into a state in which a build may find it."""
    (kept,) = (project.root / ".kbgen").glob("*.sqlite")
    if store == "gone":
        kept.unlink()
        return
    with closing(sqlite3.connect(kept)) as connection, connection:
        if store == "of another version":
            connection.execute("UPDATE about SET value = x'00' WHERE name = 'fingerprint'")
        elif store == "half deleted":
            names = [
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            for name in names:
                rows = connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - our own tables
                columns = [column[1] for column in connection.execute(f"PRAGMA table_info({name})")]
                for row in rows[::2]:
                    connection.execute(f"DELETE FROM {name} WHERE {columns[0]} = ?", row[:1])  # noqa: S608


@contextmanager
def processes(jobs: int) -> Iterator[int]:
    """Let so small a vault be worth two processes, where two are asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if jobs > 1:
            patch.setattr("kbgen.site.render._MIN_PAGES_TO_FORK", 2)
            patch.setattr("kbgen.site.render._CHUNK", 4)
            patch.setattr("kbgen.notes.compile_all._WORTH_A_PROCESS", 0)
            patch.setattr("kbgen.notes.compile_all._CHUNK", 2)
        yield jobs


stores = st.sampled_from(["kept"] * 5 + ["gone", "half deleted", "of another version"])
steps_of_a_round = st.tuples(st.lists(edits, min_size=1, max_size=3), stores, st.sampled_from([1, 1, 1, 2]))


def told(report: BuildReport) -> tuple[object, ...]:
    """Return what a build says of the vault, whatever it had to do."""
    return report.notes, report.pages, report.attachments, report.links, report.unresolved, report.diagnostics


@LAW
@given(vaults, st.lists(steps_of_a_round, min_size=1, max_size=3))
def test_an_incremental_build_gives_what_a_clean_one_gives(
    new_project: type[Project],
    vault: dict[str, str],
    rounds: list[tuple[list[tuple[object, ...]], str, int]],
) -> None:
    with a_project(new_project) as project:
        start(project, vault)
        project.build()
        before = project.root / "before"
        shutil.copytree(project.vault, before)
        for steps, store, jobs in rounds:
            for step in steps:
                edit(project, step, before)
            if store != "kept":
                spoil(project, store)
            with processes(jobs):
                report = project.build(jobs=jobs)
            shutil.rmtree(project.root / "clean", ignore_errors=True)
            clean = project.build("clean", use_cache=False)
            assert project.tree() == project.tree("clean")
            assert told(report) == told(clean)
            assert report.written + report.unchanged == len(project.tree())
            folders = [path for path in project.site.rglob("*") if path.is_dir() and not any(path.iterdir())]
            assert not folders


@settings(LAW, max_examples=25)
@given(vaults, st.fixed_dictionaries({}, optional=CONFIG))
def test_the_same_vault_gives_the_same_bytes(
    new_project: type[Project], vault: dict[str, str], keys: dict[str, object]
) -> None:
    with a_project(new_project) as project:
        start(project, vault)
        project.configure(
            'title = "T"\n' + "".join(f"{k} = {toml(v)}\n" for k, v in keys.items() if k != "title")
        )
        project.build()
        project.build("twice")
        project.build("processes", jobs=2, use_cache=False)
        copy = new_project(project.root / "elsewhere" / "copy")
        shutil.copytree(project.vault, copy.vault, dirs_exist_ok=True, copy_function=shutil.copyfile)
        shutil.copy(project.root / "kbgen.toml", copy.root)
        for age, path in zip(itertools.count(1), sorted(copy.vault.rglob("*")), strict=False):
            os.utime(path, (age, age))
        copy.build()
        assert project.tree() == project.tree("twice") == project.tree("processes") == copy.tree()


def test_processes_give_the_same_bytes(project: Project) -> None:
    """Enough notes and pages for both stages to start processes."""
    words = "All work and no play. " * 30
    project.write(
        {f"f{n % 7}/Note {n}.md": f"#t{n % 5}\n# N {n}\n\n{words} [[Note {n * 7 % 900}]]" for n in range(900)}
    )
    one = project.build(use_cache=False, jobs=1)
    two = project.build("two", use_cache=False, jobs=2)
    assert one.compiled == two.compiled == 900
    assert project.tree() == project.tree("two")


@pytest.mark.parametrize("settled", [True, False])
def test_a_change_that_leaves_size_and_time(
    project: Project, monkeypatch: pytest.MonkeyPatch, *, settled: bool
) -> None:
    """Also where the last change is so old that size and times stand for the content."""
    if settled:
        monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    project.write({"A.md": "one ![[p.png]] [[B]]", "B.md": "two ![[p.png]] [[A]]", "p.png": "one"})
    project.build()
    for name, content in {"A.md": "ONE ![[p.png]] [[B]]", "p.png": "two"}.items():
        path = project.vault / name
        stat = path.stat()
        path.write_text(content, encoding="utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    project.build()
    tree = project.tree()
    assert b"ONE" in tree["A.html"]
    assert tree["p.png"] == b"two"
    assert tree == project.clean()


def test_two_files_that_change_places(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    project.write({"A.md": "one ![[p.png]]", "B.md": "two ![[q.png]]", "p.png": "1", "q.png": "2"})
    for path in project.vault.iterdir():
        os.utime(path, (1, 1))
    project.build()
    for one, other in (("A.md", "B.md"), ("p.png", "q.png")):
        (project.vault / one).rename(project.vault / "x")
        (project.vault / other).rename(project.vault / one)
        (project.vault / "x").rename(project.vault / other)
    project.build()
    assert project.tree() == project.clean()
    assert project.tree()["p.png"] == b"2"
