"""What a build after an edit makes again, counted and not timed: as much as a person would name.

The cases stand in ``counted.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import yaml

from kbgen import planned
from kbgen.links import linker
from kbgen.site import data_files, page_maker, pages, staging
from kbgen.site.page_kind import PageKind
from kbgen.site.plan import FileJob, Plan
from kbgen.vault.paths import SitePath
from kbgen.verification import parallel

if TYPE_CHECKING:
    from kbgen.build_report import BuildReport
    from tests.engine.conftest import Project, Tree

CASES = Path(__file__).parent / "counted.md"
_CASE = re.compile(r"^## (.+?)\n(.*?)^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)

NOTES = 2_000
FACTS = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = {}\n'
ADDRESS = "https://example.org"

MORE = {
    100: "Mars has 2 moons.\n",
    101: "Mars has 3 moons.\n",
    102: "Mars has `fact: mars.moons` moons.\n",
    500: "![[N1000]]\n",
    501: "![[N1001#Part]]\n",
    1500: "Read [[N1200#Part]] as well.\n",
    1501: "![[N1501#Part]]\n",
}
"""What stands in the first section of some notes besides."""


def name(number: int) -> str:
    return f"N{number:04}"


def place(note: str) -> str:
    """Return where a note lies: fifty are in a folder."""
    return f"f{int(note[1:]) // 50:02}/{note}.md"


def text(number: int) -> str:
    first, second, third = (f"[[{name((number + step) % NOTES)}]]" for step in (1, 2, 3))
    head = "---\ncreated: 2026-01-02\n---\n" if number % 100 == 40 else ""
    tag = f" #t{number % 4}/u{number % 3}" if number % 10 == 0 else ""
    return (
        f"{head}# Note {number}\n\nThis is how note {number} begins.{tag}\n\n"
        f"It leads to {first} at once. It leads to {second} too.\n\n"
        f"A sentence stands in its middle.\n\n{MORE.get(number, '')}\n"
        f"## Part\n\nThe part says little.\n\nIn the end comes {third} again.\n"
    )


@dataclass
class Work:
    """What a build did."""

    compiled: int = 0
    linked: int = 0
    checked: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    """Pages by their kinds and keys, and files for machines."""


def watched(work: Work, patch: pytest.MonkeyPatch) -> None:
    """Have all that a build does noted."""
    link_vault, check_notes = linker.link_vault, parallel.check_notes
    kind_called, files_of = pages.kind_called, data_files.data_files

    def linked(*arguments: Any) -> object:
        work.linked += 1
        return link_vault(*arguments)

    def checked(notes: Any, *arguments: Any, **options: Any) -> object:
        work.checked += [Path(note.path).stem for note in notes]
        return check_notes(notes, *arguments, **options)

    def kind(called: str) -> PageKind:
        found = kind_called(called)

        def view(plan: Plan, path: SitePath, key: str) -> msgspec.Struct:
            work.views.append(f"{called} {Path(key).stem if key.endswith('.md') else key}".strip())
            return found.view(plan, path, key)

        return msgspec.structs.replace(found, view=view)

    def files(plan: Plan) -> Iterator[FileJob]:
        for job in files_of(plan):

            def content(plan: Plan, job: FileJob = job) -> bytes:
                work.views.append(job.path)
                return job.content(plan)

            yield msgspec.structs.replace(job, content=content)

    patch.setattr(planned, "link_vault", linked)
    patch.setattr(parallel, "check_notes", checked)
    patch.setattr(page_maker, "kind_called", kind)
    patch.setattr(staging, "data_files", files)


class Counted:
    """A vault with its site, of which every edit is taken back again."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.facts(2)
        project.configure('[verify]\nfacts = []\ntables = ["facts.toml"]\n')
        project.write({place(name(number)): text(number) for number in range(NOTES)})
        self.first, self.whole = self.build()
        self._done: dict[str, Work] = {}

    def facts(self, value: int) -> None:
        (self.project.root / "facts.toml").write_text(FACTS.format(value), encoding="utf-8")

    def build(self) -> tuple[Work, Tree]:
        work = Work()
        with pytest.MonkeyPatch.context() as patch:
            watched(work, patch)
            report: BuildReport = self.project.build(base_url=ADDRESS)
        work.compiled = report.compiled
        return work, self.project.tree()

    def after(self, edit: Mapping[str, Any]) -> Work:
        """Return what a build does after an edit, which is then taken back."""
        if str(edit) not in self._done:
            self._done[str(edit)] = self._after(edit)
        return self._done[str(edit)]

    def _after(self, edit: Mapping[str, Any]) -> Work:
        vault = self.project.vault
        try:
            for note, (old, new) in edit.get("change", {}).items():
                path = vault / place(note)
                assert path.read_text("utf-8").count(old) == 1, f"{old!r} in {note}"
                path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
            for note, new in edit.get("rename", {}).items():
                (vault / place(note)).rename((vault / place(note)).with_name(f"{new}.md"))
            for note in edit.get("delete", ()):
                (vault / place(note)).unlink()
            for note in edit.get("touch", ()):
                (vault / place(note)).touch()
            self.project.write(edit.get("add", {}))
            if "facts" in edit:
                self.facts(edit["facts"])
            work, _ = self.build()
        finally:
            self.facts(2)
            for note, new in edit.get("rename", {}).items():
                (vault / place(note)).with_name(f"{new}.md").unlink()
            for path in edit.get("add", ()):
                (vault / path).unlink()
            for note in (*edit.get("change", ()), *edit.get("rename", ()), *edit.get("delete", ())):
                self.project.write({place(note): text(int(note[1:]))})
        _, back = self.build()
        assert back == self.whole, "taken back, it is the site that it was"
        return work


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, new_project: Callable[[Path], Project]) -> Counted:
    return Counted(new_project(tmp_path_factory.mktemp("counted") / "project"))


def cases(*, views: bool) -> list[Any]:
    """Return all cases; those of which more views are made as yet cannot hold in them."""
    found = []
    for title, _, expected in _CASE.findall(CASES.read_text("utf-8")):
        case = yaml.safe_load(expected)
        reason = "; ".join(f"{view} {why}" for view, why in case.get("more", {}).items())
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if views and reason else []
        found.append(pytest.param(case, id=title, marks=marks))
    return found


def spelled_out(views: Sequence[str]) -> list[str]:
    """Return views one by one; ``note N0001..N0003`` are three."""
    found: list[str] = []
    for view in views:
        kind, _, span = view.partition(" ")
        first, _, last = span.partition("..")
        numbers = range(int(first[1:]), int(last[1:]) + 1) if last else ()
        found += [f"{kind} {name(number)}" for number in numbers] or [view]
    return sorted(found)


@pytest.mark.parametrize("case", cases(views=False))
def test_a_build_compiles_links_and_checks_what_changed(counted: Counted, case: Mapping[str, Any]) -> None:
    work = counted.after(case)
    assert (work.compiled, work.linked) == (case["compiled"], case["linked"])
    assert sorted(work.checked) == sorted(case["checked"])


@pytest.mark.parametrize("case", cases(views=True))
def test_a_build_makes_the_views_that_a_person_would_name(counted: Counted, case: Mapping[str, Any]) -> None:
    assert sorted(counted.after(case).views) == spelled_out(case["views"])


@pytest.mark.parametrize("case", [case for case in cases(views=False) if "more" in case.values[0]])
def test_a_build_makes_no_more_views_than_it_is_known_to(counted: Counted, case: Mapping[str, Any]) -> None:
    assert sorted(counted.after(case).views) == sorted([*spelled_out(case["views"]), *case["more"]])


def test_a_first_build_makes_everything_once(counted: Counted) -> None:
    work = counted.first
    assert (work.compiled, work.linked, len(work.checked)) == (NOTES, 1, NOTES)
    assert len(work.views) == len(set(work.views))
    assert sum(view.startswith("note ") for view in work.views) == NOTES
