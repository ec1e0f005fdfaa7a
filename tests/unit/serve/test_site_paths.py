"""What is sent: files of the site, and nothing else, however it is asked for."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.serve.site_paths import Elsewhere, SiteFile, find, site_path

REFUSED = [
    "",
    "x.html",
    "http://evil.example/index.html",
    "*",
    "//index.html",
    "/../secret.txt",
    "/a/../../secret.txt",
    "/a/../index.html",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/.",
    "/./index.html",
    "/%2e/index.html",
    "/a//b.html",
    "/.kbgen-manifest.json",
    "/%2ekbgen-manifest.json",
    "/.kbgen-lock",
    "/.kbgen-staging/x",
    "/a/.git/config",
    "/index.html%00.png",
    "/index.html::$DATA",
    "/C:/secret.txt",
    "/%ff.html",
    "/%c0%ae%c0%ae/secret.txt",
    "/line%0abreak",
]


@pytest.mark.parametrize("target", REFUSED)
def test_what_no_site_has_is_no_path(target: str) -> None:
    assert site_path(target) is None


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "index.html"),
        ("/?q=/../x", "index.html"),
        ("/#a", "index.html"),
        ("/a/", "a/index.html"),
        ("/a%20b/%C3%BC%26.html", "a b/ü&.html"),
        ("/100%25.html", "100%.html"),
        ("/%252e%252e/x", "%2e%2e/x"),
        ("/...and more.html", None),
        ("/etc....html", "etc....html"),
    ],
)
def test_an_address_is_decoded_once(target: str, path: str | None) -> None:
    assert site_path(target) == path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site, with a secret beside it and one among kbgen's own files."""
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "index.html").write_text("secret", encoding="utf-8")
    root = tmp_path / "site"
    (root / "folder").mkdir(parents=True)
    (root / "empty").mkdir()
    for name in ("index.html", "folder/index.html", "folder/page.html", ".kbgen-manifest.json"):
        (root / name).write_text(name, encoding="utf-8")
    return root


def sent(root: Path, target: str) -> str | None:
    path = site_path(target)
    found = None if path is None else find(root, path)
    if isinstance(found, Elsewhere):
        return f"to {found.address}"
    return None if found is None else Path(found.place).read_text("utf-8")


def test_files_and_folders(site: Path) -> None:
    assert sent(site, "/") == "index.html"
    assert sent(site, "/folder/page.html") == "folder/page.html"
    assert sent(site, "/folder/") == "folder/index.html"
    assert sent(site, "/folder") == "to /folder/"
    assert sent(site, "/empty") is None
    assert sent(site, "/empty/") is None
    assert sent(site, "/index.html/") is None
    assert sent(site, "/nothing.html") is None
    assert sent(site, "/" + "x" * 5000) is None


def test_a_folder_with_a_sign_in_its_name_is_led_to_by_its_address(site: Path) -> None:
    (site / "a ?é").mkdir()
    (site / "a ?é" / "index.html").write_text("found", encoding="utf-8")
    assert sent(site, "/a%20%3F%C3%A9") == "to /a%20%3F%C3%A9/"
    assert sent(site, "/a%20%3F%C3%A9/") == "found"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_that_lead_out_or_to_what_is_hidden_are_not_followed(site: Path) -> None:
    (site / "out.txt").symlink_to(site.parent / "secret.txt")
    (site / "out").symlink_to(site.parent / "outside")
    (site / "up").symlink_to("..")
    (site / "notes.json").symlink_to(".kbgen-manifest.json")
    (site / "nowhere").symlink_to("nothing")
    (site / "circle").symlink_to("circle")
    for target in ("/out.txt", "/out", "/out/", "/up/secret.txt", "/notes.json", "/nowhere", "/circle"):
        assert sent(site, target) is None, target
    (site / "inside.html").symlink_to("folder/page.html")
    (site / "beside").symlink_to("folder")
    assert sent(site, "/inside.html") == "folder/page.html"
    assert sent(site, "/beside/page.html") == "folder/page.html"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_site_may_itself_be_behind_a_link(site: Path) -> None:
    (site.parent / "public").symlink_to("site")
    assert sent(site.parent / "public", "/folder/page.html") == "folder/page.html"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_not_opened(site: Path) -> None:
    os.mkfifo(site / "pipe")
    assert sent(site, "/pipe") is None


PARTS = st.sampled_from(
    [
        *("..", ".", "", "/", "\\", "%2e", "%2f", "%5c", "%00", "%25", "secret.txt", "outside", "index.html"),
        *("folder", ".kbgen-manifest.json", "?", "#", ":", "~", "up", "é", "%c3%a9"),
    ]
)


@given(target=st.lists(PARTS, max_size=8).map("".join).map("/{}".format))
def test_law_nothing_outside_and_nothing_hidden_is_ever_found(
    target: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = made_once(tmp_path_factory)
    path = site_path(target)
    found = None if path is None else find(root, path)
    if isinstance(found, SiteFile):
        inside = Path(found.place).relative_to(root)  # raises where it is outside
        assert not any(part.startswith(".") for part in inside.parts)
        assert Path(found.place).is_file()
        assert site_path("/" + quote(found.path)) == found.path


_MADE: list[Path] = []


def made_once(factory: pytest.TempPathFactory) -> Path:
    if not _MADE:
        folder = factory.mktemp("law")
        root = folder.resolve() / "site"
        (root / "folder").mkdir(parents=True)
        (folder / "outside").mkdir()
        for name in ("secret.txt", "outside/index.html", "site/index.html", "site/folder/index.html"):
            (folder / name).write_text(name, encoding="utf-8")
        (root / ".kbgen-manifest.json").write_text("{}", encoding="utf-8")
        if os.name != "nt":
            (root / "up").symlink_to("..")
        _MADE.append(root)
    return _MADE[0]
