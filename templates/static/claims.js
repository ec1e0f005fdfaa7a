/* What is known of a figure, beside it: on hover, focus and tap; Escape and a click elsewhere close it.
   A classic script, so that it runs from disk. Without it each mark is a link to the page of claims. */
(() => {
  "use strict";
  const marks = document.querySelectorAll("a.kb-verdict[data-claims]"); /* in the order of the page */
  if (!marks.length) return;

  const box = document.createElement("div");
  box.id = "kb:evidence";
  box.className = "kb-evidence";
  box.setAttribute("role", "tooltip");
  const native = typeof box.showPopover === "function";
  if (native) box.popover = "manual"; /* the top layer: no table that scrolls cuts it off */
  else box.hidden = true;
  document.body.append(box);

  let shown = null;
  let lit = null;
  let pinned = false;
  let timer = 0;

  /* The mark of a figure stands in its last piece, or behind the link that holds it. */
  const markOf = (claim) => {
    const own = claim.querySelector(":scope > a.kb-verdict");
    if (own) return own;
    const [number] = (claim.dataset.claims || "").split(" ");
    if (!number) return claim.nextElementSibling;
    for (const mark of marks) {
      const behind = claim.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (behind && mark.dataset.claims.split(" ").includes(number)) return mark;
    }
    return null;
  };
  /* Whatever is pointed at: a figure or a mark, and the mark. */
  const pointed = (target) => {
    const mark = target.closest?.("a.kb-verdict[data-claims]");
    if (mark) return [mark.closest("span.claim") || mark, mark];
    const claim = target.closest?.("span.claim");
    const found = claim && markOf(claim);
    return found ? [claim, found] : null;
  };

  const place = (anchor) => {
    const target = [...anchor.getClientRects()].pop() || anchor.getBoundingClientRect();
    const gap = 8;
    const width = document.documentElement.clientWidth;
    const height = document.documentElement.clientHeight;
    const { offsetWidth: w, offsetHeight: h } = box;
    const middle = target.left + target.width / 2;
    const left = Math.max(gap, Math.min(middle - w / 2, width - w - gap));
    const below = target.bottom + gap;
    const above = target.top - gap - h;
    box.style.left = `${left}px`;
    box.style.top = `${below + h > height - gap && above > gap ? above : Math.min(below, Math.max(gap, height - h - gap))}px`;
  };

  const open = (figure, mark, stay) => {
    clearTimeout(timer);
    if (shown !== mark) {
      shut();
      box.replaceChildren();
      for (const number of mark.dataset.claims.split(" ")) {
        const entry = document.getElementById(`kb:e${number}`);
        if (!entry) continue;
        const copy = entry.cloneNode(true);
        copy.removeAttribute("id");
        box.append(copy);
      }
      shown = mark;
      mark.setAttribute("aria-describedby", box.id);
      if (native) box.showPopover();
      else box.hidden = false;
    }
    pinned = pinned || stay;
    light(figure);
    place(figure);
  };

  const light = (figure) => {
    lit?.classList.remove("kb-shown");
    lit = figure;
    lit?.classList.add("kb-shown");
  };

  const shut = () => {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    light(null);
    shown = null;
    pinned = false;
    if (native) box.hidePopover();
    else box.hidden = true;
  };

  /* Time to reach the box, where there is something to read and a link. */
  const later = () => {
    clearTimeout(timer);
    if (!pinned) timer = setTimeout(shut, 250);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || pinned) return;
    const found = pointed(event.target);
    if (found && (found[1] !== shown || found[0] !== lit)) {
      clearTimeout(timer);
      timer = setTimeout(open, shown ? 60 : 120, ...found, false);
    } else if (found || box.contains(event.target)) clearTimeout(timer);
    else later();
  });
  document.addEventListener("focusin", (event) => {
    const found = event.target.matches("a.kb-verdict:focus-visible") && pointed(event.target);
    if (found) open(...found, false);
    else if (!box.contains(event.target)) later();
  });
  document.addEventListener("click", (event) => {
    if (box.contains(event.target)) return;
    const found = pointed(event.target);
    const link = event.target.closest("a");
    /* A key on a mark follows it, and a link that holds a figure stays a link. */
    if (!found || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey || (link && link !== found[1])) {
      shut();
      return;
    }
    event.preventDefault();
    if (shown === found[1] && pinned) shut();
    else open(...found, true);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
  addEventListener("scroll", (event) => { if (shown && event.target !== box) place(lit); }, { passive: true, capture: true });
  addEventListener("resize", shut);
})();
