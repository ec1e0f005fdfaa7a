"""Build after build: what is said, what pages are told, and what is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kbgen.build_report import BuildReport, Seconds
from kbgen.config import Config, load
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.errors import KbgenError, OutputError, OutsideError, TemplateError
from kbgen.serve import serving
from kbgen.serve.live import Message
from kbgen.serve.serving import Call, Work
from kbgen.session import Progress


class Builds:
    """In the place of builds: each does what is next in line."""

    def __init__(self) -> None:
        self.next: list[Exception | BuildReport] = []
        self.done = 0

    def __call__(self, _config: Config, _progress: Progress) -> BuildReport:
        self.done += 1
        outcome = self.next.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def report(*found: Diagnostic, written: int = 0, removed: int = 0) -> BuildReport:
    counts: dict[str, Any] = dict.fromkeys(BuildReport.__struct_fields__, 0)
    counts |= {"written": written, "removed": removed, "notes": 1, "pages": 2}
    return BuildReport(**counts | {"seconds": Seconds(total=0.25), "diagnostics": found})


@pytest.fixture
def builds() -> Builds:
    return Builds()


@pytest.fixture
def work(tmp_path: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Work]]:
    """Return a function that makes a site in work, whose first build comes out as it is told."""
    monkeypatch.setattr(serving, "_LEAST_RETRY_SECONDS", 0.02)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    root = tmp_path.resolve()
    (root / "vault").mkdir()
    settings = partial(load, vault=root / "vault", output=None, config_file=None, base_url=None, cwd=root)
    call = Call(settings=settings, config_files=lambda _config: (), cwd=root, host="", port=0, poll=False)
    made: list[Work] = []

    def make(first: Exception | BuildReport) -> Work:
        builds.next.append(first)
        made.append(Work(call, builds, settings()))
        made[0].begin()
        return made[0]

    yield make
    for each in made:
        each.close()


def told(work: Work) -> Message:
    message = next(work.live.messages(work.live.build, 0))
    assert message is not None
    return message


def change(work: Work, tmp_path: Path, *names: str) -> None:
    work.changes.add(str(tmp_path.resolve() / name) for name in names)
    work.go_on()


BROKEN = diagnostic("a.md", Fault("KB102", 1, 2, "x"))
OTHER = diagnostic("b.md", Fault("KB102", 3, 4, "y", "z"))


def test_what_is_said(
    work: Callable[..., Work], builds: Builds, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = work(report(BROKEN, written=3))
    assert capsys.readouterr() == (
        "",
        "vault/a.md:1:2: KB102 unresolved-link: x\n1 note, 2 pages, 1 warning in 0.25 s → site/\n",
    )
    builds.next += [report(BROKEN, written=1), report(BROKEN), report(BROKEN, OTHER, written=2, removed=1)]
    change(site, tmp_path, "vault/a.md")
    assert capsys.readouterr().err == "vault/a.md: 1 file written in 0.25 s\n"
    change(site, tmp_path, "vault/a.md")
    assert capsys.readouterr().err == "", "nothing came of it"
    change(site, tmp_path, "vault/b.md", "vault/a.md", "kbgen.toml")
    assert capsys.readouterr().err == (
        "kbgen.toml and 2 more: 2 files written, 1 removed in 0.25 s\n"
        "vault/b.md:3:4: KB102 unresolved-link: y\n  z\n"
    )
    assert [finding.place for finding in told(site).findings] == ["b.md:3:4"]


def test_without_a_change_nothing_is_built(work: Callable[..., Work], builds: Builds) -> None:
    site = work(report(written=1))
    site.go_on()
    assert builds.done == 1


def test_a_template_is_tried_again_when_something_changes(
    work: Callable[..., Work], builds: Builds, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = work(TemplateError("own/note.html:3: bad", "look"))
    assert capsys.readouterr().err == "Error: own/note.html:3: bad\n  look\n"
    problem = told(site).problem
    assert problem
    assert (problem.place, problem.message, problem.hint) == ("own/note.html:3", "bad", "look")
    site.go_on()
    assert builds.done == 1
    builds.next += [TemplateError("own/note.html:3: bad", "look"), report()]
    change(site, tmp_path, "vault/a.md")
    assert capsys.readouterr().err == "", "it was said"
    change(site, tmp_path, "own/note.html")
    assert capsys.readouterr().err == "own/note.html: all is well in 0.25 s\n"
    assert told(site).problem is None


@pytest.mark.parametrize("error", [OutsideError("the disk is full"), OutputError("x is in the way")])
def test_what_may_pass_is_tried_again_without_a_change(
    work: Callable[..., Work],
    builds: Builds,
    tmp_path: Path,
    error: KbgenError,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = work(report(written=1))
    builds.next += [error, error, report(written=1)]
    change(site, tmp_path, "vault/a.md")
    assert told(site).problem
    capsys.readouterr()
    site.go_on()
    assert told(site).problem
    assert capsys.readouterr().err == ""
    site.go_on()
    assert told(site).problem is None
    assert capsys.readouterr().err == "tried again: 1 file written in 0.25 s\n"


def test_a_fault_of_our_own_does_not_end_it(
    work: Callable[..., Work], builds: Builds, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = work(report(written=1))
    builds.next += [KeyError("oops"), report(written=1)]
    change(site, tmp_path, "vault/a.md")
    problem = told(site).problem
    assert problem
    assert problem.message.startswith("this is a fault of kbgen itself, not of your notes: KeyError")
    assert "Traceback" not in capsys.readouterr().err
    change(site, tmp_path, "vault/a.md")
    assert told(site).problem is None


@pytest.mark.parametrize("error", [OutsideError("no"), OutputError("no"), KeyError("no")])
def test_what_fails_at_first_ends_it(work: Callable[..., Work], error: Exception) -> None:
    with pytest.raises(type(error)):
        work(error)
