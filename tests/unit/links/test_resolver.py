"""Laws of name resolution, for any vault and any link."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbgen.links.name_index import MAX_COMPARED, NameIndex, fold, shortest
from kbgen.links.resolver import resolve, suggest
from kbgen.vault.paths import VaultPath

# A small alphabet, so that names meet: case, both Unicode forms, dots, and a sharp s.
SEGMENTS = st.sampled_from(
    ["a", "A", "b", "é", "e\u0301", "a.b", "ß", "ss", "x\u00a0y", "x y", ".", "..", ""]
)
PATHS = st.builds(
    lambda folders, name, extension: VaultPath("/".join([*folders, name]) + extension),
    st.lists(st.sampled_from(["a", "A", "b", "ß", "ss"]), max_size=3),
    st.sampled_from(["a", "A", "b", "a.b", "é", "ß", "ss", "x y"]),
    st.sampled_from([".md", ".MD", ".md.md", ".pdf", ".pdf.md", ""]),
)
VAULTS = st.lists(PATHS, min_size=1, max_size=8, unique=True)
TARGETS = st.one_of(
    st.text(max_size=12),
    st.builds("/".join, st.lists(SEGMENTS, max_size=5)),
    st.builds(lambda parts: "/".join(parts) + ".md", st.lists(SEGMENTS, max_size=5)),
)


@settings(deadline=None)
@given(
    vault=VAULTS, source=PATHS, target=TARGETS, aliases=st.lists(st.text(max_size=4)), fallback=st.booleans()
)
def test_never_raises_and_never_invents_a_file(
    vault: list[VaultPath], source: VaultPath, target: str, aliases: list[str], *, fallback: bool
) -> None:
    index = NameIndex(vault, {vault[0]: aliases})
    found = resolve(index, source, target, use_aliases=fallback)
    assert found.path is None or found.path in {*vault, source}
    assert found.path not in found.others
    assert set(found.others) <= set(vault)
    assert fallback or not found.alias
    suggest(index, target)


@settings(deadline=None)
@given(vault=VAULTS, source=PATHS, data=st.data())
def test_rs_01_an_exact_full_path_always_wins(
    vault: list[VaultPath], source: VaultPath, data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(vault))
    index = NameIndex(vault, {})
    for target in (wanted, "/" + wanted):
        found = resolve(index, source, target, use_aliases=True)
        assert (found.path, found.others) == (wanted, ())


@settings(deadline=None)
@given(vault=VAULTS, source=PATHS, target=TARGETS)
def test_the_order_of_files_does_not_matter(vault: list[VaultPath], source: VaultPath, target: str) -> None:
    forward = resolve(NameIndex(vault, {}), source, target, use_aliases=True)
    assert resolve(NameIndex(vault[::-1], {}), source, target, use_aliases=True) == forward


@settings(deadline=None)
@given(vault=VAULTS, source=PATHS)
def test_what_is_suggested_resolves(vault: list[VaultPath], source: VaultPath) -> None:
    index = NameIndex(vault, {})
    near = suggest(index, "wrong/" + vault[0])
    assert near
    assert resolve(index, source, near, use_aliases=False).path is not None


@settings(deadline=None)
@given(vault=VAULTS, tail=st.one_of(PATHS, TARGETS), folder=st.sampled_from(["", "a", "A", "a/b", "ß"]))
def test_rs_02_what_ends_in_whole_segments_is_found_without_a_look_at_all(
    vault: list[VaultPath], tail: str, folder: str
) -> None:
    found = NameIndex(vault, {}).ending_in(tail)
    plain = sorted(path for path in vault if f"/{fold(path)}".endswith(f"/{fold(tail)}"))
    assert list(found.paths) == plain
    assert list(found.below(folder)) == [
        path for path in plain if not folder or path.startswith(f"{folder}/")
    ]
    assert not plain or found.first == min(plain, key=shortest)


MISTYPED = ["AlexNt", "AlxeNet", "AlexNett", "alexnet 2", "Alexnet.", "ALEXNET_", "AlexMet"]


@pytest.mark.parametrize("written", MISTYPED)
@pytest.mark.parametrize("others", [0, MAX_COMPARED // 2, 5 * MAX_COMPARED])
def test_11_8_the_nearest_of_many_names_is_found(written: str, others: int) -> None:
    vault = [
        VaultPath("AlexNet.md"),
        *(VaultPath(f"A{number * 7919 % 9973} note.md") for number in range(others)),
    ]
    assert suggest(NameIndex(vault, {}), written) == "AlexNet"


def test_11_8_an_unknown_name_is_compared_with_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("kbgen.links.name_index.nearest", lambda _name, choices: asked.append(len(choices)))
    for many in (MAX_COMPARED, MAX_COMPARED + 1, 20 * MAX_COMPARED):
        index = NameIndex([VaultPath(f"Note {number}.md") for number in range(many)], {})
        suggest(index, "Note one")
    assert max(asked) == MAX_COMPARED
