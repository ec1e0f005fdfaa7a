"""Write a vault of any size for benchmarks: ``python benchmarks/vault.py 10000 FOLDER --seed 1``.

A note has about 2.2 KB, 8 links and 3 tags, and now and then a table, code, a callout, a list, tasks,
maths, a footnote, an embed or a block id. Links fall as in grown vaults: what is linked often is linked
more often. The same size and seed give the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote

# ruff: noqa: SIM905 - a hundred words are easier to read and change as a text

WORDS = tuple(
    (
        "the of and a to in is that it for as with on by from this are be at or an not which but have "
        "one more what when there some into than other time can about only new most also first after "
        "between through model network layer weight memory reading history river garden letter theory "
        "method result question answer figure number people city music language colour winter measure "
        "signal noise pattern machine light water stone paper bridge archive harbour mountain sentence "
        "chapter argument evidence example experiment library translation grammar surface depth "
        "convolution gradient attention residual corpus index graph vertex edge path cycle proof lemma "
        "workshop notebook sketch draft revision margin source quotation reference summary outline habit"
    ).split()
)
NAMES = tuple(word.capitalize() for word in WORDS[45:])
FOREIGN = tuple(
    (
        "Überblick Straße Größe café naïve façade señor coração smørrebrød łódź žluťoučký İstanbul "
        "γλώσσα μνήμη φῶς память сеть книга язык שפה ספר ذاكرة لغة कविता भाषा ความจำ 기억 언어 "
        "記憶 言語 図書館 ニューラルネットワーク 学习 网络 語言 🧠 📚 🌱"
    ).split()
)
FOLDERS = ("Areas", "Projects", "Reading", "People", "Journal/2023", "Journal/2024", "Sources/Papers/Archive")
TOPICS = ("ai", "ai/vision", "ai/language", "history", "method", "reading/now", "garden", "музыка", "言語")
CALLOUTS = ("note", "tip", "warning", "question", "quote", "example")
HEADINGS = ("Background", "How it works", "Открытые вопросы", "Notes & sources", "背景", "What follows")
CODE = (
    "python\ndef area(width: float, height: float) -> float:\n    return width * height",
    "bash\nfind notes -name '*.md' | sort | head -n 20",
    'json\n{"name": "note", "links": [1, 2, 3], "public": true}',
    "\nplain text, [[not a link]] and #not-a-tag",
)

T = TypeVar("T")


class Name(NamedTuple):
    """What other notes need to know of a note to link to it."""

    folder: str
    title: str
    alias: str
    heading: str


class Dice:
    """Chance that falls alike everywhere.

    Python promises the same numbers in all versions for ``random()`` alone, so all is made of it.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, likely: float) -> bool:
        """Say yes as often as asked."""
        return self._random() < likely

    def between(self, least: int, most: int) -> int:
        """Return a whole number, both ends included."""
        return least + int(self._random() * (most - least + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several, each as likely."""
        return choices[int(self._random() * len(choices))]

    def early(self, choices: Sequence[T]) -> T:
        """Return one of several, the first ones far more often."""
        chance = self._random()
        return choices[int(chance * chance * len(choices))]


class Web:
    """Who links to whom: half of all links go where a link went before."""

    def __init__(self, names: Sequence[Name], dice: Dice) -> None:
        self._names = names
        self._dice = dice
        self._linked: list[Name] = []

    def target(self) -> Name:
        """Choose a note to link to."""
        again = bool(self._linked) and self._dice.chance(0.5)
        found = self._dice.pick(self._linked if again else self._names)
        self._linked.append(found)
        return found

    def link(self) -> str:
        """Write one link, in one of the ways in which people write them."""
        dice = self._dice
        if dice.chance(0.02):
            return f"[[{dice.pick(NAMES)} not written yet]]"
        to = self.target()
        way = dice.between(0, 99)
        if way < 50:
            return f"[[{to.title}]]"
        if way < 70:
            return f"[[{to.title}|{words(dice, 2)}]]"
        if way < 80:
            return f"[{words(dice, 2)}]({quote(f'{to.folder}/{to.title}.md')})"
        if way < 88:
            return f"[[{to.title}#{to.heading}]]"
        if way < 94:
            return f"[[{to.folder}/{to.title}]]"
        return f"[[{to.alias or to.title}]]"


def write_vault(folder: Path, notes: int, seed: int) -> int:
    """Write a vault into a new or empty folder and return its size in bytes.

    Raises
    ------
    FileExistsError
        If the folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    size = 0
    for path, text in vault(notes, seed):
        content = text.encode()
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        size += len(content)
    return size


def vault(notes: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every note."""
    dice = Dice(seed)
    names = [_name(dice, number) for number in range(notes)]
    web = Web(names, dice)
    for name in names:
        yield f"{name.folder}/{name.title}.md", _note(dice, web, name)


def _name(dice: Dice, number: int) -> Name:
    last = dice.pick(FOREIGN) if dice.chance(0.1) else dice.pick(NAMES).lower()
    return Name(
        folder=dice.early(FOLDERS),
        title=f"{dice.pick(NAMES)} {last} {number}",
        alias=f"{dice.pick(NAMES)} alias {number}" if dice.chance(0.25) else "",
        heading=dice.pick(HEADINGS),
    )


def words(dice: Dice, count: int) -> str:
    """Return words of everyday text, one in twelve in another script."""
    return " ".join(dice.pick(FOREIGN) if dice.chance(0.08) else dice.early(WORDS) for _ in range(count))


def _sentence(dice: Dice) -> str:
    text = words(dice, dice.between(6, 16))
    if dice.chance(0.15):
        emphasised = dice.pick(("**{}**", "*{}*", "=={}==", "`{}`", "~~{}~~"))
        text += " " + emphasised.format(words(dice, 2))
    return f"{text[0].upper()}{text[1:]}."


def _note(dice: Dice, web: Web, name: Name) -> str:
    links = [web.link() for _ in range(dice.between(4, 11))]
    parts = [_front_matter(dice, web, name), f"# {name.title}", _paragraph(dice, links[:2])]
    parts += [f"## {name.heading}", _paragraph(dice, [*links[2:4], f"#{dice.early(TOPICS)}"])]
    parts += _blocks(dice, web, links[4:6])
    parts += [f"### {words(dice, 3).capitalize()}", _paragraph(dice, links[6:])]
    wanted = dice.between(1300, 2700)
    while sum(map(len, parts)) < wanted:
        parts.append(_paragraph(dice, []))
    if dice.chance(0.2):
        parts[-1] += f" ^{dice.early(WORDS)}-{dice.between(1, 9)}"
    return "\n\n".join(parts) + "\n"


def _front_matter(dice: Dice, web: Web, name: Name) -> str:
    lines = [f"tags: [{dice.early(TOPICS)}, {dice.early(TOPICS)}]"]
    if name.alias:
        lines.append(f"aliases:\n  - {name.alias}")
    if dice.chance(0.5):
        lines.append(f'related: "[[{web.target().title}]]"')
    if dice.chance(0.2):
        lines.append(f'sources:\n  - "[[{web.target().title}]]"\n  - https://example.org/{dice.early(WORDS)}')
    if dice.chance(0.5):
        lines.append(f"created: 20{dice.between(10, 24)}-{dice.between(1, 12):02}-{dice.between(1, 28):02}")
    if dice.chance(0.3):
        lines.append(f"rating: {dice.between(1, 10)}\nread: {dice.pick(('true', 'false'))}")
    return "\n".join(("---", *lines, "---"))


def _paragraph(dice: Dice, links: Sequence[str]) -> str:
    sentences = [f"{_sentence(dice)[:-1]} {link}." for link in links]
    sentences += [_sentence(dice) for _ in range(dice.between(1, 3))]
    return " ".join(sentences)


def _blocks(dice: Dice, web: Web, links: Sequence[str]) -> Iterator[str]:
    items = [*links, *(words(dice, 5) for _ in range(dice.between(2, 4)))]
    yield "\n".join(
        f"- {item}" if number % 3 else f"- {item}\n  - {words(dice, 4)}" for number, item in enumerate(items)
    )
    if dice.chance(0.4):
        rows = [f"| {words(dice, 2)} | {dice.between(1, 999)} | {words(dice, 3)} |" for _ in range(3)]
        yield "\n".join(("| what | how many | remark |", "|---|---:|---|", *rows))
    if dice.chance(0.3):
        yield f"```{dice.pick(CODE)}\n```"
    if dice.chance(0.4):
        yield f"> [!{dice.pick(CALLOUTS)}] {words(dice, 3)}\n> {_sentence(dice)}\n> {_sentence(dice)}"
    if dice.chance(0.2):
        yield f"- [x] {words(dice, 4)}\n- [ ] {words(dice, 5)}"
    if dice.chance(0.1):
        yield "The loss is $L = -\\sum_i y_i \\log p_i$, and so\n\n$$\nx_{t+1} = x_t - \\eta \\nabla L\n$$"
    if dice.chance(0.1):
        yield f"{_sentence(dice)[:-1]}.[^1]\n\n[^1]: {_sentence(dice)}"
    if dice.chance(0.1):
        to = web.target()
        yield f"![[{to.title}#{to.heading}]]"
    if dice.chance(0.05):
        yield f"%% {_sentence(dice)} %%"


def main() -> None:
    """Write a vault as the command line says."""
    parser = argparse.ArgumentParser(description="Write a vault for benchmarks.")
    parser.add_argument("notes", type=int, help="how many")
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same vault")
    options = parser.parse_args()
    try:
        size = write_vault(options.folder, options.notes, options.seed)
    except OSError as error:
        sys.exit(f"error: {error}")
    print(f"{options.notes} notes, {size / 1e6:.1f} MB in {options.folder}")


if __name__ == "__main__":
    main()
