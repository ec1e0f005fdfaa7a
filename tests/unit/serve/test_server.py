"""Answers of the server, over a real connection."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbgen.serve import server as server_module
from kbgen.serve.live import Live
from kbgen.serve.port import listen
from kbgen.serve.problem import Problem
from kbgen.serve.server import Server

FILES = {
    "index.html": "<html><body><p>home</p></body></html>",
    "404.html": '<head><link href="static/style.css"></head><body><a href="index.html">home</a></body>',
    "Notes/index.html": "<p>folder</p>",
    "Notes/a b é.html": "<p>note</p>",
    "static/style.css": "p {}",
    "static/theme.js": "1;",
    "static/font.woff2": "font",
    "graph.json": "{}",
    "feed.xml": "<feed/>",
    "picture.png": "png",
    "drawing.svg": "<svg/>",
    "Old.htm": "<script>1</script>",
    "film.mp4": "0123456789",
    "data.unheard": "data",
    "no extension": "data",
    ".kbgen-manifest.json": "{}",
}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(server_module, "_HEARTBEAT_SECONDS", 0.05)
    for name, text in FILES.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with Server(listen("127.0.0.1", 0), "127.0.0.1", Live(tmp_path / "site", "")) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


class Answer:
    """An answer that is read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def ask(server: Server, target: str, *, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def raw(server: Server, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes back."""
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/Notes/", "text/html; charset=utf-8"),
        ("/Notes/a%20b%20%C3%A9.html", "text/html; charset=utf-8"),
        ("/static/style.css", "text/css; charset=utf-8"),
        ("/static/style.css?v=1", "text/css; charset=utf-8"),
        ("/static/theme.js", "text/javascript; charset=utf-8"),
        ("/static/font.woff2", "font/woff2"),
        ("/graph.json", "application/json"),
        ("/feed.xml", "application/atom+xml"),
        ("/picture.png", "image/png"),
        ("/drawing.svg", "image/svg+xml"),
        ("/film.mp4", "video/mp4"),
        ("/data.unheard", "application/octet-stream"),
        ("/no%20extension", "application/octet-stream"),
        ("/.kbgen/reload.js", "text/javascript; charset=utf-8"),
        ("/.kbgen/overlay.css", "text/css; charset=utf-8"),
    ],
)
def test_kinds(server: Server, target: str, kind: str) -> None:
    answer, head = ask(server, target), ask(server, target, method="HEAD")
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"] == str(len(answer.body))


def test_pages_have_our_script_and_their_files_have_not(server: Server) -> None:
    answer = ask(server, "/")
    assert b'<script src="/.kbgen/reload.js" data-build="' in answer.body
    assert b'data-files="[&quot;index.html&quot;]"' in answer.body
    assert (server.live.root / "index.html").read_text("utf-8") == FILES["index.html"]
    for target in ("/static/style.css", "/drawing.svg", "/Old.htm"):
        assert b"kbgen" not in ask(server, target).body


def test_what_may_run_and_is_no_page_is_put_in_a_sandbox(server: Server) -> None:
    for target in ("/drawing.svg", "/feed.xml", "/Old.htm"):
        assert ask(server, target).headers["Content-Security-Policy"].startswith("sandbox; ")
    for target in ("/", "/film.mp4", "/static/style.css"):
        assert "Content-Security-Policy" not in ask(server, target).headers


@pytest.mark.parametrize(
    "target",
    [
        "/nothing.html",
        "/.kbgen-manifest.json",
        "/.kbgen/",
        "/.kbgen/../index.html",
        "/.kbgen/nothing.js",
        "/%2e%2e/secret.txt",
        "/../secret.txt",
        "/static/",
        "/static",
        "/static/style.css/",
        "/Notes/%00",
    ],
)
def test_what_is_not_there(server: Server, target: str) -> None:
    answer = ask(server, target)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b'<a href="/index.html">' in answer.body
    assert b'<link href="/static/style.css">' in answer.body
    assert b"reload.js" in answer.body
    assert b"secret" not in answer.body


def test_a_page_that_may_come_to_be_waits_for_it(server: Server) -> None:
    body = ask(server, "/Notes/new.html").body
    assert b'data-files="[&quot;Notes/new.html&quot;, &quot;404.html&quot;]"' in body


def test_a_site_without_any_page(server: Server, tmp_path: Path) -> None:
    server.live.root = tmp_path / "empty"
    answer = ask(server, "/")
    assert answer.status == 404
    assert b"Nothing here" in answer.body
    assert b"reload.js" in answer.body
    server.live.root = tmp_path / "gone"
    assert ask(server, "/").status == 404


def test_with_a_base_url_the_page_for_what_is_not_there_stays_here(server: Server) -> None:
    page = '<a href="https://a.example/kb/index.html"><a href="https://b.example/">'
    (server.live.root / "404.html").write_text(page, encoding="utf-8")
    server.live.base_url = "https://a.example/kb"
    assert ask(server, "/x").body.startswith(b'<a href="/index.html"><a href="https://b.example/">')


def test_a_folder_without_its_slash(server: Server) -> None:
    answer = ask(server, "/Notes")
    assert (answer.status, answer.headers["Location"]) == (301, "/Notes/")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "192.168.1.2", ""])
@pytest.mark.parametrize("target", ["/", "/graph.json", "/.kbgen/events", "/.kbgen/reload.js", "/nothing"])
def test_a_foreign_host_learns_nothing(server: Server, host: str, target: str) -> None:
    answer = ask(server, target, Host=host)
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"<" not in answer.body


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_request_for_no_host_or_for_two(server: Server, request_: bytes) -> None:
    assert b" 403 " in raw(server, request_).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "line",
    [
        b"GET http://localhost/index.html HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET index.html HTTP/1.1",
        b"GET /..%2f..%2fsecret.txt HTTP/1.1",
        b"GET /\xff HTTP/1.1",
    ],
)
def test_targets_that_are_no_path(server: Server, line: bytes) -> None:
    answer = raw(server, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b" 404 " in answer.split(b"\r\n")[0]
    assert b"secret" not in answer


@pytest.mark.parametrize(
    "request_", [b"nonsense\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n", b""]
)
def test_nonsense_harms_nobody(server: Server, request_: bytes) -> None:
    raw(server, request_)
    assert ask(server, "/").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods(server: Server, method: str) -> None:
    assert ask(server, "/", method=method).status == 501


def test_a_file_is_sent_again_only_if_it_changed(server: Server) -> None:
    tag = ask(server, "/static/style.css").headers["ETag"]
    again = ask(server, "/static/style.css", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    (server.live.root / "static" / "style.css").write_text("p { color: red }", encoding="utf-8")
    assert ask(server, "/static/style.css", If_None_Match=tag).body == b"p { color: red }"


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_parts_of_a_film(server: Server, asked: str, status: int, body: bytes, told: str | None) -> None:
    answer = ask(server, "/film.mp4", Range=asked)
    assert (answer.status, answer.body, answer.headers["Content-Range"]) == (status, body, told)


def test_a_part_of_a_film_that_changed_is_the_whole_new_one(server: Server) -> None:
    tag = ask(server, "/film.mp4").headers["ETag"]
    assert ask(server, "/film.mp4", Range="bytes=2-4", If_Range=tag).body == b"234"
    assert ask(server, "/film.mp4", Range="bytes=2-4", If_Range='"old"').body == b"0123456789"


def test_several_requests_on_one_connection(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    for target, status in (("/", 200), ("/nothing", 404), ("/film.mp4", 200), ("/", 200)):
        connection.request("GET", target)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()


def test_news_are_told_as_they_come(server: Server) -> None:
    live = server.live
    live.built(frozenset({"index.html"}), ())
    build = live.build
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=60) as connection:
        connection.sendall(f"GET /.kbgen/events?since={build} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        stream = connection.makefile("rb")
        assert b" 200 " in stream.readline()
        events = (json.loads(line[6:]) for line in stream if line.startswith(b"data: "))
        assert next(events) == {"build": build, "changed": [], "problem": None, "findings": []}
        live.built(frozenset({"Notes/a.html"}), ())
        assert next(events)["changed"] == ["Notes/a.html"]
        live.failed(Problem("broken", "", "note.html:3", 3))
        assert next(events)["problem"]["place"] == "note.html:3"
        stream.close()


def test_who_asks_again_says_what_was_heard_last(server: Server) -> None:
    live = server.live
    live.built(frozenset({"a.html"}), ())
    heard = live.build
    live.built(frozenset({"b.html"}), ())
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=60) as connection:
        request = (
            f"GET /.kbgen/events?since=old HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: {heard}\r\n\r\n"
        )
        connection.sendall(request.encode())
        with connection.makefile("rb") as stream:
            line = next(line for line in stream if line.startswith(b"data: "))
        assert json.loads(line[6:])["changed"] == ["b.html"]


def test_a_fault_of_our_own_is_said_and_harms_nobody(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(*_arguments: object) -> None:
        raise KeyError("oops")

    with monkeypatch.context() as patched:
        patched.setattr(server_module, "find", fail)
        assert raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") == b""
    assert ask(server, "/").status == 200
    assert "fault of kbgen itself" in capsys.readouterr().err
