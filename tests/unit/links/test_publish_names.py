"""The law of names in the public vault: what stands behind other words is not in it (11.1)."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kbgen.config import Config
from kbgen.graph.build import build_graph, to_json
from kbgen.links.linker import link_vault
from kbgen.links.publish import publish
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import stored
from kbgen.vault.paths import VaultPath

TARGETS = st.sampled_from(
    ["Canary", "canary.png", "a/Canary", "Canary#Part", "Canary#^b", "Private", "Open#Canary"]
)
FORMS = st.sampled_from(
    [
        "[[{0}|words]]",
        "![[{0}|words]]",
        "[words](<{0}>)",
        "![words](<{0}>)",
        "[](<{0}>)",
        "![](<{0}>)",
        '<a href="{0}">words</a>',
        '<img src="{0}" alt="words">',
        "%%[[{0}]]%%",
        "[^1]\n\n[^2]: [[{0}]]\n\n",
        "\n> [!note] [[{0}|words]]\n",
        "\n- ![[{0}|words]]\n",
        "\n| ![[{0}\\|words]] |\n|---|\n",
        "\n# [[{0}|words]]\n",
    ]
)
PROPERTIES = st.sampled_from(
    [
        'up: "[[{0}|words]]"',
        'up: ["[words](<{0}>)", "[](<{0}>)"]',
        'deep: {{er: "[[{0}]]"}}',
        'image: "[[{0}]]"',
    ]
)
PIECES = st.lists(st.builds(str.format, FORMS, TARGETS), max_size=5)
FRONTS = st.lists(st.builds(str.format, PROPERTIES, TARGETS), max_size=1)

CONFIG = Config(vault=Path("vault"), output=Path("site"), cache=Path(".kbgen"))
PRIVATE = "---\npublish: false\naliases: [Canary alias]\n---\nCanary [[Canary]]"


@given(FRONTS, PIECES)
def test_no_name_behind_words_is_in_the_public_vault(front: list[str], pieces: list[str]) -> None:
    source = "\n".join(["---", *front, "---", " and ".join(pieces)])
    notes = {
        VaultPath(f"{name}.md"): stored(compile_note(text.encode(), CompileOptions()))
        for name, text in (("Open", source), ("Private", PRIVATE))
    }
    public = publish(link_vault(notes, [], [], CONFIG))
    (note,) = public.notes.values()
    told = msgspec.json.encode([note.compiled.links, note.links, note.compiled.properties]).decode()
    graph = msgspec.json.encode(to_json(build_graph(public, {}, {}))).decode()
    assert "canary" not in f"{told} {graph}".casefold()
