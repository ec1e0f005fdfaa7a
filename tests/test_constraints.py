"""constraints.txt pins all that kbgen and its extras pull in, to versions that pyproject.toml allows."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"([a-z0-9-]+)==([\w.]+)", line) for line in lines if not line.startswith("#")]
    return {match[1]: match[2] for match in found if match is not None}


def asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    wanted = [Requirement(line) for line in (*project["dependencies"], *extras)]
    return [each for each in wanted if each.name != project["name"]]  # an extra may take in another


def test_each_line_is_a_pin_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(pins()) == sum(not line.startswith("#") for line in lines)
    assert list(pins()) == sorted(pins())


def test_pins_are_versions_that_we_allow() -> None:
    pinned = pins()
    for requirement in asked_for():
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_all_that_comes_with_them_is_pinned() -> None:
    seen: set[str] = set()
    waiting = asked_for()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in seen:
            continue
        seen.add(name)
        try:
            more = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:  # torch, whose closure depends on the machine; hugo, a binary alone
            assert name in {"torch", "hugo"}
            continue
        if name != "torch":
            waiting += [each for each in more if each.marker is None or each.marker.evaluate({"extra": ""})]
    assert seen <= set(pins())
    assert len(seen) > 30
