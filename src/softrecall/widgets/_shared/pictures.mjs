// Pictures of 16 by 16 pixels, as eight words of 32 bits, the first pixel in the highest bit; texts of 64 hexadecimal
// digits hold them too.

/** The pixel `i` of a picture, 0 or 1. */
const bit = (words, i) => (words[i >> 5] >>> (31 - (i & 31))) & 1;

/** Change the pixel `i` of a picture. */
const flip = (words, i) => (words[i >> 5] ^= 1 << (31 - (i & 31)));

/** A picture from its digits. */
const pixelsOf = (hex) => Array.from({ length: 8 }, (_, w) => parseInt(hex.slice(8 * w, 8 * w + 8), 16));

/** The digits of a picture. */
const hexOf = (words) => words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

/** The pixels of a picture in the order in which noise flips them; the same seed keeps the order. */
function noiseOrder(seed) {
  const draw = stream(seed);
  const draws = Array.from({ length: 256 }, (_, i) => draw(i));
  return Array.from(draws, (_, i) => i).sort((i, j) => draws[i] - draws[j] || i - j);
}

/** What a sentence calls the p-th of the pictures or letters. */
const called = ({ sets, stored }, p) => (stored === "letters" ? "" : "the ") + sets[stored][p][0];

/** A frame of the edge's width around parts that stand 8 pixels inside it. */
function framed(x, y, side, role, edge, ...parts) {
  const stroke = tone(role === "memory" ? "memory-ink" : role);
  const place = { x: edge / 2, y: edge / 2, width: side - edge, height: side - edge, rx: 7 };
  const frame = s("rect", { ...place, fill: tone("plate"), stroke, "stroke-width": edge });
  return moved(x, y, frame, parts.length ? moved(8, 8, ...parts) : []);
}

/** Squares of one pixel each, as a path: those that are set. */
function squares(words, side, gap) {
  const edge = (side - gap).toFixed(2);
  const square = (i) => `M${(i & 15) * side} ${(i >> 4) * side}h${edge}v${edge}h-${edge}z`;
  return Array.from({ length: 256 }, (_, i) => (bit(words, i) ? square(i) : "")).join("");
}

/** A picture in small, for a button. */
function thumb(words) {
  const art = s("path", { d: squares(words, 2, 0), fill: tone("memory-ink") });
  return s("svg", { width: 32, height: 32, "aria-hidden": "true" }, art);
}

/** A button for each of the pictures `named`, pairs of a name and digits. Gives { el, move(named, chosen) }. */
function shelf(title, n, onChoose) {
  const buttons = Array.from({ length: n }, (_, p) => button("", () => onChoose(p), "sr-thumb"));
  const el = h("div", { role: "group", "aria-label": title, class: "sr-shelf" }, buttons);
  let shown = null;
  const move = (named, chosen) => {
    named.forEach(([name, hex], p) => {
      if (shown !== named[0][0]) set(buttons[p], { "aria-label": name }).replaceChildren(thumb(pixelsOf(hex)));
      set(buttons[p], { "aria-pressed": String(p === chosen) });
    });
    shown = named[0][0];
  };
  return { el, move };
}

/**
 * A pencil for the part of a drawing whose class is sr-paper: a pointer draws there, and so do the arrow keys and Space
 * on the button that this gives. `sheet(width)` says where the pixels are: { x, y, cell }; `at()` is the pixel of the
 * keyboard and `go(pixel)` takes it elsewhere, `isDark(pixel)` says what is there, and `flipAll(pixels)` changes some.
 */
function pencil(drawing, { sheet, at, go, isDark, flipAll }) {
  let held = null; // the pixel under the pointer, and whether it draws dark ones
  const under = ({ clientX, clientY }) => {
    const box = drawing.firstChild.getBoundingClientRect();
    const { x, y, cell } = sheet(box.width);
    const near = (u) => Math.max(0, Math.min(15, Math.floor(u / cell)));
    return [near(clientX - box.left - x), near(clientY - box.top - y)];
  };
  const put = (pixels) => {
    const some = [...new Set(pixels)].filter((i) => isDark(i) !== held.dark);
    if (some.length) flipAll(some);
  };
  const grab = (event) => {
    if (event.button !== 0 || !event.target.closest(".sr-paper")) return;
    const place = under(event);
    const pixel = 16 * place[1] + place[0];
    held = { place, dark: !isDark(pixel) };
    drawing.setPointerCapture(event.pointerId);
    event.preventDefault();
    put([pixel]);
  };
  const drag = (event) => {
    if (!held) return;
    const [[x, y], [u, v]] = [held.place, under(event)];
    const n = Math.max(Math.abs(u - x), Math.abs(v - y));
    const step = (k) => 16 * Math.round(y + ((v - y) * k) / n) + Math.round(x + ((u - x) * k) / n);
    held.place = [u, v];
    put(Array.from({ length: n }, (_, k) => step(k + 1)));
  };
  const drop = () => (held = null);
  set(drawing, { on: { pointerdown: grab, pointermove: drag, pointerup: drop, pointercancel: drop } });
  const turn = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    go(16 * (((at() >> 4) + way[1] + 16) % 16) + (((at() & 15) + way[0] + 16) % 16));
  };
  const name = { "aria-label": "Draw: the arrow keys move, Space flips a pixel" };
  return set(
    button("Draw", () => flipAll([at()]), "sr-pen"),
    { ...name, on: { keydown: turn } },
  );
}
