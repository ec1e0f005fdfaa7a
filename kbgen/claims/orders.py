"""Read drawn sequences as claims: ``Conv1 → ReLU → LRN → Pool`` says what follows what.

A sequence names parts of a subject (conv1) and kinds of steps (ReLU). Each part with what follows it is one
claim, and the order of the parts is another. Kinds of steps that a sequence never names are left out on
purpose. One with a step that nobody knows, or that its subject does not have, is about something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.assertions import asserts, reported, sentences
from kbgen.claims.chains import MIN_STEPS, Chain, Read, chains
from kbgen.claims.claim import LOOSE, Claim, Order
from kbgen.claims.passages import Passage
from kbgen.claims.scope import Scopes
from kbgen.claims.steps import Step, StepReader, abbreviations, step_name
from kbgen.claims.tokens import tag_text
from kbgen.facts.fact import Fact, Key
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_NAME = re.compile(r"\w*[a-z\d][A-Z]\w*|[A-Z]\w*\d\w*|[A-Z]{2,}\w*")
"""What looks like the name of a thing."""
_ANY = re.compile(r"\b(?:an?|any|each|every|some|most|many|other|another)\b", re.IGNORECASE)
"""What makes a sentence one of any such thing: *a typical network*."""
_ORDER = ".order"
"""The end of a property that says what follows a part."""


class _Topic(Struct, frozen=True):
    """What a sequence is about."""

    subject: str
    firm: bool


class _Lead(Struct, frozen=True):
    """The sentence of a sequence."""

    passage: Passage
    start: int
    end: int
    begin: int
    """Where the sequence begins in it."""

    @property
    def words(self) -> str:
        return self.passage.words[self.start : self.begin]


class _Named(Struct, frozen=True):
    """A step, and which one of its subject it is."""

    step: Step
    name: str
    """Of a part of the subject, else the kind of the step; empty for none that the subject has."""
    kind: str


class _Group(Struct, frozen=True):
    """A part with the steps up to the next part."""

    fact: Fact
    steps: tuple[_Named, ...]
    last: bool
    """Whether the sequence ends with it."""


def order_claims(knowledge: Knowledge, scopes: Scopes, passages: Sequence[Read]) -> Iterator[Claim]:
    """Yield the claims of the sequences that a text draws.

    Parameters
    ----------
    knowledge
        What is known.
    scopes
        What each passage is about.
    passages
        With what they mention, in order.
    """
    short: dict[str, str] = {}
    for passage, mentions in passages:
        if "(" in passage.words:
            short.update(abbreviations(knowledge, passage.words, mentions))
    reader = _Orders(knowledge, scopes, passages)
    for chain in chains(StepReader(knowledge, short), passages):
        yield from reader.claims(chain)


class _Orders:
    def __init__(self, knowledge: Knowledge, scopes: Scopes, passages: Sequence[Read]) -> None:
        self.knowledge = knowledge
        self.scopes = scopes
        self.passages = passages
        self.places = {passage.number: at for at, (passage, _) in enumerate(passages)}

    def claims(self, chain: Chain) -> Iterator[Claim]:
        """Yield the claims of one sequence."""
        about = self._about(chain)
        if about is None:
            return
        named = self._named(chain.steps, about.subject)
        understood = chain.understood and all(each.name for each in named)
        found = [*self._of_parts(about.subject, chain, named), *self._of_whole(about.subject, chain, named)]
        found = found or list(self._of_kinds(about.subject, chain, named))
        # A list of things of one kind may be sorted by anything.
        sorted_ = chain.form == "lines" and not _returns([each.kind for each in named])
        for claim in self._whole_or_not(chain, found):
            binding = claim.binding if understood else LOOSE
            yield replace(
                claim, binding=binding, firm=about.firm and understood and not sorted_ and claim.firm
            )

    def _whole_or_not(self, chain: Chain, claims: Sequence[Claim]) -> Iterator[Claim]:
        """Leave out what goes on being wrong in one passage, and what is right of the wrong as a whole."""
        wrong: set[int] = set()
        for claim in claims:
            right = claim.order is not None and any(
                agrees(claim.order, fact, self.knowledge.step_kind)[0]
                for key in claim.keys
                for fact in self.knowledge.about(*key)[:1]
            )
            in_one = claim.order is not None and claim.order.scope == "parts" and chain.passages == 1
            if claim.passage not in wrong or (right and not in_one):
                yield claim
            if not right:
                wrong.add(claim.passage)

    # ---------------------------------------------------------------- what it is about

    def _about(self, chain: Chain) -> _Topic | None:
        """Return what a sequence is about: what its sentence names, else what stands above it."""
        place = chain.place
        lead = _Lead(place, *_sentence(place, *chain.lead), chain.lead[1])
        if lead.start == lead.begin or not lead.words.strip(" *_`-•●▪"):
            lead = self._before(place) or lead
        own = self._own(lead)
        if own is None:
            return None
        if own.subject:
            return own if self.knowledge.orders_of(own.subject) else None
        scope = self.scopes.of(place)
        orders = self.knowledge.orders_of
        meant = next((each for each in (scope.subject, *scope.also) if orders(each)), scope.subject)
        subject = self.knowledge.qualified(meant, self._mentions(lead, lead.begin))
        if not subject or not self.knowledge.orders_of(subject):
            return None
        return _Topic(subject, firm=own.firm and scope.firm)

    def _before(self, place: Passage) -> _Lead | None:
        """Return the last sentence of what stands right before a drawing, where it announces it."""
        at = self.places[place.number]
        while at and self.passages[at][0].kind == "code":
            at -= 1
        before = self.passages[at][0]
        announces = before.kind in {"paragraph", "item", "title"} and before.words.rstrip(" *_").endswith(":")
        if place.kind != "code" or not announces:
            return None
        *_, (start, end) = sentences(before.words)
        return _Lead(before, start, end, end)

    def _own(self, lead: _Lead) -> _Topic | None:
        """Return the only subject that a sentence names before a sequence; ``None`` where it is another's."""
        mentions = self.passages[self.places[lead.passage.number]][1]
        line = tag_text(lead.passage.words, lead.start, lead.begin, mentions)
        if line is None or (lead.passage.kind not in {"code", "row"} and not _asserted(lead)):
            return None
        here = self._mentions(lead, lead.begin)
        subjects = list(dict.fromkeys(m.entry.id for m in here if m.entry.sort == "subject"))
        another = any("v" in token.tags for token in line.tokens)
        words = lead.passage.words
        if len(subjects) > 1 or any(
            token.tags == "U" and _NAME.fullmatch(words, token.start, token.end) for token in line.tokens
        ):
            return None
        if not subjects:
            narrowed = any(m.entry.sort == "variant" for m in here)
            return None if another and not narrowed else _Topic("", firm=not _ANY.search(lead.words))
        subject = self.knowledge.qualified(subjects[0], here)
        if subject is None or (another and subject == subjects[0] and "." not in subject):
            return None
        others = {m.entry.id for m in self._mentions(lead, lead.end) if m.entry.sort == "subject"}
        compares = any("x" in token.tags for token in line.tokens)
        return _Topic(subject, firm=len(others) == 1 and not compares)

    def _mentions(self, lead: _Lead, end: int) -> list[Mention[Sense]]:
        mentions = self.passages[self.places[lead.passage.number]][1]
        return [m for m in mentions if lead.start <= m.start and m.end <= end]

    # ---------------------------------------------------------------- which steps of it are named

    def _named(self, steps: Sequence[Step], subject: str) -> list[_Named]:
        """Tell which steps of a subject are named."""
        orders = self.knowledge.orders_of(subject)
        order = max((_steps(fact) for fact in _wholes(orders)), key=len, default=[])
        kinds = {self.knowledge.step_kind(each) for fact in orders for each in _steps(fact)}
        return [
            _Named(step, step_name(step, order, self.knowledge) if step.kind in kinds else "", step.kind)
            for step in steps
        ]

    # ---------------------------------------------------------------- claims

    def _of_parts(self, subject: str, chain: Chain, named: Sequence[_Named]) -> Iterator[Claim]:
        """Yield a claim for each part with what follows it."""
        groups = self._groups(subject, named)
        heads = {group.steps[0].kind for group in groups}
        kinds = frozenset({each.kind for each in named if each.name} - heads)
        for group in groups if kinds else ():
            right = [step for step in _steps(group.fact) if self.knowledge.step_kind(step) in kinds]
            alone = len(group.steps) == 1
            if alone and (group.last or not right):
                continue  # what follows the last is not drawn
            order = Order(tuple(each.name for each in group.steps), "part", tuple(sorted(kinds)))
            # The last may go on where nothing is drawn any more.
            cut = group.last and 1 < len(group.steps) <= len(right) and chain.form != "lines"
            open_ = cut and agrees(replace(order, skips=True), group.fact, self.knowledge.step_kind)[0]
            yield self._claim((subject, group.fact.property), group.steps, order, firm=not open_)

    def _groups(self, subject: str, named: Sequence[_Named]) -> list[_Group]:
        """Return the parts that have an order of their own, each with the steps up to the next of them."""
        own = {
            _steps(fact)[0]: fact
            for fact in self.knowledge.orders_of(subject)
            if fact.property.endswith(_ORDER)
        }
        kinds = {self.knowledge.step_kind(part) for part in own}
        found: list[_Group] = []
        current: list[_Named] = []
        for at, each in enumerate((*named, None)):
            if each is None or each.kind in kinds:
                if current and current[0].name in own:
                    fact = own[current[0].name]
                    found.append(_Group(fact, tuple(current), last=each is None or at == len(named)))
                current = []
            if each is not None and (current or each.kind in kinds):
                current.append(each)
        return found

    def _of_whole(self, subject: str, chain: Chain, named: Sequence[_Named]) -> Iterator[Claim]:
        """Yield the order of the parts as a claim, from the first that is out of place on."""
        if len(named) < MIN_STEPS:
            return
        for fact in sorted(_wholes(self.knowledge.orders_of(subject)), key=lambda fact: len(fact.value)):
            kinds = {self.knowledge.step_kind(each) for each in _steps(fact)}
            parts = [each for each in named if each.kind in kinds]
            if len(parts) < 2 or any(each.name == each.kind for each in parts):
                continue
            few = 2 * len({each.name for each in parts}) <= len(_steps(fact))
            order = Order(
                tuple(each.name for each in parts),
                "parts",
                skips=chain.gaps or (few and len(parts) == len(named)),
                begins=chain.first,
            )
            wrong = first_wrong(order, _steps(fact))
            yield self._claim((subject, fact.property), parts[wrong or 0 :], order, firm=True)
            return

    def _of_kinds(self, subject: str, chain: Chain, named: Sequence[_Named]) -> Iterator[Claim]:
        """Yield what a sequence without parts says: right if its steps follow one another so anywhere."""
        names = tuple(each.name for each in named)
        kinds = frozenset(names)
        if any(each.name != each.kind for each in named):
            return
        keys = []
        for fact in self.knowledge.orders_of(subject):
            right = _counted(fact.value, kinds, self.knowledge.step_kind)
            whole = len(names) == len(_steps(fact))
            once = len(kinds) == len(names) == len(right) and (whole or len(names) >= MIN_STEPS)
            again = len(kinds) < len(names) >= MIN_STEPS and 3 * len(names) >= 2 * len(right)
            if kinds <= set(right) and (once or again):
                keys.append((subject, fact.property))
        if keys:
            order = Order(names, "kinds", tuple(sorted(kinds)), begins=chain.first)
            yield self._claim(keys[0], named, order, firm=True, keys=tuple(keys))

    def _claim(
        self, key: Key, named: Sequence[_Named], order: Order, *, firm: bool, keys: tuple[Key, ...] = ()
    ) -> Claim:
        first = named[0].step
        passage = self.passages[self.places[first.passage]][0]
        end = max(each.step.end for each in named if each.step.passage == first.passage)
        return Claim(
            first.passage,
            first.start,
            end,
            passage.words[first.start : end],
            keys or (key,),
            order=order,
            binding="chain",
            firm=firm,
        )


def agrees(order: Order, fact: Fact, kind_of: Callable[[str], str] = str) -> tuple[bool, str, str]:
    """Compare a drawn order with a fact.

    Parameters
    ----------
    order
        As it is claimed.
    fact
        Of the kind ``order``.
    kind_of
        Returns the kind of a step; without it a step is of its own kind.

    Returns
    -------
    tuple
        Whether they agree, the reason of the accepted value, and the value it was held against.
    """
    for value in fact.values():
        if _is_right(order, value.value, kind_of):
            return True, value.reason, value.value
    return False, "", fact.value


def _is_right(order: Order, value: str, kind_of: Callable[[str], str]) -> bool:
    if order.scope == "parts":
        return first_wrong(order, value.split(" > ")) is None
    kinds = frozenset(order.kinds)
    if order.scope == "part":
        head, *steps = value.split(" > ")
        right = [head, *(step for step in steps if kind_of(step) in kinds)]
        wanted = right[: len(order.steps)] if order.skips else right
        return len(wanted) == len(order.steps) and all(
            names in {step, kind_of(step)} for names, step in zip(order.steps, wanted, strict=True)
        )
    counted = _counted(value, kinds, kind_of)
    length = len(order.steps)
    starts = (0,) if order.begins else range(len(counted) - length + 1)
    return any(tuple(counted[start : start + length]) == order.steps for start in starts)


def first_wrong(order: Order, right: Sequence[str]) -> int | None:
    """Return which of some parts is the first that is out of place; ``None`` if all stand where they should.

    Parameters
    ----------
    order
        As it is claimed.
    right
        All parts in their right order.

    Examples
    --------
    >>> order = Order(("conv2", "conv4", "conv3"), "parts")
    >>> first_wrong(order, ["conv1", "conv2", "conv3", "conv4"])
    1
    """
    names = order.steps
    if order.skips:
        wanted = [each for each in right if each in names or (order.begins and each == right[0])]
    else:
        start = 0 if order.begins or names[0] not in right else right.index(names[0])
        wanted = list(right[start : start + len(names)])
    return next((n for n, name in enumerate(names) if n >= len(wanted) or name != wanted[n]), None)


def _counted(value: str, kinds: frozenset[str], kind_of: Callable[[str], str]) -> list[str]:
    """Return the kinds of the steps of a fact, of those that count."""
    return [kind for kind in map(kind_of, value.split(" > ")) if kind in kinds]


def _sentence(passage: Passage, start: int, begin: int) -> tuple[int, int]:
    """Return the sentence in which a sequence begins."""
    if passage.kind in {"code", "row", "head"}:
        return start, passage.cells[-1].end if passage.cells else len(passage.words)
    return next(
        ((max(start, a), b) for a, b in sentences(passage.words) if a <= begin < b),
        (start, len(passage.words)),
    )


def _asserted(lead: _Lead) -> bool:
    text = lead.passage.words[lead.start : lead.end]
    return asserts(text) and not reported(text)


def _returns(kinds: Sequence[str]) -> bool:
    """Tell whether a kind of step comes again after another one."""
    runs = [kind for at, kind in enumerate(kinds) if not at or kinds[at - 1] != kind]
    return len(runs) > len(set(runs))


def _steps(fact: Fact) -> list[str]:
    return fact.value.split(" > ")


def _wholes(orders: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in orders if "." not in fact.property]
