"""Errors of a build, taken apart for the page that is open."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from kbgen.config import Config, VerifyConfig
from kbgen.diagnostics import Fault, diagnostic
from kbgen.errors import ConfigError, KbgenError, OutsideError, UsageError
from kbgen.serve.news import new_findings
from kbgen.serve.port import address_of, listen, warning_of
from kbgen.serve.problem import Problem, SourceLine, find_file, problem_of


def lines(*numbers: int) -> tuple[SourceLine, ...]:
    return tuple(SourceLine(number, f"line {number}") for number in numbers)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "note.html"
    path.write_text("\n".join(f"line {number}" for number in range(1, 11)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("t/note.html:5: bad: x", Problem("bad: x", "h", "t/note.html:5", 5, lines(2, 3, 4, 5, 6, 7, 8))),
        ("note.html:1:7: bad", Problem("bad", "h", "note.html:1:7", 1, lines(1, 2, 3, 4))),
        ("note.html:10: bad", Problem("bad", "h", "note.html:10", 10, lines(7, 8, 9, 10))),
        ("note.html:99: bad", Problem("bad", "h", "note.html:99", 99)),
        ("C:\\t\\note.html:2: bad", Problem("bad", "h", "C:\\t\\note.html:2", 2, lines(1, 2, 3, 4, 5))),
        ("note.html:2: two\nlines", Problem("two\nlines", "h", "note.html:2", 2, lines(1, 2, 3, 4, 5))),
        ("Cannot write a.html: No space left.", Problem("Cannot write a.html: No space left.", "h")),
        ("nothing: at: 5: all", Problem("nothing: at: 5: all", "h")),
    ],
)
def test_place_and_lines(file: Path, message: str, wanted: Problem) -> None:
    assert problem_of(KbgenError(message, "h"), lambda _name: file) == wanted


def test_without_the_file_there_are_no_lines(tmp_path: Path) -> None:
    for path in (None, tmp_path / "gone", tmp_path):
        found = problem_of(ConfigError("kbgen.toml:3: bad"), lambda _name, path=path: path)  # type: ignore[misc] # a default tells the rounds apart
        assert (found.place, found.line, found.source) == ("kbgen.toml:3", 3, ())


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe" + b"a" * 1000 + b"\nb")
    found = problem_of(ConfigError("x:1: bad"), lambda _name: tmp_path / "x")
    assert [len(line.text) for line in found.source] == [300, 1]


def test_files_are_found_as_messages_name_them(tmp_path: Path) -> None:
    for name in ("kbgen.toml", "own/note.html", "data/facts.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    config = Config(
        vault=tmp_path,
        output=tmp_path / "site",
        templates=tmp_path / "own",
        verify=VerifyConfig(tables=(tmp_path / "data" / "facts.toml",)),
    )
    assert find_file("kbgen.toml", config, tmp_path) == tmp_path / "kbgen.toml"
    assert find_file("own/note.html", config, tmp_path / "data") == tmp_path / "own" / "note.html"
    assert find_file("facts.toml", config, tmp_path) == tmp_path / "data" / "facts.toml"
    theme = find_file("templates/note.html", config, tmp_path)
    assert theme is not None
    assert theme.name == "note.html"
    assert find_file("nothing.html", config, tmp_path) is None


def test_findings_that_were_there_are_no_news() -> None:
    one = diagnostic("a.md", Fault("KB102", 1, 1, "x"))
    moved = diagnostic("a.md", Fault("KB102", 9, 1, "x"))
    other = diagnostic("b.md", Fault("KB102", 1, 1, "x"))
    remark = diagnostic("c.png", Fault("KB125", 1, 1, "unused"))
    assert new_findings([one], [moved, remark]) == ()
    assert new_findings([one], [moved, other]) == (other,)
    assert new_findings([], [one, one]) == (one, one)
    assert new_findings([one, one], [one]) == ()


def test_a_taken_port_names_the_next_free_one() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError) as caught:
            listen("127.0.0.1", port)
        assert str(caught.value) == f"port {port} at 127.0.0.1 is taken by another program"
        free = int(caught.value.hint.removeprefix("--port ").removesuffix(" is free"))
        assert free > port
        listen("127.0.0.1", free).close()


def test_a_port_is_free_as_soon_as_it_is_left() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            first.accept()[0].close()
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["no such host", "256.256.256.256", "192.0.2.1", "a" * 300])
def test_a_host_that_is_not_this_machine(host: str) -> None:
    with pytest.raises(UsageError, match=r"there is no such address|this machine has no such address"):
        listen(host, 0)


def test_a_port_that_the_machine_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(OutsideError, match=r"^Cannot listen at port 80: Permission denied\.$"):
        listen("127.0.0.1", 80)


def test_the_address_is_one_that_a_browser_can_open() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener, "127.0.0.1") == f"http://127.0.0.1:{port}/"
        assert address_of(listener, "0.0.0.0") == f"http://localhost:{port}/"  # noqa: S104 (nothing is bound)
        assert address_of(listener, "::1") == f"http://[::1]:{port}/"


def test_others_are_warned_of() -> None:
    assert [bool(warning_of(host)) for host in ("127.0.0.1", "localhost", "::1")] == [False] * 3
    assert [bool(warning_of(host)) for host in ("0.0.0.0", "::", "192.168.1.2")] == [True] * 3  # noqa: S104
