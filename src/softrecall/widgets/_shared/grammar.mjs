// The visual grammar: what the same thing looks like in every widget. Colours are roles: query asks, memory is stored,
// key matches, value comes back; everything else is ink. Marks only: none of these functions knows a widget's state.

const tone = (role) => `var(--sr-${role})`;

/** About how wide a text is, in pixels: enough to lay out labels where no page can measure them. */
function wide(text, size = 13) {
  const em = (sign) =>
    /[ilj.,:;'|!]/.test(sign)
      ? 0.26
      : /[mwMW%@–—]/.test(sign)
        ? 0.82
        : /[A-Z]/.test(sign)
          ? 0.6
          : /[frt() \u00a0I-]/.test(sign)
            ? 0.33
            : 0.51;
  return [...text].reduce((sum, sign) => sum + em(sign), 0) * size;
}

/** Heights for labels that want to be at `wanted`: in the same order, `gap` apart, between `top` and `base`. */
function apart(wanted, top, base, gap = 16) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = [];
  order.forEach((i, rank) => (places[i] = Math.max(wanted[i], rank ? places[order[rank - 1]] + gap : top)));
  order.reverse().forEach((i, rank) => (places[i] = Math.min(places[i], rank ? places[order[rank - 1]] - gap : base)));
  return places;
}

/**
 * Words beside a point, in the first of `places` that is free, or none. `boxes`
 * are [x, y, half the width, half the height]; words stay left of `right`. Gives { el, box }.
 */
function pointLabel(text, role, x, y, places, boxes, right) {
  const half = wide(text, 14) / 2;
  const boxAt = ([dx, dy]) => [dx > 0 ? x + dx + half : x + dx - half, y + dy - 4, half + 1, 8];
  const isFree = (place) => {
    const [cx, cy, rx, ry] = boxAt(place);
    const touches = ([x, y, dx, dy]) => Math.abs(cx - x) < rx + dx && Math.abs(cy - y) < ry + dy;
    return cx - rx > 0 && cx + rx < right && cy - ry > 0 && !boxes.some(touches);
  };
  const place = places.find(isFree);
  if (!place) return { el: [], box: [-99, -99, 0, 0] };
  const [dx, dy] = place;
  return { el: words(x + dx, y + dy, text, `${role} halo`, dx > 0 ? "start" : "end"), box: boxAt(place) };
}

/** A polygon or curve through points, to a hundredth of a pixel. */
const through = (points) => "M" + points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L");

/** Parts moved to a place. */
const moved = (x, y, ...parts) => s("g", { transform: `translate(${x} ${y})` }, parts);

// ---- a memory: cue, locations, circle, counters, votes, read ------------------------------------------------------

/** The cue: what is asked. `reach` > 0 draws the pale disc by which it is dragged. */
function cue(x, y, r = 9.5, reach = 0) {
  const pale = reach ? s("circle", { cx: x, cy: y, r: reach, fill: tone("query"), "fill-opacity": 0.16 }) : [];
  return [
    pale,
    s("circle", { cx: x, cy: y, r, fill: tone("query"), stroke: tone("plate"), "stroke-width": r > 6 ? 2 : 0 }),
  ].flat();
}

/** A hard location: filled when it is active, an outline when it is not. */
function place(x, y, isActive, r = 5) {
  return isActive
    ? s("circle", { cx: x, cy: y, r, class: "sr-outlined" })
    : s("circle", { cx: x, cy: y, r, fill: tone("plate"), stroke: tone("control"), "stroke-width": 1.25 });
}

/** A circle of a radius: everything within reach of an address, in the colour of the address. */
function disc(x, y, r, role = "query") {
  return s("circle", {
    cx: x,
    cy: y,
    r,
    fill: tone(role),
    "fill-opacity": 0.12,
    stroke: tone(role),
    "stroke-width": 1.5,
  });
}

/** Counters or votes: a bar for each, up from the middle line for a sum above 0 and down for one below. */
function counters(x, y, sums, { slot = 8, unit = 4, role = "memory" } = {}) {
  const bar = (sum, i) =>
    s("rect", {
      x: x + i * slot + 1,
      y: sum > 0 ? y - unit * sum : y,
      width: slot - 2,
      height: unit * Math.abs(sum),
      fill: tone(role),
      stroke: tone(`${role}-ink`),
      "stroke-width": 0.75,
    });
  return [sums.map(bar), line(x, y, x + sums.length * slot, y, "ink", 1.25)].flat();
}

/** What is read: a green ring. */
function recalled(x, y, r = 11) {
  return [
    s("circle", { cx: x, cy: y, r, fill: tone("plate"), stroke: tone("value"), "stroke-width": 4 }),
    s("circle", { cx: x, cy: y, r: 3, fill: tone("value") }),
  ];
}

/** A picture of bits: `rows` of text in which # is set, in a square of `side` pixels. */
function bits(x, y, side, rows, role = "memory-ink") {
  const unit = side / rows.length,
    dot = (unit - 0.4).toFixed(2);
  const dots = rows.flatMap((row, r) =>
    [...row].flatMap((mark, c) =>
      mark === "#" ? [`M${(c * unit).toFixed(2)} ${(r * unit).toFixed(2)}h${dot}v${dot}h-${dot}z`] : [],
    ),
  );
  return s("path", { d: dots.join(""), transform: `translate(${x} ${y})`, fill: tone(role) });
}

/** Many round dots of one size as one path, so that thousands stay light; `data` are further attributes. */
function spots(points, role, size, data = {}) {
  const d = points.map(([x, y]) => `M${x.toFixed(2)} ${y.toFixed(2)}h.01`).join("");
  return s("path", { d, stroke: tone(role), "stroke-width": size, "stroke-linecap": "round", ...data });
}

// ---- attention: query, keys, weights, blend -----------------------------------------------------------------------

/** The weight of one item: a line from the cue to it, as thick as the weight. */
function ray(x1, y1, x2, y2, weight) {
  return s("line", {
    x1,
    y1,
    x2,
    y2,
    stroke: tone("memory"),
    "stroke-width": 0.75 + 20 * weight,
    "data-weight": weight,
  });
}

/** A weight as a bar that stands on `base`, `full` pixels high at weight 1. */
function weightBar(x, base, width, weight, full) {
  return s("rect", {
    x,
    y: base - full * weight,
    width,
    height: full * weight,
    class: "sr-outlined",
    rx: Math.min(1.5, (full / 2) * weight),
    "data-weight": weight,
  });
}

/** A score as a bar that stands on, or hangs from, the zero line. */
function scoreBar(x, zero, width, score, unit) {
  const size = Math.abs(score) * unit;
  return s("rect", {
    x,
    y: score > 0 ? zero - size : zero,
    width,
    height: size,
    fill: tone("key"),
    "data-score": score,
  });
}

/** A blend: one square for each number from 0 to 1, in rows of `columns`, in a green frame. */
function blend(x, y, side, shares, columns) {
  const unit = (side - 20) / columns;
  const frame = s("rect", {
    x,
    y,
    width: side,
    height: side,
    rx: 7,
    fill: tone("plate"),
    stroke: tone("value"),
    "stroke-width": 2,
  });
  const cell = (share, i) =>
    share < 0.0005
      ? []
      : s("rect", {
          x: x + 10 + unit * (i % columns),
          y: y + 10 + unit * Math.floor(i / columns),
          width: unit - 1,
          height: unit - 1,
          rx: 1,
          fill: tone("value-ink"),
          "fill-opacity": share.toFixed(3),
        });
  return [frame, shares.map(cell)].flat(2);
}

// ---- a network: its matrices -------------------------------------------------------------------------------------

/**
 * A small matrix, a cell of `side` pixels for each number: a square whose area is the number's size (`most` fills the
 * cell), filled above 0 and hollow below. The row `row` stands out.
 */
function matrix(x, y, rows, { side, role = "ink", most, row }) {
  const square = (value, i, j) => {
    const size = Math.sqrt(Math.abs(value) / most) * (side - 1) - (value < 0 ? 1 : 0); // its edge is 1 wide
    const edge = Math.max(size, value ? 0.4 : 0).toFixed(2);
    const at = (start, k) => (start + (k + 0.5) * side - edge / 2).toFixed(2);
    return `M${at(x, j)} ${at(y, i)}h${edge}v${edge}h-${edge}z`;
  };
  const path = (isIn, isHollow) => {
    const some = rows.flatMap((values, i) =>
      isIn(i) ? values.flatMap((value, j) => (value && value < 0 === isHollow ? [square(value, i, j)] : [])) : [],
    );
    const paint = isHollow ? { fill: "none", stroke: tone(role) } : { fill: tone(role) };
    return some.length ? s("path", { d: some.join(""), ...paint, opacity: isIn(row) ? null : 0.45 }) : [];
  };
  return [(i) => i === row, (i) => i !== row].map((isIn) => [path(isIn, false), path(isIn, true)]);
}

// ---- a state carried through steps --------------------------------------------------------------------------------

/** One step of a sequence: a stem with a head in the colour of its role, or a plain grey stem. */
function stem(x, base, top, role = null) {
  if (!role) return line(x, base, x, top, "control", 1.5);
  return [line(x, base, x, top, role, 3), s("circle", { cx: x, cy: top, r: 4.5, fill: tone(role) })];
}

/** A state: a purple curve with a dark edge, along a path. */
function carried(d) {
  const edge = { d, fill: "none", "stroke-linejoin": "round" };
  return [
    s("path", { ...edge, stroke: tone("memory-ink"), "stroke-width": 4 }),
    s("path", { ...edge, stroke: tone("memory"), "stroke-width": 1.75 }),
  ];
}

// ---- axes and keys ------------------------------------------------------------------------------------------------

/** A horizontal axis with ticks: `marks` are [x, text], `name` is written under the middle. */
function axis(left, right, base, marks, name = "") {
  const tick = ([x, text]) => [line(x, base, x, base + 5, "control", 1.25), words(x, base + 20, text, "", "middle")];
  return [
    line(left, base, right, base, "control", 1.25),
    marks.map(tick),
    name ? words((left + right) / 2, base + 38, name, "", "middle") : [],
  ].flat(2);
}

const SIGNS = {
  dot: (role) =>
    s("circle", { cx: 13, cy: 8, r: 4.5, ...(role === "memory" ? { class: "sr-outlined" } : { fill: tone(role) }) }),
  stem: (role) => [line(13, 15, 13, 6, role, 3), s("circle", { cx: 13, cy: 5, r: 4, fill: tone(role) })],
  bar: (role) => s("rect", { x: 8, y: 1, width: 10, height: 15, fill: tone(role) }),
  line: (role) => line(0, 9, 26, 9, role, 2.5),
  dash: (role) => line(0, 9, 26, 9, role, 1.5, "6 4"),
  dots: (role) => line(0, 9, 26, 9, role, 1.5, "0 5"),
  patch: (role) => [
    s("rect", { y: 3, width: 26, height: 12, fill: tone(role), "fill-opacity": 0.4 }),
    line(0, 3, 26, 3, role, 1.5),
  ],
  band: () => s("rect", { y: 3, width: 26, height: 12, class: "sr-band" }),
};

/**
 * The key row of a drawing: `entries` are [sign, role, text], with a sign from SIGNS. Gives { parts, height }: rows
 * of 24 pixels, as many as the texts need at this width.
 */
function keyRow(width, entries) {
  let [x, y] = [0, 0];
  const parts = entries.map(([sign, role, text]) => {
    const room = 34 + wide(text, 14.5);
    if (x > 0 && x + room > width) [x, y] = [0, y + 24];
    const look = ["query", "key", "value", "memory"].includes(role) ? role : "bold";
    const entry = moved(x, y, SIGNS[sign](role), words(34, 13, text, look));
    x += room + 22;
    return entry;
  });
  return { parts, height: entries.length ? y + 24 : 0 };
}
