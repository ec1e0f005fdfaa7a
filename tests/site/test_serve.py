"""``kbgen serve`` as its author meets it: a project on disk, the command, and a browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Error, Page

LONG = 60
"""Seconds after which something is taken for lost; a loaded machine may be slow."""
SERVING = re.compile(r"Serving \S+ at (http://\S+/) ")
BUILT = re.compile(r"(?m)^(?!Serving|\d+ notes?, ).* in \d+\.\d\d s$")
"""The line of a build that wrote something, but for the first."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")

NOTES = {
    "vault/Home.md": "Hello, see [[Long]] and [[Other]].",
    "vault/Long.md": "\n\n".join(f"Paragraph {number} of this note." for number in range(200)),
    "vault/Other.md": "Other words.",
    "kbgen.toml": 'title = "Garden"\ntemplates = "own"\n',
    "own/readme.txt": "Templates go here.",
}


class Served:
    """A project, and the command that serves it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.arguments: tuple[str, ...] = ()
        self.process: subprocess.Popen[bytes] | None = None
        for name, text in NOTES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Put a file in its place whole, as editors do."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> str:
        """Begin to serve, and return the address."""
        with (self.root / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kbgen", "serve", "vault", "--port", "0", *arguments],
                cwd=self.root,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )
        self.wait(lambda: SERVING.search(self.said()))
        found = SERVING.search(self.said())
        assert found
        return found[1]

    def said(self) -> str:
        return (self.root / "said").read_text("utf-8")

    def builds(self) -> int:
        return len(BUILT.findall(self.said()))

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until something is so, or the command has ended."""
        end = time.monotonic() + LONG
        while not condition():
            assert time.monotonic() < end, self.said()
            assert self.process is None or self.process.poll() is None, self.said()
            time.sleep(0.02)

    def end(self) -> int | None:
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=LONG)
        assert out == b"", "standard output is for results"
        code, self.process = self.process.returncode, None
        return code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    project = Served(tmp_path)
    yield project
    process = project.process
    if process is not None:
        process.kill()
        process.communicate()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    context.set_default_timeout(LONG * 1000)
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    yield made
    context.close()
    assert faults == []


def becomes(page: Page, expression: str) -> None:
    """Wait until something is so, on this page or the one that it is loaded anew as.

    The browser's own waiting needs ``eval``, which the policy of our pages forbids.
    """
    end = time.monotonic() + LONG
    found: object = None
    while time.monotonic() < end:
        try:
            found = page.evaluate(expression)
        except Error:  # the page went away while it was asked
            found = None
        if found:
            return
        page.wait_for_timeout(30)
    pytest.fail(f"never came to be: {expression}")


def text_comes(page: Page, words: str) -> None:
    page.get_by_text(words).first.wait_for(state="attached")


def opened(served: Served, page: Page, name: str = "") -> str:
    """Serve the project, open a page that hears of changes, and return the address of the site."""
    address = served.start()
    page.goto(f"{address}{name}")
    listens(page)
    return address


def listens(page: Page) -> None:
    """Wait until a page is connected: what changes after that reloads it, and what changed before as well."""
    page.wait_for_load_state("load")
    becomes(
        page,
        "performance.getEntriesByType('resource').some(each => each.name.includes('/.kbgen/reload.js'))",
    )


def loads(page: Page) -> list[str]:
    """Return a list that grows by each page that is loaded from now on."""
    found: list[str] = []
    page.on("load", lambda loaded: found.append(loaded.url))
    return found


def problem(page: Page) -> str:
    shown = page.locator("#kbgen-problem")
    shown.wait_for()
    return shown.inner_text()


def no_problem(page: Page) -> None:
    page.locator("#kbgen-problem").wait_for(state="detached")


def status(address: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=LONG) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("arguments", [(), ("--poll",)], ids=["told", "--poll"])
def test_a_save_is_seen_at_the_same_place(served: Served, page: Page, arguments: tuple[str, ...]) -> None:
    address = served.start(*arguments)
    page.goto(f"{address}Long.html")
    listens(page)
    page.evaluate("scrollTo({top: 3000, behavior: 'instant'})")
    served.write("vault/Long.md", NOTES["vault/Long.md"] + "\n\nNew words.")
    text_comes(page, "New words.")
    page.wait_for_load_state("load")
    becomes(page, "scrollY === 3000")
    # Shorter than the place where the reader was: as near as there is.
    served.write("vault/Long.md", "\n\n".join(f"Line {number}." for number in range(40)))
    text_comes(page, "Line 39.")
    page.wait_for_load_state("load")
    becomes(page, "scrollY > 0 && scrollY === document.documentElement.scrollHeight - innerHeight")


def test_only_pages_that_changed_are_loaded_anew(served: Served, page: Page) -> None:
    address = opened(served, page, "Other.html")
    other = page.context.new_page()
    other.goto(f"{address}Long.html")
    listens(other)
    seen = loads(page)
    served.write("vault/Long.md", "Other paragraphs.")
    text_comes(other, "Other paragraphs.")
    # A page that is told of this save is told of the one before it first.
    served.write("vault/Other.md", "Last words.")
    text_comes(page, "Last words.")
    page.wait_for_load_state("load")
    assert len(seen) == 1


def test_a_style_sheet_that_changed_loads_every_page_anew(served: Served, page: Page) -> None:
    served.write("own/static/own.css", "p { color: rgb(1, 2, 3) }")
    head = '<link rel="stylesheet" href="{{ page.site.static }}own.css">'
    extended = '{% extends "default/base.html" %}{% block head %}' + head + "{% endblock %}"
    served.write("own/base.html", extended)
    opened(served, page, "Other.html")
    colour = "getComputedStyle(document.querySelector('article p')).color"
    assert page.evaluate(colour) == "rgb(1, 2, 3)"
    served.write("own/static/own.css", "p { color: rgb(4, 5, 6) }")
    becomes(page, f"{colour} === 'rgb(4, 5, 6)'")


def test_what_was_folded_out_stays_so(served: Served, page: Page) -> None:
    served.write("vault/Other.md", "> [!note]- Folded\n> Inside.\n\nEnd.")
    opened(served, page, "Other.html")
    page.locator("details.callout > summary, .callout summary").first.click()
    page.get_by_text("Inside.").wait_for()
    served.write("vault/Other.md", "> [!note]- Folded\n> Inside.\n\nNew end.")
    text_comes(page, "New end.")
    page.get_by_text("Inside.").wait_for(state="visible")


def test_ten_saves_in_a_second_are_one_or_two_builds(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    # Where the machine was so busy that the saves took longer than a second, it was no such burst.
    for attempt in range(5):
        before, begun = served.builds(), time.monotonic()
        for number in range(10):
            served.write("vault/Other.md", f"Save {attempt}.{number}.")
            time.sleep(0.05)
        burst = time.monotonic() - begun
        text_comes(page, f"Save {attempt}.9.")
        served.wait(lambda before=before: served.builds() > before)  # type: ignore[misc] # a default tells the rounds apart
        if burst < 1:
            break
        time.sleep(1)
    assert 1 <= served.builds() - before <= 2


def test_a_note_with_broken_yaml_is_built_and_told_in_a_corner(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    served.write("vault/Other.md", "---\na: [1\n---\nStill read.")
    text_comes(page, "Still read.")
    corner = page.locator("#kbgen-findings")
    corner.wait_for()
    assert "Other.md:2:4 bad-front-matter" in corner.inner_text()
    assert page.locator("#kbgen-problem").count() == 0
    assert "vault/Other.md:2:4: KB101 bad-front-matter" in served.said()
    corner.get_by_role("button", name="Hide").click()
    corner.wait_for(state="detached")
    served.write("vault/Other.md", "---\na: [1\n---\nHidden for good.")
    text_comes(page, "Hidden for good.")
    served.write("vault/Other.md", "---\na: [1\nb: [1\n---\nTwo.")
    corner.get_by_text("Other.md:3").wait_for()
    served.write("vault/Other.md", "---\na: [1]\n---\nMended.")
    text_comes(page, "Mended.")
    corner.wait_for(state="detached")


def test_what_was_wrong_before_is_no_news(served: Served, page: Page) -> None:
    served.write("vault/Other.md", "[[Nowhere]]")
    address = served.start()
    assert "vault/Other.md:1:1: KB102" in served.said()
    page.goto(f"{address}Other.html")
    listens(page)
    served.write("vault/Other.md", "Moved down.\n\n[[Nowhere]]")
    text_comes(page, "Moved down.")
    assert page.locator("#kbgen-findings").count() == 0
    assert served.said().count("KB102") == 1


def test_a_broken_config_and_its_repair(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    served.write("kbgen.toml", 'title = "Garden"\ntemplates = "own"\nlanguag = "de"\n')
    shown = problem(page)
    assert "kbgen.toml:3\n" in shown
    assert 'unknown key "languag"' in shown
    assert 'did you mean "language"?' in shown
    assert page.locator("#kbgen-problem pre .kbgen-wrong").inner_text().strip() == '3  languag = "de"'
    text_comes(page, "Other words.")
    served.write("vault/Other.md", "Not yet built.")
    page.reload()
    assert "kbgen.toml:3" in problem(page), "a page that is opened now says it too"
    served.write("kbgen.toml", 'title = "Orchard"\n')
    text_comes(page, "Not yet built.")
    no_problem(page)
    becomes(page, "document.title === 'Other – Orchard'")
    assert served.said().count("unknown key") == 1


def test_a_broken_template_and_its_repair(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    start = '{% extends "default/note.html" %}\n{% block main %}\n'
    served.write("own/note.html", start + "{{ page.nothing }}\n{% endblock %}\n")
    shown = problem(page)
    assert "own/note.html:3\n" in shown
    assert "nothing" in shown
    assert page.locator("#kbgen-problem pre .kbgen-wrong").inner_text().strip() == "3  {{ page.nothing }}"
    served.write("own/note.html", start + "{{ page.\n{% endblock %}\n")
    page.locator("#kbgen-problem").get_by_text("own/note.html:3", exact=True).wait_for()
    page.locator("#kbgen-problem").get_by_text("expected name or number").wait_for()
    served.write("own/note.html", start + "<p>Of my own.</p>{{ super() }}\n{% endblock %}\n")
    text_comes(page, "Of my own.")
    no_problem(page)
    assert "Error: own/note.html:3: " in served.said()


def test_a_template_that_is_broken_from_the_start(served: Served, page: Page) -> None:
    served.write("own/note.html", "{% if %}")
    address = served.start()
    page.goto(address)
    assert "own/note.html:1" in problem(page)
    (served.root / "own" / "note.html").unlink()
    text_comes(page, "Hello, see")
    no_problem(page)


def test_an_overlay_can_be_hidden_and_read_by_all(served: Served, page: Page) -> None:
    served.write("own/note.html", "{% if %}")
    address = served.start()
    page.goto(address)
    problem(page)
    assert page.get_by_role("alert").count() == 1
    page.get_by_role("button", name="Hide").focus()
    page.keyboard.press("Escape")
    no_problem(page)
    served.write("own/note.html", "\n{% if %}")
    assert "own/note.html:2" in problem(page), "another fault is shown again"
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (320, 1000):
        page.set_viewport_size({"width": width, "height": 500})
        assert page.evaluate(wide) == 0
        box = page.locator("#kbgen-problem").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_an_output_that_cannot_be_written(served: Served, page: Page) -> None:
    """Another build holds it: that passes, and is tried again without a save."""
    import fcntl  # noqa: PLC0415 (not on every system)

    opened(served, page, "Other.html")
    with (served.root / "site" / ".kbgen-lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        served.write("vault/Other.md", "Written in the end.")
        assert "Another build is writing" in problem(page)
    text_comes(page, "Written in the end.")
    no_problem(page)


def test_a_rename_and_a_deletion(served: Served, page: Page) -> None:
    address = opened(served, page, "Other.html")
    (served.root / "vault" / "Other.md").rename(served.root / "vault" / "Renamed.md")
    text_comes(page, "There is no page at this address.")
    assert status(f"{address}Renamed.html") == 200
    assert status(f"{address}Other.html") == 404
    (served.root / "vault" / "Renamed.md").rename(served.root / "vault" / "Other.md")
    text_comes(page, "Other words.")
    (served.root / "vault" / "Other.md").unlink()
    text_comes(page, "There is no page at this address.")
    assert page.locator("#kbgen-findings").inner_text().startswith("Home.md:1:"), "a link leads nowhere now"


def test_a_page_in_a_folder_that_is_not_there_looks_as_it_should(served: Served, page: Page) -> None:
    address = served.start()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda got: failed.append(got.url) if got.status != 200 else None)
    page.goto(f"{address}deep/down/x.html")
    text_comes(page, "There is no page at this address.")
    listens(page)
    assert failed == [f"{address}deep/down/x.html"]
    served.write("vault/deep/down/x.md", "Here it is.")
    text_comes(page, "Here it is.")


def test_a_page_from_history_catches_up(served: Served, page: Page) -> None:
    address = opened(served, page, "Other.html")
    page.goto(f"{address}Long.html")
    listens(page)
    served.write("vault/Other.md", "Since then.")
    served.wait(lambda: served.builds() == 1)
    page.go_back()
    text_comes(page, "Since then.")


def test_output_and_config_in_the_vault_do_not_go_round_in_a_circle(served: Served, page: Page) -> None:
    shutil.move(served.root / "kbgen.toml", served.root / "vault" / "kbgen.toml")
    served.write("vault/kbgen.toml", 'title = "Garden"\noutput = "site"\ncache = ".kbgen"\n')
    opened(served, page, "Other.html")
    for number in range(3):
        served.write("vault/Other.md", f"Words {number}.")
        text_comes(page, f"Words {number}.")
    assert served.builds() == 3
    assert served.said().count(" in ") == 4, "with the first"


def test_settings_that_move_the_site(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    served.write("kbgen.toml", 'title = "Moved"\noutput = "elsewhere"\n')
    becomes(page, "document.title === 'Other – Moved'")
    served.write("vault/Other.md", "In the new place.")
    text_comes(page, "In the new place.")
    assert (served.root / "elsewhere" / "Other.html").is_file()


def test_a_vault_that_went_away_and_came_back(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    (served.root / "vault").rename(served.root / "away")
    assert "there is no vault at vault" in problem(page)
    shutil.copytree(served.root / "away", served.root / "vault")
    no_problem(page)
    served.write("vault/Other.md", "Watched again.")
    text_comes(page, "Watched again.")


def test_the_site_is_that_of_a_build_to_the_byte(served: Served, page: Page) -> None:
    opened(served, page, "Other.html")
    served.write("vault/Other.md", "Changed while served.")
    text_comes(page, "Changed while served.")
    built = [sys.executable, "-m", "kbgen", "build", "vault", "-o", "clean", "--no-cache"]
    subprocess.run(built, cwd=served.root, check=True, capture_output=True)
    one, other = (files(served.root / name) for name in ("site", "clean"))
    assert one == other


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".kbgen")
    }


def test_a_foreign_host_is_refused(served: Served) -> None:
    address = served.start()
    for target in ("", "Other.html", ".kbgen/events", "static/style.css"):
        assert status(address + target, Host="evil.example") == 403
    assert status(address, Host="localhost") == 200


def test_ctrl_c_ends_it_with_one_line_and_leaves_nothing(served: Served, page: Page) -> None:
    address = served.start()
    page.goto(address)
    listens(page)
    process = served.process
    assert process
    assert served.end() == 130
    assert served.said().endswith("(Ctrl-C ends it)\ninterrupted\n")
    assert {path.name for path in (served.root / "site").glob(".kbgen*")} == {
        ".kbgen-lock",
        ".kbgen-manifest.json",
    }
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    # The page stays as it is, and finds the next one that serves at this place.
    port = address.rpartition(":")[2].strip("/")
    served.write("vault/Home.md", "Served again.")
    served.start("--port", port)
    text_comes(page, "Served again.")


def test_a_taken_port_and_a_broken_config_end_it_at_once(served: Served) -> None:
    address = served.start()
    port = int(address.rpartition(":")[2].strip("/"))
    command = [sys.executable, "-m", "kbgen", "serve", "vault", "-o", "other", "--port"]
    done = subprocess.run([*command, str(port)], cwd=served.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    said = rf"Error: port {port} at 127\.0\.0\.1 is taken by another program\n  --port (\d+) is free\n"
    found = re.fullmatch(said, done.stderr)
    assert found
    assert int(found[1]) > port
    assert not (served.root / "other").exists()
    served.write("kbgen.toml", "titel = 1")
    done = subprocess.run([*command, "0"], cwd=served.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        'Error: kbgen.toml:1: unknown key "titel"\n  did you mean "title"?\n',
    )


def test_an_output_with_files_of_others_is_neither_written_nor_served(served: Served) -> None:
    served.write("site/mine.txt", "mine")
    command = [sys.executable, "-m", "kbgen", "serve", "vault", "--port", "0"]
    done = subprocess.run(command, cwd=served.root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "holds files that kbgen did not write: mine.txt" in done.stderr
    assert "Serving" not in done.stderr
