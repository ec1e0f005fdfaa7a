/* The map of a graph: draw it, move over it, find a note and go on from it. A classic script without
   libraries, so that it runs from disk. All words of the vault are put in as text, never as markup. */
(() => {
  "use strict";
  const CATALOGUE = {}; /* filled where the page is not in English */
  const gettext = (message) => CATALOGUE.messages?.[message]?.[0] ?? message;
  const ngettext = (one, many, n) => CATALOGUE.messages?.[one]?.[CATALOGUE.plural(n)] ?? (n === 1 ? one : many);
  const pgettext = (context, message) => CATALOGUE.messages?.[`${context}\u0004${message}`]?.[0] ?? message;
  const written = (number) => number.toLocaleString(CATALOGUE.language || "en", { numberingSystem: "latn" });
  const counted = (message, number) => message.replace("%(count)s", written(number));
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const map = by("map");
  const over = by("over");
  const phone = matchMedia("(max-width: 40rem)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /* Nodes and edges ----------------------------------------------------------------------- */

  const KINDS = ["note", "attachment", "tag", "unresolved"];
  const PLURALS = {
    attachment: pgettext("kind of node", "attachments"),
    tag: pgettext("kind of node", "tags"),
    unresolved: pgettext("kind of node", "unresolved names"),
  };
  const count = data.x.length;
  const kind = data.kind;
  const X = Float32Array.from(data.x, (value) => value / 100);
  const Y = Float32Array.from(data.y, (value) => value / 100);
  const R = Float32Array.from(data.r, (value) => value / 100);
  const path = data.name.map((name, node) => {
    const folder = data.folder[node] < 0 ? "" : data.folders[data.folder[node]];
    return folder ? `${folder}/${name}` : name;
  });
  const title = data.title.map((text, node) => (text === 0 ? data.name[node].replace(/\.md$/i, "") : text));
  const outs = data.out;
  const ins = Array.from({ length: count }, () => []);
  const near = Array.from({ length: count }, () => new Set());
  outs.forEach((targets, node) => {
    for (const target of targets) {
      ins[target].push(node);
      near[node].add(target);
      near[target].add(node);
    }
  });
  /* Large ones first: they are drawn under the others, and named before them. */
  const order = Array.from({ length: count }, (_, node) => node)
    .sort((a, b) => R[b] - R[a] || near[b].size - near[a].size || a - b);

  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  const measure = () => {
    [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let node = 0; node < count; node += 1) {
      if (!visible[node]) continue;
      left = Math.min(left, X[node] - R[node]);
      right = Math.max(right, X[node] + R[node]);
      top = Math.min(top, Y[node] - R[node]);
      bottom = Math.max(bottom, Y[node] + R[node]);
    }
    if (left > right) [left, top, right, bottom] = [-1, -1, 1, 1];
  };

  /* What is shown ------------------------------------------------------------------------- */

  let colouring = data.colourings[data.first];
  const off = data.colourings.map(() => new Set()); /* groups that are hidden, by colouring */
  const shownKinds = new Set(["0"]);
  if (!kind.includes("0")) for (const each of kind) shownKinds.add(each);
  const visible = new Uint8Array(count);
  /* Pairs of nodes that an edge joins, in four lots by length: far links say least and cover most. */
  let lots = [];
  let pairs = 0;
  let leading = new Set(); /* of each group of notes the first two: each island gets a name */
  let foremost = []; /* the order in which nodes are named */
  const sift = () => {
    const hidden = off[data.colourings.indexOf(colouring)];
    for (let node = 0; node < count; node += 1) {
      visible[node] = shownKinds.has(kind[node]) && !hidden.has(colouring.of[node]) ? 1 : 0;
    }
    measure();
    const led = new Map();
    leading = new Set(order.filter((node) => {
      const times = led.get(colouring.of[node]) || 0;
      if (!visible[node] || times > 1 || colouring.groups[colouring.of[node]].role !== "named") return false;
      led.set(colouring.of[node], times + 1);
      return true;
    }));
    foremost = [...leading, ...order.filter((node) => !leading.has(node))];
    const whole = Math.hypot(right - left, bottom - top);
    lots = [[], [], [], []];
    pairs = 0;
    for (let node = 0; node < count; node += 1) {
      if (!visible[node]) continue;
      for (const other of near[node]) {
        if (other <= node || !visible[other]) continue;
        const far = Math.hypot(X[node] - X[other], Y[node] - Y[other]) / whole;
        lots[far < 0.06 ? 0 : far < 0.15 ? 1 : far < 0.3 ? 2 : 3].push(node, other);
        pairs += 1;
      }
    }
  };

  /* Colours come from the style sheet, which knows light and dark. */
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const resolve = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  let paint = {};
  let hues = [];
  const variable = (group, number) => (group.role === "named" ? `--g${number}` : group.role === "other" ? "--other" : "--none");
  const dip = () => {
    paint = { paper: resolve("--paper"), ink: resolve("--ink"), edge: resolve("--edge"), accent: resolve("--accent") };
    hues = colouring.groups.map((group, number) => resolve(variable(group, number)));
  };
  const sans = getComputedStyle(document.body).fontFamily;

  /* The view ------------------------------------------------------------------------------ */

  /* Two layers, all nodes and what is lit, are drawn where nobody looks and shown from there: while the map
     moves, one that takes long is moved as it is, and drawn anew when it rests. */
  const layer = () => ({ canvas: document.createElement("canvas"), drawn: null, cost: 0 });
  const scene = layer();
  const glow = layer();
  const view = { x: 0, y: 0, scale: 1 };
  let fitted = 1;
  let width = 0, height = 0, density = 1;
  let hovered = -1, chosen = -1;
  let idle = 0, waiting = false, flight = 0;

  const screenX = (node) => (X[node] - view.x) * view.scale + width / 2;
  const screenY = (node) => (Y[node] - view.y) * view.scale + height / 2;
  const radius = (node) => Math.max(1.25, Math.min(R[node] * view.scale, 14 + R[node] * 16));

  /* The part of the map that no panel covers. */
  const free = () => {
    const area = { left: 0, top: 0, right: width, bottom: height };
    const panel = by("panel");
    if (phone.matches) {
      area.bottom -= panel.hidden ? 52 : panel.offsetHeight;
    } else {
      if (by("legend").open) area.left = by("legend").offsetWidth + 12;
      if (!panel.hidden) area.right -= panel.offsetWidth + 12;
    }
    return area;
  };
  const fit = () => {
    const area = free();
    const pad = phone.matches ? 16 : 36;
    const wide = Math.max(50, area.right - area.left - 2 * pad);
    const high = Math.max(50, area.bottom - area.top - 2 * pad);
    const scale = Math.min(wide / (right - left), high / (bottom - top), 70);
    return {
      scale,
      x: (left + right) / 2 - ((area.left + area.right) / 2 - width / 2) / scale,
      y: (top + bottom) / 2 - ((area.top + area.bottom) / 2 - height / 2) / scale,
    };
  };
  const bounded = (scale) => Math.max(fitted / 3, Math.min(scale, 160));

  const fly = (to) => {
    cancelAnimationFrame(flight);
    const from = { ...view };
    const begun = performance.now();
    const step = (now) => {
      const part = still.matches ? 1 : Math.min(1, Math.max(0, (now - begun) / 280));
      const eased = 1 - (1 - part) ** 3;
      view.scale = from.scale * (to.scale / from.scale) ** eased;
      view.x = from.x + (to.x - from.x) * eased;
      view.y = from.y + (to.y - from.y) * eased;
      refresh();
      if (part < 1) flight = requestAnimationFrame(step);
    };
    if (still.matches) step(begun);
    else flight = requestAnimationFrame(step);
  };
  const zoom = (factor, atX = width / 2, atY = height / 2) => {
    cancelAnimationFrame(flight);
    const scale = bounded(view.scale * factor);
    view.x += (atX - width / 2) * (1 / view.scale - 1 / scale);
    view.y += (atY - height / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    refresh();
  };
  const shift = (dx, dy) => {
    cancelAnimationFrame(flight);
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    refresh();
  };
  const centre = (node) => {
    const area = free();
    const scale = bounded(Math.max(view.scale, Math.min(24, 3 * fitted)));
    fly({
      scale,
      x: X[node] - ((area.left + area.right) / 2 - width / 2) / scale,
      y: Y[node] - ((area.top + area.bottom) / 2 - height / 2) / scale,
    });
  };

  /* Drawing ------------------------------------------------------------------------------- */

  const shape = (context, node, x, y, size) => {
    context.beginPath();
    if (kind[node] === "1") context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
    else if (kind[node] === "2") {
      context.moveTo(x, y - size * 1.2);
      context.lineTo(x + size * 1.2, y);
      context.lineTo(x, y + size * 1.2);
      context.lineTo(x - size * 1.2, y);
      context.closePath();
    } else context.arc(x, y, size, 0, 2 * Math.PI);
  };
  const dot = (context, node) => {
    const x = screenX(node), y = screenY(node), size = radius(node);
    if (x < -size || y < -size || x > width + size || y > height + size) return;
    shape(context, node, x, y, size);
    if (kind[node] === "3") {
      context.fillStyle = paint.paper;
      context.fill();
      context.strokeStyle = hues[colouring.of[node]];
      context.lineWidth = Math.min(1.5, size * 0.6);
      context.stroke();
      return;
    }
    context.fillStyle = hues[colouring.of[node]];
    context.fill();
    if (size > 2.5) { /* a rim of paper keeps neighbours apart */
      context.strokeStyle = paint.paper;
      context.lineWidth = Math.min(1.25, size / 5);
      context.stroke();
    }
  };
  const lines = (context, lot) => {
    let held = 0;
    context.beginPath();
    for (let at = 0; at < lot.length; at += 2) {
      const x1 = screenX(lot[at]), y1 = screenY(lot[at]), x2 = screenX(lot[at + 1]), y2 = screenY(lot[at + 1]);
      if ((x1 < 0 && x2 < 0) || (y1 < 0 && y2 < 0) || (x1 > width && x2 > width) || (y1 > height && y2 > height)) continue;
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      held += 1;
      if (held % 250 === 0) { /* many short paths are quicker than one long one */
        context.stroke();
        context.beginPath();
      }
    }
    context.stroke();
  };
  const size = (canvas) => {
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
  };
  const cleared = (canvas) => {
    const context = canvas.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  };
  scene.draw = () => {
    const context = cleared(scene.canvas);
    context.strokeStyle = paint.edge;
    context.lineWidth = 0.8;
    const closer = Math.min(2, Math.sqrt(Math.max(1, view.scale / fitted)));
    const strength = Math.min(0.5, (dark.matches ? 9 : 7) / Math.sqrt(pairs + 1)) * closer;
    [1, 0.75, 0.5, 0.3].forEach((part, lot) => {
      context.globalAlpha = Math.min(0.55, Math.max(0.012, strength * (pairs > 400 ? part : 1)));
      lines(context, lots[lot]);
    });
    context.globalAlpha = 1;
    for (const node of order) if (visible[node]) dot(context, node);
  };
  const focus = () => {
    const node = hovered >= 0 ? hovered : chosen;
    return node >= 0 && visible[node] ? node : -1;
  };
  const beside = (node) => [...near[node]].filter((other) => visible[other]).sort((a, b) => R[b] - R[a] || a - b);
  glow.draw = () => {
    const context = cleared(glow.canvas);
    const node = focus();
    const others = beside(node);
    context.globalAlpha = Math.min(0.85, 6 / Math.sqrt(others.length + 1));
    context.strokeStyle = hues[colouring.of[node]];
    context.lineWidth = 1.25;
    lines(context, others.flatMap((other) => [node, other]));
    context.globalAlpha = 1;
    for (const other of others) dot(context, other);
    dot(context, node);
    shape(context, node, screenX(node), screenY(node), radius(node) + 3);
    context.strokeStyle = paint.ink;
    context.lineWidth = 2;
    context.stroke();
  };
  const draw = (each) => {
    const begun = performance.now();
    each.draw();
    each.drawn = { ...view };
    each.cost = performance.now() - begun;
  };
  const stale = ({ drawn }) => drawn.x !== view.x || drawn.y !== view.y || drawn.scale !== view.scale;
  const show = () => {
    const context = map.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, map.width, map.height);
    const lay = ({ canvas, drawn }) => {
      const ratio = view.scale / drawn.scale;
      const x = (width / 2) * (1 - ratio) + (drawn.x - view.x) * view.scale;
      const y = (height / 2) * (1 - ratio) + (drawn.y - view.y) * view.scale;
      context.drawImage(canvas, x * density, y * density, map.width * ratio, map.height * ratio);
    };
    lay(scene);
    if (focus() < 0) return;
    context.globalAlpha = hovered >= 0 ? 0.78 : 0.66;
    context.fillStyle = paint.paper;
    context.fillRect(0, 0, map.width, map.height);
    context.globalAlpha = 1;
    lay(glow);
  };

  /* A name stands where none stands yet, the largest nodes first. */
  const widths = new Map();
  const cut = (text) => (text.length > 42 ? `${[...text].slice(0, 40).join("")}…` : text);
  const crosses = (box, others) => others.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  const label = (context, node, taken, solid, must) => {
    const x = screenX(node), y = screenY(node), r = radius(node);
    if (x < -60 || y < -10 || x > width + 60 || y > height + 20) return false;
    const points = Math.max(11, Math.min(15, 10 + r / 4));
    context.font = `500 ${points}px ${sans}`;
    const key = `${points} ${node}`;
    if (!widths.has(key)) widths.set(key, context.measureText(cut(title[node])).width);
    const half = widths.get(key) / 2 + 3;
    const all = [[x, y + r + points], [x, y - r - 5], [x + r + half, y + points / 3], [x - r - half, y + points / 3]]
      .map(([middle, line]) => [middle - half, line - points, middle + half, line + 5])
      .filter((box) => !crosses(box, taken));
    const inside = all.filter((each) => each[0] > 0 && each[2] < width);
    if (!inside.length && node !== focus()) return false;
    const boxes = inside.length ? inside : all;
    const box = boxes.find((each) => !crosses(each, solid)) || (must && boxes[0]);
    if (!box) return false;
    taken.push(box);
    context.lineWidth = 3.5;
    context.lineJoin = "round";
    context.strokeStyle = paint.paper;
    context.strokeText(cut(title[node]), box[0] + half, box[3] - 5);
    context.fillStyle = paint.ink;
    context.fillText(cut(title[node]), box[0] + half, box[3] - 5);
    return true;
  };
  const labels = (context, nodes, most, taken, solid) => {
    let named = 0, asked = 0;
    const enough = view.scale > 26 ? 0 : 2.2; /* dots too small to be pointed at get no name */
    for (const node of nodes) {
      if (named >= most || asked > 1500) break;
      if (!visible[node] || (radius(node) < enough && !leading.has(node))) continue;
      asked += 1;
      /* The foremost are named even where their names cover smaller nodes. */
      if (label(context, node, taken, solid, named < 12)) named += 1;
    }
  };
  const write = () => {
    const context = cleared(over);
    context.textAlign = "center";
    const taken = [];
    const most = Math.max(8, Math.min(50, Math.round((width * height) / 20000)));
    const node = focus();
    if (node >= 0) {
      label(context, node, taken, [], true);
      const x = screenX(node), y = screenY(node), r = radius(node);
      labels(context, beside(node), most, taken, [[x - r, y - r, x + r, y + r]]);
      return;
    }
    const solid = []; /* no place for the name of another */
    for (const each of order) {
      const r = radius(each) * 0.8;
      if (r < 5) break;
      if (visible[each]) solid.push([screenX(each) - r, screenY(each) - r, screenX(each) + r, screenY(each) + r]);
    }
    labels(context, foremost, most, taken, solid);
  };

  const layers = () => (focus() < 0 ? [scene] : [scene, glow]);
  const refresh = (whole = false) => {
    if (whole) scene.drawn = glow.drawn = null;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      clearTimeout(idle);
      for (const each of layers()) if (!each.drawn || (stale(each) && each.cost < 10)) draw(each);
      if (layers().some(stale)) {
        idle = setTimeout(() => {
          layers().forEach(draw);
          show();
        }, 150);
      }
      show();
      write();
      document.documentElement.dataset.ready = "";
    });
  };

  /* Pointing and choosing ----------------------------------------------------------------- */

  const at = (x, y, slack) => {
    let best = -1, nearest = Infinity;
    for (let node = 0; node < count; node += 1) {
      if (!visible[node]) continue;
      const apart = Math.hypot(screenX(node) - x, screenY(node) - y) - radius(node);
      if (apart < slack && apart < nearest) [best, nearest] = [node, apart];
    }
    return best;
  };
  const links = (number) => counted(ngettext("%(count)s link", "%(count)s links", number), number);
  const hover = (node, x, y) => {
    const tip = by("tip");
    map.classList.toggle("pointed", node >= 0);
    if (node !== hovered) {
      hovered = node;
      glow.drawn = null;
      tip.hidden = node < 0;
      if (node >= 0) {
        const name = document.createElement("span");
        name.dir = "auto";
        name.textContent = title[node];
        const more = document.createElement("small");
        more.textContent = links(near[node].size);
        tip.replaceChildren(name, more);
      }
      refresh();
    }
    if (node < 0) return;
    const aside = x + 14 + tip.offsetWidth > width ? x - 14 - tip.offsetWidth : x + 14;
    tip.style.transform = `translate(${Math.max(4, aside)}px, ${Math.max(4, Math.min(y + 14, height - tip.offsetHeight - 4))}px)`;
  };

  const entry = (node) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("span");
    button.type = "button";
    button.append(sign(colouring.groups[colouring.of[node]], colouring.of[node]), name);
    name.dir = "auto";
    name.textContent = title[node];
    button.addEventListener("click", () => { choose(node, true); centre(node); });
    item.append(button);
    return item;
  };
  const list = (place, nodes) => {
    const sorted = [...new Set(nodes)].sort((a, b) => KINDS.indexOf(kind[a]) - KINDS.indexOf(kind[b]) || near[b].size - near[a].size || a - b);
    const first = 60;
    place.replaceChildren(...sorted.slice(0, first).map(entry));
    place.hidden = !sorted.length;
    if (sorted.length <= first) return;
    const item = document.createElement("li");
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    const left = sorted.length - first;
    more.textContent = counted(ngettext("Show %(count)s more", "Show %(count)s more", left), left);
    more.addEventListener("click", () => {
      item.remove();
      const rest = sorted.slice(first).map(entry);
      place.append(...rest);
      rest[0].firstChild.focus();
    });
    item.append(more);
    place.append(item);
  };
  /* Whoever is chosen is seen, whatever was hidden. */
  const reveal = (node) => {
    if (visible[node]) return;
    shownKinds.add(kind[node]);
    off[data.colourings.indexOf(colouring)].delete(colouring.of[node]);
    sift();
    legend();
  };
  const choose = (node, focus) => {
    chosen = node;
    glow.drawn = null;
    hover(-1);
    by("panel").hidden = node < 0;
    if (node < 0) {
      refresh();
      return;
    }
    reveal(node);
    by("chosen").textContent = title[node];
    const where = kind[node] === "0" || kind[node] === "1" ? path[node] : kind[node] === "2" ? gettext("a tag") : gettext("no note bears this name");
    const also = (data.aliases[node] || []).filter((alias) => alias !== title[node]);
    const names = also.join(pgettext("list", ", "));
    const called = gettext("also %(names)s").replace("%(names)s", () => names);
    by("path").textContent = also.length ? `${where} – ${called}` : where;
    const page = by("page");
    page.hidden = !data.url || !data.url[node];
    if (!page.hidden) {
      page.firstChild.href = data.prefix + data.url[node];
      page.firstChild.textContent = gettext("Open the page");
    }
    by("tags").hidden = !data.tagged[node];
    by("tags").replaceChildren(...(data.tagged[node] || []).map((tag) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = `#${data.tags[tag]}`;
      return item;
    }));
    const out = outs[node].length, into = ins[node].length;
    by("out-head").textContent = out ? counted(ngettext("Links to %(count)s", "Links to %(count)s", out), out) : gettext("Links to nothing");
    by("in-head").textContent = into ? counted(ngettext("Linked from %(count)s", "Linked from %(count)s", into), into) : gettext("Linked from nowhere");
    list(by("out"), outs[node]);
    list(by("in"), ins[node]);
    by("panel").scrollTop = 0;
    if (focus) by("chosen").focus();
    refresh(true);
  };

  by("close").addEventListener("click", () => { choose(-1); map.focus(); });
  by("panel").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    choose(-1);
    map.focus();
  });

  /* Pointers: one moves the map, two stretch it. */
  const pointers = new Map();
  let travelled = 0;
  const place = (event) => {
    const box = map.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  map.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    map.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) travelled = 0;
    cancelAnimationFrame(flight);
  });
  map.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") hover(at(now.x, now.y, 5), now.x, now.y);
      return;
    }
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
      const apart = Math.hypot(before.x - other.x, before.y - other.y) || 1;
      zoom(Math.hypot(now.x - other.x, now.y - other.y) / apart, (now.x + other.x) / 2, (now.y + other.y) / 2);
      shift((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (pointers.size === 1 && travelled > 4) {
      map.classList.add("dragged");
      hover(-1);
      shift(now.x - before.x, now.y - before.y);
    }
    pointers.set(event.pointerId, now);
  });
  const lift = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    map.classList.remove("dragged");
    if (event.type !== "pointerup" || travelled > 4 || pointers.size) return;
    const where = place(event);
    choose(at(where.x, where.y, event.pointerType === "mouse" ? 5 : 16), false);
  };
  map.addEventListener("pointerup", lift);
  map.addEventListener("pointercancel", lift);
  map.addEventListener("pointerleave", () => hover(-1));
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === 1 ? 18 : 1;
    zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * (event.ctrlKey ? 0.01 : 0.0022)), x, y);
    if (hovered >= 0) hover(at(x, y, 5), x, y);
  }, { passive: false });
  map.addEventListener("dblclick", (event) => {
    const { x, y } = place(event);
    zoom(1.8, x, y);
  });
  const showAll = () => {
    measure();
    fly(fit());
  };
  const KEYS = {
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), "0": showAll,
    ArrowLeft: () => shift(60, 0), ArrowRight: () => shift(-60, 0), ArrowUp: () => shift(0, 60), ArrowDown: () => shift(0, -60),
    Escape: () => choose(-1),
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    hover(-1); /* the map moves away from under the pointer */
    KEYS[event.key]();
  });
  by("nearer").addEventListener("click", () => zoom(1.4));
  by("farther").addEventListener("click", () => zoom(1 / 1.4));
  by("all").addEventListener("click", showAll);

  /* Search -------------------------------------------------------------------------------- */

  const find = by("find");
  const found = by("found");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let words = null; /* made at the first search */
  let hits = [];
  let marked = -1;
  const search = (asked) => {
    words ||= path.map((each, node) => [fold(title[node]), (data.aliases[node] || []).map(fold), fold(each)]);
    const wanted = fold(asked.trim());
    if (!wanted) return [];
    const ranked = [];
    for (const node of order) { /* of equal hits the more connected comes first */
      const [name, aliases, where] = words[node];
      const rank = name === wanted ? 0 : name.startsWith(wanted) ? 1 : aliases.includes(wanted) ? 1
        : name.includes(wanted) ? 2 : aliases.some((alias) => alias.includes(wanted)) ? 3 : where.includes(wanted) ? 4 : -1;
      if (rank >= 0) ranked.push([rank, node]);
    }
    return ranked.sort((a, b) => a[0] - b[0]).slice(0, 40).map(([, node]) => node);
  };
  const mark = (number) => {
    marked = number;
    [...found.children].forEach((item, each) => item.setAttribute("aria-selected", String(each === number)));
    if (number >= 0) {
      find.setAttribute("aria-activedescendant", `hit-${number}`);
      found.children[number].scrollIntoView({ block: "nearest" });
    } else find.removeAttribute("aria-activedescendant");
  };
  const shut = () => {
    found.hidden = true;
    find.setAttribute("aria-expanded", "false");
    find.removeAttribute("aria-activedescendant");
  };
  const take = (number) => {
    const node = hits[number];
    if (node === undefined) return;
    shut();
    find.value = title[node];
    choose(node, false);
    centre(node);
  };
  const offer = () => {
    hits = search(find.value);
    const items = hits.map((node, number) => {
      const item = document.createElement("li");
      item.id = `hit-${number}`;
      item.setAttribute("role", "option");
      const name = document.createElement("bdi");
      name.textContent = title[node];
      const where = document.createElement("span");
      where.dir = "auto";
      where.textContent = kind[node] === "0" || kind[node] === "1" ? path[node] : kind[node] === "2" ? pgettext("kind of node", "tag") : pgettext("kind of node", "unresolved");
      item.append(name, where);
      item.addEventListener("pointerdown", (event) => event.preventDefault()); /* the field keeps the focus */
      item.addEventListener("click", () => take(number));
      return item;
    });
    if (!items.length) {
      const item = document.createElement("li");
      item.className = "nothing";
      item.textContent = gettext("Nothing is called that");
      items.push(item);
    }
    found.replaceChildren(...items);
    const open = Boolean(find.value.trim());
    found.hidden = !open;
    find.setAttribute("aria-expanded", String(open));
    mark(hits.length ? 0 : -1);
  };
  find.addEventListener("input", offer);
  find.addEventListener("focus", () => { if (find.value) offer(); find.select(); });
  find.addEventListener("blur", shut);
  find.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.hidden) offer();
      else if (hits.length) mark((marked + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!found.hidden) take(marked);
    } else if (event.key === "Escape" && !found.hidden) {
      event.preventDefault();
      shut();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    event.preventDefault();
    find.focus();
  });

  /* Legend -------------------------------------------------------------------------------- */

  const sign = (group, number) => {
    const mark = document.createElement("span");
    mark.className = `mark ${group.role}`;
    mark.setAttribute("aria-hidden", "true");
    mark.style.setProperty("--of", `var(${variable(group, number)})`);
    return mark;
  };
  const toggle = (text, size, sample, pressed, act) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const what = document.createElement("span");
    const much = document.createElement("span");
    button.type = "button";
    button.setAttribute("aria-pressed", String(pressed));
    what.className = "what";
    what.dir = "auto";
    what.textContent = text;
    what.title = text;
    much.className = "count";
    much.textContent = written(size);
    button.append(sample, what, much);
    button.addEventListener("click", () => {
      act();
      const now = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(now));
      sift();
      if (chosen >= 0 && !visible[chosen]) choose(-1);
      refresh(true);
    });
    item.append(button);
    return item;
  };
  const flip = (set, value) => { if (!set.delete(value)) set.add(value); };
  const legend = () => {
    const hidden = off[data.colourings.indexOf(colouring)];
    const groups = [], kinds = [];
    colouring.groups.forEach((group, number) => {
      const code = String(KINDS.indexOf(group.role));
      if (code === "-1") {
        groups.push(toggle(group.name, group.size, sign(group, number), !hidden.has(number), () => flip(hidden, number)));
      } else {
        kinds.push(toggle(PLURALS[group.role], group.size, sign(group, number), shownKinds.has(code), () => flip(shownKinds, code)));
      }
    });
    by("groups").replaceChildren(...groups);
    by("kinds").replaceChildren(...kinds);
    [...by("colourings").children].forEach((button, number) => button.setAttribute("aria-pressed", String(data.colourings[number] === colouring)));
  };
  const COLOURINGS = {
    tag: pgettext("colour by", "Tag"),
    folder: pgettext("colour by", "Folder"),
    community: pgettext("colour by", "Community"),
  };
  for (const each of data.colourings) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = COLOURINGS[each.by];
    button.addEventListener("click", () => {
      colouring = each;
      dip();
      sift();
      legend();
      if (chosen >= 0 && !visible[chosen]) choose(-1);
      else if (chosen >= 0) choose(chosen, false);
      refresh(true);
    });
    by("colourings").append(button);
  }
  by("colourings").hidden = data.colourings.length < 2;
  if (phone.matches) by("legend").open = false;

  /* Begin --------------------------------------------------------------------------------- */

  const resize = () => {
    const first = !width;
    const whole = !first && Math.abs(view.scale / fitted - 1) < 1e-3 && chosen < 0;
    width = map.clientWidth;
    height = map.clientHeight;
    density = Math.min(3, devicePixelRatio || 1);
    for (const canvas of [map, over, scene.canvas, glow.canvas]) size(canvas);
    const all = fit();
    fitted = all.scale;
    if (first || whole) Object.assign(view, all);
    refresh(true);
  };
  const schemed = () => { dip(); refresh(true); };
  dark.addEventListener("change", schemed);
  dip();
  sift();
  legend();
  new ResizeObserver(resize).observe(map);
})();
