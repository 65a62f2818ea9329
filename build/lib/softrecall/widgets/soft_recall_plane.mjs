// Eight pictures stored at eight addresses in a plane; a cue reads a weighted blend of them.

const BETA = logScale(10 ** -1.5, 10 ** 1.5, 50); // 0.032 to 32, with the decades on it

/**
 * Read the memory at a cue. The score of an address is minus half its squared distance from the cue; the weights are
 * softmax(beta * score), and both the pictures and their addresses are averaged with them. Where all addresses have the
 * same length this is attention's softmax of dot products: the term that all keys share cancels.
 */
function compute({ addresses, pixels, beta, cue_x, cue_y }) {
  const halves = addresses.map(([x, y]) => ((x - cue_x) ** 2 + (y - cue_y) ** 2) / 2);
  const nearest = Math.min(...halves);
  const raw = halves.map((half) => Math.exp(-beta * (half - nearest)));
  const total = raw.reduce((sum, x) => sum + x, 0);
  const weights = raw.map((x) => x / total);
  const mean = (values) => values.reduce((sum, value, i) => sum + weights[i] * value, 0);
  const recall = [mean(addresses.map((a) => a[0])), mean(addresses.map((a) => a[1]))];
  const blend = pixels[0].flatMap((row, r) => [...row].map((_, c) => mean(pixels.map((rows) => (rows[r][c] === "#" ? 1 : 0)))));
  const entropy = Math.log(total) + mean(halves.map((half) => beta * (half - nearest)));
  const ranks = weights.map((_, i) => i).sort((i, j) => weights[j] - weights[i] || i - j);
  return { weights, recall, blend, entropy, effective: Math.exp(entropy), ranks };
}

/** Where a hard look-up would switch: the pieces of the bisectors that separate two nearest addresses, in a box. */
function borders(addresses, [x0, y0, x1, y1]) {
  const pieces = [];
  addresses.forEach(([ax, ay], i) => addresses.slice(i + 1).forEach(([bx, by], k) => {
    const [mx, my, dx, dy] = [(ax + bx) / 2, (ay + by) / 2, ay - by, bx - ax]; // points m + t d
    let from = -Infinity;
    let to = Infinity;
    const keep = (slope, rest) => { // keep slope * t <= rest
      if (slope > 0) to = Math.min(to, rest / slope);
      else if (slope < 0) from = Math.max(from, rest / slope);
      else if (rest < 0) to = -Infinity;
    };
    keep(dx, x1 - mx), keep(-dx, mx - x0), keep(dy, y1 - my), keep(-dy, my - y0);
    addresses.forEach(([cx, cy], j) => { // no third address is nearer
      if (j === i || j === i + 1 + k) return;
      const [ux, uy] = [cx - ax, cy - ay];
      keep(ux * dx + uy * dy, (cx * cx + cy * cy - ax * ax - ay * ay) / 2 - ux * mx - uy * my);
    });
    if (to > from) pieces.push([mx + from * dx, my + from * dy, mx + to * dx, my + to * dy]);
  }));
  return pieces;
}

function initialize() {}

function render({ model, el }) {
  const cleanups = [];
  const [addresses, pixels, labels] = ["addresses", "pixels", "names"].map((name) => model.get(name));
  const size = model.get("size"); // of the plane, in its own units
  const names = ["beta", "cue_x", "cue_y"];
  const start = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const get = () => ({ addresses, pixels, ...Object.fromEntries(names.map((name) => [name, model.get(name)])) });
  let stop = () => {};
  cleanups.push(() => stop());

  // controls
  const tenth = (value) => value.toFixed(1);
  const beta = slider({
    symbol: "β", name: "inverse temperature", max: BETA.last, place: BETA.place, read: BETA.read, show: digits,
    ticks: [0.1, 1, 10].map((value) => [BETA.place(value), String(value)]), onMove: (value) => change(model, { beta: value }),
  });
  const lay = (symbol, trait, max) => slider({ symbol, max, step: 0.1, show: tenth, onMove: (value) => (stop(), change(model, { [trait]: value })) });
  const across = lay("cue, across", "cue_x", size[0]);
  const down = lay("cue, down", "cue_y", size[1]);
  const again = button("Recall again", () => {
    const { cue_x, cue_y } = get();
    const [x, y] = compute(get()).recall;
    stop();
    stop = walk(180, (t) => change(model, { cue_x: cue_x + t * (x - cue_x), cue_y: cue_y + t * (y - cue_y) }));
  });
  const reset = button("Reset", () => (stop(), change(model, start)));

  // what comes back: 64 squares and the four best
  const cells = pixels[0].flatMap((row, r) => [...row].map((_, c) => s("rect", { x: 12 + 15 * c, y: 12 + 15 * r, width: 14, height: 14, rx: 1, fill: "var(--sr-value-ink)" })));
  const frame = s("rect", { x: 1, y: 1, width: 142, height: 142, rx: 7, fill: "var(--sr-plate)", stroke: "var(--sr-value)", "stroke-width": 2 });
  const recalled = canvas(144, 144, "", frame, cells);
  const rows = [0, 1, 2, 3].map(() => [h("span"), h("span", { class: "sr-bar" }, h("i")), h("span")]);
  const status = statusLine(cleanups);
  const panel = h("div", { class: "sr-panel" }, h("div", {}, ...rich("**What comes back** "), h("span", { class: "sr-quiet", text: "the weighted sum" })),
    h("div", { class: "sr-recalled" }, recalled, h("div", { class: "sr-ranks" }, rows)), beta.el,
    h("div", { class: "sr-pair" }, across.el, down.el), h("div", { class: "sr-buttons sr-push" }, again, reset));

  // the plane: a still ground, what follows the cue, and the handle, which stays because it holds the pointer
  const ground = s("g");
  const moving = s("g");
  const handle = s("g", { class: "sr-handle" }, s("circle", { r: 18, fill: "var(--sr-query)", "fill-opacity": 0.16 }), s("circle", { r: 9.5, fill: "var(--sr-query)", stroke: "var(--sr-plate)", "stroke-width": 2 }));
  const plane = canvas(100, 100, "", ground, moving, handle);
  const view = h("div", { class: "sr-plane" }, plane);
  const title = h("p", { class: "sr-question", text: model.get("question") });
  el.classList.add("sr-widget");
  el.append(h("div", { class: "sr-plate" }, h("div", { class: "sr-side" }, h("div", { class: "sr-ground" }, title, view), panel), status.el));

  let map = null; // from the plane's units to pixels, the same scale both ways
  const hold = { pointerdown: grab, pointermove: drag, pointerup: drop, pointercancel: drop };
  let isHeld = false;
  function grab(event) {
    stop();
    isHeld = true;
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  }
  function drag(event) {
    if (!isHeld) return;
    const box = plane.getBoundingClientRect();
    const inside = (value, max) => Math.round(1000 * Math.min(max, Math.max(0, value))) / 1000;
    change(model, { cue_x: inside(map.unx(event.clientX - box.left), size[0]), cue_y: inside(map.uny(event.clientY - box.top), size[1]) });
  }
  function drop() {
    isHeld = false;
  }
  set(handle, { on: hold });

  const tile = (i, side) => {
    const [x, y] = [map.x(addresses[i][0]), map.y(addresses[i][1])];
    const unit = (side - 10) / 8;
    const dots = pixels[i].flatMap((row, r) => [...row].flatMap((mark, c) => (mark === "#" ? [`M${(c * unit).toFixed(2)} ${(r * unit).toFixed(2)}h${(unit - 0.4).toFixed(2)}v${(unit - 0.4).toFixed(2)}h-${(unit - 0.4).toFixed(2)}z`] : [])));
    const art = s("path", { d: dots.join(""), transform: `translate(${x - side / 2 + 5.2} ${y - side / 2 + 5.2})`, fill: "var(--sr-memory-ink)" });
    const edge = s("rect", { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 6, fill: "var(--sr-plate)", "stroke-width": 1.25 });
    const share = words(x, y + side / 2 + 15, "", "halo", "middle");
    return { all: s("g", {}, edge, art), edge, share, box: [x, y + 9, side / 2 + 2, side / 2 + 11] };
  };

  let tiles = [];
  function layOut(width) {
    const side = width >= 560 ? 46 : 32;
    const scale = Math.min((width - 16) / size[0], 396 / size[1]);
    const height = Math.round(scale * size[1] + (width >= 560 ? 8 : 24));
    const [left, top] = [(width - scale * size[0]) / 2, 4];
    map = { x: (u) => left + scale * u, y: (v) => top + scale * v, unx: (px) => (px - left) / scale, uny: (py) => (py - top) / scale };
    set(plane, { width, height, viewBox: `0 0 ${width} ${height}` });
    tiles = addresses.map((_, i) => tile(i, side));
    const box = [map.unx(0), map.uny(0), map.unx(width), map.uny(height)];
    const dotted = borders(addresses, box).map(([a, b, c, d]) => line(map.x(a), map.y(b), map.x(c), map.y(d), "control", 1.25, "1.5 4"));
    ground.replaceChildren(...dotted);
    draw();
  }

  /** Words beside a point: in the first place that touches no tile, lies in the plane and leaves `other` free. */
  function label(text, role, x, y, wide, other = null) {
    const free = ([dx, dy]) => {
      const [left, top] = [dx > 0 ? x + dx : x + dx - wide, y + dy - 12];
      const touches = ([cx, cy, rx, ry]) => left < cx + rx && left + wide > cx - rx && top < cy + ry && top + 16 > cy - ry;
      const tiled = tiles.some((tile) => touches(tile.box));
      return !tiled && !(other && touches([...other, 14, 14])) && left > 2 && left + wide < map.x(size[0]) + 8 && top > 0;
    };
    const places = text === "cue" ? [[15, 19], [-15, 19], [15, -12], [-15, -12]] : [[19, -5], [13, -20], [-19, -5], [-13, -20], [13, 28], [-13, 28]];
    const [dx, dy] = places.find(free) || places[0];
    return words(x + dx, y + dy, text, `${role} halo`, dx > 0 ? "start" : "end");
  }

  function draw() {
    const state = get();
    const { weights, recall, blend, effective, ranks } = compute(state);
    const [x, y, rx, ry] = [map.x(state.cue_x), map.y(state.cue_y), map.x(recall[0]), map.y(recall[1])];
    const rays = weights.map((w, i) => {
      const ends = { x1: x, y1: y, x2: map.x(addresses[i][0]), y2: map.y(addresses[i][1]) };
      return w < 0.0005 ? [] : s("line", { ...ends, stroke: "var(--sr-memory)", "stroke-width": 0.75 + 20 * w, "data-weight": w });
    });
    tiles.forEach(({ edge, share }, i) => {
      const isSeen = weights[i] >= 0.005;
      set(edge, { stroke: `var(--sr-${isSeen ? "memory-ink" : "control"})`, "stroke-width": weights[i] >= 0.1 ? 2 : 1.25 });
      set(share, { text: percent(weights[i]), class: weights[i] >= 0.1 ? "sr-t-bold sr-t-halo" : "sr-t-muted sr-t-halo" });
    });
    const ring = s("circle", { cx: rx, cy: ry, r: 11, fill: "var(--sr-plate)", stroke: "var(--sr-value)", "stroke-width": 4 });
    const name = label("recall", "value", rx, ry, 42);
    const asks = label("cue", "query", x, y, 26, [rx, ry]);
    const dot = s("circle", { cx: rx, cy: ry, r: 3, fill: "var(--sr-value)" });
    moving.replaceChildren(...[rays, tiles.map((t) => t.all), line(x, y, rx, ry, "value", 2.5), ring, dot, tiles.map((t) => t.share), name, asks].flat(2));
    handle.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
    cells.forEach((cell, i) => cell.setAttribute("fill-opacity", blend[i].toFixed(3)));
    rows.forEach(([label, bar, value], k) => {
      label.textContent = labels[ranks[k]];
      bar.firstChild.style.width = `${(100 * weights[ranks[k]]).toFixed(2)}%`;
      value.textContent = percent(weights[ranks[k]]);
    });
    beta.move(state.beta);
    across.move(state.cue_x);
    down.move(state.cue_y);
    allow(again, Math.hypot(recall[0] - state.cue_x, recall[1] - state.cue_y) > 0.005);
    const [best, share] = [labels[ranks[0]], weights[ranks[0]]];
    const kind = share >= 0.99 ? `The recall is the ${best}, all but alone.` : share >= 0.9 ? `The recall is mostly the ${best}.` : "The recall is a blend.";
    const most = `most like the ${best}, ${percent(share)}`;
    set(plane, { "aria-label": `Eight stored pictures in a plane, and a cue at ${tenth(state.cue_x)} across and ${tenth(state.cue_y)} down. It is ${most}; the recall lies at ${tenth(recall[0])} across and ${tenth(recall[1])} down.` });
    set(recalled, { "aria-label": `What comes back: ${ranks.slice(0, 4).map((i) => `${percent(weights[i])} ${labels[i]}`).join(", ")}.` });
    status.say(`At β = **${digits(state.beta)}** the cue reaches **${effective.toFixed(1)}** of ${addresses.length} memories (effective number). Most like it: **${best}**, ${percent(share)}. ${kind}`);
  }
  watchWidth(view, layOut, cleanups);
  follow(model, names, draw, cleanups);
  return () => cleanups.forEach((clean) => clean());
}

export default { compute, initialize, render };
