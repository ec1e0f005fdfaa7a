"""The commands: what goes to which stream, and with which exit code they end."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

import kbgen
from kbgen import cli, terminal
from kbgen.build_report import BuildReport, Seconds
from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.errors import OutputError, OutsideError
from tests.commands import command_cases, dots, write_files

HERE = Path(__file__).parent
CASES = HERE / "cli.md"
FINDING = re.compile(r"(KB\d+) (.+?):(\d+):(\d+) (.*?)(?: => (.*))?")
STAGES = {"scan": 0.1, "compile": 0.2, "link": 0.1, "graph": 0.1, "render": 0.3, "write": 0.2, "search": 0.0}


class Calls(list[dict[str, Any]]):
    """What the library was asked for, and what it then raises."""

    error: BaseException | None = None


def findings() -> tuple[Diagnostic, ...]:
    file = Path("findings")
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        match = FINDING.fullmatch(line)
        assert match, line
        code, path, row, column, message, hint = match.groups(default="")
        found.append(diagnostic(path, Fault(code, int(row), int(column), message, hint)))
    return tuple(found)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Put doubles in the place of the pipeline's functions and go to an empty folder."""
    calls = Calls()

    def called(config: Config, options: dict[str, Any], stage: str) -> None:
        calls.append({"config": config, **options})
        options["progress"](stage, 1, 2)
        if calls.error:
            raise calls.error

    def build(config: Config, **options: Any) -> BuildReport:
        called(config, options, "compile")
        counts: dict[str, Any] = dict(zip(BuildReport.__struct_fields__, range(3, 14), strict=False))
        return BuildReport(**counts, seconds=Seconds(**STAGES, total=1.23456), diagnostics=findings())

    def check(config: Config, **options: Any) -> tuple[Diagnostic, ...]:
        called(config, options, "link")
        return tuple(item for item in findings() if options["orphans"] or item.name != "orphan")

    monkeypatch.setattr("kbgen.pipeline.build", build)
    monkeypatch.setattr("kbgen.pipeline.check", check)
    monkeypatch.chdir(tmp_path)
    return calls


def test_every_case_is_read() -> None:
    assert dots(CASES) == 3 * len(command_cases(CASES))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("files", "command", "wanted"), command_cases(CASES))
def test_commands(files: str, command: str, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(files)
    code = cli.main(shlex.split(command))
    said = capsys.readouterr()
    got = f"exit {code}\n--- stdout\n{said.out}--- stderr\n{said.err}"
    assert got.replace(kbgen.__version__, "VERSION") == wanted


def test_options_reach_the_library(library: Calls) -> None:
    Path("vault").mkdir()
    cli.main(["build", "--jobs", "3", "--no-cache", "--no-search", "--base-url", "https://example.org/"])
    cli.main(["check", "-j", "2", "--orphans"])
    cli.main(["build"])
    built, checked, plain = library
    assert built["config"].base_url == "https://example.org"
    assert (built["jobs"], built["use_cache"]) == (3, False)
    assert (checked["jobs"], checked["use_cache"], checked["orphans"]) == (2, True, True)
    assert (plain["jobs"], plain["use_cache"], plain["config"].base_url) == (0, True, "")


def test_the_function_does_what_the_command_does(library: Calls) -> None:
    Path("vault").mkdir()
    cli.main(["build", "vault", "-o", "out", "--jobs", "2", "--no-cache", "--base-url", "http://a.example"])
    seen: list[object] = []
    report = kbgen.build(
        "vault",
        output=Path("out"),
        jobs=2,
        use_cache=False,
        base_url="http://a.example",
        progress=lambda *step: seen.append(step),
    )
    assert (report.notes, report.diagnostics) == (3, ())
    assert seen == [("compile", 1, 2)]
    command, function = ({**call, "progress": None} for call in library)
    assert command == function


@pytest.mark.parametrize(
    "command",
    [
        "",
        "nothing",
        "build --nothing",
        "build --jobs x",
        "build --jobs -1",
        "build a b",
        "serve --port 65536",
        "serve --port x",
        "serve --format json",
        "check --format xml",
        "verify --format xml",
        "verify --show everything",
    ],
)
def test_a_wrong_call(library: Calls, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(shlex.split(command)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Usage: kbgen" in said.err
    assert "Traceback" not in said.err
    assert library == []


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OutputError("site holds files", "name another"), 2, "Error: site holds files\n  name another\n"),
        (OutsideError("the cache is locked"), 3, "Error: the cache is locked\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "a.html"),
            3,
            "Error: Cannot use a.html: No space left on device.\n  Make room there, and run it again.\n",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            3,
            "Error: Cannot go on: Permission denied.\n  Allow it, or choose another place.\n",
        ),
        (MemoryError(), 3, "Error: there is not enough memory\n  Try with --jobs 1.\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_why_a_command_stops(
    library: Calls, error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("vault").mkdir()
    library.error = error
    assert cli.main(["build"]) == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("error", [KeyError("oops\nmore"), FileNotFoundError(errno.ENOENT, "No such file")])
def test_a_fault_of_our_own_keeps_its_traceback_in_a_file(
    library: Calls,
    error: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("vault").mkdir()
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temp))
    library.error = error
    assert cli.main(["check"]) == 3
    (file,) = temp.iterdir()
    out, err = capsys.readouterr()
    assert out == ""
    first, second = err.splitlines()
    assert first.startswith(
        f"Error: this is a fault of kbgen itself, not of your notes: {type(error).__name__}"
    )
    assert str(file) in second
    written = file.read_text(encoding="utf-8")
    assert f"kbgen {kbgen.__version__}" in written
    assert "Traceback (most recent call last)" in written
    assert "check.py" in written
    assert "in run\n" in written

    file.unlink()
    temp.rmdir()
    assert cli.main(["check"]) == 3
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert err.endswith("please report it with the traceback above\n")


def test_a_working_directory_that_is_gone(
    library: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> str:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    assert cli.main(["build"]) == 3
    assert (
        capsys.readouterr().err == "Error: the working directory cannot be used: No such file or directory\n"
    )
    assert library == []


# --- terminals ----------------------------------------------------------------------


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that makes both captured streams terminals."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def switch() -> None:
        for stream in (sys.stdout, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True)

    return switch


def test_colour_and_progress_on_a_terminal(
    library: Calls,
    on_terminal: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("vault").mkdir()
    Path("findings").write_text("KB102 a.md:1:1 x", encoding="utf-8")
    on_terminal()
    cli.main(["check"])
    out, err = capsys.readouterr()
    assert "\x1b[33mKB102 unresolved-link:\x1b[0m x\n" in out
    bar = "█" * 12 + "░" * 12
    assert err == f"\r\x1b[Klink     {bar} 1/2\r\x1b[K0 errors, 1 warning\n"

    monkeypatch.setenv("NO_COLOR", "1")
    cli.main(["check"])
    assert capsys.readouterr().out == "vault/a.md:1:1: KB102 unresolved-link: x\n"

    library.error = OutsideError("no")
    cli.main(["check"])
    assert capsys.readouterr().err.endswith("1/2\r\x1b[KError: no\n"), "the bar is wiped before the message"

    library.error = None
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("NO_COLOR")
    cli.main(["check"])
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_progress_bar_is_not_drawn_more_often_than_the_eye_can_see(
    on_terminal: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    on_terminal()
    times = iter([0.0, 0.01, 0.02, 0.2, 0.21])
    with terminal.ProgressBar(lambda: next(times)) as progress:
        for stage, done, total in [
            ("link", 0, 0),
            ("link", 1, 9),
            ("render a page with a long, long name of a stage", 9, 9),
            ("write", 12, 9),
            ("write", 9, 9),
        ]:
            progress(stage, done, total)
    drawn = capsys.readouterr().err.split("\r\x1b[K")[1:]
    assert drawn == [
        "link",
        "render a page with a long, long name of a stage █",
        f"write    {'█' * 24} 12/9",
        "",
    ]


def test_a_program_without_a_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal.prepare()
    terminal.emit("x")
    terminal.say("x")
    terminal.close()
    assert not terminal.is_coloured(sys.stdout)


# --- the process --------------------------------------------------------------------


def start(code: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a process whose library is what the code says."""
    script = f"import sys\nfrom kbgen import pipeline\nfrom kbgen.cli import main\n{textwrap.dedent(code)}\n"
    script += "vars(pipeline).update(globals())\nsys.exit(main(sys.argv[1:]))\n"
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stderr=subprocess.PIPE,
        **{"stdout": subprocess.PIPE, **options},
    )


MANY = """
from kbgen.diagnostics import Fault, diagnostic
def check(*_, **__):
    return tuple(diagnostic("a.md", Fault("KB108", line, 1, "é" * 100)) for line in range(1, 5000))
"""


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    with start(MANY, "check", ".", cwd=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"a.md:1:1: KB108 collision: ")
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (1, b"4999 errors, 0 warnings\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("arguments", [("check", "."), ("--version",), ("--help",)])
def test_a_full_disk_under_stdout(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full, start(MANY, *arguments, cwd=tmp_path, stdout=full) as process:
        assert process.stderr
        said = process.stderr.read().decode()
    assert process.returncode == 3
    assert re.fullmatch(r"Error: Cannot .*: No space left on device\.\n  Make room .*\n", said)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_an_interrupt_says_one_line(tmp_path: Path) -> None:
    waiting = """
    import time
    def build(*_, **__):
        print("ready", flush=True)
        time.sleep(60)
    """
    with start(waiting, "build", str(tmp_path), cwd=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert (process.returncode, said) == (130, b"interrupted\n")


def test_the_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    with start(MANY, "check", ".", "--format", "json", cwd=tmp_path, env=environment) as process:
        assert process.stdout
        answer = json.loads(process.stdout.read().decode("utf-8"))
    assert answer["diagnostics"][0]["message"] == "é" * 100


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "--version",
        "build --help",
        "check --help",
        "graph --help",
        "init --help",
        "serve --help",
        "verify --help",
    ],
)
def test_help_imports_nothing_heavy(arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kbgen", *arguments.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "kbgen.cli" in imported
    heavy = {
        "jinja2",
        "markdown_it",
        "msgspec",
        "multiprocessing",
        "networkx",
        "nh3",
        "numpy",
        "pygments",
        "rapidfuzz",
        "rich",
        "sqlite3",
        "torch",
        "watchfiles",
        "yaml",
    }
    assert imported & heavy == set()
    assert done.stdout


def test_help_describes_every_option() -> None:
    group: Any = typer.main.get_command(cli.app)
    assert set(group.commands) >= {"build", "check", "graph", "init", "serve", "verify"}
    for command in (group, *group.commands.values()):
        assert command.help
        for parameter in command.params:
            assert parameter.help, f"{command.name} {parameter.name}"
            assert parameter.help.endswith((".", ".)")), parameter.help
