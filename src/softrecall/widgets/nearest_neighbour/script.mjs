// One random string, very many more: how near is the nearest? The reader guesses first, draws a few, then looks.

const MOST = 200; // strings that may be drawn
const STOPS = [...new Set(Array.from({ length: 301 }, (_, i) => Math.round(10 ** (1 + i / 100))))]; // 10 to 10,000 bits

/**
 * Chances of each distance between two random strings of `n_bits` bits: binomial(n_bits, 1/2), from the middle
 * outwards, so that every value keeps its digits. Values too small for a number are 0.
 */
function distances(n_bits) {
  const chances = new Array(n_bits + 1).fill(0);
  const half = n_bits >> 1;
  let middle = 1;
  for (let k = 1; k <= half; k++) middle *= (2 * k - 1) / (2 * k);
  if (n_bits % 2) middle *= (2 * half + 1) / (2 * half + 2);
  chances[half] = chances[n_bits - half] = middle;
  for (let d = half; d > 0 && chances[d] > 0; d--)
    chances[d - 1] = chances[n_bits - d + 1] = (chances[d] * d) / (n_bits - d + 1);
  return chances;
}

/** The number of ones in 32 bits. */
function ones(x) {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The distances of `drawn` random strings, bit for bit, from one more: the bits that differ are random bits. */
function draw({ n_bits, drawn, seed }) {
  const word = stream(seed);
  const each = Math.ceil(n_bits / 32);
  const rest = n_bits % 32 ? 2 ** (n_bits % 32) - 1 : -1;
  return Array.from({ length: drawn }, (_, k) => {
    let distance = ones(word(k * each + each - 1) & rest);
    for (let j = 0; j < each - 1; j++) distance += ones(word(k * each + j));
    return distance;
  });
}

/**
 * `closest` is the expected distance of the nearest of `n_strings`: the sum over d of the chance that all are beyond d.
 * `low` and `high` are the quartiles of one distance, `copies` the expected number of strings at distance 0; `sample`
 * are the distances of the strings drawn, and `nearest` the smallest of those.
 */
function compute(state) {
  const { n_bits, n_strings } = state;
  const chances = distances(n_bits);
  let [below, closest, low, high] = [0, 0, null, null];
  // beyond the upper quartile the chance that all strings are further away adds nothing (n_strings >= 100)
  for (let d = 0; d < n_bits && high === null; d++) {
    below += chances[d];
    if (low === null && below >= 0.25 - 1e-12) low = d;
    if (below >= 0.75 - 1e-12) high = d;
    if (below < 1) closest += Math.exp(n_strings * Math.log1p(-below));
  }
  const [share, copies, peak] = [closest / n_bits, n_strings * chances[0], chances[n_bits >> 1]];
  const sample = draw(state);
  return { closest, share, low, high, copies, peak, sample, nearest: sample.length ? Math.min(...sample) : null };
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

/** A share as a plain number of per cent, one decimal. */
const share = (x) => (100 * x).toFixed(1).replace(/\.0$/, "");

const percentOf = (part, whole) => `${share(part / whole)}${SPACE}%`;

/** A distance in bits: a decimal only where it matters. */
function bitsText(closest, n_bits) {
  if (closest < 0.05) return "0";
  return n_bits < 200 ? closest.toFixed(1) : count(closest);
}

function question({ question, n_bits, n_strings }) {
  const take = `Take one random string of ${count(n_bits)} bits and draw ${many(n_strings)} more.`;
  return question || `${take} In how many of its bits does the closest one differ from yours?`;
}

function sentence({ n_bits, n_strings, guess, looked, drawn }, { closest, low, high, copies, nearest }) {
  const yours = `your guess is ${count(guess)}${SPACE}%.`;
  const found = `the nearest differs in **${count(nearest)} of ${count(n_bits)} bits** (${percentOf(nearest, n_bits)})`;
  if (!looked) {
    if (drawn) return `Of ${drawn} real random strings, ${found}; for the closest of ${many(n_strings)}, ${yours}`;
    return `Your guess: the closest differs in **${count(guess)}${SPACE}%** of its bits. Draw a few strings, or look.`;
  }
  const half = `The middle half of all strings differ by ${share(low / n_bits)} to ${percentOf(high, n_bits)}.`;
  const spread = drawn ? `Of the ${drawn} drawn, the nearest differs in ${percentOf(nearest, n_bits)}.` : half;
  if (closest < 0.05) {
    const again = `So short a string comes up again: about **${count(copies)}** of ${many(n_strings)} equal yours`;
    return `${again}, so the closest differs in **0** bits; ${yours} ${spread}`;
  }
  const at = `**${bitsText(closest, n_bits)} of ${count(n_bits)} bits** (**${share(closest / n_bits)}${SPACE}%**)`;
  return `The closest of ${many(n_strings)} is expected at ${at}; ${yours} ${spread}`;
}

function render({ model, el }) {
  const names = ["guess", "n_bits", "n_strings", "looked", "drawn", "seed", "question"];
  return play({ model, el }, names, ({ start, read, tell, cleanups }) => {
    let stop = () => {};
    cleanups.push(() => stop());
    const guess = slider({
      symbol: "Your guess",
      max: 50,
      show: (value) => `${count(value)}${SPACE}%`,
      ticks: [0, 25, 50].map((p) => [p, p ? `${p}${SPACE}%` : "0"]),
      onMove: (value) => tell({ guess: value }),
    });
    const lengths = onList(STOPS, [10, 100, 1000, 10000], count);
    const length = slider({
      symbol: "Bits in a string",
      show: count,
      ...lengths,
      onMove: (n_bits) => tell({ n_bits }),
    });
    let goal = null; // while strings rain down: how many there will be
    const rain = () => {
      stop();
      const from = goal ?? read().drawn;
      const first = from >= MOST ? 0 : from;
      if (from >= MOST) tell({ seed: (read().seed + 1) % 10000 });
      goal = Math.min(MOST, first + 50);
      const fall = (t) => {
        tell({ drawn: first + Math.round((goal - first) * t) });
        if (t === 1) goal = null;
      };
      stop = walk(500, fall);
    };
    const halt = () => {
      stop();
      goal = null;
    };
    const look = button("Look", () => tell({ looked: true }), "sr-primary");
    const reset = button("Reset", () => (halt(), tell(start)), "sr-tall");
    const buttons = h("div", { class: "sr-buttons sr-whole" }, look, button("Draw 50 strings", rain, "sr-tall"), reset);
    const move = (state) => {
      guess.move(state.guess);
      length.move(state.n_bits);
      length.allow(state.looked || state.drawn > 0); // before, it would change nothing that can be seen
      allow(look, !state.looked);
    };
    return { tray: [guess.el, length.el, buttons], move, look: "sr-roomy" };
  });
}

const [BASE, TOP] = [178, 36];
const high = (part) => BASE - part * (BASE - TOP);

function picture(width, state, result) {
  const { n_bits, n_strings, guess, looked } = state;
  const x = (part) => 9 + part * (width - 18);
  const parts = [rain(x, n_bits, result)];
  const texts = [];
  if (looked) answer(width, x, state, result, parts, texts);
  parts.push(line(0, BASE, width, BASE, "control", 1.25));
  if (looked) {
    const dot = { cx: x(result.share), cy: BASE, r: 5.5, class: "sr-outlined", "data-closest": result.closest };
    parts.push(s("circle", { ...dot, "stroke-width": 2 }));
  }
  const g = x(guess / 100);
  const isLeft = g > 80;
  const told = `${count(guess)}${SPACE}%`;
  const rows = g > 136 || (!isLeft && width > 460) ? [`your guess, ${told}`] : ["your guess", told];
  parts.push(set(line(g, BASE, g, high(0.84), "ink", 1.5, "4 3"), { "data-guess": guess }));
  const beside = (row, i) =>
    words(isLeft ? g - 6 : g + 6, high(0.84) + 5 + 17 * i, row, "ink halo", isLeft ? "end" : "start");
  texts.push(rows.map(beside));
  parts.push(cue(x(0), BASE, 6), words(x(0) - 7, BASE - 14, "yours", "query halo"));
  const ticks = [0, 25, 50, 75, 100].map((p) => [
    line(x(p / 100), BASE, x(p / 100), BASE + 5, "control", 1.25),
    words(
      p === 0 ? 0 : p === 100 ? width : x(p / 100),
      BASE + 20,
      `${p}${SPACE}%`,
      "",
      p === 0 ? "start" : p === 100 ? "end" : "middle",
    ),
  ]);
  const name = words(x(0.5), BASE + 38, "bits that differ from yours", "", "middle");
  return canvas(width, BASE + 42, spoken(state, result), ticks, parts.flat(3), name, texts.flat());
}

/** The strings drawn, as a heap of dots where they fall; the nearest of them is ringed. */
function rain(x, n_bits, { sample, nearest }) {
  const step = Math.max(1 / n_bits, 5 / (x(1) - x(0))); // a column of dots is at least 5 pixels wide
  const columns = new Map();
  const columnOf = (distance) => Math.round(distance / n_bits / step);
  const dots = sample.map((distance) => {
    const column = columnOf(distance);
    const rank = columns.get(column) || 0;
    columns.set(column, rank + 1);
    return [column * step, rank, distance];
  });
  const rise = Math.min(5, 128 / Math.max(1, ...columns.values()));
  const drops = dots.map(([part, rank, distance]) => {
    const dot = {
      cx: x(part),
      cy: BASE - 4 - rise * rank,
      r: 2.25,
      fill: tone("memory-ink"),
      "data-distance": distance,
    };
    return s("circle", dot);
  });
  if (nearest === null) return drops;
  const ring = { cx: x(columnOf(nearest) * step), cy: BASE - 4, r: 5, fill: "none", stroke: tone("memory-ink") };
  return [...drops, s("circle", { ...ring, "stroke-width": 1.5 })];
}

/** The hump of all distances between two shorter ones, and the closest. */
function answer(width, x, { n_bits, n_strings }, result, parts, texts) {
  const path = (points) => through(points.map(([part, height]) => [x(part), high(height)]));
  const reference = (n, dashes, at, height, text) => {
    if (Math.abs(Math.log(n_bits / n)) < 0.35) return;
    const more = { "stroke-dasharray": dashes, "stroke-linecap": dashes === "0 4" ? "round" : null };
    parts.push(s("path", { d: path(outline(n)), fill: "none", stroke: tone("soft"), "stroke-width": 1.25, ...more }));
    texts.push(words(x(at), high(height), text, "halo"));
  };
  const hump = { d: path(outline(n_bits)) + "Z", class: "sr-outlined", "stroke-linejoin": "round" };
  parts.unshift(s("path", { ...hump, "fill-opacity": 0.45, "data-curve": n_bits }));
  reference(10, "0 4", 0.74, 0.42, "10 bits");
  reference(100, "6 4", 0.59, 0.36, "100");
  const name = `${many(n_strings)} strings of ${count(n_bits)} bits`;
  texts.push(words(x(0.5), TOP - 9, name, "memory halo", "middle"));
  const at = x(result.share);
  parts.push(line(at, BASE, at, high(0.57), "memory-ink", 2));
  const [near, far] = ["closest", `${share(result.share)}${SPACE}%`];
  const lines = at > 100 || width > 460 ? [`${near}, ${far}`] : [near, far]; // narrow: no room beside the hump
  const isBefore = at > (lines.length === 1 ? 100 : 60);
  const beside = (row, i) =>
    words(isBefore ? at - 6 : at + 6, high(0.57) + 5 + 17 * i, row, "memory halo", isBefore ? "end" : "start");
  texts.push(lines.map(beside));
}

/** The picture in sentences. Before the reader looks, the answer is nowhere in it. */
function spoken({ n_bits, n_strings, guess, looked, drawn }, { low, high, share: part, nearest }) {
  const axis = `An axis of the share of bits that differ from yours, from 0 to 100${SPACE}%.`;
  const say = [`${axis} Your guess is at ${count(guess)}${SPACE}%.`];
  if (drawn) say.push(`${drawn} real strings lie in a heap on it, the nearest at ${share(nearest / n_bits)}${SPACE}%.`);
  if (looked) {
    const half = `with the middle half from ${share(low / n_bits)} to ${share(high / n_bits)}${SPACE}%`;
    say.push(`The distances of strings of ${count(n_bits)} bits form a hump around 50${SPACE}%, ${half};`);
    say.push(`the closest of ${many(n_strings)} is expected at ${share(part)}${SPACE}%.`);
  }
  return say.join(" ");
}

export default { compute, initialize, render };
