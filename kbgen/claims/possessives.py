"""Read what a name says right before another one: *Hinton's DNNresearch*, *NVIDIA GTX 580*, *Li: "…"*."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.named_values import named_facts
from kbgen.claims.passages import Passage
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_GAP = re.compile(
    r"(?P<beside>[ \u00a0])|(?P<owns>['’]s?\s)|(?P<says>[\s*_]*(?::|said:?|says:?|put it:)[\s*_]*[\"“])"
)


def possessive_claims(
    knowledge: Knowledge, passage: Passage, mentions: Sequence[Mention[Sense]]
) -> Iterator[Claim]:
    """Yield what the names of a passage say of those behind them.

    Parameters
    ----------
    knowledge
        What is known.
    passage
        The words.
    mentions
        What is mentioned in them.
    """
    named = [mention for mention in mentions if mention.entry.sort == "subject"]
    for one, two in itertools.pairwise(named):
        gap = _GAP.fullmatch(passage.words, one.end, two.start)
        if gap is None:
            continue
        sort = knowledge.sort_of(one.entry.id)
        keys = [
            (two.entry.id, name)
            for name in knowledge.owners
            if sort in {knowledge.sort_of(each) for each in knowledge.value_subjects(two.entry.id, name)}
        ]
        if not keys:
            continue
        many = any(name in knowledge.terms and knowledge.terms[name].many for _, name in keys)
        text = passage.words[one.start : one.end]
        yield Claim(
            passage.number,
            one.start,
            one.end,
            text,
            tuple(keys),
            name=text,
            subject=one.entry.id,
            binding="owner",
            # Whose something is may mean many things, unless all who may be meant are known.
            firm=not many and len(keys) == 1 and bool(named_facts(knowledge, keys[0])),
        )
