"""Work done by a cluster: the same bytes as without, whoever dies meanwhile."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from kbgen import cli, cluster, fingerprint
from kbgen.config import WorkersConfig, load
from kbgen.errors import TemplateError
from kbgen.notes import compile_all
from kbgen.pipeline import build
from kbgen.session import silent
from kbgen.shares import in_order
from kbgen.site import render
from tests.engine import test_laws as laws

if TYPE_CHECKING:
    from kbgen.build_report import BuildReport
    from kbgen.session import Progress
    from tests.engine.conftest import Project

ROOT = Path(__file__).parents[2]
NOTES = 80
FACTS = '[verify]\nfacts = ["vault", "arithmetic"]\n'
START = 120.0
"""Seconds in which a cluster must have begun, on a machine with much else to do."""

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None, reason="the extra [cluster] is not installed"
    ),
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there"),
]


class LocalCluster:
    """A scheduler and two workers, each a process of its own on this machine."""

    def __init__(self, folder: Path) -> None:
        place = folder / "scheduler.json"
        self.scheduler = _begun("dask_scheduler", "--port", "0", "--scheduler-file", str(place))
        deadline = time.monotonic() + START
        while not place.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address: str = json.loads(place.read_text("utf-8"))["address"]
        self.workers = [_begun("dask_worker", self.address, "--nthreads", "1", "--no-nanny") for _ in "12"]
        from distributed import Client  # noqa: PLC0415 (it may not be installed)

        with Client(self.address, timeout=START, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=START)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


_ON_THIS_MACHINE = ("--host", "127.0.0.1", "--no-dashboard")


def _begun(program: str, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", *_ON_THIS_MACHINE, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Give a cluster that nobody kills."""
    found = LocalCluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.end()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[LocalCluster]:
    found = LocalCluster(tmp_path)
    yield found
    found.end()


@pytest.fixture(autouse=True)
def _any_work_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_all, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr(compile_all, "_CHUNK", 5)
    monkeypatch.setattr(render, "_MIN_PAGES_TO_FORK", 2)
    monkeypatch.setattr(render, "_SHARE", 4)
    monkeypatch.setattr(cluster, "_PATIENCE", 1.0)


def write(project: Project, age: int = 0, notes: int = NOTES) -> None:
    """Write notes that link, embed and name each other, some private, some unlisted, some with claims."""
    files: dict[str, str | bytes] = {"pic.png": b"not really", "Board.canvas": '{"nodes": [], "edges": []}'}
    for number in range(notes):
        properties = [
            f"tags: [t{number % 7}, t{number % 7}/below]",
            f"aliases: [Also {number}]",
            "publish: false" if number % 11 == 3 else "",
            "unlisted: true" if number % 13 == 5 else "",
            f"related: '[[Note {(number + 5) % notes}]]'",
            f"moons: {number % 4}",
        ]
        words = f"Note {number} has {(number + number // 9) % 4} moons. " * 3
        lines = [
            f"# Title {number}" if number % 2 else "",
            words if number % 8 else f"In the year {age} all was otherwise.",
            f"[[Note {(number * 7 + 1) % notes}]] ![[Note {(number + 1) % notes}]]",
            f"![[Note {(number + 2) % notes}#Part]] ![[Note {(number + 3) % notes}#^block]]",
            f"<a href='Note {(number + 4) % notes}.md'>in HTML</a>",
            "## Part",
            "A paragraph. ![[pic.png]] ^block",
        ]
        head = "\n".join(filter(None, properties))
        files[f"f{number % 5}/Note {number}.md"] = f"---\n{head}\n---\n" + "\n\n".join(lines) + "\n"
    files["f1/index.md"] = "The folder's own."
    project.write(files)


def write_both(project: Project, alone: Project, notes: int = NOTES) -> None:
    """Write the same notes into two projects, one of which is built at once, in this process."""
    for each in (project, alone):
        write(each, notes=notes)
    built(alone, "", "site")


def built(
    project: Project, address: str, output: str, progress: Progress = silent, settings: str = ""
) -> BuildReport:
    """Build with a cluster; without one where there is no address."""
    project.configure(f'title = "T"\n{settings}{FACTS}[workers]\ncluster = "{address}"\n')
    config = load(vault=project.vault, output=Path(output), config_file=None, base_url=None, cwd=project.root)
    return build(config, jobs=1, progress=progress)


def kept(project: Project) -> tuple[list[Any], ...]:
    """Return what the last build kept of its pages, and of what was worked out for them."""
    (cache,) = (project.root / ".kbgen").glob("*.sqlite")
    connection = sqlite3.connect(cache)
    try:
        found = [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608
            for table in ("linkage", "outline", "content")
        ]
        # What one record says of the whole depends on where the vault lies.
        tables = connection.execute("SELECT * FROM plan WHERE name != 'plan' ORDER BY 1").fetchall()
        # Rows lie together in the order in which they came.
        rows = [
            sorted(row for (record,) in records for row in msgspec.msgpack.decode(record))
            for records in (connection.execute(f"SELECT record FROM {name}") for name in ("view", "derived"))  # noqa: S608
        ]
    finally:
        connection.close()
    return (*found, tables, *rows)


@pytest.fixture
def alone(new_project: type[Project], tmp_path: Path) -> Project:
    """Give a project that is built in this process."""
    return new_project(tmp_path / "alone")


def same(project: Project, alone: Project) -> bool:
    """Tell whether two projects have the same sites, and will build on from the same."""
    return project.tree() == alone.tree() and kept(project) == kept(alone)


def test_a_cluster_makes_the_same_build_after_build(
    project: Project,
    alone: Project,
    lasting: LocalCluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    here: list[str] = []
    made = render._made

    def counted(maker: Any, job: Any, output: Any) -> Any:
        here.append(job.kind)
        return made(maker, job, output)

    write_both(project, alone)
    with monkeypatch.context() as patch:
        patch.setattr(render, "_made", counted)
        patch.setattr(compile_all, "_compile_file", lambda *_: pytest.fail("compiled here"))
        built(project, lasting.address, "site")
    assert same(project, alone)
    # Lists describe notes that were not sent, and so may the page of a folder's own note.
    assert here.count("note") <= 1
    assert 0 < len(here) < 60

    for edit in (
        {"f1/Note 1.md": "# Title 1\n\nEmbedded, and another now.\n\n## Part\n\nA paragraph. ^block\n"},
        {"f2/Note 2.md": "---\npublish: false\n---\nNow private.\n"},
        {"f1/New.md": "Note 5 has 3 moons. [[Note 2]] ![[Note 4]]\n"},
        {f"f3/More {number}.md": f"[[Note {number}]]" for number in range(NOTES)},
    ):
        for each in (project, alone):
            each.write(edit)
        built(project, lasting.address, "site")
        built(alone, "", "site")
        assert same(project, alone)
    assert not caplog.records


@settings(laws.LAW, max_examples=max(4, laws.LAW.max_examples // 10))
@given(laws.vaults, st.lists(laws.steps_of_a_round, min_size=1, max_size=2))
def test_after_any_edits_a_cluster_gives_what_a_clean_build_gives(
    new_project: type[Project],
    lasting: LocalCluster,
    vault: dict[str, str],
    rounds: list[tuple[list[tuple[object, ...]], str, int]],
) -> None:
    with laws.a_project(new_project) as project:
        laws.start(project, vault)
        built_elsewhere(project, lasting.address)
        before = project.root / "before"
        shutil.copytree(project.vault, before)
        for steps, store, _ in rounds:
            for step in steps:
                laws.edit(project, step, before)
            if store != "kept":
                laws.spoil(project, store)
            report = built_elsewhere(project, lasting.address)
            shutil.rmtree(project.root / "clean", ignore_errors=True)
            clean = project.build("clean", use_cache=False)
            assert project.tree() == project.tree("clean")
            assert laws.told(report) == laws.told(clean)


def built_elsewhere(project: Project, address: str) -> BuildReport:
    """Build with a cluster, whatever the config file says."""
    config = load(vault=project.vault, output=Path("site"), config_file=None, base_url=None, cwd=project.root)
    return build(msgspec.structs.replace(config, workers=WorkersConfig(cluster=address)), jobs=1)


def test_the_bundled_vault(
    project: Project, alone: Project, lasting: LocalCluster, caplog: pytest.LogCaptureFixture
) -> None:
    for each in (project, alone):
        shutil.copytree(ROOT / "vault", each.vault, dirs_exist_ok=True)
    built(project, lasting.address, "site")
    built(alone, "", "site")
    assert same(project, alone)
    assert not caplog.records


def test_templates_of_the_user_lie_in_the_shared_folder(
    project: Project, alone: Project, lasting: LocalCluster, caplog: pytest.LogCaptureFixture
) -> None:
    templates = project.root.parent / "templates"
    templates.mkdir()
    (templates / "note.html").write_text("<h1>{{ page.title }}</h1>{{ page.body|safe }}", encoding="utf-8")
    for each, address in ((project, lasting.address), (alone, "")):
        write(each, notes=30)
        built(each, address, "site", settings='templates = "../templates"\n')
    assert same(project, alone)
    assert not caplog.records
    (templates / "note.html").write_text("{{ page.no_such_thing }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"note\.html:1") as caught:
        built(project, lasting.address, "site", settings='templates = "../templates"\n')
    assert "page: " in caught.value.message


@pytest.mark.parametrize("stage", ["compile", "render"])
def test_a_worker_that_dies(
    project: Project, alone: Project, mortal: LocalCluster, caplog: pytest.LogCaptureFixture, stage: str
) -> None:
    def one_dies(now: str, done: int, _total: int) -> None:
        if now == stage and done:
            mortal.workers[0].send_signal(signal.SIGKILL)

    write_both(project, alone)
    built(project, mortal.address, "site", one_dies)
    assert mortal.workers[0].wait() == -signal.SIGKILL
    assert same(project, alone)
    assert not caplog.records  # the other did its share


@pytest.mark.parametrize("stage", ["compile", "render"])
def test_no_worker_is_left(
    project: Project, alone: Project, mortal: LocalCluster, caplog: pytest.LogCaptureFixture, stage: str
) -> None:
    def all_die(now: str, done: int, _total: int) -> None:
        if now == stage and done:
            for worker in mortal.workers:
                worker.send_signal(signal.SIGKILL)

    write_both(project, alone)
    built(project, mortal.address, "site", all_die)
    assert same(project, alone)
    assert_said_once(caplog, mortal)


def assert_said_once(caplog: pytest.LogCaptureFixture, gone: LocalCluster) -> None:
    (said,) = [record.getMessage() for record in caplog.records]
    # Dask takes back what waits for something that was lost with the workers.
    assert said in {
        f"The cluster at {gone.address} {what}: what it should do is done here."
        for what in ("was lost", "has no worker left")
    }


def test_the_scheduler_dies(
    project: Project, alone: Project, mortal: LocalCluster, caplog: pytest.LogCaptureFixture
) -> None:
    def scheduler_dies(now: str, done: int, _total: int) -> None:
        if now == "compile" and done:
            mortal.scheduler.send_signal(signal.SIGKILL)

    write_both(project, alone)
    built(project, mortal.address, "site", scheduler_dies)
    assert same(project, alone)
    assert_said_once(caplog, mortal)


def test_a_scheduler_that_does_not_answer(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    write(project, notes=20)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
    project.configure(f'title = "T"\n[workers]\ncluster = "{address}"\n')
    monkeypatch.chdir(project.root)
    assert cli.main(["build"]) == 0
    first, *others = capfd.readouterr().err.splitlines()
    assert first == f"Warning: The cluster at {address} does not answer: what it should do is done here."
    assert not any("cluster" in line for line in others)
    assert project.tree() == project.clean()


class OtherHere:
    """A digest of code that is another in this process than in those of workers."""

    def __call__(self) -> bytes:
        return b"other"

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (fingerprint, "code_digest")


def test_workers_of_another_version(
    project: Project,
    alone: Project,
    lasting: LocalCluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_both(project, alone, notes=30)
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "code_digest", OtherHere())
        built(project, lasting.address, "site")
    assert project.tree() == alone.tree()
    (said,) = [record.getMessage() for record in caplog.records]
    assert "has no worker with this version of kbgen" in said


def test_a_worker_of_another_version_that_comes_later(
    project: Project,
    alone: Project,
    lasting: LocalCluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_both(project, alone, notes=30)
    monkeypatch.setattr(compile_all, "code_digest", lambda: b"other")
    monkeypatch.setattr(render, "code_digest", lambda: b"other")
    built(project, lasting.address, "site")
    assert same(project, alone)
    (said,) = [record.getMessage() for record in caplog.records]
    assert "has a worker with another version of kbgen" in said


def test_a_folder_that_workers_do_not_see(
    project: Project, lasting: LocalCluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A note that is not there, or is another, on the machine of a worker is compiled here."""
    write(project, notes=30)
    shares_of = in_order

    def elsewhere(workers: Any, work: Any, chunks: Any, sent: Any, *others: Any) -> Iterator[Any]:
        def moved(chunk: Any) -> tuple[object, ...]:
            files, *rest = sent(chunk)
            gone = [(f"/elsewhere{real}", size, time_ns) for real, size, time_ns in files[:2]]
            late = [(real, size, time_ns + 1) for real, size, time_ns in files[2:]]
            return (gone + late, *rest)

        return shares_of(workers, work, chunks, moved, *others)

    with monkeypatch.context() as patch:
        patch.setattr(compile_all, "in_order", elsewhere)
        built(project, lasting.address, "site")
    assert project.tree() == project.clean()
    assert not caplog.records


def test_without_dask(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, notes=3)
    project.configure('[workers]\ncluster = "tcp://scheduler:8786"\n')
    monkeypatch.chdir(project.root)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(["build"]) == 2
    said = capsys.readouterr().err
    assert '"workers.cluster" is set, and the package "distributed" is not installed' in said
    assert "pip install 'kbgen[cluster]'" in said
    assert not project.tree()


def test_dask_is_not_loaded_where_no_cluster_is_named(project: Project) -> None:
    write(project)
    loaded = "import sys; print('dask' in sys.modules or 'distributed' in sys.modules)"
    command = f"from kbgen.cli import main; main(['build']); {loaded}"
    run = subprocess.run(
        [sys.executable, "-c", command], cwd=project.root, capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"
