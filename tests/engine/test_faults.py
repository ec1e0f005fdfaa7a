"""11.7 What the machine refuses is told in a line: what, where, what to do; and nothing is half done."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Project, Tree, tree

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if ROOT else []
"""Root without the right to pass over permissions."""
RUN = "from kbgen.__main__ import run; run()"
VAULT = {
    "A.md": "[[B]] ![[pic.png]] #tag",
    "sub/B.md": "---\naliases: Bee\n---\n# B\n\nto [[A]]",
    "sub/deep/C.md": "see [[B]]",
    "pic.png": "picture",
}

pytestmark = pytest.mark.skipif(
    os.name == "nt" or (ROOT and not shutil.which("setpriv")), reason="root may do everything"
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path / "project")
    project.write(VAULT)
    yield project
    for path in [project.root, *project.root.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)


def run(project: Project, *arguments: str, before: str = "", **options: object) -> tuple[int, str, str]:
    """Run a command as somebody whom permissions bind; return its exit code and both its streams."""
    environment = {**os.environ, "HOME": str(project.root), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("XDG_CACHE_HOME", None)
    done = subprocess.run(
        [*BOUND, sys.executable, "-c", before + RUN, *arguments],
        capture_output=True,
        text=True,
        check=False,
        **{"cwd": project.root, "env": environment, **options},  # type: ignore[call-overload]
    )
    return done.returncode, done.stdout, done.stderr


def assert_told(said: str, *words: str) -> None:
    """One message, and at most a line of what to do; no traceback."""
    lines = said.splitlines()
    assert lines, "nothing was said"
    assert lines[0].startswith("Error: ")
    assert len(lines) <= 2
    assert "Traceback" not in said
    assert "fault of kbgen" not in said
    for each in words:
        assert each in said


def change_everything(project: Project) -> None:
    project.write({name: f"{text} changed" for name, text in VAULT.items()})
    (project.vault / "sub/deep/C.md").unlink()
    project.write({"New.md": "new", "sub/new/N.md": "new"})


# --- the output -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "sub", "sub/deep", "tags", "static"])
def test_a_folder_of_the_site_that_is_read_only(project: Project, name: str) -> None:
    assert run(project, "build", "vault")[0] == 0
    before = project.tree()
    change_everything(project)
    project.configure('title = "Other"\nlanguage = "de"')
    folder = project.site / name
    folder.chmod(0o500)
    code, out, said = run(project, "build", "vault")
    folder.chmod(0o700)
    if name == "static":  # nothing in it changed
        assert code == 0
        return
    assert (code, out) == (3, "")
    assert_told(said, str(folder), "Permission denied", "Allow it")
    assert project.tree() == before
    assert run(project, "build", "vault")[0] == 0
    assert project.tree() == project.clean()


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("closed/site", 3, "Permission denied"),
        ("closed", 3, "Permission denied"),
        ("file", 2, "is a file"),
        ("file/site", 2, "is a file"),
        ("gone", 2, "link to nothing"),
    ],
)
def test_an_output_that_cannot_be(project: Project, name: str, code: int, words: str) -> None:
    (project.root / "closed").mkdir()
    (project.root / "file").write_text("x", encoding="utf-8")
    (project.root / "gone").symlink_to("nowhere")
    (project.root / "closed").chmod(0o500)
    found = run(project, "build", "vault", "-o", name)
    assert found[:2] == (code, "")
    assert_told(found[2], name.partition("/")[0], words)


REFUSE = """
import errno, itertools, os
def refusing(real):
    calls = itertools.count()
    def call(*arguments, **named):
        if next(calls) == {after}:
            raise OSError(errno.{code}, os.strerror(errno.{code}), *arguments[:1], None, *arguments[1:2])
        return real(*arguments, **named)
    return call
os.{name} = refusing(os.{name})
"""


@pytest.mark.parametrize(
    ("name", "code", "after"),
    [*(("replace", "ENOSPC", after) for after in (0, 1, 2, 5, 9)), ("link", "EIO", 0), ("link", "EIO", 4)],
)
def test_a_disk_that_refuses_while_files_are_placed(
    project: Project, name: str, code: str, after: int
) -> None:
    """All of the site of before, and no note of it is lost."""
    assert run(project, "build", "vault")[0] == 0
    before, manifest = project.tree(), (project.site / ".kbgen-manifest.json").read_bytes()
    change_everything(project)
    ended, _, said = run(
        project,
        "build",
        "vault",
        before=REFUSE.format(name=name, after=after, code=code),
    )
    assert ended == 3
    assert_told(said, str(project.site))
    assert project.tree() == before
    assert (project.site / ".kbgen-manifest.json").read_bytes() == manifest
    assert run(project, "build", "vault")[0] == 0
    assert project.tree() == project.clean()


TOO_LARGE = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"


def test_a_file_larger_than_may_be_written(project: Project) -> None:
    assert run(project, "build", "vault", "--no-cache")[0] == 0
    before = project.tree()
    project.write({"A.md": "![[pic.png]] changed", "pic.png": "x" * 100_000})
    code, _, said = run(project, "build", "vault", "--no-cache", before=TOO_LARGE)
    assert code == 3
    assert_told(said, str(project.site / "pic.png"), "File too large", "larger than")
    assert project.tree() == before


@pytest.mark.parametrize(
    ("command", "name"), [("build vault", "/site/[^.][^ ]+"), ("init new", "new/kbgen.toml")]
)
def test_a_disk_without_room_is_told_with_the_file(project: Project, command: str, name: str) -> None:
    """The system does not say where it refused to write."""
    code, _, said = run(project, *command.split(), before=TOO_LARGE.replace("60_000", "9"))
    assert code == 3
    assert re.match(rf"Error: Cannot write \S*{name}: ", said)
    assert_told(said, "File too large", "larger than")


HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print(1, flush=True)
input()
"""


def test_several_builds_at_once(project: Project) -> None:
    assert run(project, "build", "vault")[0] == 0
    before = project.tree()
    holding = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(project.site / ".kbgen-lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holding.stdout
    holding.stdout.readline()
    code, _, said = run(project, "build", "vault")
    holding.communicate(b"\n")
    assert code == 3
    assert_told(said, "Another build", str(project.site), "Wait")
    assert project.tree() == before


# --- the vault ------------------------------------------------------------------------


GONE = """
import shutil
import {module} as module
real = module.{name}
def call(*arguments, **named):
    if {before}:
        shutil.rmtree("vault")
    found = real(*arguments, **named)
    if not {before}:
        shutil.rmtree("vault")
    return found
module.{name} = call
"""


@pytest.mark.parametrize(
    ("module", "name", "first"),
    [
        ("kbgen.build_cache", "scan", True),
        ("kbgen.build_cache", "scan", False),
        ("kbgen.notes.compile_all", "_compile", True),
        ("kbgen.site.staging", "_stage_attachments", True),
    ],
)
def test_a_vault_that_vanishes(project: Project, module: str, name: str, first: bool) -> None:  # noqa: FBT001
    """It is not taken for a vault without notes: the site stays."""
    assert run(project, "build", "vault")[0] == 0
    before = project.tree()
    change_everything(project)
    code, _, said = run(project, "build", "vault", before=GONE.format(module=module, name=name, before=first))
    assert code == 3
    assert_told(said, "Cannot read the vault", str(project.vault), "No such file")
    assert project.tree() == before


def test_a_vault_that_may_not_be_read(project: Project) -> None:
    project.vault.chmod(0)
    for command in ("build", "check", "graph", "verify"):
        code, out, said = run(project, command, "vault")
        assert (code, out) == (3, "")
        assert_told(said, "vault", "Permission denied")
    project.vault.chmod(0o700)


def test_notes_that_may_not_be_read_are_named_and_cost_no_other_its_page(project: Project) -> None:
    project.write({"Closed.md": "x", "closed/N.md": "x"})
    (project.vault / "loop").symlink_to("loop")
    (project.vault / "broken.md").symlink_to("nowhere.md")
    if sys.platform == "linux":
        with open(os.fsencode(project.vault) + b"/\xff.md", "wb"):  # noqa: PTH123 - a name of bytes
            pass
    (project.vault / "Closed.md").chmod(0)
    (project.vault / "closed").chmod(0)
    (project.vault / "pic.png").chmod(0)
    code, _, said = run(project, "build", "vault")
    assert code == 0
    assert "Traceback" not in said
    left_out = sorted(re.findall(r"^vault/(.+?):1:1: KB124", said, re.MULTILINE))
    expected = ["Closed.md", "broken.md", "closed", "loop", "pic.png"]
    assert left_out == sorted([*expected, *([r"\udcff.md"] if sys.platform == "linux" else [])])
    assert {"A.html", "sub/B.html", "sub/deep/C.html"} <= set(project.tree())


# --- the config, the cache, other files -----------------------------------------------


@pytest.mark.parametrize(
    ("lay", "arguments", "code", "words"),
    [
        pytest.param("kbgen.toml", "build vault", 3, ("kbgen.toml", "Permission denied"), id="a config"),
        pytest.param("kbgen.toml", "check vault", 3, ("kbgen.toml", "Permission denied"), id="for check"),
        pytest.param("x.toml", "build vault --config x.toml", 3, ("x.toml", "Permission"), id="one named"),
        pytest.param("", "build vault --config no.toml", 2, ("no such config file",), id="no config"),
        pytest.param("", "build vault --config vault", 2, ("cannot be read",), id="a folder for a config"),
        pytest.param("shut/", "graph vault -o shut/g.csv", 3, ("shut/g.csv", "Permission"), id="graph"),
        pytest.param("g.csv", "graph vault -o g.csv", 3, ("g.csv", "Permission"), id="a file to write over"),
        pytest.param("", "graph vault -o no/g.csv", 2, ("no/g.csv", "No such file"), id="no folder"),
        pytest.param("", "graph vault -o vault", 2, ("vault", "Is a directory"), id="a folder"),
        pytest.param("verify-baseline.json", "verify vault", 3, ("baseline.json", "Permission"), id="known"),
        pytest.param("shut/", "init shut", 3, ("shut", "Permission denied"), id="init"),
        pytest.param("A.md", "verify A.md", 3, ("A.md", "Permission denied"), id="a note alone"),
    ],
)  # fmt: skip
def test_files_that_may_not_be_used(
    project: Project, lay: str, arguments: str, code: int, words: tuple[str, ...]
) -> None:
    if lay.endswith("/"):
        (project.root / lay).mkdir()
    elif lay:
        (project.root / lay).write_text("", encoding="utf-8")
    if lay:
        (project.root / lay).chmod(0o500 if lay.endswith("/") else 0)
    found = run(project, *arguments.split())
    assert found[:2] == (code, "")
    assert_told(found[2], *words)


def test_a_baseline_that_may_not_be_written(project: Project) -> None:
    project.write({"N.md": "AlexNet has 66M parameters."})
    (project.root / "shut").mkdir()
    project.configure('[verify]\nbaseline = "shut/b.json"\n')
    (project.root / "shut").chmod(0o500)
    code, out, said = run(project, "verify", "vault", "--update-baseline")
    assert (code, out) == (3, "")
    assert_told(said, "shut/b.json", "Permission denied")


@pytest.mark.parametrize("mode", [0, 0o400, 0o500])
def test_a_cache_that_may_not_be_written_is_done_without(project: Project, mode: int) -> None:
    assert run(project, "build", "vault")[0] == 0
    change_everything(project)
    files = [*(project.root / ".kbgen").iterdir()]
    for path in [*files, project.root / ".kbgen"]:
        path.chmod(mode)
    code, _, said = run(project, "build", "vault")
    for path in [project.root / ".kbgen", *files]:
        path.chmod(0o700)
    assert code == 0
    assert "Error" not in said
    assert project.tree() == project.clean()


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5_000, None])
def test_a_cache_that_is_damaged_is_made_again(project: Project, damage: bytes | None) -> None:
    assert run(project, "build", "vault")[0] == 0
    for path in (project.root / ".kbgen").glob("*.sqlite*"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if damage is None else damage)
    change_everything(project)
    code, _, said = run(project, "build", "vault")
    assert code == 0
    assert "Error" not in said
    assert project.tree() == project.clean()


def test_a_cache_that_is_a_file_is_done_without(project: Project) -> None:
    (project.root / ".kbgen").write_text("x", encoding="utf-8")
    assert run(project, "build", "vault")[0] == 0
    assert (project.root / ".kbgen").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    "command", ["check vault", "graph vault --format json", "verify vault --show all", "--help"]
)
def test_a_reader_that_goes_away(project: Project, command: str) -> None:
    project.write({f"N{number}.md": "[[Nobody]] AlexNet has 5 layers. " * 50 for number in range(40)})
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "$0" -c "{RUN}" {command} | head -c 1 > /dev/null', sys.executable],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


# --- nothing is written into a vault --------------------------------------------------


def inside(folder: Path) -> Tree:
    return {path.relative_to(folder).as_posix(): b"" for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("command", "where", "config"),
    [
        ("check", "", ""),
        ("graph", "sub/deep", ""),
        ("verify", "", "kbgen.toml"),
        ("build", "sub", ""),
        ("build", "", "kbgen.toml"),
    ],
)
def test_called_from_inside_a_vault_nothing_is_written_into_it(
    project: Project, command: str, where: str, config: str
) -> None:
    (project.vault / ".obsidian").mkdir()
    if config:
        project.write({config: 'title = "Mine"\n'})
    before = inside(project.vault)
    output = ["-o", str(project.site)] if command == "build" else []
    code, _, said = run(project, command, str(project.vault), *output, cwd=project.vault / where)
    assert (code, "Traceback" in said) == (0, False)
    assert inside(project.vault) == before
    assert list((project.root / ".cache" / "kbgen").glob("*/*.sqlite"))
    if command == "build":
        assert project.tree() == project.clean() or config


def test_the_site_of_a_vault_that_is_the_working_directory_is_in_it(project: Project) -> None:
    """The contract: site/ in the vault, which is never read as notes."""
    (project.vault / ".obsidian").mkdir()
    before = inside(project.vault)
    for _ in range(2):
        assert run(project, "build", cwd=project.vault)[0] == 0
        new = {name.partition("/")[0] for name in inside(project.vault).keys() - before.keys()}
        assert new == {"site"}


@pytest.mark.parametrize("setting", ["kept", ".kbgen", "../kept"])
def test_a_cache_that_the_config_names(project: Project, setting: str) -> None:
    project.write({"kbgen.toml": f'cache = "{setting}"\n'})
    code, _, _ = run(project, "build", "vault", "-o", "site")
    assert code == 0
    assert list((project.vault / setting).glob("*.sqlite"))
    assert not (project.root / ".cache").exists()
    assert run(project, "build", "vault", "-o", "site")[0] == 0
    assert not [name for name in tree(project.site) if "kept" in name or "sqlite" in name]


@pytest.mark.parametrize(
    ("variable", "kept"),
    [("", ".cache/kbgen"), ("relative", ".cache/kbgen"), ("{root}/mine", "mine/kbgen"), ("{vault}/c", "")],
)
def test_the_cache_of_the_user(project: Project, variable: str, kept: str) -> None:
    """One that is not absolute does not count, and one in the vault is none."""
    if sys.platform == "darwin":
        kept = kept.replace(".cache", "Library/Caches")
    environment = {**os.environ, "HOME": str(project.root)}
    environment["XDG_CACHE_HOME"] = variable.format(root=project.root, vault=project.vault)
    before = inside(project.vault)
    assert run(project, "check", ".", cwd=project.vault, env=environment)[0] == 0
    assert inside(project.vault) == before
    assert bool(kept) == bool(kept and list((project.root / kept).glob("*/*.sqlite")))


def test_two_ways_to_a_vault_share_a_cache(project: Project) -> None:
    (project.root / "way").symlink_to("vault")
    for name in ("vault", "way"):
        assert run(project, "check", ".", cwd=project.root / name)[0] == 0
    assert len(list((project.root / ".cache" / "kbgen").iterdir())) == 1
