"""What a build does to the folder of the site: what is ours it repairs, what is not it leaves alone."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kbgen.errors import OutputError, OutsideError, TemplateError
from kbgen.site.writer import Output

if TYPE_CHECKING:
    from tests.engine.conftest import Project, Tree

MANIFEST = ".kbgen-manifest.json"
VAULT = {
    "A.md": "[[B]] ![[pic.png]] #tag",
    "sub/B.md": "---\naliases: Bee\n---\n# B\n\nto [[A]]",
    "sub/deep/C.md": "see [[B]]",
    "pic.png": "picture",
}


@pytest.fixture
def built(project: Project) -> Project:
    project.write(VAULT)
    project.build()
    return project


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def spoil(project: Project, content: bytes) -> None:
    (project.site / MANIFEST).write_bytes(content)


# --- nothing changed ------------------------------------------------------------------


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("use_cache", [True, False])
def test_nothing_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch, *, settled: bool, use_cache: bool
) -> None:
    if settled:
        monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    project.write(VAULT)
    first = project.build(use_cache=use_cache)
    before = project.tree()
    times = {path: path.stat().st_mtime_ns for path in project.site.rglob("*") if ".kbgen" not in path.name}
    for _ in range(2):
        report = project.build(use_cache=use_cache)
        assert (report.compiled, report.cached) == ((0, 3) if use_cache else (3, 0))
        assert (report.rendered, report.written, report.removed) == (0, 0, 0)
        assert report.unchanged == first.written == len(before)
        assert (report.notes, report.pages, report.links) == (first.notes, first.pages, first.links)
        assert report.diagnostics == first.diagnostics
    assert project.tree() == before
    assert times == {path: path.stat().st_mtime_ns for path in times}


def test_a_settled_build_reads_no_note(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    built.build()
    monkeypatch.setattr("kbgen.pipeline._read", lambda *_: pytest.fail("the vault was read again"))
    assert built.build().written == 0


def test_only_what_changed_is_made(built: Project) -> None:
    built.write({"sub/deep/C.md": "see [[B]], changed"})
    report = built.build()
    assert (report.compiled, report.cached) == (1, 2)
    # C itself, and B, which shows the words around the link.
    assert report.written < 6 < report.unchanged
    assert built.tree() == built.clean()


def test_a_build_without_the_cache_in_between(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache remembers a state that the site has no more."""
    monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    project.write(VAULT)
    project.configure('title = "One"')
    project.build()
    project.configure('title = "Two"')
    project.build(use_cache=False)
    project.configure('title = "One"')
    project.build()
    assert project.tree() == project.clean()


# --- what is ours ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda page: page.write_bytes(b""),
        lambda page: page.write_bytes(page.read_bytes().swapcase()),
        lambda page: (page.unlink(), page.symlink_to("404.html")),
    ],
    ids=["deleted", "emptied", "edited", "replaced by a link"],
)
@pytest.mark.parametrize("name", ["A.html", "pic.png", "graph.json", "static/style.css"])
def test_a_damaged_file_is_repaired(built: Project, name: str, damage: Callable[[Path], object]) -> None:
    before = built.tree()
    damage(built.site / name)
    report = built.build()
    assert (report.compiled, report.written) == (0, 1)
    assert built.tree() == before
    assert not (built.site / name).is_symlink()


def test_a_site_of_which_all_but_the_manifest_is_gone(built: Project) -> None:
    before = built.tree()
    for path in built.site.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MANIFEST:
            path.unlink()
    built.build()
    assert built.tree() == before


def test_pages_of_removed_notes_go_and_empty_folders_too(built: Project) -> None:
    shutil.rmtree(built.vault / "sub" / "deep")
    (built.vault / "A.md").write_text("no picture any more", encoding="utf-8")
    report = built.build()
    assert report.removed > 2
    assert not (built.site / "sub" / "deep").exists()
    assert not (built.site / "pic.png").exists()
    assert (built.site / "sub" / "B.html").exists()
    assert built.tree() == built.clean()


def test_a_removed_page_that_is_gone_already(built: Project) -> None:
    (built.vault / "sub/deep/C.md").unlink()
    shutil.rmtree(built.site / "sub/deep")
    (built.site / "sub/deep").write_text("somebody's", encoding="utf-8")
    built.build()
    assert (built.site / "sub/deep").read_text(encoding="utf-8") == "somebody's"


def test_a_folder_becomes_a_file_and_a_file_a_folder(project: Project) -> None:
    project.write({"A.md": "![[Bare]]", "Bare": "x", "Full/N.md": "text"})
    project.build()
    shutil.rmtree(project.vault / "Full")
    (project.vault / "Bare").unlink()
    project.write({"A.md": "![[Full]]", "Full": "x", "Bare/N.md": "text"})
    project.build()
    assert project.tree() == project.clean()


def test_a_name_that_changes_in_case_alone(built: Project) -> None:
    """On a disk that does not know case, the old page stands under the new name; so with a hard link."""
    (built.vault / "A.md").rename(built.vault / "a.md")
    os.link(built.site / "A.html", built.site / "a.html")
    built.build()
    assert built.tree() == built.clean()


# --- what is not ours -----------------------------------------------------------------


def test_a_users_file_stays(built: Project) -> None:
    own = {"CNAME": "example.org", ".nojekyll": "", "sub/deep/own.txt": "mine"}
    for name, content in own.items():
        (built.site / name).write_text(content, encoding="utf-8")
    shutil.rmtree(built.vault / "sub")
    built.write({"New.md": "new"})
    built.build()
    for name, content in own.items():
        assert (built.site / name).read_text(encoding="utf-8") == content
    assert set(built.tree()) == {*built.clean(), *own}


@pytest.mark.parametrize("way", ["New.html", "New.html/", "New", "sub/New/deep.html", "graph.json/"])
def test_a_file_in_the_way(built: Project, way: str) -> None:
    place = built.site / way
    if way.endswith("/"):
        place.unlink(missing_ok=True)
        place.mkdir()
        (place / "mine").write_text("mine", encoding="utf-8")
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("mine", encoding="utf-8")
    built.write({"New.md": "", "New/x.md": "", "sub/New/deep.md": "", "A.md": "changed"})
    (built.vault / "sub/deep/C.md").unlink()
    before = everything(built.site)
    with pytest.raises(OutputError) as error:
        built.build()
    assert str(place) in error.value.message
    assert everything(built.site) == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "kbgen.manifest/9"}', None])
def test_a_manifest_that_cannot_be_trusted(built: Project, content: bytes | None) -> None:
    if content is None:
        (built.site / MANIFEST).unlink()
    else:
        spoil(built, content)
    before = everything(built.site)
    with pytest.raises(OutputError, match=r"holds files that kbgen did not write: 404\.html, A\.html"):
        built.build()
    assert everything(built.site) == before


@pytest.mark.parametrize(
    "path", ["../vault/A.md", "sub/../../vault/A.md", "/etc/x", "sub//x", "./x", "a\\b", ""]
)
def test_a_manifest_that_leads_out_of_the_folder(built: Project, path: str) -> None:
    manifest = json.loads((built.site / MANIFEST).read_bytes())
    manifest["files"][path] = ["", 0, 0]
    spoil(built, json.dumps(manifest).encode())
    before = everything(built.root / "vault")
    with pytest.raises(OutputError):
        built.build()
    assert everything(built.root / "vault") == before


@pytest.mark.parametrize("name", ["thesis.doc", ".bashrc", "folder/"])
def test_a_folder_of_somebodys_files_is_refused(project: Project, name: str) -> None:
    project.write(VAULT)
    (project.site / name).mkdir(parents=True)
    if not name.endswith("/"):
        (project.site / name).rmdir()
        (project.site / name).write_text("years of work", encoding="utf-8")
    before = everything(project.site)
    with pytest.raises(OutputError, match=name.rstrip("/")):
        project.build()
    assert everything(project.site) == before


def test_an_output_that_is_a_dangling_link(project: Project) -> None:
    project.write(VAULT)
    project.site.symlink_to("nowhere")
    with pytest.raises(OutputError, match="is a link to nothing"):
        project.build()


def test_an_empty_folder_is_filled(project: Project) -> None:
    project.write(VAULT)
    project.site.mkdir()
    assert project.build().written == len(project.tree())


def test_an_output_inside_the_vault_is_never_read(project: Project) -> None:
    project.write({**VAULT, "site.md": "[[A]]"})
    for output in ("vault/site", "vault/x/public", "vault/site"):
        report = project.build(output)
        assert report.notes == 4
        assert project.tree(output) == project.clean()
    own = project.vault / "site" / "mine.md"
    own.write_text("a note in the output is none of the vault", encoding="utf-8")
    assert project.build("vault/site").notes == 4
    assert own.exists()


# --- what the machine and the theme refuse --------------------------------------------


def test_a_template_that_fails_leaves_the_site_as_it_was(built: Project) -> None:
    (built.root / "own").mkdir()
    (built.root / "own" / "note.html").write_text("<p>\n{{ page.nothing }}\n", encoding="utf-8")
    built.configure('templates = "own"')
    built.write({"A.md": "changed"})
    before = built.tree()
    with pytest.raises(TemplateError) as error:
        built.build()
    assert "own/note.html:2" in error.value.message
    assert "A.html" in error.value.message
    assert built.tree() == before
    built.configure("")
    built.build()
    assert built.tree() == built.clean()


def full_disk(after: int) -> Callable[..., Any]:
    """Return an ``os.replace`` for a disk that is full after some calls."""
    left = iter(range(after))
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
        replace(source, target)

    return refuse


def change_everything(project: Project) -> None:
    project.write({name: f"{text} changed" for name, text in VAULT.items()})
    (project.vault / "sub/deep/C.md").unlink()
    project.write({"New.md": "new"})


@pytest.mark.parametrize("after", range(0, 10, 2))
def test_a_disk_that_fills_while_files_are_placed(
    built: Project, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    old = built.tree()
    change_everything(built)
    new = built.clean()
    with monkeypatch.context() as patched:
        patched.setattr("os.replace", full_disk(after))
        with pytest.raises(OutsideError) as error:
            built.build()
    assert error.value.message.startswith("Cannot write ")
    assert "No space left on device." in error.value.message
    whole(built.tree(), old, new)
    built.build()
    assert built.tree() == new


@pytest.mark.parametrize("name", ["stage", "manifest", "folder"])
def test_a_disk_that_is_full_before_a_file_is_placed(
    built: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = built.tree()
    change_everything(built)
    new = built.clean()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "disk")

    with monkeypatch.context() as patched:
        match name:
            case "stage":
                patched.setattr("kbgen.site.writer.open", refuse, raising=False)
            case "manifest":
                patched.setattr("kbgen.site.writer.write_manifest", refuse)
            case _:
                patched.setattr(Path, "mkdir", refuse)
        with pytest.raises(OutsideError, match=r"^Cannot write disk: No space left on device\.$"):
            built.build()
    assert built.tree() == before
    built.build()
    assert built.tree() == new


def test_a_failed_start_lets_go_of_the_lock(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("kbgen.site.writer.read_manifest", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            built.build()
    assert built.build().written == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_may_not_be_written(built: Project) -> None:
    built.write({"A.md": "changed"})
    built.site.chmod(0o500)
    try:
        with pytest.raises(OutsideError, match="Permission denied"):
            built.build()
    finally:
        built.site.chmod(0o700)


def whole(tree: Tree, old: Tree, new: Tree) -> None:
    for name in old.keys() | new.keys() | tree.keys():
        assert tree.get(name) in (old.get(name), new.get(name)), name


# --- two builds at once ---------------------------------------------------------------


def test_a_second_build_is_refused_and_damages_nothing(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbgen.site.lock._ATTEMPTS", 2)
    before = built.tree()
    with Output(built.site) as first:
        staged = [first.stage("New.html", b"new", "x")]  # type: ignore[arg-type]
        with pytest.raises(OutsideError, match="Another build is writing to"):
            built.build()
        assert built.tree() == before
        assert list(first.staging.iterdir())
        first.place(staged, first.before, "")
    assert built.tree() == {**before, "New.html": b"new"}
