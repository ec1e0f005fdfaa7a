"""Several processes find in a vault what one finds."""

from __future__ import annotations

from pathlib import Path

import pytest

import kbgen
from kbgen.processes import can_fork
from kbgen.verification import parallel

MOONS = """---
moons: {right}
---
[[Planet {other}]] has {said} moons. It was found in 1610 and has the number {index}.
"""


@pytest.mark.skipif(not can_fork(), reason="only a fork has the notes")
def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_CHUNK", 7)
    monkeypatch.setattr(parallel, "_WORTH_A_PROCESS", 20)
    for index in range(30):
        other = (index + 1) % 30
        wrong = index % 4 == 0
        text = MOONS.format(right=index, other=other, said=other + wrong, index=index)
        (tmp_path / f"Planet {index}.md").write_text(text, encoding="utf-8")
    one, two = (kbgen.verify(vault=tmp_path, jobs=jobs) for jobs in (1, 2))
    assert sum(each.verdict == "refuted" for each in one.findings) == 8
    assert (two.findings, two.coverage, two.unread) == (one.findings, one.coverage, one.unread)
