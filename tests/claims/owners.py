"""Two ships, those who owned and built them, and a cup: enough to read any sentence about names."""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.mention_detection import detect_mentions
from kbgen.claims.name_claims import name_claims
from kbgen.claims.passages import Passage
from kbgen.claims.reader import Reader
from kbgen.facts.fact import Fact, Kind, Lexicon, Name, PropertyName
from kbgen.facts.knowledge import Knowledge

_FACTS: tuple[tuple[str, str, str, Kind], ...] = (
    ("ada", "owner", "Marlow", "name"),
    ("bell", "owner", "Marlow", "name"),
    ("ada", "builders", "Marlow, Brandt", "list"),
    ("cowes-cup", "winner", "Ada", "name"),
    ("marlow", "cup", "Rowing", "name"),
)
KNOWLEDGE = Knowledge(
    [Fact(who, what, value, "", kind, (), "published", "", "") for who, what, value, kind in _FACTS],
    [
        Lexicon(
            subjects=(
                Name("ada", ("Ada",), sort="ship"),
                Name("bell", ("Bell",), sort="ship"),
                Name("marlow", ("Marlow",), sort="person"),
                Name("brandt", ("Brandt",), sort="person"),
                Name("cole", ("Cole",), sort="person"),
                Name("cowes-cup", ("Cowes Cup",), sort="race"),
            ),
            terms=(
                PropertyName("owner", ("owner", "owner of", "acquired by"), reversed=("acquired",)),
                PropertyName("builders", ("built by",)),
                PropertyName("winner", ("winner",), reversed=("won",)),
                PropertyName("cup", ("cup",), others=("Sailing",)),
            ),
            nouns=("ship",),
        )
    ],
)


def claims(text: str, kind: str = "") -> Sequence[Claim]:
    """Return the names that a passage of a note about the Ada states as values."""
    words = text.removeprefix("- ")
    passage = Passage(0, kind or ("item" if words != text else "paragraph"), words)
    reader = Reader(KNOWLEDGE, ("ada",), [passage])
    return list(name_claims(KNOWLEDGE, reader, passage, detect_mentions(KNOWLEDGE, words)))
