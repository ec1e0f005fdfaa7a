"""A build that is killed leaves whole files, of the old site or the new; the next build repairs the rest."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.conftest import Project, Tree

KILLS = 20
NOTES = 300
BUILD = "from kbgen.cli import main; import sys; sys.exit(main())"
"""What ``kbgen`` runs."""
KILLED_AT = """
import os, signal, sys
left = iter(range({calls}))
replace, remove = os.replace, os.unlink
def counted(real):
    def call(*args, **kwargs):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
os.replace, os.unlink = counted(replace), counted(remove)
"""
HANGING = """
import time
import kbgen.notes.compile_all
def hang(work):
    time.sleep(600)
kbgen.notes.compile_all._compile_chunk = hang
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")


def write(project: Project, age: int, notes: int = NOTES) -> None:
    """Write all notes, with another text at every age; some come and go, and their pages with them."""
    for number in range(notes):
        path = project.vault / f"f{number % 9}" / f"Note {number}.md"
        path.parent.mkdir(exist_ok=True)
        if number % 10 == age % 2:
            path.unlink(missing_ok=True)
            continue
        words = f"In the year {age} nothing was as it had been before. " * 30
        names = f"[Also {number}, Once {number}, Formerly {number}-{age % 2}]"
        links = f"[[Note {(number * 7 + 1) % notes}]] ![[Note {(number + 1) % notes}#Title {age}]]"
        path.write_text(
            f"---\naliases: {names}\ntags: [t{number % 7}]\n---\n# Title {age}\n\n{words}\n\n{links}\n",
            encoding="utf-8",
        )


def start(project: Project, code: str = BUILD) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, "build", "vault", "--jobs", "2"],
        cwd=project.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def assert_whole(found: Tree, before: Tree, after: Tree) -> None:
    for name in found.keys() | before.keys() | after.keys():
        states = [tree.get(name) for tree in (before, after)]
        assert found.get(name) in states, f"{name} is neither of the site before nor of the one after"


def test_killed_at_random_moments(project: Project) -> None:
    """The first build, and one after a change of everything."""
    ages: list[Tree] = []
    took = 0.0
    for age in (0, 1):
        write(project, age)
        begun = time.perf_counter()
        assert start(project).wait() == 0
        took = max(took, time.perf_counter() - begun)
        ages.append(project.tree())
        assert len(ages[age]) > 900  # or no processes would make them
    moments = random.Random(20)  # noqa: S311
    age = 1
    for number in range(KILLS):
        first = number % 4 == 0
        if first:
            project.root.joinpath("old").mkdir(exist_ok=True)
            project.site.rename(project.root / "old" / str(number))
        else:
            age = 1 - age
            write(project, age)
        before = project.tree()
        build = start(project)
        time.sleep(took * (number + moments.random()) / KILLS)
        build.kill()
        build.wait()
        assert_whole(project.tree(), before, ages[age])
        project.build(jobs=2)
        assert project.tree() == ages[age]


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 5, 8, 13, 21, 34])
def test_killed_while_files_are_placed(project: Project, calls: int) -> None:
    """Between any two files; placing is so short that a random moment seldom falls into it."""
    write(project, 0, notes=12)
    project.build()
    before = project.tree()
    write(project, 1, notes=12)
    after = project.clean()
    assert start(project, KILLED_AT.format(calls=calls) + BUILD).wait() == -9
    found = project.tree()
    assert_whole(found, before, after)
    assert found != after
    project.build()
    assert project.tree() == after


def test_workers_end_with_a_build_that_is_killed(project: Project) -> None:
    """They hold its lock: if they stayed, no build could ever write there again."""
    write(project, 0)
    build = start(project, HANGING + BUILD)
    wait_for(project.site / ".kbgen-staging")
    time.sleep(0.5)
    build.kill()
    build.wait()
    assert project.build().compiled == NOTES - NOTES // 10


def wait_for(path: Path) -> None:
    for _ in itertools.takewhile(lambda _: not path.exists(), range(200)):
        time.sleep(0.05)
