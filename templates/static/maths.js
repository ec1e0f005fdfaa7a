/* Typesets the TeX of a page with KaTeX, from the folder beside this file. A classic script, so that
   it runs from disk; wherever it fails, the TeX stays as the author wrote it. */
(() => {
  "use strict";
  if (!window.katex) return;

  const options = {
    throwOnError: false, /* what KaTeX does not know is shown as TeX, in the colour below */
    errorColor: "var(--struck)",
    strict: "ignore", /* notes are written for an app that takes TeX loosely */
    trust: false, /* no links, no pictures, no HTML out of a formula */
    maxSize: 40, /* in em, about the width of the text: no single size reaches over the page */
    output: "htmlAndMathml",
    globalGroup: true, /* what one formula defines, the next ones know, as in the app */
    macros: { "\\newcommand": "\\providecommand{#1}{}\\renewcommand{#1}" }, /* a second one replaces the first */
  };
  const formulas = [...document.querySelectorAll(":is(div, span).math")];
  for (const formula of formulas) {
    const tex = formula.textContent;
    try {
      katex.render(tex, formula, { ...options, displayMode: formula.classList.contains("display") });
    } catch {
      formula.textContent = tex;
    }
  }

  /* A display formula scrolls in its box. One among words breaks over lines, save where a single
     part is wider than the text: only then does it become a box of its own. */
  const inline = formulas.filter((formula) => !formula.matches(".display, .kb-table *"));
  const isWide = (formula) => {
    const end = formula.closest("article.note")?.getBoundingClientRect();
    return end && [...formula.querySelectorAll(".katex-base")].some((part) => {
      const box = part.getBoundingClientRect();
      return box.right > end.right + 1 || box.left < end.left - 1;
    });
  };
  const fit = () => {
    for (const formula of inline) formula.classList.remove("kb-wide");
    for (const formula of inline.filter(isWide)) formula.classList.add("kb-wide");
  };
  document.fonts.ready.then(fit);
  addEventListener("resize", fit);
})();
