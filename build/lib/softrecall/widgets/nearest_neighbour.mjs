// One random string, very many more: how near is the nearest? The reader guesses first.

const STOPS = [...new Set(Array.from({ length: 301 }, (_, i) => Math.round(10 ** (1 + i / 100))))]; // 10 to 10,000 bits

/**
 * Chances of each distance between two random strings of `n_bits` bits: binomial(n_bits, 1/2), from the middle outwards,
 * so that every value keeps its digits. Values too small for a number are 0.
 */
function distances(n_bits) {
  const chances = new Array(n_bits + 1).fill(0);
  const half = n_bits >> 1;
  let middle = 1;
  for (let k = 1; k <= half; k++) middle *= (2 * k - 1) / (2 * k);
  if (n_bits % 2) middle *= (2 * half + 1) / (2 * half + 2);
  chances[half] = chances[n_bits - half] = middle;
  for (let d = half; d > 0 && chances[d] > 0; d--) chances[d - 1] = chances[n_bits - d + 1] = (chances[d] * d) / (n_bits - d + 1);
  return chances;
}

/**
 * `closest` is the expected distance of the nearest of `n_strings`: the sum over d of the chance that all lie beyond d.
 * `low` and `high` are the quartiles of one distance, `copies` the expected number of strings at distance 0.
 */
function compute({ n_bits, n_strings }) {
  const chances = distances(n_bits);
  let below = 0;
  let closest = 0;
  let low = null;
  let high = null;
  for (let d = 0; d < n_bits; d++) {
    below += chances[d];
    if (low === null && below >= 0.25 - 1e-12) low = d;
    if (high === null && below >= 0.75 - 1e-12) high = d;
    if (below < 1) closest += Math.exp(n_strings * Math.log1p(-below));
    if (high !== null) break; // beyond the upper quartile the chance that all lie further away adds nothing (n_strings >= 100)
  }
  return { closest, share: closest / n_bits, low, high, copies: n_strings * chances[0], peak: chances[n_bits >> 1] };
}

/** The outline of the distances as [share of the bits, height from 0 to 1], at most about 200 points. */
function outline(n_bits) {
  const chances = distances(n_bits);
  const peak = chances[n_bits >> 1];
  const seen = chances.flatMap((chance, d) => (n_bits < 40 || chance > peak * 1e-4 ? [d] : []));
  const step = Math.max(1, Math.floor(seen.length / 200));
  return seen.filter((_, i) => i % step === 0 || i === seen.length - 1).map((d) => [d / n_bits, chances[d] / peak]);
}

/** 1,000,000 as "a million", other counts in figures. */
function many(n) {
  return n === 1e6 ? "a million" : count(n);
}

function initialize() {}

function render({ model, el }) {
  const cleanups = [];
  const names = ["guess", "n_bits", "n_strings", "looked"];
  const place = (n) => STOPS.reduce((best, stop, i) => (Math.abs(stop - n) < Math.abs(STOPS[best] - n) ? i : best), 0);
  const guess = slider({
    symbol: "Your guess", max: 50, show: (value) => `${count(value)}${SPACE}%`,
    ticks: [[0, "0"], [25, `25${SPACE}%`], [50, `50${SPACE}%`]], onMove: (value) => change(model, { guess: value }),
  });
  const bits = slider({
    symbol: "Bits in a string", max: STOPS.length - 1, show: count, place, read: (i) => STOPS[i],
    ticks: [10, 100, 1000, 10000].map((n) => [place(n), count(n)]), onMove: (value) => change(model, { n_bits: value }),
  });
  const look = button("Look", () => change(model, { looked: true }), "sr-primary");
  const again = button("Guess again", () => change(model, { looked: false }), "sr-tall");
  const status = statusLine(cleanups, "sr-roomy");
  const hint = h("p", { class: "sr-hint" });
  const drawing = h("div");
  const title = plate(el, "", h("div", { class: "sr-plot" }, hint, drawing),
    h("div", { class: "sr-tray" }, guess.el, bits.el, h("div", { class: "sr-buttons sr-whole" }, look, again)), status.el);

  let width = 600;
  function draw() {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const result = state.looked ? compute(state) : null; // before the reader looks, the answer is nowhere on the page
    title.textContent = `Take one random string of ${count(state.n_bits)} bits and draw ${many(state.n_strings)} more. In how many of its bits does the closest one differ from yours?`;
    hint.textContent = state.looked ? "Now change the number of bits." : "Place your guess, then press Look.";
    guess.move(state.guess);
    bits.move(state.n_bits);
    allow(look, !state.looked);
    allow(again, state.looked);
    drawing.replaceChildren(picture(width, state, result));
    status.say(result ? sentence(state, result) : `Your guess: the closest differs in **${count(state.guess)}${SPACE}%** of its bits.`);
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

/** A distance in bits: a decimal only where it matters. */
function bitsText(closest, n_bits) {
  if (closest < 0.05) return "0";
  return n_bits < 200 ? closest.toFixed(1) : count(closest);
}

/** A share as a plain number of per cent, one decimal. */
function share(x) {
  return `${(100 * x).toFixed(1).replace(/\.0$/, "")}`;
}

function sentence({ n_bits, n_strings, guess }, { closest, low, high, copies }) {
  const spread = ` The middle half of all strings differ by ${share(low / n_bits)} to ${share(high / n_bits)}${SPACE}%.`;
  const yours = `your guess is ${count(guess)}${SPACE}%.`;
  if (closest < 0.05) {
    return `So short a string comes up again: about **${count(copies)}** of ${many(n_strings)} equal yours, so the closest differs in **0** bits; ${yours}${spread}`;
  }
  return `The closest of ${many(n_strings)} is expected at **${bitsText(closest, n_bits)} of ${count(n_bits)} bits** (**${share(closest / n_bits)}${SPACE}%**); ${yours}${spread}`;
}

function picture(width, { n_bits, n_strings, guess }, result) {
  const base = 178;
  const top = 36;
  const x = (part) => 9 + part * (width - 18);
  const y = (height) => base - height * (base - top);
  const path = (points) => "M" + points.map(([part, height]) => `${x(part).toFixed(1)} ${y(height).toFixed(1)}`).join("L");
  const parts = [];
  const texts = [];
  const say = [`An axis of the share of bits that differ from yours, from 0 to 100${SPACE}%. Your guess stands at ${count(guess)}${SPACE}%.`];
  if (result) {
    const reference = (n, dashes, at, height, text) => {
      if (Math.abs(Math.log(n_bits / n)) < 0.35) return;
      const more = { "stroke-dasharray": dashes, "stroke-linecap": dashes === "0 4" ? "round" : null };
      parts.push(s("path", { d: path(outline(n)), fill: "none", stroke: "var(--sr-soft)", "stroke-width": 1.25, ...more }));
      texts.push(words(x(at), y(height), text, "halo"));
    };
    parts.push(s("path", { d: path(outline(n_bits)) + "Z", class: "sr-outlined", "stroke-linejoin": "round", "data-curve": n_bits }));
    reference(10, "0 4", 0.74, 0.42, "10 bits");
    reference(100, "6 4", 0.59, 0.36, "100");
    texts.push(words(x(0.5), top - 9, `${many(n_strings)} strings of ${count(n_bits)} bits`, "memory halo", "middle"));
    const at = x(result.share);
    parts.push(line(at, base, at, y(0.57), "memory-ink", 2));
    const dot = { cx: at, cy: base, r: 5.5, class: "sr-outlined", "data-closest": result.closest };
    parts.push(line(0, base, width, base, "control", 1.25), s("circle", { ...dot, "stroke-width": 2 }));
    const [near, far] = ["closest", `${share(result.share)}${SPACE}%`];
    const lines = at > 100 || width > 460 ? [`${near}, ${far}`] : [near, far]; // a narrow plot has no room beside the hump
    const isBefore = at > (lines.length === 1 ? 100 : 60);
    lines.forEach((row, i) => texts.push(words(isBefore ? at - 6 : at + 6, y(0.57) + 5 + 17 * i, row, "memory halo", isBefore ? "end" : "start")));
    say.push(`The distances of strings of ${count(n_bits)} bits form a hump around 50${SPACE}%, with the middle half from ${share(result.low / n_bits)} to ${share(result.high / n_bits)}${SPACE}%; the closest of ${many(n_strings)} is expected at ${share(result.share)}${SPACE}%.`);
  } else parts.push(line(0, base, width, base, "control", 1.25));
  const g = x(guess / 100);
  const isLeft = g > 80;
  const rows = g > 136 || (!isLeft && width > 460) ? [`your guess, ${count(guess)}${SPACE}%`] : ["your guess", `${count(guess)}${SPACE}%`];
  parts.push(line(g, base, g, y(0.84), "ink", 1.5, "4 3"));
  rows.forEach((row, i) => texts.push(words(isLeft ? g - 6 : g + 6, y(0.84) + 5 + 17 * i, row, "ink halo", isLeft ? "end" : "start")));
  parts.push(s("circle", { cx: x(0), cy: base, r: 6, fill: "var(--sr-query)" }));
  texts.push(words(x(0) - 7, base - 14, "yours", "query halo"));
  const ticks = [0, 25, 50, 75, 100].map((p) => [
    line(x(p / 100), base, x(p / 100), base + 5, "control", 1.25),
    words(p === 0 ? 0 : p === 100 ? width : x(p / 100), base + 20, `${p}${SPACE}%`, "", p === 0 ? "start" : p === 100 ? "end" : "middle"),
  ]);
  return canvas(width, base + 42, say.join(" "), ticks, parts, words(x(0.5), base + 38, "bits that differ from yours", "", "middle"), texts);
}

export default { compute, initialize, render };
