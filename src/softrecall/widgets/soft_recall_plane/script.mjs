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
  const blend = pixels[0].flatMap((row, r) =>
    [...row].map((_, c) => mean(pixels.map((rows) => (rows[r][c] === "#" ? 1 : 0)))),
  );
  const entropy = Math.log(total) + mean(halves.map((half) => beta * (half - nearest)));
  const ranks = weights.map((_, i) => i).sort((i, j) => weights[j] - weights[i] || i - j);
  return { weights, recall, blend, entropy, effective: Math.exp(entropy), ranks };
}

/** Where a hard look-up would switch: the pieces of the bisectors that separate two nearest addresses, in a box. */
function borders(addresses, [x0, y0, x1, y1]) {
  const pieces = [];
  addresses.forEach(([ax, ay], i) =>
    addresses.slice(i + 1).forEach(([bx, by], k) => {
      const [mx, my, dx, dy] = [(ax + bx) / 2, (ay + by) / 2, ay - by, bx - ax]; // points m + t d
      let from = -Infinity;
      let to = Infinity;
      const keep = (slope, rest) => {
        // keep slope * t <= rest
        if (slope > 0) to = Math.min(to, rest / slope);
        else if (slope < 0) from = Math.max(from, rest / slope);
        else if (rest < 0) to = -Infinity;
      };
      keep(dx, x1 - mx), keep(-dx, mx - x0), keep(dy, y1 - my), keep(-dy, my - y0);
      addresses.forEach(([cx, cy], j) => {
        // no third address is nearer
        if (j === i || j === i + 1 + k) return;
        const [ux, uy] = [cx - ax, cy - ay];
        keep(ux * dx + uy * dy, (cx * cx + cy * cy - ax * ax - ay * ay) / 2 - ux * mx - uy * my);
      });
      if (to > from) pieces.push([mx + from * dx, my + from * dy, mx + to * dx, my + to * dy]);
    }),
  );
  return pieces;
}

function question({ question }) {
  return question || "Put the cue between two memories. What comes back: one of them, or both?";
}

const tenth = (value) => value.toFixed(1);

/** What the picture now shows. */
function sentence({ beta, names }, { weights, effective, ranks }) {
  const [best, share] = [names[ranks[0]], weights[ranks[0]]];
  const blended = share >= 0.9 ? `mostly the ${best}` : "a blend";
  const kind = share >= 0.99 ? `The recall is the ${best}, all but alone.` : `The recall is ${blended}.`;
  const reach = `At β = **${digits(beta)}** the cue reaches **${effective.toFixed(1)}** of ${names.length} memories`;
  return `${reach} (effective number). Most like it: **${best}**, ${percent(share)}. ${kind}`;
}

/** The picture in a sentence or two. */
function spoken({ cue_x, cue_y, names }, { weights, recall, ranks }) {
  const at = ([x, y]) => `${tenth(x)} across and ${tenth(y)} down`;
  const best = `${names[ranks[0]]}, ${percent(weights[ranks[0]])}`;
  const first = ranks.slice(0, 4).map((i) => `${percent(weights[i])} ${names[i]}`);
  return [
    `Eight stored pictures in a plane, and a cue at ${at([cue_x, cue_y])}. It is most like the ${best};`,
    `the recall lies at ${at(recall)}. What comes back: ${first.join(", ")}.`,
  ].join(" ");
}

/** Where the parts are: the plane at the left and what comes back at its right, or one below the other. */
function layOut(width, size) {
  const isWide = width >= 480;
  const scale = (isWide ? 0.58 * width : width - 16) / size[0]; // pixels to a unit of the plane, both ways
  const [left, top] = [8, 6];
  const [across, down] = [left + scale * size[0], top + scale * size[1]];
  const side = isWide ? 0.2 * width : 112;
  const back = isWide ? { x: across + 0.03 * width, y: (down - side) / 2 + 14 } : { x: 0, y: down + 46 };
  const ranks = { x: back.x + side + 22, y: back.y + (isWide ? side / 2 - 52 : 2), wide: 0 };
  ranks.wide = width - ranks.x;
  const height = isWide ? Math.round(Math.max(down + 20, back.y + side + 10)) : Math.round(back.y + side + 2);
  return {
    isWide,
    scale,
    side,
    back,
    ranks,
    height,
    tile: scale < 50 ? 32 : 46,
    x: (u) => left + scale * u,
    y: (v) => top + scale * v,
    holds: (px, py) => px <= across + left && py <= down + 2 * top + 8,
    unit: (px, py) => [(px - left) / scale, (py - top) / scale],
  };
}

function render({ model, el }) {
  const names = ["beta", "cue_x", "cue_y", "question", "addresses", "pixels", "names", "size"];
  return play({ model, el }, names, ({ start, read, tell, drawing, cleanups }) => {
    let stop = () => {};
    cleanups.push(() => stop());
    const beta = slider({
      symbol: "β",
      name: "inverse temperature",
      max: BETA.last,
      place: BETA.place,
      read: BETA.read,
      show: digits,
      ticks: [0.1, 1, 10].map((value) => [BETA.place(value), String(value)]),
      onMove: (value) => tell({ beta: value }),
    });
    const lay = (symbol, trait, max) =>
      slider({ symbol, max, step: 0.1, show: tenth, onMove: (value) => (stop(), tell({ [trait]: value })) });
    const across = lay("cue, across", "cue_x", start.size[0]);
    const down = lay("cue, down", "cue_y", start.size[1]);
    const again = button("Recall again", () => {
      const { cue_x, cue_y } = read();
      const [x, y] = compute(read()).recall;
      stop();
      stop = walk(180, (t) => tell({ cue_x: cue_x + t * (x - cue_x), cue_y: cue_y + t * (y - cue_y) }));
    });
    const reset = button("Reset", () => (stop(), tell(start)));
    dragPoint(drawing, {
      spot: (px, py, width) => {
        const map = layOut(width, start.size);
        const inside = (value, max) => Math.round(1000 * Math.min(max, Math.max(0, value))) / 1000;
        const [x, y] = map.unit(px, py);
        const values = { cue_x: inside(x, start.size[0]), cue_y: inside(y, start.size[1]) };
        return { isOn: map.holds(px, py), values };
      },
      onMove: (values) => (stop(), tell(values)),
    });
    const pair = h("div", { class: "sr-pair" }, across.el, down.el);
    const move = (state, { recall }) => {
      beta.move(state.beta);
      across.move(state.cue_x);
      down.move(state.cue_y);
      allow(again, Math.hypot(recall[0] - state.cue_x, recall[1] - state.cue_y) > 0.005);
    };
    return { tray: [beta.el, pair, h("div", { class: "sr-buttons" }, again, reset)], trayLook: "sr-three", move };
  });
}

const CUE_PLACES = [
  [15, 19],
  [-15, 19],
  [15, -12],
  [-15, -12],
  [20, 5],
  [-20, 5],
];
const READ_PLACES = [
  [19, -5],
  [13, -20],
  [-19, -5],
  [-13, -20],
  [13, 28],
  [-13, 28],
  [19, 12],
  [-19, 12],
];

/** The plane with rays as thick as weights, and at its right, or below it, what comes back. */
function picture(width, state, result) {
  const { addresses, pixels, size } = state;
  const { weights, recall } = result;
  const map = layOut(width, size);
  const at = ([u, v]) => [map.x(u), map.y(v)];
  const [x, y] = at([state.cue_x, state.cue_y]);
  const [rx, ry] = at(recall);
  const end = map.x(size[0]) + 8;
  const box = [0, 0, ...map.unit(end, map.y(size[1]) + 6)];
  const lines = borders(addresses, box).map(([a, b, c, d]) =>
    line(...at([a, b]), ...at([c, d]), "control", 1.25, "1.5 4"),
  );
  const rays = weights.map((w, i) => (w < 0.0005 ? [] : ray(x, y, ...at(addresses[i]), w)));
  const half = map.tile / 2;
  const tiles = addresses.map((address, i) => memory(at(address), map.tile, pixels[i], weights[i]));
  const isNear = (px, py) =>
    [
      [x, y, 16],
      [rx, ry, 18],
    ].some(([cx, cy, r]) => Math.hypot(cx - px, cy - py) < r + 8);
  const shares = addresses.map((address, i) => {
    const [u, v] = at(address);
    const text = percent(weights[i]);
    const aside = half + 6 + wide(text, 14) / 2;
    // under its tile, unless the cue or the recall is there and would cover it
    const places = [
      [u, v + half + 15],
      [u, v - half - 6],
      [u - aside, v + 5],
      [u + aside, v + 5],
    ];
    const isFree = ([px, py]) => py > 12 && px > aside - half && px < end - aside + half && !isNear(px, py - 5);
    const [px, py] = places.find(isFree) || places[0];
    const look = weights[i] >= 0.1 ? "bold halo" : "muted halo";
    return { el: words(px, py, text, look, "middle"), box: [px, py - 4, wide(text, 14) / 2, 8] };
  });
  const frames = addresses.map((address) => [...at(address), half + 2, half + 2]);
  const boxes = [...frames, ...shares.map((share) => share.box)];
  const says = pointLabel("recall", "value", rx, ry, READ_PLACES, boxes, end);
  const asks = pointLabel("cue", "query", x, y, CUE_PLACES, [...boxes, [rx, ry, 14, 14], says.box], end);
  const plane = [
    lines,
    rays,
    tiles,
    line(x, y, rx, ry, "value", 2.5),
    recalled(rx, ry),
    shares.map((share) => share.el),
    says.el,
    asks.el,
  ];
  const handle = s("g", { class: "sr-handle" }, cue(x, y, 9.5, 18));
  const parts = [plane.flat(2), handle, returned(map, state, result)];
  return set(canvas(width, map.height, spoken(state, result), ...parts), { class: "sr-svg sr-fluid" });
}

/** A stored memory: its picture on a tile, with a darker edge where the cue reaches it. */
function memory([x, y], side, rows, weight) {
  const edge = weight >= 0.005 ? "memory-ink" : "control";
  const box = { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 6, fill: tone("plate") };
  const frame = s("rect", { ...box, stroke: tone(edge), "stroke-width": weight >= 0.1 ? 2 : 1.25 });
  return [frame, bits(x - side / 2 + 5.2, y - side / 2 + 5.2, side - 10, rows)];
}

/** What comes back: the blend, and the four memories that it is most made of. */
function returned({ back, side, ranks: column }, { pixels, names }, { weights, blend: shares, ranks }) {
  const long = column.wide - 100;
  const rows = ranks.slice(0, 4).map((i, k) => {
    const y = column.y + 26 * k + 18;
    const size = { x: column.x + 48, y: y - 10, width: long * weights[i], height: 11 };
    const bar = s("rect", { ...size, class: "sr-outlined" });
    return [words(column.x, y, names[i]), bar, words(column.x + column.wide, y, percent(weights[i]), "bold", "end")];
  });
  const title = "What comes back";
  const head = [
    words(back.x, back.y - 14, title, "bold"),
    words(back.x + wide(title) + 10, back.y - 14, "the weighted sum"),
  ];
  return [head, blend(back.x, back.y, side, shares, pixels[0][0].length), rows].flat(2);
}

export default { compute, initialize, render };
