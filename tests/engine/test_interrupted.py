"""11.7 Ctrl-C at any moment: one line, exit code 130, no process left, and a site of before or of after."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.engine.test_killed import wait_for, write

if TYPE_CHECKING:
    from tests.engine.conftest import Project

MOMENTS = 12
"""Spread over the whole of a build; each part of it has a test of its own besides."""
NOTES = 100
COMMAND = "from kbgen import interrupts; interrupts.install_handlers(); from kbgen.__main__ import run; run()"
LOADED = 0.08
"""Seconds in which Python itself begins, and answers Ctrl-C in its own way."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")


def start(project: Project, *arguments: str, before: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", before + COMMAND, *(arguments or ("build", "vault", "--jobs", "2"))],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def group_is_gone(number: int) -> bool:
    for _ in range(100):
        try:
            os.killpg(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_at_random_moments(project: Project) -> None:
    """In imports, in workers, while pages are made and placed; the signal goes to all, as from a terminal."""
    sites = []
    took = 0.0
    for age in (0, 1):
        write(project, age, NOTES)
        begun = time.perf_counter()
        build = start(project)
        build.communicate()
        assert build.returncode == 0
        took = max(took, time.perf_counter() - begun)
        sites.append(project.tree())
    moments = random.Random(7)  # noqa: S311
    age = 1
    for number in range(MOMENTS):
        age = 1 - age
        write(project, age, NOTES)
        build = start(project)
        time.sleep(max(took * 1.1 * (number + moments.random()) / MOMENTS, LOADED))
        sent = signal.SIGTERM if number % 5 == 4 else signal.SIGINT
        os.killpg(build.pid, sent)
        _, said = build.communicate()
        found = project.tree()
        if build.returncode == 0:  # it had ended
            assert found == sites[age]
            continue
        if build.returncode == -sent:
            continue  # Python had not begun
        assert (build.returncode, said) == (
            128 + sent,
            "interrupted\n" if sent == signal.SIGINT else "ended\n",
        )
        assert found in sites
        assert not (project.site / ".kbgen-staging").exists()
        assert group_is_gone(build.pid)
    project.build()
    assert project.tree() == sites[age]


HANGING = """
import pathlib, time, {module} as module
def hang(*_, **__):
    pathlib.Path("hanging").touch()
    time.sleep(600)
module.{name} = hang
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("kbgen.notes.compile_all", "_compile_chunk"),
        ("kbgen.site.render", "_rendered"),
        ("kbgen.build_cache", "scan"),
        ("kbgen.links.linker", "link_vault"),
        ("kbgen.vault.history", "_repository"),
        ("kbgen.site.staging", "_stage_attachments"),
    ],
)
@pytest.mark.parametrize("to_all", [True, False], ids=["to all", "to the first"])
def test_in_each_part(project: Project, module: str, name: str, *, to_all: bool) -> None:
    write(project, 0, 300)
    build = start(project, before=HANGING.format(module=module, name=name))
    wait_for(project.root / "hanging")
    if to_all:
        os.killpg(build.pid, signal.SIGINT)
    else:
        build.send_signal(signal.SIGINT)
    _, said = build.communicate(timeout=60)
    assert (build.returncode, said) == (130, "interrupted\n")
    assert project.tree() == {}
    assert not (project.site / ".kbgen-staging").exists()
    assert group_is_gone(build.pid)


HALF_LOADED = """
import os, signal, sys, types
from kbgen import interrupts
interrupts.install_handlers()
sys.modules["multiprocessing"] = types.ModuleType("multiprocessing")
os.kill(os.getpid(), signal.{name})
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_while_python_loads_what_ends_workers(name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HALF_LOADED.format(name=name)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert "fault" not in done.stderr


PLACING = """
import os, signal
replace = os.replace
def call(*arguments, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return replace(*arguments, **named)
os.replace = call
"""


def test_while_files_are_placed_it_waits(project: Project) -> None:
    write(project, 0, 12)
    build = start(project, before=PLACING)
    _, said = build.communicate()
    assert (build.returncode, said) == (130, "interrupted\n")
    assert project.tree() == project.clean()


@pytest.mark.parametrize(
    "command", ["check vault", "verify vault", "graph vault", "graph vault --ask pagerank"]
)
def test_other_commands(project: Project, command: str) -> None:
    write(project, 0, 100)
    for part in range(4):
        called = start(project, *command.split())
        time.sleep(0.15 + 0.2 * part)
        os.killpg(called.pid, signal.SIGINT)
        _, said = called.communicate()
        assert called.returncode in {0, 130}
        assert "Traceback" not in said
        if called.returncode:
            assert said == "interrupted\n"


def test_a_command_that_ignores_it_goes_on_doing_so(project: Project) -> None:
    """Where a shell begins a command in the background, Ctrl-C is for others."""
    write(project, 0, 30)
    build = start(project, before="import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n")
    wait_for(project.site / ".kbgen-staging")
    build.send_signal(signal.SIGINT)
    _, said = build.communicate()
    assert build.returncode == 0
    assert "interrupted" not in said
