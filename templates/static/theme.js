/* What the page does beyond HTML: a button for light and dark, the contents beside the text, the
   menu. A classic script, so that it runs from disk; without it the page loses nothing but these. */
(() => {
  "use strict";
  const CATALOGUE = {}; /* filled where the site is not in English */
  const gettext = (message) => CATALOGUE.messages?.[message]?.[0] ?? message;
  const root = document.documentElement;

  /* Light or dark: the system decides until the reader does. */
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const remember = (choice) => {
    try {
      if (choice) localStorage.setItem("kbgen-theme", choice);
      else localStorage.removeItem("kbgen-theme");
    } catch { /* storage is blocked: the choice lasts for this page */ }
  };
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kb-theme-button";
  const label = () => {
    const text = isDark() ? gettext("Switch to light colours") : gettext("Switch to dark colours");
    button.setAttribute("aria-label", text);
    button.title = text;
  };
  button.addEventListener("click", () => {
    const choice = isDark() ? "light" : "dark";
    /* Choosing what the system says anyway means following it again. */
    const follows = (choice === "dark") === dark.matches;
    if (follows) delete root.dataset.theme;
    else root.dataset.theme = choice;
    remember(follows ? "" : choice);
    label();
  });
  dark.addEventListener("change", label);
  label();
  document.querySelector(".kb-site-tools")?.append(button);

  /* The menu closes when the reader turns away from it. */
  const menu = document.querySelector(".kb-menu");
  if (menu) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  /* What scrolls sideways can be reached by keys, and nothing else needs a stop. The site marks what may
     scroll on some screen, for those without scripts. */
  const names = [
    [gettext("Code"), "pre"],
    [gettext("Table"), ".kb-table"],
    [gettext("Formula"), ":is(div, span).math"],
    [gettext("Drawing"), ".kb-wide"],
  ];
  const reach = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
    if (scrolls === box.hasAttribute("tabindex")) return;
    const name = names.find(([, selector]) => box.matches(selector))?.[0];
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    if (!name) return; /* a table of the author's, which has a role of its own */
    if (scrolls) {
      box.setAttribute("role", "group");
      box.ariaLabel ??= name;
    } else {
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  };
  const sizes = new ResizeObserver((entries) => { for (const { target } of entries) reach(target); });
  for (const box of document.querySelectorAll(".kb-page :is(pre, .kb-table, div.math, span.math, .kb-wide, table)")) sizes.observe(box);

  /* Contents: open beside the text, folded above it. The width is that of style.css, "Wide". */
  const contents = document.querySelector("#toc details");
  if (!contents) return;
  const wide = matchMedia("(min-width: 70rem)");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  /* Mark the section being read. */
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  /* Where the contents scroll in a box of their own, the section being read stays in it. */
  const box = contents.closest(".kb-side");
  const show = (link) => {
    const { top, bottom, height } = box.getBoundingClientRect();
    const place = link.getBoundingClientRect();
    const margin = Math.min(height / 4, 5 * place.height);
    if (place.top < top + margin || place.bottom > bottom - margin) {
      box.scrollTop += (place.top + place.bottom - top - bottom) / 2;
    }
  };
  let current = null;
  const mark = () => {
    let found = null;
    for (const [heading, link] of links) {
      if (heading.getBoundingClientRect().top > innerHeight / 4) break;
      found = link;
    }
    /* The last sections of a page never reach its upper part. */
    const end = scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    if (end) found = [...links.values()].at(-1);
    if (found === current) return;
    current?.removeAttribute("aria-current");
    found?.setAttribute("aria-current", "true");
    if (found && wide.matches) show(found);
    current = found;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
})();
