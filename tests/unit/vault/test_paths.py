"""A link between two files of a site leads where it says, whatever their names are."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from kbgen.vault.paths import SitePath, encode, file_path, relative_href

PATHS = st.lists(st.sampled_from(["a", "b", "a b", "é", "x+y", "100€"]), min_size=1, max_size=4).map("/".join)
FILES = PATHS.map(file_path) | PATHS.map(lambda path: SitePath(f"{path}:z"))
SITE = "https://example.org/x/"


@given(FILES, FILES, st.sampled_from(["", "top", "^a b"]))
def test_a_browser_finds_the_target(source: SitePath, target: SitePath, fragment: str) -> None:
    href = relative_href(source, target, fragment)
    found = urljoin(SITE + encode(source), href)
    assert found == SITE + encode(target) + (f"#{encode(fragment)}" if fragment else "")


@given(FILES, FILES)
def test_a_link_goes_no_way_twice(source: SitePath, target: SitePath) -> None:
    ups = relative_href(source, target).count("../")
    folders = [path.split("/")[:-1] for path in (source, target)]
    shared = next(
        (i for i, (a, b) in enumerate(zip(*folders, strict=False)) if a != b), min(map(len, folders))
    )
    assert ups == len(folders[0]) - shared
