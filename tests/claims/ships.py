"""A few ships, and the words for what one may know of them: enough to read any sentence about ships."""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.open_vocabulary import open_keys
from kbgen.claims.passages import Passage
from kbgen.claims.reader import Reader
from kbgen.facts.fact import Lexicon, Name, PropertyName
from kbgen.facts.knowledge import Knowledge

_COUNTED = ("cabins", "masts", "decks", "passengers", "prizes")
_SAID = ("speed", "draught", "crew", "launched", "built", "rebuilt", "sold", "refitted", "stage", "class")
_TERMS = (
    *(PropertyName(word, (f"number of {word}",), units=(word,)) for word in _COUNTED),
    *(PropertyName(word, (word,)) for word in _SAID),
    PropertyName("height", ("height",), units=("high",)),
    PropertyName("length", ("length",), units=("long",)),
    PropertyName("planks", (), units=("planks",), shapes=("planks",)),
)
KNOWLEDGE = Knowledge(
    (),
    [
        Lexicon(
            subjects=(
                Name("ada", ("Ada",), sort="ship"),
                Name("bell", ("Bell",), sort="ship"),
                Name("york", ("York",), sort="town"),
            ),
            parts=(Name("hold", ("hold",)),),
            terms=_TERMS,
            nouns=("ship",),
        )
    ],
)


def claims(text: str, kind: str = "paragraph", *, sections: Sequence[str] = ()) -> list[Claim]:
    """Return what a passage of a note about the Ada states, although nothing is known."""
    passage = Passage(0, kind, text, sections=tuple(sections))
    reader = Reader(KNOWLEDGE, ("ada",), [passage], open_keys)
    return list(reader.claims(passage, KNOWLEDGE.mentions(text)))


def shown(claim: Claim) -> str:
    """Write what is claimed of the Ada as value and property; of another subject with its name."""
    subject, name = claim.keys[0]
    return f"{claim.text} {name}" if subject == "ada" else f"{claim.text} {name} of {subject}"
