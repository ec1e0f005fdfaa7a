"""Blocks of the language ``facts``: which facts a subject and a view ask for, and what they come to.

A view that has parts for rows, two properties for axes, or a drawing is known here. Which properties a
view shows, and under which labels, the source of the facts may say itself: its function ``views()``
returns, by the name of a view, pairs of a property and a label. Other names that it gives are lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from kbgen.annotate.display_names import DisplayNames
from kbgen.facts.fact import Fact
from kbgen.facts.sources.source import Known
from kbgen.facts.wording import format_fact
from kbgen.locales.locale import ENGLISH, Locale
from kbgen.nearest import nearest
from kbgen.site.annotations import Chart, Definitions, Diagram, Filling, Point, Table, UnknownBinding
from kbgen.site.diagrams import parse_diagram
from kbgen.site.figures import how_known

VIEWS = ("layers", "totals", "quick-stats", "diagram", "lineage")
_KEYS = ("subject", "view", "properties")
_MAX_REMARK_CHARS = 96
_MAX_SOURCES = 3
EMPTY_EVIDENCE = frozenset({"as printed there", "as specified"})
"""Evidence that adds nothing to the name of the source."""
_WITHIN = re.compile(r", (?:§|Table|Fig|title|abstract|footnote)")
"""Behind it stands where in a source something is."""
_NUMERIC = frozenset({"count", "discrete", "quantity", "rate", "points", "setting"})

Columns = Sequence[tuple[str, str]]
"""Properties, each with its label."""


class BlockResolver:
    """All that blocks may show.

    Parameters
    ----------
    facts
        All that is known, the fact believed first before the others.
    names
        What subjects and properties are called.
    known
        What each source of facts knows: any may have views and diagrams.
    locale
        The language of values and captions; labels are those of the source.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        names: DisplayNames,
        known: Sequence[Known],
        locale: Locale = ENGLISH,
    ) -> None:
        self._locale = locale
        self.by_key: dict[str, Fact] = {}
        self.names = names
        self._subjects: dict[str, dict[str, Fact]] = {}
        for fact in facts:
            self.by_key.setdefault(fact.key, fact)
            self._subjects.setdefault(fact.subject, {}).setdefault(fact.property, fact)
        self._known = known
        self._views: dict[str, Columns] = {}
        for each in reversed(known):
            if each.views is not None:
                self._views |= {name: tuple(columns) for name, columns in each.views().items()}

    def block(self, text: str) -> Filling:
        """Return what a block comes to."""
        try:
            asked = _read(text)
            subject = self._subject(asked.get("subject", ""))
            view = asked.get("view", "")
            known = (*VIEWS, *(name for name in self._views if name not in VIEWS))
            if view not in known:
                return UnknownBinding(_meant("view", view, known))
            columns = self._columns(view, asked.get("properties", ""))
            return self._made(subject, view, columns)
        except _NotKnownError as problem:
            return UnknownBinding(str(problem))

    def _subject(self, written: str) -> str:
        if written in self._subjects:
            return written
        named = self.names.known.get(written.casefold())
        if named in self._subjects:
            return named
        raise _NotKnownError(_meant("subject", written, self._subjects))

    def _columns(self, view: str, properties: str) -> Columns:
        if not properties:
            return self._views.get(view, ())
        asked = [name for each in properties.split(",") if (name := each.strip())]
        return [(name, self.names.heading(name)) for name in asked]

    def _made(self, subject: str, view: str, columns: Columns) -> Filling:
        called = self.names.subject(subject)
        match view:
            case "diagram":
                return self._diagram(subject, called)
            case "layers":
                found: Filling | None = self._parts(subject, columns)
            case "lineage":
                found = self._lineage(subject, columns)
            case _:
                found = self._list(subject, columns)
        return found or UnknownBinding(f"Nothing is known that the view {view!r} of {called} could show.")

    def _list(self, subject: str, columns: Columns) -> Definitions | None:
        facts = self._subjects[subject]
        asked = columns or [
            (name, self.names.heading(name))
            for name, fact in facts.items()
            if "." not in name and fact.kind in _NUMERIC
        ]
        found = [(label, facts[name]) for name, label in asked if name in facts]
        if not found:
            return None
        rows = tuple((label, self._shown(fact), _remark(fact)) for label, fact in found)
        return Definitions(_caption([fact for _, fact in found], self._locale), rows)

    def _shown(self, fact: Fact, *, unit: bool = True) -> str:
        return format_fact(fact, on_page=True, unit=unit, locale=self._locale)

    def _cell(self, fact: Fact | None) -> str:
        return "" if fact is None else self._shown(fact, unit=False)

    def _parts(self, subject: str, columns: Columns) -> Table | None:
        facts = self._subjects[subject]
        parts: dict[str, dict[str, Fact]] = {}
        for name, fact in facts.items():
            part, dot, last = name.rpartition(".")
            if dot:
                parts.setdefault(part, {})[last] = fact
        asked = columns or self._common(parts)
        rows = [part for part in self._in_order(facts, parts) if asked and asked[0][0] in parts[part]]
        if not rows:
            return None
        used = [pair for pair in asked if any(pair[0] in parts[part] for part in rows)]
        total = [facts.get(name) for name, _ in used]
        cells = [parts[part][name] for part in rows for name, _ in used if name in parts[part]]
        # Translators: heads the sums under the columns of a table.
        summed = self._locale.gettext("Total")
        return Table(
            caption=_caption(cells, self._locale),
            columns=("", *(_headed(label, [parts[part].get(name) for part in rows]) for name, label in used)),
            rows=tuple((part, *(self._cell(parts[part].get(name)) for name, _ in used)) for part in rows),
            total=(summed, *(self._cell(_summed(each)) for each in total))
            if any(map(_summed, total))
            else (),
        )

    def _common(self, parts: Mapping[str, Mapping[str, Fact]]) -> Columns:
        """Return the properties that most parts have, the first of all first."""
        names = dict.fromkeys(name for facts in parts.values() for name in facts)
        many = [name for name in names if 2 * sum(name in facts for facts in parts.values()) > len(parts)]
        return [(name, self.names.heading(name)) for name in many]

    @staticmethod
    def _in_order(facts: Mapping[str, Fact], parts: Mapping[str, object]) -> list[str]:
        order = facts.get("order") or facts.get("weight_layer_order")
        steps = order.value.split(" > ") if order else []
        return [*(step for step in steps if step in parts), *(part for part in parts if part not in steps)]

    def _lineage(self, subject: str, columns: Columns) -> Chart | None:
        """Set two properties of all kindred subjects against each other, in the order of their years."""
        if len(columns) < 2:
            raise _NotKnownError("This view needs two properties, as in a line 'properties: mass, radius'.")
        (x, x_label), (y, y_label) = columns[:2]
        sort = self.names.sorts.get(subject)
        relatives = [
            id_
            for id_, facts in self._subjects.items()
            if "." not in id_
            and x in facts
            and y in facts
            and (id_ == subject or (sort and self.names.sorts.get(id_) == sort))
        ]
        # A family and its members are one point: vgg stands for vgg16 and vgg19.
        relatives = [
            id_ for id_ in relatives if not any(id_ != other and id_.startswith(other) for other in relatives)
        ]
        relatives.sort(key=lambda id_: (_year(self._subjects[id_]), id_))
        points = [
            point for id_ in relatives if (point := self._point(id_, self._subjects[id_], x, y)) is not None
        ]
        if not points:
            return None
        used = [self._subjects[id_][name] for id_ in relatives for name in (x, y)]
        return Chart(
            caption=_caption(used, self._locale),
            title=_both(x_label, y_label[:1].lower() + y_label[1:], self._locale),
            x_label=x_label,
            y_label=y_label,
            x_share=used[0].kind == "rate",
            y_share=used[1].kind == "rate",
            points=tuple(points),
        )

    def _point(self, id_: str, facts: Mapping[str, Fact], x: str, y: str) -> Point | None:
        try:
            places = float(Decimal(facts[x].value)), float(Decimal(facts[y].value))
        except ArithmeticError:
            return None
        year = facts["year"].value if "year" in facts else ""
        short = _short(facts[x], self._locale)
        return Point(self.names.subject(id_), year, *places, short, self._shown(facts[y]))

    def _diagram(self, subject: str, called: str) -> Diagram | UnknownBinding:
        for each in self._known:
            if each.diagram is not None and (drawn := each.diagram(subject)):
                return parse_diagram(drawn)
        return UnknownBinding(f"No source of facts has a diagram of {called}.")

    def nearest_key(self, key: str) -> str | None:
        """Return the key of a fact most like one that is not known."""
        near = [each for each in self.by_key if each.partition(".")[0] == key.partition(".")[0]]
        return nearest(key, near or self.by_key)


class _NotKnownError(Exception):
    """A block asks for something that is not known; the message says so to its author."""


def _read(text: str) -> dict[str, str]:
    asked: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in _KEYS:
            raise _NotKnownError(_meant("line", key.strip(), _KEYS))
        asked[key.strip()] = value.strip()
    return asked


def _meant(kind: str, written: str, known: Iterable[str]) -> str:
    candidates = list(known)
    near = nearest(written, candidates) if written else None
    if not written:
        said = f"A block of facts needs a line '{kind}: …'."
        return f"{said} Known: {', '.join(candidates)}." if len(candidates) < 10 else said
    said = f"No {kind} is called {written!r}."
    if near:
        return f"{said} Is {near!r} meant?"
    return f"{said} Known: {', '.join(candidates)}." if len(candidates) < 10 else said


def _summed(fact: Fact | None) -> Fact | None:
    """Return a fact about the whole that stands at the foot of a column; a size is no sum."""
    return fact if fact is not None and fact.kind == "count" else None


def _headed(label: str, facts: Sequence[Fact | None]) -> str:
    """Return a label with the unit of its column, where it does not say it itself."""
    units = {fact.unit for fact in facts if fact is not None}
    unit = next(iter(units)) if len(units) == 1 else ""
    said = not unit or len(unit) > 4 or unit.casefold() in label.casefold()
    return label if said else f"{label} ({unit})"


def _short(fact: Fact, locale: Locale = ENGLISH) -> str:
    """Write a large number short, as it stands beside a point.

    >>> _short(Fact("a", "parameters", "60965224", "parameters", "count", (), "computed", "", ""))
    '61.0M'
    """
    if fact.kind == "count":
        number = Decimal(fact.value)
        for letter, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
            if number >= size:
                scaled = number / size
                digits = round(scaled, 0 if scaled >= 100 else 1)
                return f"{locale.number(digits, grouped=False)}{letter}"
    return format_fact(fact, on_page=True, locale=locale)


def _year(facts: Mapping[str, Fact]) -> str:
    return facts["year"].value if "year" in facts else ""


def _remark(fact: Fact) -> str:
    first = re.split(r"; |: conv", fact.evidence)[0]
    if first in EMPTY_EVIDENCE or len(first) > _MAX_REMARK_CHARS or " + " in first:
        return ""
    return first


def _both(first: str, last: str, locale: Locale) -> str:
    # Translators: two things, such as "computed and published".
    return locale.gettext("%(first)s and %(last)s") % {"first": first, "last": last}


def _caption(facts: Sequence[Fact], locale: Locale) -> str:
    """Say how some facts are known and where they stand."""
    ways = [how_known(each, locale) for each in sorted({fact.derivation for fact in facts})]
    sources = list(dict.fromkeys(_WITHIN.split(fact.source)[0] for fact in facts if fact.source))
    how = _both(locale.listed(ways[:-1]), ways[-1], locale) if len(ways) > 1 else ways[0]
    filled = {"how": how[:1].upper() + how[1:]}
    if not sources:
        # Translators: under a table or chart; how its figures are known, such as "Computed and published".
        return locale.gettext("%(how)s figures.") % filled
    first = locale.pgettext("sources", "; ").join(sources[:_MAX_SOURCES])
    filled["sources"] = locale.listed([first], max(0, len(sources) - _MAX_SOURCES))
    # Translators: the same, and where the figures stand.
    return locale.gettext("%(how)s figures, after %(sources)s.") % filled
