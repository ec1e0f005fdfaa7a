"""What a comment says to the verifier is obeyed on the site, and its reason stays with the author."""

from __future__ import annotations

from pathlib import Path

from kbgen.config import Config
from kbgen.links.publish import publish
from kbgen.pipeline import read
from kbgen.vault.paths import VaultPath


def test_the_reason_of_an_ignored_line_is_not_public(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "A.md").write_text("Text.\n\n%% verify: ignore section: my rival says so %%\n", encoding="utf-8")
    config = Config(vault=vault, output=tmp_path / "site", cache=tmp_path / ".kbgen")
    public = publish(read(config, jobs=1).linked)
    (directive,) = public.notes[VaultPath("A.md")].compiled.directives
    assert directive.words == "ignore section"
