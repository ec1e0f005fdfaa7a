/* Keeps an open page up to date while kbgen serve runs: reloads it where it changed, at the same place, and
   shows why the site cannot be built. It is put into pages as they are sent, and is in none of their files. */
(() => {
  "use strict";

  const script = document.currentScript;
  const files = JSON.parse(script.dataset.files);
  let build = script.dataset.build;
  let source = null;

  /* The place on the page -------------------------------------------------------------------- */

  const PLACE = `kbgen-place ${location.pathname}${location.search}`;
  const stored = (work) => {
    try {
      return work(sessionStorage);
    } catch {
      return null; // storage is blocked: the browser does what it can by itself
    }
  };

  const reload = () => {
    const open = Array.from(document.querySelectorAll("details"), (each) => each.open);
    const place = JSON.stringify({ left: scrollX, top: scrollY, open });
    stored((storage) => storage.setItem(PLACE, place));
    location.reload();
  };

  const restore = () => {
    const place = JSON.parse(stored((storage) => storage.getItem(PLACE)) ?? "null");
    if (!place) return;
    stored((storage) => storage.removeItem(PLACE));
    const details = document.querySelectorAll("details");
    if (details.length === place.open.length) details.forEach((each, n) => { each.open = place.open[n]; });
    const moved = new AbortController();
    const go = () => {
      // Not smoothly, whatever the page says: nobody went anywhere.
      if (!moved.signal.aborted) scrollTo({ left: place.left, top: place.top, behavior: "instant" });
    };
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(kind, () => moved.abort(), { passive: true, signal: moved.signal });
    }
    go();
    // Pictures and formulas may have made the page longer since.
    addEventListener("load", () => { go(); moved.abort(); }, { once: true });
  };

  /* What the page is made from ---------------------------------------------------------------- */

  const used = () => {
    const found = new Set(files);
    const add = (address) => {
      try {
        const url = new URL(address, document.baseURI);
        if (url.origin === location.origin) found.add(decodeURIComponent(url.pathname.slice(1)));
      } catch { /* an author may write what is no address */ }
    };
    for (const each of performance.getEntriesByType("resource")) add(each.name);
    for (const each of document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon]")) add(each.href);
    for (const each of document.querySelectorAll("[src]")) add(each.getAttribute("src"));
    return found;
  };

  /* What is wrong ----------------------------------------------------------------------------- */

  const make = (tag, name, ...content) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...content);
    return element;
  };

  const panel = (id, role, shown, ...content) => {
    const last = document.getElementById(id);
    if (last?.dataset.shown === shown) return;
    last?.remove();
    const key = `kbgen-hidden ${id}`;
    if (stored((storage) => storage.getItem(key)) === shown) return;
    const hide = make("button", "kbgen-hide", "Hide");
    hide.type = "button";
    const element = make("div", "", ...content, hide);
    element.id = id;
    element.dataset.shown = shown;
    element.setAttribute("role", role);
    element.dir = "ltr";
    element.lang = "en";
    const end = () => {
      stored((storage) => storage.setItem(key, shown));
      element.remove();
    };
    hide.addEventListener("click", end);
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
    styled(() => document.body.append(element));
  };

  const remove = (id) => {
    document.getElementById(id)?.remove();
    stored((storage) => storage.removeItem(`kbgen-hidden ${id}`));
  };

  let style = null;
  const styled = (then) => {
    if (!style) {
      style = make("link");
      style.rel = "stylesheet";
      style.href = new URL("overlay.css", script.src).href;
      document.head.append(style);
    }
    if (style.sheet) then();
    else for (const kind of ["load", "error"]) style.addEventListener(kind, then, { once: true });
  };

  const showProblem = (problem) => {
    if (!problem) {
      remove("kbgen-problem");
      return;
    }
    const width = String(problem.source.at(-1)?.number ?? "").length;
    const lines = problem.source.map(({ number, text }) => make(
      "span", number === problem.line ? "kbgen-wrong" : "", `${String(number).padStart(width)}  ${text}\n`,
    ));
    panel(
      "kbgen-problem", "alert", JSON.stringify(problem),
      make("p", "kbgen-what", "The site could not be built. This is how it was before."),
      ...(problem.place ? [make("p", "kbgen-where", problem.place)] : []),
      make("p", "kbgen-message", problem.message),
      ...(problem.hint ? [make("p", "kbgen-hint", problem.hint)] : []),
      ...(lines.length ? [make("pre", "", ...lines)] : []),
    );
  };

  const SHOWN = 3;
  const showFindings = (findings) => {
    if (!findings.length) {
      remove("kbgen-findings");
      return;
    }
    const lines = findings.slice(0, SHOWN).map(({ place, text }) =>
      make("p", "", make("span", "kbgen-where", place), ` ${text}`));
    if (findings.length > SHOWN) lines.push(make("p", "", `and ${findings.length - SHOWN} more in the terminal`));
    panel("kbgen-findings", "status", JSON.stringify(findings), ...lines);
  };

  /* News -------------------------------------------------------------------------------------- */

  const take = (message) => {
    build = message.build;
    if (message.changed === null || intersects(message.changed, used)) {
      disconnect();
      reload();
      return;
    }
    showProblem(message.problem);
    showFindings(message.problem ? [] : message.findings); // one thing at a time
  };

  const intersects = (paths, find) => {
    const found = paths.length ? find() : null;
    return paths.some((path) => found.has(path));
  };

  const connect = () => {
    // A browser has few connections for a site, so that a page that nobody sees leaves them to the others.
    if (source || document.hidden) return;
    const own = new EventSource(new URL(`events?since=${encodeURIComponent(build)}`, script.src).href);
    source = own;
    own.onmessage = ({ data }) => { if (source === own) take(JSON.parse(data)); };
    own.onerror = () => {
      if (own.readyState !== EventSource.CLOSED || source !== own) return; // else it asks again by itself
      disconnect();
      setTimeout(connect, 1000);
    };
  };

  const disconnect = () => {
    source?.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  restore();
  connect();
})();
