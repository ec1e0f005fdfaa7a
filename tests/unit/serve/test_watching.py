"""What is watched: all that a site is made from, nothing that kbgen writes, by the system or by looking."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kbgen.config import Config, VerifyConfig
from kbgen.serve import watching
from kbgen.serve.changes import Changes
from kbgen.serve.network_folders import network_kind
from kbgen.serve.watching import Watched, Watcher, matters, watched_by

LONG = 60
"""Seconds after which something is taken for lost; a loaded machine may be slow."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project whose output and cache lie in its vault."""
    for name in ("vault/.obsidian", "vault/Notes", "vault/site", "vault/.kbgen", "templates/static"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "vault" / "Notes" / "a.md").write_text("a", encoding="utf-8")
    return tmp_path.resolve()


def watched(root: Path) -> Watched:
    config = Config(
        vault=root / "vault",
        output=root / "vault" / "site",
        cache=root / "vault" / ".kbgen",
        templates=root / "templates",
        verify=VerifyConfig(tables=(root / "facts.toml",)),
    )
    return watched_by(config, [root / "kbgen.toml"])


YES = [
    "vault/Notes/a.md",
    "vault/Notes",
    "vault/new folder/x.png",
    "vault/.obsidian/app.json",
    "vault/site.md",
]
YES += ["vault/.obsidian/templates.json", "vault/.obsidian", "templates/note.html", "templates/static/x.css"]
NO = [
    "vault/site",
    "vault/site/index.html",
    "vault/site/.kbgen-staging/x",
    "vault/.kbgen/x.sqlite",
    "other/x",
]
NO += ["vault/.obsidian/workspace.json", "vault/.git/index", "vault/Notes/.a.md.swp", "vault-2/a.md"]
NO += ["vault/.trash/a.md", "templates/.git/x", "vault/Notes/.obsidian/app.json"]


@pytest.mark.parametrize("name", YES)
def test_what_matters(root: Path, name: str) -> None:
    assert matters(watched(root), str(root / name))


@pytest.mark.parametrize("name", NO)
def test_what_does_not(root: Path, name: str) -> None:
    assert not matters(watched(root), str(root / name))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_folders_behind_links_are_watched_where_they_are(root: Path) -> None:
    (root / "link").symlink_to("vault")
    config = Config(vault=root / "link", output=root / "link" / "site")
    found = watched_by(config, ())
    assert (found.folders, found.ignored) == ((str(root / "vault"),), (str(root / "vault" / "site"),))


def test_a_folder_put_in_place_of_another_is_watched_anew(root: Path) -> None:
    before = watched(root)
    assert watched(root) == before
    (root / "vault").rename(root / "away")
    gone = watched(root)
    (root / "vault").mkdir()
    assert len({before, gone, watched(root)}) == 3


@pytest.fixture(params=[False, True], ids=["told", "looked for"])
def changes(root: Path, request: pytest.FixtureRequest) -> Iterator[Changes]:
    found = Changes()
    watcher = Watcher(watched(root), found, poll=request.param, say=pytest.fail)
    yield found
    watcher.close()


def until(changes: Changes, path: Path) -> None:
    """Wait until a change is told, of a path or of a folder around it that came to be with it."""
    told = {str(each) for each in (path, *path.parents) if each == path or each.name in {"New", "Deep"}}
    seen: set[str] = set()
    while not told & seen:
        taken = changes.take(LONG)
        assert taken, f"{path} was never told, only {seen}"
        seen |= taken


def rename(root: Path) -> Path:
    (root / "vault" / "Notes" / "a.md").rename(root / "vault" / "b.md")
    return root / "vault" / "b.md"


def write(name: str) -> Callable[[Path], Path]:
    def work(root: Path) -> Path:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("changed", encoding="utf-8")
        return root / name

    return work


def delete(root: Path) -> Path:
    (root / "vault" / "Notes" / "a.md").unlink()
    return root / "vault" / "Notes" / "a.md"


def replace(root: Path) -> Path:
    """Save as many editors do: a new file takes the name, with time and size of the old."""
    old, new = root / "vault" / "Notes" / "a.md", root / "new"
    new.write_text("b", encoding="utf-8")
    stat = old.stat()
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new.replace(old)
    return old


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(write("vault/Notes/a.md"), id="a note is written"),
        pytest.param(write("vault/New/Deep/c.md"), id="a note in a new folder"),
        pytest.param(write("vault/.obsidian/app.json"), id="settings of the app"),
        pytest.param(write("templates/note.html"), id="a template"),
        pytest.param(write("kbgen.toml"), id="a config that comes to be"),
        pytest.param(write("facts.toml"), id="a table of facts that comes to be"),
        rename,
        delete,
        replace,
    ],
)
def test_changes_are_told(root: Path, changes: Changes, work: Callable[[Path], Path]) -> None:
    until(changes, work(root))


def test_what_kbgen_writes_is_not_told(root: Path, changes: Changes) -> None:
    for name in ("vault/site/index.html", "vault/.kbgen/x.sqlite", "vault/.obsidian/workspace.json"):
        write(name)(root)
    last = write("vault/last.md")(root)
    seen: set[str] = set()
    while str(last) not in seen:
        taken = changes.take(LONG)
        assert taken
        seen |= taken
    assert not any("site" in path or "sqlite" in path or "workspace" in path for path in seen)


def test_a_second_change_within_a_second_is_seen_by_looking(root: Path) -> None:
    changes = Changes()
    watcher = Watcher(watched(root), changes, poll=True, say=pytest.fail)
    note = root / "vault" / "Notes" / "a.md"
    for text in ("1", "2", "3"):
        note.write_text(text, encoding="utf-8")
        until(changes, note)
    watcher.close()


class _Refusing:
    """A system that has no room for more to watch."""

    def __init__(self, *_arguments: object) -> None:
        raise OSError("no room")


class _Failing:
    """A system that gives up when asked."""

    def __init__(self, *_arguments: object) -> None:
        pass

    def watch(self, *_arguments: object) -> object:
        raise RuntimeError("gone")

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("system", "reason"), [(_Refusing, "no room"), (_Failing, "gone")])
def test_where_the_system_fails_changes_are_looked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch, system: type, reason: str
) -> None:
    monkeypatch.setattr(watching, "RustNotify", system)
    said: list[str] = []
    changes = Changes()
    watcher = Watcher(watched(root), changes, poll=False, say=said.append)
    until(changes, root / "vault")  # something may have been missed meanwhile
    until(changes, write("vault/x.md")(root))
    assert said == [reason]
    watcher.close()


def test_in_a_folder_of_another_machine_changes_are_looked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "network_kind", lambda _folder: "nfs4")
    monkeypatch.setattr(watching, "RustNotify", None)
    said: list[str] = []
    changes = Changes()
    watcher = Watcher(watched(root), changes, poll=False, say=said.append)
    assert said == ["a folder of another machine (nfs4) tells nothing of its changes"]
    until(changes, write("vault/x.md")(root))
    watcher.close()


def test_what_a_new_folder_got_before_it_was_watched_is_not_lost(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells of the folder first, and watches it a moment later."""

    class Late(_Failing):
        """Tells of a new folder once, and of nothing in it."""

        def __init__(self, *_arguments: object) -> None:
            self.told = [{(1, str(root / "vault" / "New"))}, "timeout", "stop"]

        def watch(self, *_arguments: object) -> object:
            return self.told.pop(0)

    (root / "vault" / "New").mkdir()
    monkeypatch.setattr(watching, "RustNotify", Late)
    found: list[set[str]] = []
    changes = Changes()
    monkeypatch.setattr(changes, "add", lambda paths: found.append(set(paths)))
    watcher = Watcher(watched(root), changes, poll=False, say=pytest.fail)
    end = time.monotonic() + LONG
    while len(found) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    watcher.close()
    assert found[:2] == [{str(root / "vault" / "New")}] * 2


MOUNTS = r"""/dev/sda / ext4 rw 0 0
host:/home /home nfs4 rw 0 0
/dev/sdb /home/ada/disk ext4 rw 0 0
//nas/notes /mnt/my\040notes cifs rw 0 0
me@host: /srv fuse.sshfs rw 0 0
C: /mnt/c 9p rw 0 0
old /twice nfs rw 0 0
new /twice tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/notes", ""),
        ("/home", "nfs4"),
        ("/home/ada/notes", "nfs4"),
        ("/home/ada/disk/notes", ""),
        ("/homework", ""),
        ("/mnt/my notes/a", "cifs"),
        ("/srv/x", "fuse.sshfs"),
        ("/mnt/c/Users", "9p"),
        ("/twice/x", ""),
    ],
)
def test_kinds_of_file_systems(tmp_path: Path, folder: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS, encoding="utf-8")
    assert network_kind(folder, tmp_path / "mounts") == kind
    assert network_kind(folder, tmp_path / "none") == ""
