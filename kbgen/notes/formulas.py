r"""A formula in letters and signs, for where TeX cannot be typeset: excerpts, descriptions, titles.

It is read as people would write it by hand in a letter: ``\frac{a}{b}`` is a/b, ``x^2`` is x².
What has no such form, a drawing or a command of the author's own, is left out as "…".
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from kbgen.notes.word_set import word_set

LEFT_OUT = "…"
MAX_CHARS = 160
"""Characters of a formula in words; a longer one says nothing without its layout."""

_MAX_TEX_CHARS = 1_000
_MAX_DEPTH = 20

_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|(\s+)|(.)", re.DOTALL)

_split = str.split

_signs = _split("""
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ
    chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗ odot ⊙ le ≤ leq ≤
    leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ lt < gt > ll ≪ gg ≫ approx ≈ simeq ≃ sim ∼ cong ≅ equiv ≡
    propto ∝ prec ≺ succ ≻ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖
    emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ to →
    rightarrow → longrightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ implies ⇒ Leftarrow ⇐
    Leftrightarrow ⇔ iff ⇔ mapsto ↦ uparrow ↑ downarrow ↓ infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫
    iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ wp ℘
    angle ∠ perp ⊥ bot ⊥ top ⊤ parallel ∥ mid | vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ langle ⟨
    rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lbrack [ rbrack ] ldots … cdots … dots …
    dotsc … dotsb … vdots … ddots … prime ′ degree ° dagger † therefore ∴ because ∵ colon : backslash ∖
    vdash ⊢ models ⊨ triangle △ square □ checkmark ✓ S § P ¶ pounds £ euro € coloneqq ≔
""")
_SIGNS = dict(zip(_signs[::2], _signs[1::2], strict=True))

_NAMES = word_set("""
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim liminf limsup max min sup
    inf arg argmax argmin det dim ker deg gcd hom Pr mod bmod softmax sgn tr rank diag Var Cov
""")
_PASSED_OVER = word_set("""
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr limits nolimits
    displaystyle textstyle scriptstyle scriptscriptstyle rm bf it sf tt cal hline nonumber notag boldmath
    mathstrut strut allowbreak nobreak
""")
_SPACES = word_set("""
    quad qquad space enspace thinspace medspace thickspace
""")
_WRAPPERS = word_set("""
    text textrm textbf textit textsf texttt textnormal mathrm mathbf mathit mathsf mathtt mathcal mathfrak
    mathscr boldsymbol bm pmb operatorname mbox hbox mathop mathbin mathrel mathord emph underbrace
    overbrace boxed cancel overset underset stackrel substack ce
""")
_DROPPED = {"label": 1, "color": 1, "hspace": 1, "vspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1}
"""Commands that show nothing, with the number of what they take."""
_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0304",
    "vec": "\u20d7",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "underline": "\u0332",
}
_BOARD = dict(zip("ACDEFHKNPQRTZ1", "𝔸ℂ𝔻𝔼𝔽ℍ𝕂ℕℙℚℝ𝕋ℤ𝟙", strict=True))
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_RAISED: dict[int, str] = str.maketrans(
    dict(
        zip(
            "0123456789+-−=()abcdefghijklmnoprstuvwxyzT⊤∘′*∗",
            "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵀ°′**",
            strict=True,
        )
    )
)
_LOWERED: dict[int, str] = str.maketrans(
    dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
)


class _Unsayable(Exception):  # noqa: N818 - no error, but a way out
    """The formula has no form in words."""


@functools.lru_cache(maxsize=4096)
def tex_to_text(tex: str) -> str:
    r"""Return a formula in letters and signs, "…" where it has no such form.

    Examples
    --------
    >>> tex_to_text(r"\frac{a+b}{2} \le \sqrt{x^2}"), tex_to_text(r"x_i^{n+1}")
    ('(a+b)/2 ≤ √x²', 'xᵢⁿ⁺¹')
    >>> tex_to_text(r"W^{d \times k}")
    'W^(d × k)'
    >>> tex_to_text(r"\mycommand{x}"), tex_to_text(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}")
    ('…', 'a b; c d')
    """
    if len(tex) > _MAX_TEX_CHARS:
        return LEFT_OUT
    try:
        found = " ".join(_Reader(tex).all().split())
    except _Unsayable:
        return LEFT_OUT
    return found.replace(" ;", ";").strip("; ") if len(found) <= MAX_CHARS else LEFT_OUT


def with_formulas_as_text(text: str, formulas: Sequence[int], start: int, end: int) -> str:
    """Return a part of a text with its formulas in words.

    Parameters
    ----------
    text
        Words with TeX among them.
    formulas
        Where each formula begins and ends, in turns and in order.
    start, end
        The part; a formula that is only partly in it is left out.

    Examples
    --------
    >>> with_formulas_as_text(r"area: pi r^2, of course", (6, 12), 0, 23)
    'area: pi r², of course'
    """
    if not formulas:
        return text[start:end]
    pieces = []
    at = start
    first = bisect_left(formulas, start + 1) // 2 * 2
    for index in range(first, len(formulas), 2):
        begin, stop = formulas[index], formulas[index + 1]
        if begin >= end:
            break
        pieces.append(text[at:begin])
        pieces.append(tex_to_text(text[begin:stop]) if start <= begin and stop <= end else LEFT_OUT)
        at = stop
    return "".join([*pieces, text[at:end]])


class _Reader:
    """One formula, read from left to right."""

    def __init__(self, tex: str) -> None:
        self._tokens = [found for found in _TOKEN.finditer(tex) if found[0]]
        self._at = 0
        self._depth = 0

    def all(self) -> str:
        """Return the whole formula."""
        found = self._until("")
        if self._at < len(self._tokens):
            raise _Unsayable
        return found

    def _until(self, close: str) -> str:
        """Return what stands before a closing sign, and go behind that."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _Unsayable
        out: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token[0] == close:
                break
            if token[0] == "}":
                raise _Unsayable
            out.append(self._one())
        else:
            if close:
                raise _Unsayable
        self._at += bool(close)
        self._depth -= 1
        return "".join(out)

    def _one(self) -> str:
        """Return the next sign, command or group."""
        token = self._tokens[self._at]
        self._at += 1
        command, escaped, space, character = token.groups()
        if command:
            return self._command(command)
        if escaped:
            return {"\\": "; ", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\n": " ", "|": "‖"}.get(
                escaped, escaped
            )
        if space:
            return " "
        if character == "\\":
            raise _Unsayable
        if character == "{":
            return self._until("}")
        if character in "^_":
            raised = character == "^"
            return _moved(self._argument(), _RAISED if raised else _LOWERED, character)
        return {"~": " ", "&": " ", "'": "′", "$": ""}.get(character, character)

    def _argument(self) -> str:
        """Return what a command takes: the next group, command or sign."""
        while self._at < len(self._tokens) and self._tokens[self._at][3]:
            self._at += 1
        if self._at >= len(self._tokens) or self._tokens[self._at][0] == "}":
            raise _Unsayable
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _Unsayable
        found = self._one().strip()
        self._depth -= 1
        return found

    def _option(self) -> str:
        """Return what stands in brackets behind a command, if anything does."""
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "[":
            self._at += 1
            return self._until("]").strip()
        return ""

    def _command(self, name: str) -> str:  # noqa: C901, PLR0912 (a branch for each kind of command)
        if name in _SIGNS:
            return _SIGNS[name]
        if name in _NAMES:
            return name
        if name in _SPACES:
            return " "
        if name in _PASSED_OVER:
            return self._delimiter() if name in {"left", "right", "middle"} else ""
        if name in _DROPPED:
            for _ in range(_DROPPED[name]):
                self._argument()
            return ""
        if name in _ACCENTS:
            words = self._argument()
            return unicodedata.normalize("NFC", words + _ACCENTS[name]) if len(words) == 1 else words
        if name in {"frac", "dfrac", "tfrac", "cfrac"}:
            above = _grouped(self._argument())
            return f"{above}/{_grouped(self._argument())}"
        if name in {"binom", "dbinom", "tbinom"}:
            above = self._argument()
            return f"({above} over {self._argument()})"
        if name == "sqrt":
            root = self._option()
            sign = _ROOTS.get(root) or _moved(root, _RAISED, "^") + "√"
            return sign + _grouped(self._argument())
        if name == "mathbb":
            return "".join(_BOARD.get(letter, letter) for letter in self._argument())
        if name == "not":
            return {"=": "≠", "∈": "∉"}.get(found := self._argument(), found)
        if name in {"pmod", "tag"}:
            found = self._argument()
            return f" (mod {found})" if name == "pmod" else f" ({found})"
        if name in {"textcolor", "colorbox"}:
            self._argument()
            return self._argument()
        if name in {"overset", "underset", "stackrel"}:
            self._argument()
            return self._argument()
        if name in _WRAPPERS:
            return self._argument()
        if name == "begin":
            return self._environment()
        raise _Unsayable

    def _delimiter(self) -> str:
        """Return the sign behind such a command; a dot stands for none."""
        found = self._argument()
        return "" if found == "." else found

    def _environment(self) -> str:
        name = self._argument()
        self._option()
        if name.rstrip("*") in {"array", "tabular", "alignat", "alignedat"}:
            self._argument()  # its columns
        out: list[str] = []
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _Unsayable
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token[1] == "end":
                self._at += 1
                if self._argument() != name:
                    raise _Unsayable
                self._depth -= 1
                return "".join(out).strip().strip(";")
            if token[0] == "}":
                raise _Unsayable
            out.append(self._one())
        raise _Unsayable


def _moved(words: str, table: Mapping[int, str], sign: str) -> str:
    """Return words raised or lowered; behind a sign where there are no such letters."""
    compact = "".join(words.split())
    if compact and all(ord(letter) in table for letter in compact):
        return compact.translate(table)
    return sign + _grouped(words)


def _grouped(words: str) -> str:
    """Put brackets around what would else be read apart."""
    return words if re.fullmatch(r"\w*|[^\w\s]|√?\w[\w⁰¹²³⁴-⁹ⁿ₀-₉ᵢ′]*", words) else f"({words})"
